// SPDX-License-Identifier: MIT
#include "mote/nn/streaming.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "mote/nn/embedding.hpp"
#include "mote/nn/frame_chain.hpp"
#include "mote/nn/frame_delay.hpp"
#include "mote/nn/frame_stage.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Activation, nn::Padding, nn::Shape;

namespace {

template <std::size_t Filters, std::size_t Kernel, std::size_t Stride, std::size_t Dilation, Padding Edge>
using Conv = nn::Conv1D<nn::Conv1DConfig{.filters = Filters,
                                         .kernel = Kernel,
                                         .stride = Stride,
                                         .dilation = Dilation,
                                         .padding = Edge,
                                         .activation = Activation::relu}>;

/// Everything that can stream, with strides, dilations and both paddings.
using Sound = nn::Sequential<Shape{60, 3}, Conv<5, 3, 1, 4, Padding::causal>, Conv<4, 1, 1, 1, Padding::same>,
                             nn::MaxPool1D<nn::Pool1DConfig{.size = 3, .stride = 2}>,
                             nn::DepthwiseConv1D<nn::Depthwise1DConfig{
                                 .multiplier = 2, .kernel = 4, .dilation = 2, .padding = Padding::causal}>,
                             nn::Tanh, Conv<6, 3, 2, 1, Padding::causal>,
                             nn::AveragePool1D<nn::Pool1DConfig{.size = 2, .stride = 1}>, nn::HardSwish,
                             Conv<3, 2, 1, 1, Padding::valid>, nn::Softmax>;
/// A spectrum for each frame: rows of an image.
using Spectrum =
    nn::Sequential<Shape{30, 8, 1},
                   nn::Conv2D<nn::ConvConfig{.filters = 4, .kernel = {4, 3}, .stride = {1, 2}}>,
                   nn::DepthwiseConv2D<nn::DepthwiseConfig{.kernel = {2, 3}, .dilation = {3, 1}}>,
                   nn::MaxPool2D<nn::PoolConfig{.size = {2, 1}}>>;

template <class Architecture>
std::vector<std::array<float, Architecture::inputs>> noise(std::size_t rows, std::uint64_t seed) {
    Random random(seed);
    std::vector<std::array<float, Architecture::inputs>> result(rows);
    for (auto& row : result) {
        for (float& x : row) x = 4 * random.uniform<float>() - 2;
    }
    return result;
}

/// The whole sequence at once, and row by row.
template <class Network, class T>
void check_rows(const Network& network, const std::vector<T>& x) {
    using Stream = nn::Streaming<Network>;
    const Stream stream(network);
    typename Stream::State state;
    typename Network::Workspace scratch;
    const auto whole = network.forward(
        std::span<const T, Network::Architecture::inputs>(x.data(), Network::Architecture::inputs), scratch);
    const std::vector<T> expected(whole.begin(), whole.end());
    std::vector<T> rows;
    for (std::size_t at = 0; at < x.size(); at += Stream::features) {
        const auto y =
            stream.push(std::span<const T, Stream::features>(x.data() + at, Stream::features), state);
        const std::size_t frame = at / Stream::features;
        REQUIRE(y.has_value() == (frame >= Stream::lag && (frame - Stream::lag) % Stream::period == 0));
        if (y) rows.insert(rows.end(), y->begin(), y->end());
    }
    REQUIRE(rows == expected);
}

template <class Architecture, class Isa = isa::Native>
void check_streaming(std::uint64_t seed) {
    nn::Network<float, Architecture, Isa> model;
    model.initialise(seed);
    Random random(seed);
    for (float& weight : model.weights()) weight += 0.1f * (random.uniform<float>() - 0.5f);
    const auto rows = noise<Architecture>(20, seed + 1);
    check_rows(model, std::vector<float>(rows[0].begin(), rows[0].end()));
    const auto bytes = nn::quantize<std::int8_t>(model, Rows<float, Architecture::inputs>(rows));
    const auto x = bytes.quantize_input(rows[0]);
    check_rows(bytes, std::vector<std::int8_t>(x.begin(), x.end()));
    if constexpr (nn::has_integer_layers_for<Architecture, std::int16_t>) {
        const auto words = nn::quantize<std::int16_t>(model, Rows<float, Architecture::inputs>(rows));
        const auto fine = words.quantize_input(rows[0]);
        check_rows(words, std::vector<std::int16_t>(fine.begin(), fine.end()));
    }
}

// Worked by hand: each output is its own step minus the one two before.
using Change =
    nn::Sequential<Shape{1, 1},
                   nn::Conv1D<nn::Conv1DConfig{.kernel = 2, .dilation = 2, .padding = Padding::causal}>>;
constexpr nn::Streaming changes{nn::Network<float, Change>{{-1, 1, 0}}};

constexpr std::array<float, 4> first_changes() {
    decltype(changes)::State state;
    std::array<float, 4> y{};
    for (std::size_t i = 0; i < 4; ++i)
        y[i] = (*changes.push(std::array{static_cast<float>(i * i)}, state))[0];
    return y;
}

}  // namespace

TEST_CASE("Streaming: worked example, at compile time") {
    STATIC_REQUIRE(first_changes() == std::array{0.0f, 1.0f, 4.0f, 8.0f});
}

TEST_CASE("Streaming: rows are those of the whole sequence, float and bytes") {
    const std::uint64_t seed = GENERATE(1u, 2u, 3u);
    check_streaming<Sound>(seed);
    check_streaming<Spectrum>(seed);
}

