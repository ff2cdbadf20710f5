// SPDX-License-Identifier: MIT
#include "mote/deploy/host/tflite_dilated.hpp"

#include "mote/deploy/host/tflite_header.hpp"
#include "tests/deploy/tflite_builder.hpp"
#include "tests/deploy/tflite_import.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using namespace mote::testing;
namespace tflite = mote::deploy::tflite;
using tflite::Kind;

namespace {

using Numbers = std::vector<std::int32_t>;
const Fields one_step{{0, scalar(std::uint8_t{1})}, {1, scalar(1)}, {2, scalar(1)}};
const Fields one_step_depthwise{{0, scalar(std::uint8_t{1})},
                                {1, scalar(1)},
                                {2, scalar(1)},
                                {3, scalar(2)},
                                {4, scalar(std::uint8_t{1})}};

/// How the converter leaves a dilated convolution of an image, or of a sequence along a width.
struct Split {
    std::int32_t rows = 1, columns = 12;
    Numbers block{3}, kernel{1, 2}, pads{0, 0}, crops{0, 0};
    bool depthwise = false, unknown = false;  // whether the shapes between are told

    [[nodiscard]] bool sequence() const { return block.size() == 1; }
    [[nodiscard]] std::int32_t padded(std::size_t axis) const {
        return (axis == 0 && !sequence() ? rows : columns) + pads[2 * axis] + pads[2 * axis + 1];
    }
    /// Of one sample between, from its input or from its output.
    [[nodiscard]] Numbers sample(bool out) const {
        Numbers lengths{1, 1};
        for (std::size_t i = 0; i < block.size(); ++i) {
            lengths[2 - block.size() + i] =
                padded(i) / block[i] - (out ? kernel[2 - block.size() + i] - 1 : 0);
        }
        return lengths;
    }
    [[nodiscard]] std::int32_t samples() const { return sequence() ? block[0] : block[0] * block[1]; }
};

constexpr std::int32_t channels = 2, filters = 4;

/// The convolution in the middle: its weights, biases and options.
void convolve(ModelBuilder& m, const Split& split, std::int32_t from, std::int32_t to) {
    const Numbers& k = split.kernel;
    const auto w = split.depthwise ? m.weights("w", {1, k[0], k[1], filters}, 3, 1)
                                   : m.weights("w", {filters, k[0], k[1], channels}, 0, 1);
    const auto b = m.biases("b", filters, 2);
    m.add(split.depthwise ? 4 : 3, {from, w, b}, to, split.depthwise ? one_step_depthwise : one_step);
}

ModelBuilder split_model(const Split& split) {
    ModelBuilder m;
    const auto lengths = [&](std::int32_t n, Numbers sample, std::int32_t depth) {
        if (split.unknown) n = 1;
        return Numbers{n, sample[0], sample[1], depth};
    };
    const auto flat = [&](Numbers shape) {
        if (split.sequence()) shape.erase(shape.begin() + 1);
        return shape;
    };
    const auto pairs = static_cast<std::int32_t>(split.block.size());
    m.input = m.activation("x", flat({1, split.rows, split.columns, channels}), 0.05f, -7);
    const auto block = m.integers("block", {pairs}, split.block);
    const auto apart =
        m.activation("apart", flat(lengths(split.samples(), split.sample(false), channels)), 0.05f, -7);
    m.add(38, {m.input, block, m.integers("pads", {pairs, 2}, split.pads)}, apart);
    auto from = apart;
    if (split.sequence()) {
        from = m.activation("lying", lengths(split.samples(), split.sample(false), channels), 0.05f, -7);
        m.add(70, {apart, m.integers("axis", {1}, {1})}, from);
    }
    auto to = m.activation("sum", lengths(split.samples(), split.sample(true), filters), 0.1f, 3);
    convolve(m, split, from, to);
    if (split.sequence()) {
        const auto standing =
            m.activation("standing", flat(lengths(split.samples(), split.sample(true), filters)), 0.1f, 3);
        m.add(43, {to}, standing);
        to = standing;
    }
    const Numbers out{split.sample(true)[0] * (split.sequence() ? 1 : split.block[0]) -
                          (split.sequence() ? 0 : split.crops[0] + split.crops[1]),
                      split.sample(true)[1] * split.block.back() - split.crops[split.crops.size() - 2] -
                          split.crops.back()};
    m.add(37, {to, block, m.integers("crops", {pairs, 2}, split.crops)},
          m.activation("y", flat({1, out[0], out[1], filters}), 0.1f, 3));
    return m;
}

/// What TensorFlow Lite's three operators do, one after another; the one in the middle alone is a model.
tflite::Bytes by_samples(const Split& split, const tflite::Bytes& x) {
    ModelBuilder m;
    const Numbers in = split.sample(false), out = split.sample(true);
    m.input = m.activation("x", {1, in[0], in[1], channels}, 0.05f, -7);
    convolve(m, split, m.input, m.activation("y", {1, out[0], out[1], filters}, 0.1f, 3));
    const Outcome alone = import_file(m.file());
    REQUIRE(alone.error.empty());
    const bool image = !split.sequence();
    const std::int32_t down = image ? split.block[0] : 1, across = split.block.back();
    const std::int32_t top = image ? split.pads[0] : 0, left = split.pads[split.pads.size() - 2];
    const std::int32_t cut_top = image ? split.crops[0] : 0, cut_left = split.crops[split.crops.size() - 2];
    const std::int32_t height = out[0] * down - cut_top - (image ? split.crops[1] : 0),
                       width = out[1] * across - cut_left - split.crops.back();
    tflite::Bytes y(static_cast<std::size_t>(height * width * filters));
    for (std::int32_t sample = 0; sample < down * across; ++sample) {
        tflite::Bytes part;
        for (std::int32_t i = 0; i < in[0] * in[1] * channels; ++i) {
            const std::int32_t pixel = i / channels;
            const std::int32_t row = pixel / in[1] * down + sample / across - top;
            const std::int32_t column = pixel % in[1] * across + sample % across - left;
            const bool inside = row >= 0 && row < split.rows && column >= 0 && column < split.columns;
            const std::int32_t from = (row * split.columns + column) * channels + i % channels;
            part.push_back(inside ? x[static_cast<std::size_t>(from)] : std::int8_t{-7});
        }
        const tflite::Bytes result = tflite::run(*alone.network, part);
        for (std::int32_t i = 0; i < out[0] * out[1] * filters; ++i) {
            const std::int32_t pixel = i / filters;
            const std::int32_t row = pixel / out[1] * down + sample / across - cut_top;
            const std::int32_t column = pixel % out[1] * across + sample % across - cut_left;
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            y[static_cast<std::size_t>((row * width + column) * filters + i % filters)] =
                result[static_cast<std::size_t>(i)];
        }
    }
    return y;
}

/// One convolution with the dilation, after margins where no padding does what they do.
void check(const Split& split, nn::Padding padding, bool margins = false) {
    const Outcome outcome = import_file(split_model(split).file());
    REQUIRE(outcome.error == "");
    const std::vector<tflite::Layer>& layers = outcome.network->layers;
    REQUIRE(layers.size() == (margins ? 2u : 1u));
    CHECK(layers.back().config.padding == padding);
    CHECK(layers.back().config.dilation.height == static_cast<std::size_t>(split.block[0]));
    for (const std::uint32_t seed : {1u, 2u, 3u}) {
        const tflite::Bytes x = tflite::seeded_input(outcome.network->in.size(), seed);
        CHECK(tflite::run(*outcome.network, x) == by_samples(split, x));
    }
}

}  // namespace

