// SPDX-License-Identifier: MIT
// Layers of sequences: convolutions and poolings along time, padding and what makes sequences longer.
#include <array>
#include <cmath>
#include <vector>

#include "mote/nn/conv1d.hpp"
#include "mote/nn/dense.hpp"
#include "mote/nn/pool1d.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/residual.hpp"
#include "mote/nn/separable_conv.hpp"
#include "mote/nn/sequence.hpp"
#include "mote/nn/time_distributed.hpp"
#include "mote/nn/transposed_conv1d.hpp"
#include "mote/nn/zero_padding.hpp"
#include "tests/nn/layer_check.hpp"
#include "tests/nn/sequence_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Activation, nn::Padding, nn::Shape;

namespace {

using Same = nn::Conv1D<nn::Conv1DConfig{
    .filters = 2, .kernel = 4, .stride = 2, .padding = Padding::same, .activation = Activation::relu}>;
using Causal =
    nn::Conv1D<nn::Conv1DConfig{.filters = 2, .kernel = 3, .dilation = 4, .padding = Padding::causal}>;
using Strided = nn::Conv1D<nn::Conv1DConfig{
    .filters = 2, .kernel = 3, .stride = 3, .dilation = 2, .padding = Padding::causal}>;
using Valid = nn::Conv1D<nn::Conv1DConfig{.filters = 4, .kernel = 5, .stride = 2, .dilation = 2}>;
using Depthwise =
    nn::DepthwiseConv1D<nn::Depthwise1DConfig{.multiplier = 2, .stride = 2, .padding = Padding::same}>;
using Average = nn::AveragePool1D<nn::Pool1DConfig{.size = 3, .stride = 2, .padding = Padding::same}>;
using Largest = nn::MaxPool1D<nn::Pool1DConfig{.size = 4, .stride = 2}>;
using Longer = nn::TransposedConv1D<nn::TransposedConfig{.filters = 2, .kernel = 5, .stride = 2}>;
using Cut = nn::TransposedConv1D<nn::TransposedConfig{
    .filters = 2, .kernel = 6, .stride = 3, .padding = Padding::same}>;
using Gaps = nn::TransposedConv1D<nn::TransposedConfig{.filters = 2, .kernel = 2, .stride = 3}>;

constexpr Shape eleven{11, 3};

/// Worst gap to PyTorch's output for the reference's sequence.
template <class Layer, std::size_t N>
double gap(const std::array<double, N>& expected, const double* weights = nullptr) {
    testing::OneLayer<Layer, eleven> layer;
    if (weights != nullptr) layer.weights.assign(weights, weights + layer.weights.size());
    const auto y = layer.run({reference::sequence.begin(), reference::sequence.end()});
    REQUIRE(y.size() == N);
    double worst = 0;
    for (std::size_t i = 0; i < N; ++i) worst = std::max(worst, std::fabs(y[i] - expected[i]));
    return worst;
}

/// Whether a causal convolution of seeded bytes is the specification's on this instruction set.
template <class Isa>
bool conforms() {
    using Layer = Causal::At<eleven>::Quantized;
    Random random(8);
    Layer layer;
    for (auto& weight : layer.weights) {
        weight = static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127);
    }
    layer.bias = {900, -700};
    layer.output = {{1 << 30 | 12345, 1 << 30}, {-8, -7}, 3, -128, 127};
    layer.input_zero_point = 11;
    alignas(16) std::array<std::int8_t, 33> x{};
    std::array<std::int8_t, 22> y{}, expected{};
    for (auto& byte : x) byte = static_cast<std::int8_t>(random.next() >> 24);
    alignas(16) std::array<std::byte, kernels::scratch_bytes<Layer, Isa> + 1> scratch;
    kernels::run<Isa>(kernels::pack<Isa>(layer), x.data(), y.data(), scratch.data());
    kernels::reference::run(layer, x.data(), expected.data());
    return y == expected;
}

template <std::size_t Units>
using TimeDense = nn::TimeDistributed<nn::Dense<nn::DenseConfig{Units, Activation::relu}>>;
template <std::size_t Units>
using Pointwise = nn::Conv1D<nn::Conv1DConfig{.filters = Units, .kernel = 1, .activation = Activation::relu}>;

