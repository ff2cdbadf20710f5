// SPDX-License-Identifier: MIT
#include "mote/deploy/host/tflite_moves.hpp"

#include "mote/deploy/host/tflite_header.hpp"
#include "tests/deploy/tflite_builder.hpp"
#include "tests/deploy/tflite_import.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using namespace mote::testing;
namespace tflite = mote::deploy::tflite;

namespace {

using Numbers = std::vector<std::int32_t>;
using tflite::Bytes;

/// One operator from one shape to another on one scale, and what else it reads.
Outcome one(std::int32_t code, const Numbers& in, const Numbers& out,
            const std::function<Numbers(ModelBuilder&)>& others, const Fields& options = {}) {
    ModelBuilder m;
    m.input = m.activation("x", in, 0.5f, 10);
    Numbers inputs{m.input};
    for (const std::int32_t other : others(m)) inputs.push_back(other);
    m.add(code, inputs, m.activation("y", out, 0.5f, 10), options);
    return import_file(m.file());
}

/// What it makes of 1, 2, 3 and so on.
Bytes counted(const Outcome& outcome) {
    REQUIRE(outcome.error == "");
    Bytes x(outcome.network->in.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<std::int8_t>(i + 1);
    return tflite::run(*outcome.network, x);
}

/// Integers for an operator, one list for each of its inputs.
auto lists(std::vector<Numbers> values) {
    return [values](ModelBuilder& m) {
        Numbers tensors;
        for (const Numbers& list : values) {
            tensors.push_back(m.integers("list", {static_cast<std::int32_t>(list.size())}, list));
        }
        return tensors;
    };
}

}  // namespace

TEST_CASE("tflite: the last step of a sequence, and other parts") {
    const Fields last{{0, scalar(5)}, {1, scalar(5)}, {4, scalar(2)}};  // x[:, -1, :]
    CHECK(counted(one(45, {1, 4, 3}, {1, 3}, lists({{0, -1, 0}, {0, 0, 0}, {1, 1, 1}}), last)) ==
          Bytes{10, 11, 12});
    CHECK(counted(one(45, {1, 2, 3, 2}, {1, 3, 2}, lists({{0, 1, 0, 0}, {0, 2, 0, 0}, {1, 1, 1, 1}}),
                      {{0, scalar(13)}, {1, scalar(13)}, {4, scalar(2)}})) == Bytes{7, 8, 9, 10, 11, 12});
    CHECK(counted(one(65, {1, 4, 2}, {1, 2, 2}, lists({{0, 1, 0}, {1, 2, -1}}))) == Bytes{3, 4, 5, 6});
    CHECK(one(65, {1, 4, 2}, {1, 2, 2}, lists({{0, 1, 0}, {1, 4, 2}})).error ==
          "operator 0 (SLICE), tensor 3 (y): is empty");
    CHECK(one(65, {1, 4, 2}, {1, 4, 1}, lists({{0, 0, 0}, {1, 4, 1}})).error ==
          "operator 0 (SLICE), tensor 0 (x): cuts more than height and width");
    CHECK(one(45, {1, 4, 3}, {1, 3}, lists({{0, 4, 0}, {0, 0, 0}, {1, 1, 1}}), last).error ==
          "operator 0 (STRIDED_SLICE), tensor 4 (y): is empty");
}

TEST_CASE("tflite: a TRANSPOSE that moves no number") {
    CHECK(counted(one(39, {1, 1, 3, 2}, {1, 3, 1, 2}, lists({{0, 2, 1, 3}}))) == Bytes{1, 2, 3, 4, 5, 6});
    CHECK(one(39, {1, 2, 3}, {1, 3, 2}, lists({{0, 2, 1}})).error ==
          "operator 0 (TRANSPOSE), tensor 1 (list): moves numbers");
    CHECK(one(39, {1, 2, 3}, {1, 2, 3}, lists({{0, 1, 3}})).error ==
          "operator 0 (TRANSPOSE), tensor 1 (list): is no order of the axes");
}

TEST_CASE("tflite: PADV2 with the zero point") {
    const auto with = [](std::uint8_t byte) {
        return one(60, {1, 2, 1}, {1, 4, 1}, [byte](ModelBuilder& m) {
            const auto margins = m.integers("margins", {3, 2}, {0, 0, 1, 1, 0, 0});
            return Numbers{margins, m.tensor("value", {1}, 9, {byte}, {0.5f}, {10}, 0)};
        });
    };
    CHECK(counted(with(10)) == Bytes{10, 1, 2, 10});
    CHECK(with(9).error == "operator 0 (PADV2), tensor 2 (value): is not the zero point");
}

TEST_CASE("tflite: means and maxima over time and over the image") {
    const Numbers image{1, 3, 2, 2};
    CHECK(counted(one(82, image, {1, 2}, lists({{1, 2}}))) == Bytes{11, 12});
    CHECK(counted(one(82, image, {1, 2, 2}, lists({{1}}))) == Bytes{9, 10, 11, 12});
    CHECK(counted(one(40, image, {1, 2, 2}, lists({{-3}}))) == Bytes{5, 6, 7, 8});
    CHECK(counted(one(40, {1, 3, 2}, {1, 1, 2}, lists({{1}}))) == Bytes{3, 4});
    CHECK(one(82, image, {1, 3, 2}, lists({{2}})).error ==
          "operator 0 (REDUCE_MAX), tensor 0 (x): is not over height and width, or height alone");
    CHECK(one(82, image, {1, 3, 2}, lists({{3}})).error ==
          "operator 0 (REDUCE_MAX), tensor 0 (x): is not over height and width");
}

TEST_CASE("tflite: a tensor meets itself") {
    const auto itself = [](std::int32_t code) {
        ModelBuilder m;
        m.input = m.activation("x", {1, 3}, 0.5f, 10);
        m.add(code, {m.input, m.input}, m.activation("y", {1, 3}, 0.25f, -20),
              {{0, scalar(std::uint8_t{0})}});
        const Outcome outcome = import_file(m.file());
        REQUIRE(outcome.error == "");
        return tflite::run(*outcome.network, Bytes{4, 10, 13});  // -3, 0 and 1.5
    };
    CHECK(itself(0) == Bytes{-44, -20, -8});   // -6, 0 and 3
    CHECK(itself(18) == Bytes{16, -20, -11});  // 9, 0 and 2.25
    CHECK(itself(41) == Bytes{-20, -20, -20});
}

TEST_CASE("tflite: a dense layer at every step") {
    const auto dense = [](const Numbers& in, const Numbers& out) {  // 2 a - b + 1 and b, in steps of 0.5
        ModelBuilder m;
        m.input = m.activation("x", {1, 3, 2}, 0.5f, 10);
        auto from = m.input;
        if (in.size() == 2) {
            from = m.activation("steps", in, 0.5f, 10);
            m.add(22, {m.input}, from);
        }
        const auto w = m.tensor("w", {2, 2}, 9, {2, 0xff, 0, 1}, {1.0f}, {0}, 0);
        const auto b = m.tensor("b", {2}, 2, {2, 0, 0, 0, 0, 0, 0, 0}, {}, {}, 0);
        const auto y = m.activation("y", out, 0.5f, -20);
        m.add(9, {from, w, b}, y);
        if (in.size() == 2) m.add(22, {y}, m.activation("z", {1, 3, 2}, 0.5f, -20));
        const Outcome outcome = import_file(m.file());
        REQUIRE(outcome.error == "");
        return tflite::run(*outcome.network, Bytes{12, 14, 10, 10, 6, 11});
    };
    const Bytes expected{-18, -16, -18, -20, -27, -19};
    CHECK(dense({1, 3, 2}, {1, 3, 2}) == expected);  // keep_num_dims
    CHECK(dense({3, 2}, {3, 2}) == expected);        // as Keras's Dense leaves it
}

TEST_CASE("tflite: a dense layer at every step multiplies its scales in single precision") {
    // As for a single vector, and unlike a convolution: TensorFlow Lite's FULLY_CONNECTED with one scale.
    const float in = 0.017f, w = 0.0031f, out = 0.023f;
    const auto multiplier = [&](const Numbers& shape, const Numbers& result) {
        ModelBuilder m;
        m.input = m.activation("x", shape, in, 0);
        const auto weights = m.tensor("w", {1, 2}, 9, {1, 1}, {w}, {0}, 0);
        m.add(9, {m.input, weights}, m.activation("y", result, out, 0));
        const Outcome outcome = import_file(m.file());
        REQUIRE(outcome.error == "");
        return outcome.network->layers[0].multipliers[0];
    };
    CHECK(multiplier({1, 3, 2}, {1, 3, 1}) == multiplier({1, 2}, {1, 1}));
    const double product = static_cast<double>(in) * static_cast<double>(w) / static_cast<double>(out);
    CHECK(multiplier({1, 3, 2}, {1, 3, 1}) != nn::multiplier_of(product).multiplier);
}

TEST_CASE("tflite: GELU by tanh is its own curve") {
    const auto layer = [](std::uint8_t approximate) {
        ModelBuilder m;
        m.input = m.activation("x", {1, 2}, 0.05f, 12);
        m.add(150, {m.input}, m.activation("y", {1, 2}, 0.001f, -120), {{0, scalar(approximate)}});
        const Outcome outcome = import_file(m.file());
        REQUIRE(outcome.error == "");
        return outcome.network->layers[0];
    };
    CHECK(layer(1).curve == "mote::nn::TanhGeluCurve");
    CHECK(layer(0).curve == "mote::nn::GeluCurve");
}
