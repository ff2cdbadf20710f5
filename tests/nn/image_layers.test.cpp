// SPDX-License-Identifier: MIT
// Layers of image networks that need no reference of their own: each is another layer in disguise, or short
// enough to work out by hand.
#include <array>
#include <cmath>
#include <limits>

#include "mote/nn/average_pool2d.hpp"
#include "mote/nn/conv2d.hpp"
#include "mote/nn/dense.hpp"
#include "mote/nn/depthwise_conv2d.hpp"
#include "mote/nn/flatten.hpp"
#include "mote/nn/pool.hpp"
#include "mote/nn/reshape.hpp"
#include "mote/nn/trainer.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Padding, nn::Shape;

namespace {

template <std::size_t N, class T = double>
std::array<T, N> noise(std::uint64_t seed) {
    Random random(seed);
    std::array<T, N> x{};
    for (T& value : x) value = 2 * random.uniform<T>() - 1;
    return x;
}

template <class Layer, Shape In, class T>
constexpr auto outputs(const std::array<T, In.size()>& x, const T* weights = nullptr) {
    using At = typename Layer::template At<In>;
    std::array<T, Layer::template shape<In>.size()> y{};
    std::array<T, 128> scratch{};
    At::template forward<isa::Portable>(weights, x.data(), y.data(), scratch.data());
    return y;
}

/// Is the layer the convolution whose filter f looks at channel f / multiplier and at no other?
template <Shape In, nn::DepthwiseConfig Config>
void check_against_convolution(std::uint64_t seed) {
    using Depthwise = nn::DepthwiseConv2D<Config>;
    using Conv = nn::Conv2D<nn::as_convolution(In, Config)>;
    using At = typename Depthwise::template At<In>;
    STATIC_REQUIRE(Depthwise::template shape<In> == Conv::template shape<In>);
    const auto weights = noise<At::parameters>(seed);
    std::array<double, Conv::template At<In>::parameters> sparse{};
    for (std::size_t f = 0; f < At::filters; ++f) {
        for (std::size_t tap = 0; tap < At::area; ++tap) {
            sparse[(f * At::area + tap) * In.channels + f / Config.multiplier] =
                weights[tap * At::filters + f];
        }
        sparse[sparse.size() - At::filters + f] = weights[At::area * At::filters + f];
    }
    const auto x = noise<In.size()>(seed + 1);
    const auto y = outputs<Depthwise, In>(x, weights.data());
    const auto expected = outputs<Conv, In>(x, sparse.data());
    for (std::size_t i = 0; i < y.size(); ++i) REQUIRE(y[i] == Approx(expected[i]).margin(1e-12));
}

/// Largest gap between the gradient and central differences.
template <class Architecture>
double gradient_error(std::uint64_t seed) {
    using Net = nn::Network<double, Architecture>;
    nn::Trainer<Net, nn::Adam, nn::SquaredError> trainer;
    Net model;
    model.initialise(seed);
    const auto x = noise<Architecture::inputs>(seed + 1);
    const auto target = noise<Architecture::outputs>(seed + 2);
    typename Net::Weights gradient{}, ignored{};
    trainer.accumulate(model, x, target, gradient);
    double worst = 0, largest = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        const double step = 1e-5, centre = model.weights()[i];
        model.weights()[i] = centre + step;
        const double above = trainer.accumulate(model, x, target, ignored);
        model.weights()[i] = centre - step;
        const double below = trainer.accumulate(model, x, target, ignored);
        model.weights()[i] = centre;
        worst = max(worst, abs((above - below) / (2 * step) - gradient[i]));
        largest = max(largest, abs(gradient[i]));
    }
    REQUIRE(largest > 1e-3);
    return worst / largest;
}

template <class Layer, Shape In, std::size_t Size>
std::array<std::int8_t, Size> bytes(const std::array<std::int8_t, In.size()>& x) {
    std::array<std::int8_t, In.size()> y = x;  // in place
    Layer::template At<In>::template run<isa::Portable>({}, y.data(), y.data(), nullptr);
    std::array<std::int8_t, Size> result{};
    std::copy_n(y.begin(), Size, result.begin());
    return result;
}

}  // namespace

TEST_CASE("DepthwiseConv2D: worked example") {
    // Two channels, a kernel of one row: channel 0 is summed, channel 1 is differenced.
    using Layer = nn::DepthwiseConv2D<nn::DepthwiseConfig{.kernel = {1, 2}}>;
    constexpr std::array<float, 6> weights{1, -1, 1, 1, /*bias*/ 0, 0.5f};
    STATIC_REQUIRE(outputs<Layer, Shape{1, 3, 2}>(std::array{1.0f, 1.0f, 2.0f, 4.0f, 3.0f, 9.0f},
                                                  weights.data()) == std::array{3.0f, 3.5f, 5.0f, 5.5f});
}