/// What seven steps of noise make in a network of one layer of T's.
template <class Layer, std::size_t Features, class T>
std::vector<T> steps_of() {
    using Architecture = nn::Sequential<Shape{7, Features}, Layer>;
    Random random(4);
    std::array<std::array<float, Architecture::inputs>, 4> rows{};
    for (auto& row : rows) {
        for (float& x : row) x = random.normal<float>();
    }
    nn::Network<float, Architecture> model;
    model.initialise(3);
    const auto network = nn::quantize<T>(model, Rows<float, Architecture::inputs>(rows));
    typename nn::Network<T, Architecture>::Workspace scratch;
    const auto y = network.forward(network.quantize_input(rows[0]), scratch);
    return {y.begin(), y.end()};
}

}  // namespace

TEST_CASE("Sequences: values are PyTorch's, padded as TensorFlow pads") {
    CHECK(gap<Same>(reference::conv1d_same_output, reference::conv1d_same_weights.data()) < 1e-14);
    CHECK(gap<Causal>(reference::conv1d_causal_output, reference::conv1d_causal_weights.data()) < 1e-14);
    CHECK(gap<Strided>(reference::conv1d_strided_output, reference::conv1d_strided_weights.data()) < 1e-14);
    CHECK(gap<Valid>(reference::conv1d_valid_output, reference::conv1d_valid_weights.data()) < 1e-14);
    CHECK(gap<Depthwise>(reference::depthwise1d_output, reference::depthwise1d_weights.data()) < 1e-14);
    CHECK(gap<Average>(reference::average1d_output) < 1e-14);
    CHECK(gap<Largest>(reference::max1d_output) == 0);
    CHECK(gap<Longer>(reference::transposed_valid_output, reference::transposed_valid_weights.data()) <
          1e-14);
    CHECK(gap<Cut>(reference::transposed_same_output, reference::transposed_same_weights.data()) < 1e-14);
    CHECK(gap<Gaps>(reference::transposed_gaps_output, reference::transposed_gaps_weights.data()) < 1e-14);
}

TEST_CASE("Sequences: backward agrees with central differences") {
    const std::uint64_t seed = GENERATE(1u, 2u);
    CHECK(testing::gradient_gap<Same, eleven>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Causal, eleven>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Strided, eleven>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Depthwise, eleven>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Average, eleven>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Largest, eleven>(seed) < 1e-6);
    CHECK(testing::gradient_gap<nn::GlobalMaxPool, eleven>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Longer, eleven>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Cut, eleven>(seed) < 1e-6);
    CHECK(testing::gradient_gap<nn::ZeroPadding2D<nn::Margins{1, 2, 0, 1}>, Shape{3, 2, 2}>(seed) < 1e-6);
}

TEST_CASE("Sequences: a causal output sees its own step and before, and NaN reaches no other") {
    // Taps 0, 4 and 8 steps back.
    CHECK(testing::spoilt_by<Causal, eleven>(3 * 2) == std::vector<std::size_t>{4, 5, 12, 13, 20, 21});
    CHECK(testing::spoilt_by<Causal, eleven>(3 * 9) == std::vector<std::size_t>{18, 19});
    CHECK(testing::spoilt_by<Largest, eleven>(3 * 3 + 1) == std::vector<std::size_t>{1, 4});
    CHECK(testing::spoilt_by<nn::GlobalMaxPool, eleven>(4) == std::vector<std::size_t>{1});
    CHECK(testing::spoilt_by<Gaps, eleven>(3) == std::vector<std::size_t>{6, 7, 8, 9});
    CHECK(testing::spoilt_by<nn::ZeroPadding1D<2, 1>, eleven>(4) == std::vector<std::size_t>{3 * 3 + 1});
}

TEST_CASE("ZeroPadding: worked examples, bytes on the zero point") {
    using Around = nn::ZeroPadding2D<nn::Margins{.top = 1, .left = 1, .right = 2}>;
    STATIC_REQUIRE(Around::shape<Shape{1, 2, 1}> == Shape{2, 5, 1});
    testing::OneLayer<Around, Shape{1, 2, 1}> layer;
    CHECK(layer.run({3, 4}) == std::vector<double>{0, 0, 0, 0, 0, 0, 3, 4, 0, 0});
    STATIC_REQUIRE(nn::ZeroPadding1D<2, 1>::shape<eleven> == Shape{14, 3});
    using At = nn::ZeroPadding1D<1, 1>::At<Shape{1, 2}>;
    const std::array<std::int8_t, 2> x{3, 4};
    std::array<std::int8_t, 6> y{};
    At::run<isa::Portable>(At::quantize(reference::sequence.data(), {0.1f, -9}, {}), x.data(), y.data(),
                           nullptr);
    CHECK(y == std::array<std::int8_t, 6>{-9, -9, 3, 4, -9, -9});
}