TEST_CASE("tflite: SPACE_TO_BATCH_ND, a convolution and BATCH_TO_SPACE_ND are one that is dilated") {
    check({}, nn::Padding::valid);
    check({.unknown = true}, nn::Padding::valid);
    check({.columns = 10, .pads = {3, 2}, .crops = {0, 2}}, nn::Padding::causal);
    check({.columns = 13, .pads = {1, 1}, .crops = {0, 0}}, nn::Padding::valid, true);
    check({.columns = 11, .block = {2}, .kernel = {1, 3}, .pads = {2, 3}, .crops = {0, 1}},
          nn::Padding::same);
    check({.columns = 11, .block = {2}, .kernel = {1, 3}, .pads = {4, 1}, .crops = {0, 1}, .depthwise = true},
          nn::Padding::causal);
    check({.rows = 7,
           .columns = 8,
           .block = {2, 2},
           .kernel = {3, 3},
           .pads = {2, 3, 2, 2},
           .crops = {0, 1, 0, 0}},
          nn::Padding::same);
    check({.rows = 6,
           .columns = 9,
           .block = {2, 3},
           .kernel = {2, 2},
           .pads = {0, 0, 0, 0},
           .crops = {0, 0, 0, 0}},
          nn::Padding::valid);
    check({.rows = 6,
           .columns = 9,
           .block = {2, 3},
           .kernel = {2, 2},
           .pads = {2, 0, 3, 3},
           .crops = {1, 0, 0, 2},
           .depthwise = true},
          nn::Padding::valid, true);
}