TEST_CASE("DepthwiseConv2D: a convolution by filters that see one channel each") {
    check_against_convolution<Shape{5, 6, 3}, nn::DepthwiseConfig{.padding = Padding::same}>(1);
    check_against_convolution<Shape{7, 6, 2}, nn::DepthwiseConfig{.multiplier = 3,
                                                                  .kernel = {3, 2},
                                                                  .stride = 2,
                                                                  .padding = Padding::same,
                                                                  .activation = nn::Activation::relu}>(2);
    check_against_convolution<Shape{9, 4}, nn::DepthwiseConfig{.kernel = {3, 1},
                                                               .dilation = {2, 1},
                                                               .activation = nn::Activation::relu6}>(3);
}

TEST_CASE("AveragePool2D: counts only what lies in the image") {
    constexpr std::array<float, 6> x{1, 2, 3, 4, 5, 9};
    STATIC_REQUIRE(outputs<nn::AveragePool2D<>, Shape{2, 3, 1}>(x) == std::array{3.0f});
    using Same = nn::AveragePool2D<nn::PoolConfig{.padding = Padding::same}>;
    STATIC_REQUIRE(outputs<Same, Shape{2, 3, 1}>(x) == std::array{3.0f, 6.0f});
    STATIC_REQUIRE(outputs<nn::GlobalAveragePool, Shape{3, 1, 2}>(x) == std::array{3.0f, 5.0f});
    const auto nan = outputs<Same, Shape{2, 3, 1}>(
        std::array{1.0f, 2.0f, std::numeric_limits<float>::quiet_NaN(), 4.0f, 5.0f, 9.0f});
    REQUIRE(nan[0] == 3);
    REQUIRE(std::isnan(nan[1]));
}

TEST_CASE("AveragePool2D: int8 takes ties away from zero, in place") {
    // Means 1.5, -1.5, 1.25 and -1.75 of four.
    using Layer = nn::AveragePool2D<nn::PoolConfig{.size = {4, 1}}>;
    const std::array<std::int8_t, 16> x{1, -1, 1, -1, 2, -2, 1, -2, 1, -1, 1, -2, 2, -2, 2, -2};
    REQUIRE(bytes<Layer, Shape{4, 1, 4}, 4>(x) == std::array<std::int8_t, 4>{2, -2, 1, -2});
    REQUIRE(bytes<nn::GlobalAveragePool, Shape{4, 4}, 4>(x) == std::array<std::int8_t, 4>{2, -2, 1, -2});
    // Three rows of two channels, two at a time: the second window has one row.
    using Same = nn::AveragePool2D<nn::PoolConfig{.size = {2, 1}, .padding = Padding::same}>;
    REQUIRE(bytes<Same, Shape{3, 1, 2}, 4>({-128, 127, -127, 126, 5, -5}) ==
            std::array<std::int8_t, 4>{-128, 127, 5, -5});
}

TEST_CASE("Image layers: gradients") {
    using Depthwise = nn::Sequential<Shape{5, 4, 2}, nn::Conv2D<nn::ConvConfig{.filters = 2, .kernel = 2}>,
                                     nn::DepthwiseConv2D<nn::DepthwiseConfig{.multiplier = 2, .stride = 2}>,
                                     nn::Flatten, nn::Dense<nn::DenseConfig{.units = 2}>>;
    REQUIRE(gradient_error<Depthwise>(4) < 1e-7);
    using Pooled =
        nn::Sequential<Shape{5, 5, 1}, nn::Conv2D<nn::ConvConfig{.filters = 3, .kernel = 2}>,
                       nn::AveragePool2D<nn::PoolConfig{.size = 3, .stride = 2, .padding = Padding::same}>,
                       nn::GlobalAveragePool, nn::Dense<nn::DenseConfig{.units = 2}>>;
    REQUIRE(gradient_error<Pooled>(5) < 1e-7);
}

TEST_CASE("Activation: relu6 has a slope between its bends only") {
    std::array<float, 4> y{-1, 3, 8, std::numeric_limits<float>::quiet_NaN()};
    nn::activate<nn::Activation::relu6>(y.data(), y.size());
    REQUIRE((y[0] == 0 && y[1] == 3 && y[2] == 6 && std::isnan(y[3])));
    std::array<float, 3> slopes{1, 1, 1};
    nn::deactivate<nn::Activation::relu6>(y.data(), slopes.data(), 3);
    REQUIRE(slopes == std::array{0.0f, 1.0f, 0.0f});
    constexpr nn::ByteRange range = nn::byte_range(nn::Activation::relu6, {0.05f, -128});
    STATIC_REQUIRE((range.lowest == -128 && range.highest == -8));  // 6 / 0.05 = 120 steps
    STATIC_REQUIRE(nn::byte_range(nn::Activation::relu6, {0.01f, 3}).highest == 127);
    STATIC_REQUIRE(nn::byte_range(nn::Activation::none, {1, 3}).lowest == -128);
}

TEST_CASE("Reshape: the same numbers in order") {
    using Layer = nn::Reshape<Shape{3, 2}>;
    STATIC_REQUIRE(nn::accepts_output_of<Layer, Shape{6}>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<Layer, Shape{7}>);
    STATIC_REQUIRE(Layer::shape<Shape{6}> == Shape{3, 2});
    constexpr std::array<float, 6> x{1, 2, 3, 4, 5, 6};
    STATIC_REQUIRE(outputs<Layer, Shape{6}>(x) == x);
}
