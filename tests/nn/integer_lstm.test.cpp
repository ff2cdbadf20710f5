// SPDX-License-Identifier: MIT
// The int8 LSTM against plain integers in Python, and as a layer of networks that quantize() made.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "mote/core/dataset.hpp"
#include "mote/core/random.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/quantized_gates.hpp"
#include "mote/nn/recurrent.hpp"
#include "mote/nn/recurrent_bytes.hpp"
#include "mote/nn/streaming.hpp"
#include "mote/nn/trainer.hpp"
#include "tests/nn/integer_recurrent_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Shape;

namespace {

/// The hidden state after each step, and the cell after the last.
template <class Isa, std::size_t Inputs, std::size_t Units, class Numbers, std::size_t Steps>
constexpr bool follows(const Numbers& numbers,
                       const std::array<std::array<std::int8_t, Inputs>, Steps>& inputs,
                       const std::array<std::array<std::int8_t, Units>, Steps>& hidden,
                       const std::array<std::int16_t, Units>& cell) {
    const nn::Lstm<std::int8_t, Inputs, Units, Isa> lstm(numbers);
    typename nn::Lstm<std::int8_t, Inputs, Units, Isa>::State state;
    bool same = true;
    for (std::size_t t = 0; t < Steps; ++t) same = lstm.step(inputs[t], state) == hidden[t] && same;
    return same && state.cell == cell;
}

template <class Isa>
void check_all_references() {
    using namespace reference;
    CHECK(follows<Isa>(small_numbers, small_inputs, small_hidden, small_cell));
    CHECK(follows<Isa>(saturating_numbers, saturating_inputs, saturating_hidden, saturating_cell));
    CHECK(follows<Isa>(clipped_numbers, clipped_inputs, clipped_hidden, clipped_cell));
    CHECK(follows<Isa>(words_numbers, words_inputs, words_hidden, words_cell));
}

constexpr std::uint32_t crc32(const auto& words) {
    std::uint32_t crc = 0xffffffff;
    for (const std::uint16_t word : words) {
        for (int bit = 0; bit < 16; ++bit) {
            const std::uint32_t low = (crc ^ static_cast<std::uint32_t>(word >> bit)) & 1;
            crc = crc >> 1 ^ (low != 0 ? 0xedb88320 : 0);
        }
    }
    return ~crc;
}

}  // namespace

TEST_CASE("Lstm of bytes: the curves are TensorFlow Lite's") {
    STATIC_REQUIRE(crc32(kernels::reference::sigmoid_table) == reference::sigmoid_table_crc32);
    for (std::size_t i = 0; i < reference::curve_points.size(); ++i) {
        const std::int16_t x = reference::curve_points[i];
        CHECK(kernels::reference::integer_sigmoid(x, {}) == reference::sigmoids[i]);
        CHECK(kernels::reference::integer_tanh(x, kernels::curve_scale(-12)) == reference::tanhs_12[i]);
        CHECK(kernels::reference::integer_tanh(x, kernels::curve_scale(-15)) == reference::tanhs_15[i]);
        CHECK(kernels::reference::integer_tanh(x, kernels::curve_scale(-10)) == reference::tanhs_10[i]);
    }
    double most = 0;
    for (int x = -32768; x < 32768; ++x) {
        const double real = x * 0x1p-12;
        const auto q = static_cast<std::int16_t>(x);
        most = std::max(most, std::fabs(kernels::reference::integer_sigmoid(q, {}) * 0x1p-15 -
                                        1 / (1 + std::exp(-real))));
        most = std::max(most, std::fabs(kernels::reference::integer_tanh(q, {}) * 0x1p-15 - std::tanh(real)));
    }
    CHECK(most < 1e-4);
}

TEST_CASE("Lstm of bytes: every step is that of plain integers") {
    using namespace reference;
    STATIC_REQUIRE(follows<isa::Native>(small_numbers, small_inputs, small_hidden, small_cell));
    check_all_references<isa::Portable>();
    check_all_references<isa::Native>();
}

TEST_CASE("Lstm of bytes: packed numbers come back to the bit") {
    const auto same = [](const auto& a, const auto& b) {
        return a.weights == b.weights && a.bias == b.bias && a.multiplier == b.multiplier &&
               a.shift == b.shift && a.zero_point == b.zero_point;
    };
    using Model = nn::Lstm<std::int8_t, 12, 4>;
    const auto back = Model::unpack(Model::pack(reference::words_numbers));
    CHECK(same(back.input, reference::words_numbers.input));
    CHECK(same(back.recurrent, reference::words_numbers.recurrent));
    CHECK(back.cell_power == reference::words_numbers.cell_power);
    CHECK(back.hidden == reference::words_numbers.hidden);
}