TEST_CASE("tflite: what makes no dilated convolution is refused") {
    const auto refused = [](const std::function<void(ModelBuilder&)>& spoil) {
        ModelBuilder model = split_model({.columns = 10, .pads = {3, 2}, .crops = {0, 2}});
        spoil(model);
        return import_file(model.file()).error;
    };
    const auto integers = [](ModelBuilder& m, std::size_t buffer, Numbers values) {
        Value bytes = vector(values);
        bytes.count = bytes.bytes.size();
        m.buffers[buffer] = {{0, bytes}};
    };
    CHECK(refused([&](auto& m) {
              integers(m, 2, {3, 3});
          }) == "operator 0 (SPACE_TO_BATCH_ND), tensor 1 (block): its block does not fit");
    CHECK(refused([&](auto& m) { integers(m, 1, {0}); }) ==
          "operator 0 (SPACE_TO_BATCH_ND), tensor 1 (block): has no such block");
    CHECK(refused([&](auto& m) {
              integers(m, 2, {-1, 3});
          }) == "operator 0 (SPACE_TO_BATCH_ND), tensor 3 (pads): has margins that are not supported");
    CHECK(refused([](auto& m) {
              m.operators[2][4] = table({{0, scalar(std::uint8_t{1})}, {1, scalar(2)}, {2, scalar(1)}});
          }) ==
          "operator 2 (CONV_2D): pads, strides or dilates between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND");
    CHECK(refused([](auto& m) {
              m.codes[4] = {{0, scalar(std::int8_t{22})}};
          }) == "operator 4 (RESHAPE), tensor 9 (standing): holds more than one sample");
}

TEST_CASE("tflite: margins that a convolution can make itself take no room") {
    const auto layers = [](Numbers margins, std::int32_t stride, Numbers out) {
        ModelBuilder m;
        m.input = m.activation("x", {1, 6, 6, 2}, 0.05f, -7);
        const auto padded = m.activation(
            "padded", {1, 6 + margins[0] + margins[1], 6 + margins[2] + margins[3], 2}, 0.05f, -7);
        margins.insert(margins.begin(), {0, 0});
        margins.insert(margins.end(), {0, 0});
        m.add(34, {m.input, m.integers("margins", {4, 2}, margins)}, padded);
        m.add(3, {padded, m.weights("w", {4, 3, 3, 2}, 0, 1), m.biases("b", 4, 2)},
              m.activation("y", {1, out[0], out[1], 4}, 0.1f, 3),
              {{0, scalar(std::uint8_t{1})}, {1, scalar(stride)}, {2, scalar(stride)}});
        const Outcome outcome = import_file(m.file());
        REQUIRE(outcome.error.empty());
        return outcome.network->layers;
    };
    const auto folded = layers({0, 1, 0, 1}, 2, {3, 3});  // as in MobileNet by Keras
    REQUIRE(folded.size() == 1);
    CHECK(folded[0].config.padding == nn::Padding::same);
    const auto kept = layers({1, 0, 1, 0}, 2, {3, 3});
    REQUIRE(kept.size() == 2);
    const tflite::Bytes x = tflite::seeded_input(72, 5);
    // The second sees what the first sees of an image that is moved by one pixel.
    tflite::Bytes moved(72, -7);
    for (std::size_t i = 0; i < 72; ++i) {
        const std::size_t row = i / 12, column = i / 2 % 6;
        if (row < 5 && column < 5) moved[i] = x[i + 14];
    }
    tflite::Bytes seen = tflite::run<std::int8_t>(folded, x), same = tflite::run<std::int8_t>(kept, x);
    CHECK(seen != same);
    CHECK(layers({1, 1, 1, 1}, 1, {6, 6}).size() == 1);
}

TEST_CASE("tflite: a causal convolution of a sequence is one layer that runs frame by frame") {
    ModelBuilder m;  // as Keras's Conv1D leaves it: margins, an axis more, an axis less
    m.input = m.activation("x", {1, 8, 2}, 0.05f, -7);
    const auto padded = m.activation("padded", {1, 10, 2}, 0.05f, -7);
    m.add(34, {m.input, m.integers("margins", {3, 2}, {0, 0, 2, 0, 0, 0})}, padded);
    const auto lying = m.activation("lying", {1, 1, 10, 2}, 0.05f, -7);
    m.add(70, {padded, m.integers("axis", {1}, {1})}, lying);
    const auto sum = m.activation("sum", {1, 1, 8, 4}, 0.1f, 3);
    m.add(3, {lying, m.weights("w", {4, 1, 3, 2}, 0, 1), m.biases("b", 4, 2)}, sum, one_step);
    m.add(43, {sum}, m.activation("y", {1, 8, 4}, 0.1f, 3));
    const Outcome outcome = import_file(m.file());
    REQUIRE(outcome.error.empty());
    REQUIRE(outcome.network->layers.size() == 1);
    CHECK(outcome.network->layers[0].config.padding == nn::Padding::causal);
    CHECK(outcome.network->layers[0].config.kernel == nn::Extent{3, 1});
}