TEST_CASE("TransposedConv1D: bytes are the specification's") {
    using At = Cut::At<eleven>;
    At::Quantized layer;
    layer.weights = reference::q_transposed_weights;
    layer.bias = reference::q_transposed_bias;
    layer.output.multiplier = reference::q_transposed_multiplier;
    layer.output.shift = reference::q_transposed_shift;
    layer.output.zero_point = 4;
    layer.input_zero_point = -7;
    std::array<std::int8_t, 66> y{};
    At::run<isa::Native>(layer, reference::q_sequence.data(), y.data(), nullptr);
    CHECK(y == reference::q_transposed_output);
}

TEST_CASE("Conv1D: bytes padded on one side are the specification's on every instruction set") {
    CHECK(conforms<isa::Native>());
    CHECK(conforms<isa::Portable>());
    CHECK(conforms<isa::ArmV6M>());
}

TEST_CASE("Sequences: as bytes within what rounding weights and numbers to 8 bits makes") {
    CHECK(testing::quantized_gap<nn::Sequential<eleven, Causal>>(4) < 3);
    CHECK(testing::quantized_gap<nn::Sequential<eleven, Depthwise, Largest>>(4) < 3);
    CHECK(testing::quantized_gap<nn::Sequential<eleven, nn::ZeroPadding1D<1, 2>, Average>>(4) < 2);
    CHECK(testing::quantized_gap<nn::Sequential<eleven, Cut>>(4) < 3);
}

TEST_CASE("TimeDistributed: integers are those of a convolution of one step, whatever the features") {
    CHECK(steps_of<TimeDense<3>, 5, std::int8_t>() == steps_of<Pointwise<3>, 5, std::int8_t>());
    CHECK(steps_of<TimeDense<3>, 8, std::int8_t>() == steps_of<Pointwise<3>, 8, std::int8_t>());
    CHECK(steps_of<TimeDense<8>, 3, std::int8_t>() == steps_of<Pointwise<8>, 3, std::int8_t>());
    CHECK(steps_of<TimeDense<3>, 5, std::int16_t>() == steps_of<Pointwise<3>, 5, std::int16_t>());
    CHECK(steps_of<TimeDense<3>, 4, std::int16_t>() == steps_of<Pointwise<3>, 4, std::int16_t>());
    // A layer of layers is calibrated once for all steps, which here nothing does.
    using Nested = nn::TimeDistributed<nn::Residual<nn::Path<nn::Dense<nn::DenseConfig{.units = 4}>>>>;
    STATIC_REQUIRE_FALSE(nn::has_integer_layers_for<nn::Sequential<Shape{7, 4}, Nested>, std::int8_t>);
}

TEST_CASE("SeparableConv: stands for its two layers") {
    using Separable = nn::SeparableConv1D<nn::Separable1DConfig{.filters = 4, .padding = Padding::same}>;
    using Image = nn::SeparableConv2D<nn::SeparableConfig{.filters = 2, .kernel = {3, 2}, .multiplier = 2}>;
    using Network = nn::Sequential<eleven, Separable, nn::Flatten>;
    STATIC_REQUIRE(Network::depth == 3);
    STATIC_REQUIRE(Network::parameters == (3 + 1) * 3 + (3 + 1) * 4);
    STATIC_REQUIRE(Network::shapes[2] == Shape{11, 4});
    STATIC_REQUIRE(nn::Sequential<Shape{8, 8, 3}, Image>::shapes[2] == Shape{6, 7, 2});
    STATIC_REQUIRE(nn::Sequential<Shape{8, 8, 3}, Image>::macs == 6 * 7 * (6 * 6 + 6 * 2));
}

TEST_CASE("Sequences: accept sequences and nothing else") {
    STATIC_REQUIRE(nn::accepts_output_of<Causal, eleven>);
    STATIC_REQUIRE(nn::accepts_output_of<Causal, Shape{1, 3}>);  // it sees zeros before
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<Causal, Shape{11, 2, 3}>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<Valid, Shape{8, 3}>);  // 9 steps make one window
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<Largest, Shape{3, 3}>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<Longer, Shape{3, 2, 3}>);
    using Image = nn::Conv2D<nn::ConvConfig{.padding = Padding::causal}>;
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<Image, Shape{8, 8, 1}>);  // which way would time run?
}
