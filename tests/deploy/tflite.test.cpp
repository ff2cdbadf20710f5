// SPDX-License-Identifier: MIT
// The networks of whole files, layer by layer against TensorFlow Lite, are in tests/tflite.
#include "mote/deploy/host/tflite.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <utility>

#include "mote/deploy/host/flatbuffer.hpp"
#include "mote/deploy/host/tflite_arithmetic.hpp"
#include "mote/deploy/host/tflite_codes.hpp"
#include "mote/deploy/host/tflite_dilated.hpp"
#include "mote/deploy/host/tflite_header.hpp"
#include "mote/deploy/host/tflite_layers.hpp"
#include "mote/deploy/host/tflite_lstm.hpp"
#include "mote/deploy/host/tflite_moves.hpp"
#include "mote/deploy/host/tflite_operators.hpp"
#include "mote/deploy/host/tflite_reference.hpp"
#include "mote/deploy/host/tflite_source.hpp"
#include "mote/deploy/host/tflite_svdf.hpp"
#include "mote/deploy/host/tflite_ways.hpp"
#include "mote/deploy/host/tflite_weightless.hpp"
#include "mote/deploy/host/tflite_weights.hpp"
#include "tests/deploy/tflite_builder.hpp"
#include "tests/deploy/tflite_import.hpp"
#include "tests/deploy/tflite_sequence_model.hpp"
#include "tests/nn/integer_recurrent_reference.hpp"
#include "tests/nn/svdf_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using namespace mote::testing;
namespace tflite = mote::deploy::tflite;

