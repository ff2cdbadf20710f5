// SPDX-License-Identifier: MIT
// The networks of whole files, layer by layer against TensorFlow Lite, are in tests/tflite.
#include "mote/deploy/host/tflite.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>

#include "mote/deploy/host/flatbuffer.hpp"
#include "mote/deploy/host/tflite_header.hpp"
#include "mote/deploy/host/tflite_layers.hpp"
#include "mote/deploy/host/tflite_operators.hpp"
#include "mote/deploy/host/tflite_reference.hpp"
#include "tests/deploy/tflite_builder.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using namespace mote::testing;
namespace tflite = mote::deploy::tflite;

namespace {

using File = std::vector<std::uint8_t>;
constexpr const char* small_file = MOTE_TEST_DATA "/../tflite/small.tflite";

/// What the importer makes of a file: a network, or what it says.
struct Outcome {
    std::optional<tflite::Network> network;
    std::string error;
};

Outcome import(const File& bytes) {
    deploy::flatbuffer::File file(bytes);
    tflite::GraphReader reader(file);
    const auto graph = reader.read();
    if (!graph) return {std::nullopt, reader.error()};
    tflite::Importer importer(*graph);
    auto network = importer.import();
    return {std::move(network), importer.error()};
}

std::string error_after(const std::function<void(ModelBuilder&)>& spoil) {
    ModelBuilder model = small_model();
    spoil(model);
    const Outcome outcome = import(model.file());
    CHECK_FALSE(outcome.network.has_value());
    return outcome.error;
}

/// y = 2 x0 - x1 + 3 and y = x1, in steps of 0.5.
ModelBuilder dense_model() {
    ModelBuilder m;
    m.input = m.activation("x", {1, 2}, 0.5f, 10);
    const auto w = m.tensor("w", {2, 2}, 9, {2, 0xff, 0, 1}, {1.0f}, {0}, 0);
    const auto b = m.tensor("b", {2}, 2, {6, 0, 0, 0, 0, 0, 0, 0}, {}, {}, 0);
    m.add(9, {m.input, w, b}, m.activation("y", {1, 2}, 0.5f, -20));
    return m;
}

}  // namespace

TEST_CASE("tflite: a dense layer worked by hand") {
    const Outcome outcome = import(dense_model().file());
    REQUIRE(outcome.error.empty());
    REQUIRE(outcome.network->input == nn::Affine{0.5f, 10});
    // x = (4, -1): 8 + 1 + 3 = 12 and -1, 24 and -2 steps from -20.
    REQUIRE(tflite::run(*outcome.network, {18, 8}) == tflite::Bytes{4, -22});
}

TEST_CASE("tflite: every operator becomes its layer, ways that part and meet a Residual") {
    const Outcome outcome = import(small_model().file());
    REQUIRE(outcome.error.empty());
    const std::vector<tflite::Layer>& layers = outcome.network->layers;
    using tflite::Kind;
    const std::vector<Kind> kinds{Kind::convolution,  Kind::residual, Kind::residual, Kind::max_pool,
                                  Kind::average_pool, Kind::reshape,  Kind::dense,    Kind::softmax};
    REQUIRE(layers.size() == kinds.size());
    for (std::size_t i = 0; i < kinds.size(); ++i) REQUIRE(layers[i].kind == kinds[i]);
    REQUIRE(layers[1].main.size() == 2);
    REQUIRE(layers[1].main[0].kind == Kind::depthwise);
    REQUIRE(layers[1].main[0].multiplier == 2);
    REQUIRE(layers[1].main[0].range.highest == 113);  // 6 / 0.05 = 120 steps from -7
    REQUIRE(layers[1].side.size() == 1);
    REQUIRE(layers[2].side.empty());
    REQUIRE(layers[2].add.summands[1].zero_point == 0);  // the branch's, which comes first in the file
    std::ostringstream out;
    tflite::write_header(out, "small", *outcome.network);
    REQUIRE(out.str().find("mote::nn::DepthwiseConv2D<mote::nn::DepthwiseConfig{.multiplier = 2, "
                           ".kernel = {3, 3}, .stride = {2, 2}, .dilation = {1, 1}, .padding = "
                           "mote::nn::Padding::same, .activation = mote::nn::Activation::relu6}>") !=
            std::string::npos);
}

TEST_CASE("tflite: the committed model is the one that is built here") {
    std::ifstream file(small_file, std::ios::binary);
    REQUIRE((File{std::istreambuf_iterator<char>(file), {}} == small_model().file()));
}