namespace {

template <nn::Returns Which>
using Layer = nn::Recurrent<nn::LstmCell, nn::RecurrentConfig{.units = 8, .returns = Which}>;
constexpr std::size_t frames = 20;

/// Points on a circle, seen for a while: which of two ways round, at which of two speeds.
struct Turns {
    std::vector<std::array<float, 2 * frames>> rows;
    std::vector<std::uint8_t> labels;

    Turns(std::size_t n, std::uint64_t seed) {
        Random random(seed);
        for (std::size_t i = 0; i < n; ++i) {
            const auto label = static_cast<std::uint8_t>(random.below(4));
            const float speed = (label / 2 == 0 ? 0.2f : 0.45f) * (label % 2 == 0 ? 1.0f : -1.0f);
            const float start = 6.28f * random.uniform<float>();
            auto& row = rows.emplace_back();
            for (std::size_t t = 0; t < frames; ++t) {
                const float angle = start + speed * static_cast<float>(t);
                row[2 * t] = std::cos(angle) + 0.3f * random.normal<float>();
                row[2 * t + 1] = std::sin(angle) + 0.3f * random.normal<float>();
            }
            labels.push_back(label);
        }
    }
};

template <class Model>
std::size_t hits(const Model& model, const Turns& data) {
    typename Model::Workspace scratch;
    std::size_t right = 0;
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
        right += model.predict(std::span<const float, 2 * frames>(data.rows[i]), scratch) == data.labels[i];
    }
    return right;
}

}  // namespace

TEST_CASE("Lstm of bytes: quantised, a trained network decides as it did") {
    using Architecture = nn::Sequential<Shape{frames, 2}, Layer<nn::Returns::last>,
                                        nn::Dense<nn::DenseConfig{.units = 4}>, nn::Softmax>;
    using Network = nn::Network<float, Architecture>;
    const Turns known(300, 1), others(400, 2);
    Network model;
    model.initialise(1);
    nn::Trainer<Network> trainer;
    trainer.optimizer.learning_rate = 0.02f;
    const Dataset<float, 2 * frames> data{known.rows, known.labels};
    REQUIRE(trainer.fit(model, data, {.epochs = 12, .batch = 16}) == Status::ok);
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 2 * frames>(known.rows).first(100));
    const std::size_t real = hits(model, others), bytes = hits(small, others);
    CAPTURE(real, bytes);
    CHECK(real >= 380);
    CHECK(bytes + 4 >= real);  // 1 %
}

TEST_CASE("Lstm of bytes: frame by frame the same as the whole sequence, and near the floats") {
    using Architecture = nn::Sequential<Shape{frames, 2}, Layer<nn::Returns::sequence>>;
    using Network = nn::Network<float, Architecture>;
    const Turns known(50, 3);
    Network model;
    model.initialise(2);
    for (float& weight : model.weights()) weight *= 2;
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 2 * frames>(known.rows));
    const nn::Streaming stream(small);
    Network::Workspace scratch;
    decltype(small)::Workspace bytes;
    for (const auto& row : known.rows) {
        const auto real = model.forward(row, scratch);
        const auto whole = small.forward(small.quantize_input(row), bytes);
        decltype(stream)::State state;
        for (std::size_t t = 0; t < frames; ++t) {
            const auto y = stream.push(std::span<const float, 2>(&row[2 * t], 2), state);
            REQUIRE(std::ranges::equal(*y, whole.subspan(8 * t, 8)));
        }
        for (std::size_t i = 0; i < real.size(); ++i) {
            CHECK(std::fabs(small.output().dequantize(whole[i]) - real[i]) < 0.03f);
        }
    }
}

TEST_CASE("Lstm of bytes: the last state alone keeps the scale of all") {
    using Whole = nn::Network<float, nn::Sequential<Shape{frames, 2}, Layer<nn::Returns::sequence>>>;
    using Last = nn::Network<float, nn::Sequential<Shape{frames, 2}, Layer<nn::Returns::last>>>;
    const Turns known(20, 4);
    Whole whole;
    whole.initialise(3);
    const Last last(whole.weights());
    const Rows<float, 2 * frames> rows(known.rows);
    const auto a = nn::quantize<std::int8_t>(whole, rows);
    const auto b = nn::quantize<std::int8_t>(last, rows);
    REQUIRE(a.output() == b.output());
    decltype(a)::Workspace one;
    decltype(b)::Workspace other;
    const auto x = a.quantize_input(known.rows[0]);
    CHECK(std::ranges::equal(a.forward(x, one).last(8), b.forward(x, other)));
}