TEST_CASE("Streaming: residual blocks, whose ways make their frames together") {
    using Block =
        nn::Residual<nn::Path<Conv<4, 3, 1, 2, Padding::causal>, Conv<4, 3, 1, 1, Padding::causal>>>;
    using Strided = nn::Residual<
        nn::Path<Conv<5, 3, 2, 1, Padding::causal>, nn::Residual<nn::Path<Conv<5, 1, 1, 1, Padding::valid>>>>,
        nn::Path<Conv<5, 1, 2, 1, Padding::valid>>, Activation::relu>;
    check_streaming<nn::Sequential<Shape{20, 4}, Block, Strided, nn::Tanh>>(6);
    using Same = nn::Path<Conv<4, 3, 1, 2, Padding::causal>>;
    check_streaming<
        nn::Sequential<Shape{20, 4}, nn::Parallel<nn::Subtract, nn::Path<>, Same>,
                       nn::Parallel<nn::Subtract, Same, nn::Path<Conv<4, 1, 1, 1, Padding::same>>>,
                       nn::Parallel<nn::Add, Same, nn::Path<>>>>(7);
    STATIC_REQUIRE(nn::runs_frame_by_frame<Strided, Shape{8, 4}>);
    // A way that is late, and one that looks ahead.
    using Late = nn::Residual<nn::Path<Conv<4, 2, 1, 1, Padding::valid>>,
                              nn::Path<nn::MaxPool1D<nn::Pool1DConfig{.size = 2, .stride = 1}>>>;
    STATIC_REQUIRE(nn::runs_frame_by_frame<Late, Shape{8, 4}>);  // both by one frame
    using Ahead = nn::Residual<nn::Path<Conv<4, 3, 1, 1, Padding::same>>>;
    STATIC_REQUIRE_FALSE(nn::runs_frame_by_frame<Ahead, Shape{8, 4}>);
}

TEST_CASE("Streaming: ways beside each other, tokens and a learnt number for each channel") {
    using Same = nn::Path<Conv<3, 3, 1, 2, Padding::causal>>;
    using Inner = nn::Path<nn::Parallel<nn::Concatenate, Same, nn::Path<>>, nn::Tanh>;
    using Beside = nn::Parallel<nn::Concatenate, nn::Path<>, Same, Inner>;
    check_streaming<nn::Sequential<Shape{20, 2}, Beside, nn::Channelwise<nn::Multiply>,
                                   nn::TimeDistributed<nn::Dense<nn::DenseConfig{.units = 2}>>, nn::Softmax>>(
        8);
    using Late = nn::Path<Conv<2, 2, 2, 1, Padding::valid>>;
    using Pooled = nn::Path<nn::MaxPool1D<nn::Pool1DConfig{.size = 2}>>;
    check_streaming<nn::Sequential<Shape{20, 2}, nn::Parallel<nn::Concatenate, Late, Pooled>>>(9);
    STATIC_REQUIRE_FALSE(nn::runs_frame_by_frame<nn::Parallel<nn::Concatenate, Same, Late>, Shape{9, 2}>);
    using Tokens = nn::Embedding<nn::EmbeddingConfig{.tokens = 2, .units = 4}>;
    check_streaming<nn::Sequential<Shape{9, 1}, Tokens, Conv<3, 2, 1, 1, Padding::causal>>>(10);
    STATIC_REQUIRE_FALSE(nn::runs_frame_by_frame<Tokens, Shape{9}>);
}

TEST_CASE("Streaming: cells of bytes within ways, which have no form of 16 bits") {
    using Cell = nn::Recurrent<nn::GruCell<>, nn::RecurrentConfig{2, nn::Returns::sequence}>;
    using Within = nn::Sequential<Shape{9, 2}, nn::Residual<nn::Path<Cell>>,
                                  nn::Parallel<nn::Concatenate, nn::Path<>, nn::Path<Cell>>>;
    STATIC_REQUIRE_FALSE(nn::has_integer_layers_for<Within, std::int16_t>);
    check_streaming<Within>(11);
}

TEST_CASE("Streaming: on other instruction sets too") {
    check_streaming<Sound, isa::Portable>(4);
    check_streaming<Sound, isa::ArmV6M>(5);
}

TEST_CASE("Streaming: says when rows come") {
    using Stream = nn::Streaming<nn::Network<float, Sound>>;
    STATIC_REQUIRE(Stream::period == 4);
    STATIC_REQUIRE(Stream::lag == 2 + 4 + 4);  // the pools' and the last convolution's first windows
    using Rows = nn::Streaming<nn::Network<float, Spectrum>>;
    STATIC_REQUIRE(Rows::features == 8);
    STATIC_REQUIRE(Rows::lag == 3 + 3 + 1);
}

TEST_CASE("Streaming: NaN reaches the rows that see it and no other") {
    decltype(changes)::State state;
    for (std::size_t i = 0; i < 8; ++i) {
        const float x = i == 3 ? std::numeric_limits<float>::quiet_NaN() : 1.0f;
        REQUIRE(std::isnan((*changes.push(std::array{x}, state))[0]) == (i == 3 || i == 5));
    }
}

TEST_CASE("Streaming: refuses what needs the future") {
    STATIC_REQUIRE_FALSE(nn::runs_frame_by_frame<Conv<5, 3, 1, 1, Padding::same>, Shape{9, 3}>);
    STATIC_REQUIRE(nn::runs_frame_by_frame<Conv<5, 3, 1, 1, Padding::valid>, Shape{9, 3}>);
    STATIC_REQUIRE_FALSE(nn::runs_frame_by_frame<nn::Flatten, Shape{9, 3}>);
    STATIC_REQUIRE_FALSE(nn::runs_frame_by_frame<nn::ZeroPadding1D<1, 1>, Shape{9, 3}>);
    STATIC_REQUIRE_FALSE(
        nn::runs_frame_by_frame<nn::MaxPool1D<nn::Pool1DConfig{.padding = Padding::same}>, Shape{9, 3}>);
}