TEST_CASE("tflite: write the model to commit", "[.][write]") {
    const File bytes = small_model().file();
    std::ofstream file(small_file, std::ios::binary);
    for (const std::uint8_t byte : bytes) file.put(static_cast<char>(byte));
    REQUIRE(file.good());
}

TEST_CASE("tflite: what is wrong is named, with the operator and the tensor") {
    REQUIRE(import({}).error == "not a TensorFlow Lite file (no TFL3 at byte 4)");
    const auto no_op = [](auto& m) { m.operators.clear(); };
    REQUIRE(error_after(no_op) == "tensor 24 (classes): is not computed from where its way begins");
    REQUIRE(error_after([](auto& m) {
                m.tensors[0][0] = vector(std::vector<std::int32_t>{2, 8, 8, 2});
            }) == "tensor 0 (image): holds more than one sample");
    REQUIRE(error_after([](auto& m) {
                m.tensors[0][0] = vector(std::vector<std::int32_t>{1, 0, 8, 2});
            }) == "tensor 0 (image): is empty");
    REQUIRE(error_after([](auto& m) { m.tensors[0][1] = scalar(std::uint8_t{3}); }) ==
            "tensor 0 (image): is not int8");
    REQUIRE(error_after([](auto& m) {
                m.tensors[0][4] =
                    table({{2, vector(std::vector<float>{-1})}, {3, vector(std::vector<std::int64_t>{0})}});
            }) == "tensor 0 (image): its scale is not positive");
    REQUIRE(error_after([](auto& m) {
                m.operators[0][4] = table({{1, scalar(0)}, {2, scalar(1)}});
            }) == "operator 0 (CONV_2D): its stride is 1 x 0");
    REQUIRE(error_after([](auto& m) {
                m.operators[0][4] = table({{1, scalar(2)}, {2, scalar(1)}});
            }) == "operator 0 (CONV_2D), tensor 1 (first): has not the shape that the operator gives");
    REQUIRE(error_after([](auto& m) {
                m.operators[2][1] = vector(std::vector<std::int32_t>{4, 99});
            }) == "operator 2: tensor 99 does not exist");
    REQUIRE(error_after([](auto& m) { m.operators[2][1] = vector(std::vector<std::int32_t>{10}); }) ==
            "operator 2 (CONV_2D), tensor 10 (shortcut): is read before it is computed");
    REQUIRE(error_after([](auto& m) {
                m.codes[3] = {{3, scalar(std::int32_t{1234})}};
            }) == "operator 3 (builtin operator 1234): is not supported");
    REQUIRE(error_after([](auto& m) {
                m.codes[8] = {{0, scalar(std::int8_t{34})}};
            }) == "operator 8 (PAD): is not supported");
    REQUIRE(error_after([](auto& m) {
                m.tensors[2][4] = table({{2, vector(std::vector<float>{1, 1, 1})}});
            }) == "operator 0 (CONV_2D), tensor 2 (first/w): has not one scale or one for each filter");
    REQUIRE(error_after([](auto& m) { m.tensors[2][2] = scalar(std::uint32_t{77}); }) ==
            "tensor 2 (first/w): its buffer does not exist");
    REQUIRE(error_after([](auto& m) {
                m.buffers[1] = {{0, vector(std::vector<std::uint8_t>(71))}};
            }) == "tensor 2 (first/w): its buffer does not have the shape's size");
    REQUIRE(error_after([](auto& m) {
                m.buffers[1] = {{0, vector(std::vector<std::uint8_t>(72, 128))}};
            }) == "operator 0 (CONV_2D), tensor 2 (first/w): a weight is -128");
    REQUIRE(error_after([](auto& m) {
                m.operators[4][1] = vector(std::vector<std::int32_t>{10, 10});
            }).starts_with("operator 4 (ADD), tensor 10 (shortcut): adds a tensor to itself"));
}

TEST_CASE("tflite: a file cut short anywhere, or with any byte changed, is read or refused") {
    const File good = small_model().file();
    for (std::size_t size = 0; size < good.size(); ++size) {
        const Outcome outcome = import(File(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
        REQUIRE(outcome.network.has_value() != !outcome.error.empty());
    }
    std::size_t refused = 0;
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const int change : {1, 0x80, 0xff}) {
            File bad = good;
            bad[i] = static_cast<std::uint8_t>(bad[i] ^ change);
            const Outcome outcome = import(bad);
            REQUIRE(outcome.network.has_value() != !outcome.error.empty());
            if (outcome.network) tflite::run(*outcome.network, tflite::seeded_input(128, 1));
            refused += outcome.network ? 0 : 1;
        }
    }
    REQUIRE(refused > good.size());
}