namespace {

using File = std::vector<std::uint8_t>;
/// The models that are committed beside those that build them.
const std::pair<const char*, ModelBuilder (*)()> committed[] = {
    {MOTE_TEST_DATA "/../tflite/small.tflite", small_model},
    {MOTE_TEST_DATA "/../tflite/operators.tflite", operators_model},
    {MOTE_TEST_DATA "/../tflite/real.tflite", real_model},
    {MOTE_TEST_DATA "/../tflite/words.tflite", words_model},
    {MOTE_TEST_DATA "/../tflite/lstm.tflite", lstm_of_bytes},
    {MOTE_TEST_DATA "/../tflite/lstm_words.tflite", lstm_of_words},
    {MOTE_TEST_DATA "/../tflite/svdf.tflite", svdf_model},
    {MOTE_TEST_DATA "/../tflite/gates.tflite", gates_of_bytes},
    {MOTE_TEST_DATA "/../tflite/gates_words.tflite", gates_of_words},
    {MOTE_TEST_DATA "/../tflite/sequence.tflite", sequence_model}};

/// On some input, whatever comes out.
void run(const tflite::Network& network) {
    const std::size_t size = network.in.size();
    if (network.type == tflite::Type::float32) tflite::run(network, tflite::seeded_real_input(size, 1));
    if (network.type == tflite::Type::int16) tflite::run(network, tflite::seeded_words(size, 1));
    if (network.type == tflite::Type::int8) tflite::run(network, tflite::seeded_input(size, 1));
}

std::string error_after(const std::function<void(ModelBuilder&)>& spoil) {
    ModelBuilder model = small_model();
    spoil(model);
    const Outcome outcome = import_file(model.file());
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
    const Outcome outcome = import_file(dense_model().file());
    REQUIRE(outcome.error.empty());
    REQUIRE(outcome.network->input == nn::Affine{0.5f, 10});
    // x = (4, -1): 8 + 1 + 3 = 12 and -1, 24 and -2 steps from -20.
    REQUIRE(tflite::run(*outcome.network, tflite::Bytes{18, 8}) == tflite::Bytes{4, -22});
}

TEST_CASE("tflite: every operator becomes its layer, ways that part and meet a Residual") {
    const Outcome outcome = import_file(small_model().file());
    REQUIRE(outcome.error.empty());
    const std::vector<tflite::Layer>& layers = outcome.network->layers;
    using tflite::Kind;
    const std::vector<Kind> kinds{Kind::convolution,  Kind::residual, Kind::residual, Kind::max_pool,
                                  Kind::average_pool, Kind::reshape,  Kind::dense,    Kind::softmax};
    REQUIRE(layers.size() == kinds.size());
    for (std::size_t i = 0; i < kinds.size(); ++i) REQUIRE(layers[i].kind == kinds[i]);
    REQUIRE(layers[1].ways[0].size() == 2);
    REQUIRE(layers[1].ways[0][0].kind == Kind::depthwise);
    REQUIRE(layers[1].ways[0][0].multiplier == 2);
    REQUIRE(layers[1].ways[0][0].range.highest == 113);  // 6 / 0.05 = 120 steps from -7
    REQUIRE(layers[1].ways[1].size() == 1);
    REQUIRE(layers[2].ways[1].empty());
    REQUIRE(layers[2].add.summands[1].zero_point == 0);  // the branch's, which comes first in the file
    std::ostringstream out;
    tflite::write_header(out, "small", *outcome.network);
    REQUIRE(out.str().find("mote::nn::DepthwiseConv2D<mote::nn::DepthwiseConfig{.multiplier = 2, "
                           ".kernel = {3, 3}, .stride = {2, 2}, .dilation = {1, 1}, .padding = "
                           "mote::nn::Padding::same, .activation = mote::nn::Activation::relu6}>") !=
            std::string::npos);
}

TEST_CASE("tflite: the committed models are those that are built here") {
    for (const auto& [path, model] : committed) {
        std::ifstream file(path, std::ios::binary);
        REQUIRE((File{std::istreambuf_iterator<char>(file), {}} == model().file()));
    }
}

TEST_CASE("tflite: write the models to commit", "[.][write]") {
    for (const auto& [path, model] : committed) {
        const File bytes = model().file();
        std::ofstream file(path, std::ios::binary);
        for (const std::uint8_t byte : bytes) file.put(static_cast<char>(byte));
        REQUIRE(file.good());
    }
}

TEST_CASE("tflite: operators without weights, ways that meet side by side, and time along the width") {
    const Outcome outcome = import_file(operators_model().file());
    REQUIRE(outcome.error.empty());
    using tflite::Kind;
    const std::vector<Kind> kinds{Kind::curve,         Kind::padding,       Kind::convolution, Kind::curve,
                                  Kind::concatenation, Kind::concatenation, Kind::cropping,    Kind::curve,
                                  Kind::curve,         Kind::curve,         Kind::mean,        Kind::reshape,
                                  Kind::reshape,       Kind::reshape,       Kind::transposed,  Kind::reshape,
                                  Kind::reshape,       Kind::reshape,       Kind::dense,       Kind::curve};
    const std::vector<tflite::Layer>& layers = outcome.network->layers;
    REQUIRE(layers.size() == kinds.size());
    for (std::size_t i = 0; i < kinds.size(); ++i) REQUIRE(layers[i].kind == kinds[i]);
    REQUIRE(layers[4].ways.size() == 2);
    REQUIRE(layers[5].ways[0].size() == 1);  // the input itself, as a Reshape that changes nothing
    REQUIRE(layers[5].ways[0][0].kind == Kind::reshape);
    REQUIRE(layers[6].margins.right == 1);
    REQUIRE(layers[14].in == nn::Shape(7, 2));
    REQUIRE(layers[14].out == nn::Shape(14, 3));
}

TEST_CASE("tflite: a SUB of two ways is their difference, worked by hand") {
    const auto difference = [](bool reversed) {  // x - relu(x), or relu(x) - x
        ModelBuilder m;
        m.input = m.activation("x", {1, 2}, 0.5f, 10);
        const auto part = m.activation("part", {1, 2}, 0.5f, 10), y = m.activation("y", {1, 2}, 0.25f, -20);
        m.add(19, {m.input}, part);
        const auto first = reversed ? part : m.input, second = reversed ? m.input : part;
        m.add(41, {first, second}, y, {{0, scalar(std::uint8_t{0})}});
        return import_file(m.file());
    };
    const Outcome outcome = difference(false);
    REQUIRE(outcome.error.empty());
    // -4.5 - 0 and 3 - 3, in steps of 0.25 from -20; then 0 + 4.5.
    REQUIRE(tflite::run(*outcome.network, tflite::Bytes{1, 16}) == tflite::Bytes{-38, -20});
    const Outcome reversed = difference(true);
    REQUIRE(reversed.error.empty());
    REQUIRE(tflite::run(*reversed.network, tflite::Bytes{1, 16}) == tflite::Bytes{-2, -20});
    std::ostringstream out;
    tflite::write_header(out, "difference", *outcome.network);
    REQUIRE(out.str().find(", mote::nn::Activation::none, mote::nn::Subtract>") != std::string::npos);
}

TEST_CASE("tflite: a MUL of two ways and of constants, worked by hand") {
    const auto product = [](std::vector<std::int32_t> gate, float scale) {  // x * sigmoid(mean(x)), or of x
        ModelBuilder m;
        const bool small = gate.size() == 2;
        m.input = m.activation("x", {1, 1, 2, 2}, 0.5f, 10);
        const auto part = m.activation("part", gate, 0.5f, 10);
        if (small)
            m.add(40, {m.input, m.integers("axes", {2}, {1, 2})}, part);
        else
            m.add(22, {m.input}, part);
        const auto open = m.activation("open", gate, 1.0f / 256, -128);
        m.add(14, {part}, open);
        m.add(18, {m.input, open}, m.activation("y", {1, 1, 2, 2}, scale, -20),
              {{0, scalar(std::uint8_t{0})}});
        return import_file(m.file());
    };
    // Means 2 and -1: gates 225 / 256 and 69 / 256 times 1, 3 and -2, 0, in steps of 1/4.
    const Outcome gated = product({1, 2}, 0.25f);
    REQUIRE(gated.error.empty());
    CHECK(tflite::run(*gated.network, tflite::Bytes{12, 6, 16, 10}) == tflite::Bytes{-16, -22, -9, -20});
    const Outcome alike = product({1, 1, 2, 2}, 0.25f);
    REQUIRE(alike.error.empty());
    CHECK(tflite::run(*alike.network, tflite::Bytes{10, 30, 14, -10}) == tflite::Bytes{-20, 20, -13, -20});
    std::ostringstream out;
    tflite::write_header(out, "product", *gated.network);
    CHECK(out.str().find(", mote::nn::Activation::none, mote::nn::Multiply>") != std::string::npos);
    CHECK(product({1, 2}, 1e-7f)
              .error.find("operator 2 (MUL), tensor 4 (y): its output's scale is too small") == 0);

    const auto constant = [](std::int32_t code, std::vector<std::int32_t> shape,
                             std::vector<std::uint8_t> bytes, bool first, std::uint8_t type = 9) {
        ModelBuilder m;
        m.input = m.activation("x", {1, 2, 2}, 0.5f, 10);
        const auto c = m.tensor("c", shape, type, bytes, {0.25f}, {-1}, 0);
        const auto y = m.activation("y", {1, 2, 2}, 0.5f, 0);
        m.add(code, first ? std::vector<std::int32_t>{c, m.input} : std::vector<std::int32_t>{m.input, c}, y,
              {{0, scalar(std::uint8_t{1})}});
        return import_file(m.file());
    };
    const auto through = [](const Outcome& outcome) {
        REQUIRE(outcome.error.empty());
        REQUIRE(outcome.network->layers[0].kind == tflite::Kind::channelwise);
        return tflite::run(*outcome.network, tflite::Bytes{12, 14, -6, 9});  // 1, 2, -8 and -0.5
    };
    // With 2 and -1 (7 and -5 steps of 1/4 from -1), and relu.
    for (const bool first : {false, true}) {
        CHECK(through(constant(18, {2}, {7, 0xfb}, first)) == tflite::Bytes{4, 0, 0, 1});
        CHECK(through(constant(0, {1, 1, 2}, {7, 0xfb}, first)) == tflite::Bytes{6, 2, 0, 0});
        CHECK(through(constant(18, {}, {7}, first)) == tflite::Bytes{4, 8, 0, 0});
    }
    CHECK(through(constant(41, {2}, {7, 0xfb}, false)) == tflite::Bytes{0, 6, 0, 1});
    CHECK(constant(41, {2}, {7, 0xfb}, true).error ==
          "operator 0 (SUB), tensor 1 (c): takes from a constant");
    CHECK(constant(18, {3}, {7, 0xfb, 1}, false).error ==
          "operator 0 (MUL), tensor 1 (c): is not one number, or one for each channel");
    CHECK(constant(18, {2, 1}, {7, 0xfb}, false).error ==
          "operator 0 (MUL), tensor 1 (c): is not one number, or one for each channel");
    CHECK(constant(18, {1}, {7, 0}, false, 7).error ==
          "operator 0 (MUL), tensor 1 (c): is not of the input's type");
}

TEST_CASE("tflite: real numbers at both ends are left to the network") {
    ModelBuilder m;
    m.input = m.tensor("real", {1, 2}, 0, {}, {}, {}, 0);
    const auto x = m.activation("x", {1, 2}, 0.5f, 10), y = m.activation("y", {1, 2}, 1.0f / 256, -128);
    m.add(114, {m.input}, x);
    m.add(14, {x}, y);
    m.add(6, {y}, m.tensor("probabilities", {1, 2}, 0, {}, {}, {}, 0));
    const Outcome outcome = import_file(m.file());
    REQUIRE(outcome.error.empty());
    REQUIRE(outcome.network->input == nn::Affine{0.5f, 10});
    REQUIRE(outcome.network->layers.size() == 1);
    REQUIRE(tflite::run(*outcome.network, tflite::Bytes{10, 11}) ==
            tflite::Bytes{0, 31});  // 1/2 and 0.6225 of 256 steps
}

TEST_CASE("tflite: a network of real numbers, worked by hand and beside mote's own") {
    ModelBuilder m;
    m.input = m.real("x", {1, 2});
    const auto w = m.reals("w", {2, 2}, {2, -1, 0, 1}), b = m.reals("b", {2}, {3, -1});
    m.add(9, {m.input, w, b}, m.real("y", {1, 2}), {{0, scalar(std::uint8_t{1})}});
    const Outcome outcome = import_file(m.file());
    REQUIRE(outcome.error.empty());
    REQUIRE(outcome.network->type == tflite::Type::float32);
    REQUIRE(tflite::run(*outcome.network, tflite::Values<float>{4, -1}) == tflite::Values<float>{12, 0});
    const Outcome whole = import_file(real_model().file());
    REQUIRE(whole.error.empty());
    std::ostringstream out;
    tflite::write_header(out, "real", *whole.network);
    REQUIRE(out.str().find("mote::nn::Network<float, Architecture>") != std::string::npos);
}

TEST_CASE("tflite: activations of 16 bits, worked by hand") {
    const auto dense = [](auto bias) {  // y = 2 x0 - x1 + bias in steps of 0.5 out of 0.25
        ModelBuilder m;
        m.input = m.words("x", {1, 2}, 0.25f);
        const auto w = m.tensor("w", {1, 2}, 9, {2, 0xff}, {1.0f}, {0}, 0);
        m.add(9, {m.input, w, bias(m)}, m.words("y", {1, 1}, 0.5f));
        return import_file(m.file());
    };
    const auto wide = [](auto& m) { return m.tensor("b", {1}, 4, {12, 0, 0, 0, 0, 0, 0, 0}, {}, {}, 0); };
    const auto narrow = [](auto& m) { return m.tensor("b", {1}, 2, {12, 0, 0, 0}, {}, {}, 0); };
    using Words = tflite::Values<std::int16_t>;
    const Outcome outcome = dense(wide), doubly_rounded = dense(narrow);
    REQUIRE(outcome.error.empty());
    REQUIRE(outcome.network->type == tflite::Type::int16);
    // 2 * 4000 - 1000 + 12 quarters are 3506 halves; 2 * 1 - 1 + 12 = 13 quarters are 6.5, ties upwards.
    REQUIRE(tflite::run(*outcome.network, Words{4000, 1000}) == Words{3506});
    REQUIRE(tflite::run(*outcome.network, Words{1, 1}) == Words{7});
    REQUIRE(tflite::run(*outcome.network, Words{32767, -32768}) == Words{32767});
    REQUIRE(doubly_rounded.network->layers[0].words.bias32);
    REQUIRE(tflite::run(*doubly_rounded.network, Words{1, 1}) == Words{7});
    const auto without = [](auto scale, std::int64_t zero_point) {
        ModelBuilder m;
        m.input = m.tensor("x", {1, 2}, 7, {}, {scale}, {zero_point}, 0);
        m.add(40, {m.input, m.integers("axes", {1}, {1})}, m.words("y", {1, 2}, 0.5f));
        return import_file(m.file()).error;
    };
    REQUIRE(without(0.5f, 1) == "tensor 0 (x): its zero point is not 0");
    const auto curve = [](std::int32_t code, float out_scale = 0.002f) {
        ModelBuilder m;
        m.input = m.words("x", {1, 3}, 0.001f);
        m.add(code, {m.input}, m.words("y", {1, 3}, out_scale));
        const Outcome read = import_file(m.file());
        REQUIRE(read.error.empty());
        std::ostringstream out;
        tflite::write_header(out, "curve", *read.network);
        REQUIRE(out.str().find("mote::nn::Elementwise<") != std::string::npos);
        return tflite::run(*read.network, Words{2000, 0, -2000});
    };
    REQUIRE(curve(117) == Words{833, 0, -167});             // HARD_SWISH: 5/6 of 1000, -1/6 of 1000
    REQUIRE(curve(117, 1e-6f) == Words{32767, 0, -32768});  // finer than bytes could have it
    REQUIRE(curve(111) == Words{1000, 0, -433});  // ELU: e^-2 - 1 is -432.3 steps, and its table is rounded
    REQUIRE(curve(150) == Words{977, -1, -22});   // GELU: 977.2, 0 and -22.8, and likewise
}

TEST_CASE("tflite: a long short-term memory begins every call with zeros, or is refused") {
    const Outcome outcome = import_file(lstm_of_bytes().file());
    REQUIRE(outcome.error.empty());
    const tflite::Layer& layer = outcome.network->layers[0];
    REQUIRE(layer.kind == tflite::Kind::lstm);
    REQUIRE(layer.lstm.cell_power == -11);
    REQUIRE(layer.lstm.cell_clip == 20480);  // 10 * 2048
    REQUIRE(layer.lstm.input.zero_point == -7);
    REQUIRE(layer.lstm.recurrent.zero_point == 5);

    // Tensors: 1 to 8 the matrices, 9 to 12 the biases, 13 the hidden state, 14 the cell, 15 the output.
    const auto refused = [](bool words, const std::function<void(ModelBuilder&)>& spoil) {
        ModelBuilder model = lstm_model(words);
        spoil(model);
        const std::string error = import_file(model.file()).error,
                          about = "operator 0 (UNIDIRECTIONAL_SEQUENCE_LSTM)";
        REQUIRE(error.substr(0, about.size()) == about);
        return error.substr(about.size());
    };
    const auto scaled = [](std::size_t tensor, float scale, std::int64_t zero_point = 0) {
        return [=](ModelBuilder& m) {
            m.tensors[tensor][4] = table(
                {{2, vector(std::vector<float>{scale})}, {3, vector(std::vector<std::int64_t>{zero_point})}});
        };
    };
    const auto of_type = [](std::size_t tensor, std::uint8_t type) {
        return [=](ModelBuilder& m) { m.tensors[tensor][1] = scalar(type); };
    };
    const auto with_options = [](std::uint8_t activation, float clip) {
        return [=](ModelBuilder& m) {
            m.operators[0][4] = table({{0, scalar(activation)}, {1, scalar(clip)}});
        };
    };
    for (const bool words : {false, true}) {
        CHECK(refused(words, scaled(14, 0.3f)) == ", tensor 14 (cell): its scale is no power of two up to 1");
        CHECK(refused(words, scaled(13, 0.1f)) == ", tensor 13 (hidden): has not the output's scale");
        CHECK(refused(words, scaled(3, 1e9f)) == ", tensor 3 (w2): its scale is too large");
        CHECK(refused(words, scaled(6, 0.004f, 1)) == ", tensor 6 (u1): its zero point is not 0");
        CHECK(refused(words, of_type(14, 9)) == ", tensor 14 (cell): is no state of the units");
        CHECK(refused(words, of_type(13, words ? 9 : 7)) == ", tensor 13 (hidden): is no state of the units");
        CHECK(refused(words, of_type(2, 3)) == ", tensor 2 (w1): is not constant int8 of the gates' shape");
        CHECK(refused(words, with_options(1, 10)) == ": its activation is not TANH");
        CHECK(refused(words, with_options(4, -1)) == ": its cell is clipped to nothing");
        CHECK(refused(words, with_options(4, 0.0004f)) == ": its cell is clipped to nothing");
        const auto of_both = [](ModelBuilder& m) {  // the cell as the hidden state as well
            std::vector<std::uint8_t>& places = m.operators[0][1].bytes;
            std::copy_n(places.begin() + 4 * 19, 4, places.begin() + 4 * 18);
        };
        CHECK(refused(words, of_both) == ", tensor 14 (cell): is no state of the units");
        const auto too_fine = [&](ModelBuilder& m) {
            for (const std::size_t tensor : {13u, 15u}) scaled(tensor, 1e-10f)(m);
        };
        CHECK(refused(words, too_fine) == ", tensor 15 (sequence): its scale is too small");
    }
    const auto other_biases = [](ModelBuilder& m, std::int32_t tensor) {
        for (const std::size_t field : {1u, 2u})
            m.tensors[9][field] = m.tensors[static_cast<std::size_t>(tensor)][field];
    };
    CHECK(refused(true, [&](auto& m) { other_biases(m, m.biases("int32", 4, 1)); }) ==
          ", tensor 9 (b0): is not one constant int64 for each unit");
    CHECK(refused(false, [&](auto& m) { other_biases(m, m.long_biases("int64", 4, 1)); }) ==
          ", tensor 9 (b0): is not one constant int32 for each unit");
    CHECK(refused(true, scaled(14, 0.5f, 3)) == ", tensor 14 (cell): its zero point is not 0");
    CHECK(refused(false, scaled(14, 0.5f, 3)) == ", tensor 14 (cell): its zero point is not 0");
}

TEST_CASE("tflite: a long short-term memory of 16 bits is that of plain integers") {
    using namespace mote::reference;
    ModelBuilder m;
    m.input = m.words("x", {1, 6, 3}, imported_x);
    std::vector<std::int32_t> inputs{m.input};
    const auto matrices = [&](const auto& weights, std::size_t first) {
        const std::size_t size = weights.size() / 4;
        for (std::size_t gate = 0; gate < 4; ++gate) {
            const auto from = weights.begin() + static_cast<std::ptrdiff_t>(gate * size);
            const std::vector<std::uint8_t> data(from, from + static_cast<std::ptrdiff_t>(size));
            inputs.push_back(m.tensor("matrix", {4, static_cast<std::int32_t>(size / 4)}, 9, data,
                                      {imported_scales[first + gate]}, {0}, 0));
        }
    };
    matrices(imported_numbers.input.weights, 0);
    matrices(imported_numbers.recurrent.weights, 4);
    inputs.insert(inputs.end(), 3, -1);
    for (std::size_t gate = 0; gate < 4; ++gate) {
        const auto from = imported_numbers.input.bias.begin() + static_cast<std::ptrdiff_t>(4 * gate);
        inputs.push_back(
            m.tensor("bias", {4}, 4, vector(std::vector<std::int64_t>(from, from + 4)).bytes, {}, {}, 0));
    }
    inputs.insert(inputs.end(), 2, -1);
    inputs.push_back(m.words("hidden", {1, 4}, imported_h));
    inputs.push_back(m.words("cell", {1, 4}, 0x1p-13f));
    inputs.insert(inputs.end(), 4, -1);
    m.add(44, inputs, m.words("y", {1, 6, 4}, imported_h), {{0, scalar(std::uint8_t{4})}, {1, scalar(3.0f)}});
    const Outcome outcome = import_file(m.file());
    REQUIRE(outcome.error.empty());
    const auto flat = [](const auto& frames) {
        tflite::Values<std::int16_t> all;
        for (const auto& frame : frames) all.insert(all.end(), frame.begin(), frame.end());
        return all;
    };
    CHECK(tflite::run(*outcome.network, flat(imported_inputs)) == flat(imported_hidden));
}

TEST_CASE("tflite: an SVDF is Svdf, its state of 16 bits or of 8 with a zero point") {
    const auto bytes = [](const auto& numbers) {
        return std::vector<std::uint8_t>(numbers.begin(), numbers.end());
    };
    const auto all = [](const auto& numbers) { return std::vector(numbers.begin(), numbers.end()); };
    const auto filtered = [](const ModelBuilder& model, std::size_t steps, const auto& x) {
        Outcome outcome = import_file(model.file());
        REQUIRE(outcome.error.empty());
        REQUIRE(outcome.network->layers.size() == 1);
        tflite::Layer& layer = outcome.network->layers[0];
        layer.in.height = layer.out.height = steps;
        return tflite::run(layer, tflite::Bytes(x.begin(), x.end()));
    };
    ModelBuilder fine, coarse;  // the models of svdf_reference.py
    fine.input = fine.activation("x", {1, 8}, 0.05f, 11);
    fine.add(27,
             {fine.input, fine.tensor("w", {6, 8}, 9, bytes(::reference::svdf_weights), {0.007f}, {0}, 0),
              fine.tensor("t", {6, 5}, 7, vector(all(::reference::svdf_time)).bytes, {0.0021f}, {0}, 0),
              fine.tensor("b", {3}, 2, vector(all(::reference::svdf_bias)).bytes, {}, {}, 0),
              fine.words("state", {1, 30}, 0.000043f)},
             fine.activation("y", {1, 3}, 0.06f, -9), {{0, scalar(2)}});
    CHECK(filtered(fine, 12, ::reference::svdf_x) == all(::reference::svdf_y));
    coarse.input = coarse.activation("x", {1, 7}, 0.05f, 11);
    coarse.add(27,
               {coarse.input,
                coarse.tensor("w", {4, 7}, 9, bytes(::reference::svdf_of_bytes_weights), {0.007f}, {0}, 0),
                coarse.tensor("t", {4, 3}, 9, bytes(::reference::svdf_of_bytes_time), {0.015f}, {0}, 0),
                coarse.tensor("b", {4}, 2, vector(all(::reference::svdf_of_bytes_bias)).bytes, {}, {}, 0),
                coarse.activation("state", {1, 12}, 0.07f, -50)},
               coarse.activation("y", {1, 4}, 0.1f, -128), {{0, scalar(1)}, {1, scalar(std::uint8_t{1})}});
    CHECK(filtered(coarse, 12, ::reference::svdf_of_bytes_x) == all(::reference::svdf_of_bytes_y));

    const Outcome outcome = import_file(svdf_model().file());
    REQUIRE(outcome.error.empty());
    CHECK(outcome.network->layers[1].kind == tflite::Kind::convolution);  // which runs step by step
    const auto refused = [](const std::function<void(ModelBuilder&)>& spoil) {
        ModelBuilder model = svdf_model();
        spoil(model);
        return import_file(model.file()).error;
    };
    CHECK(refused([](auto& m) {
              m.operators[0][4] = table({{0, scalar(3)}});
          }) == "operator 0 (SVDF), tensor 3 (past/w): its shape does not fit the input and the output");
    CHECK(refused([](auto& m) {
              m.operators[0][4] = table({{0, scalar(0)}});
          }) == "operator 0 (SVDF): has no such rank");
    CHECK(refused([](auto& m) {
              m.operators[0][4] = table({{0, scalar(2)}, {1, scalar(std::uint8_t{3})}});
          }) == "operator 0 (SVDF): its activation is not RELU");
    CHECK(refused([](auto& m) {
              m.tensors[5][0] = vector(std::vector<std::int32_t>{1, 39});
          }) == "operator 0 (SVDF), tensor 5 (past/state): is no state of the filters");
    CHECK(refused([](auto& m) { m.tensors[5][1] = scalar(std::uint8_t{9}); }) ==
          "operator 0 (SVDF), tensor 5 (past/state): is no state of the filters");
}

TEST_CASE("tflite: bytes without a sign count from -128") {
    ModelBuilder m;
    m.input = m.tensor("pixels", {1, 2}, 3, {}, {1.0f / 255}, {0}, 0);
    m.add(114, {m.input}, m.activation("x", {1, 2}, 2.0f / 255, 0));
    const Outcome outcome = import_file(m.file());
    REQUIRE(outcome.error.empty());
    REQUIRE(outcome.network->input == nn::Affine{1.0f / 255, -128});
    REQUIRE(tflite::run(*outcome.network, tflite::Bytes{-128, 127}) ==
            tflite::Bytes{0, 127});  // 255 halves, cut off
}

TEST_CASE("tflite: what is wrong is named, with the operator and the tensor") {
    REQUIRE(import_file({}).error == "not a TensorFlow Lite file (no TFL3 at byte 4)");
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
                m.codes[8] = {{0, scalar(std::int8_t{35})}};
            }) == "operator 8 (RNN): is not supported");
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
    const auto bent = [](std::size_t tensor, std::vector<std::int32_t> values) {
        ModelBuilder model = operators_model();
        std::uint32_t buffer = 0;
        std::memcpy(&buffer, model.tensors[tensor][2].bytes.data(), sizeof(buffer));
        Value bytes = vector(values);
        bytes.count = bytes.bytes.size();
        model.buffers[buffer] = {{0, bytes}};
        return import_file(model.file()).error;
    };
    REQUIRE(bent(2, {0, 0, 1, 1, 0, -1, 0, 0}) == "operator 1 (PAD), tensor 2 (margins): a margin is -1");
    REQUIRE(bent(2, {0, 0, 1, 1, 0, 0, 1, 0}) ==
            "operator 1 (PAD), tensor 2 (margins): pads more than height and width");
    REQUIRE(bent(2, {0, 0, 1, 2, 0, 1, 0, 0}) ==
            "operator 1 (PAD), tensor 3 (padded): has not the shape that the operator gives");
}

TEST_CASE("tflite: a file cut short, or with a byte changed, is read or refused") {
    const File good = committed[GENERATE(0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u)].second().file();
    for (std::size_t size = 0; size < good.size(); size += 9) {
        const Outcome outcome =
            import_file(File(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
        REQUIRE(outcome.network.has_value() != !outcome.error.empty());
    }
    std::size_t refused = 0;
    for (std::size_t i = 0; i < good.size(); i += 4) {  // all changes of all: tests/tflite/mutations.cpp
        File bad = good;
        bad[i] = static_cast<std::uint8_t>(bad[i] ^ std::array{1, 0x80, 0xff}[i % 3]);
        const Outcome outcome = import_file(bad);
        REQUIRE(outcome.network.has_value() != !outcome.error.empty());
        refused += outcome.network ? 0 : 1;
        if (outcome.network) run(*outcome.network);
    }
    REQUIRE(refused > good.size() / 8);
}
