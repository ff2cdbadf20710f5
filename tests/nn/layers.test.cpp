// SPDX-License-Identifier: MIT
// Each layer alone; what they do together is in network.test.cpp, their gradients in trainer.test.cpp.
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "mote/nn/conv2d.hpp"
#include "mote/nn/dense.hpp"
#include "mote/nn/flatten.hpp"
#include "mote/nn/integer_exp.hpp"
#include "mote/nn/layer.hpp"
#include "mote/nn/max_pool2d.hpp"
#include "mote/nn/relu.hpp"
#include "mote/nn/shape.hpp"
#include "mote/nn/softmax.hpp"
#include "tests/nn/reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Padding, nn::Shape;

namespace {

constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

/// y of one layer at In, in place where InPlace says so.
template <class Layer, Shape In, bool InPlace = false>
constexpr auto outputs(const std::array<float, In.size()>& x, const float* weights = nullptr) {
    using At = typename Layer::template At<In>;
    constexpr std::size_t size = Layer::template shape<In>.size();
    std::array<float, max(In.size(), size)> y{};
    std::copy(x.begin(), x.end(), y.begin());
    std::array<float, 64> scratch{};
    At::template forward<isa::Portable>(weights, InPlace ? y.data() : x.data(), y.data(), scratch.data());
    std::array<float, size> result{};
    std::copy_n(y.begin(), size, result.begin());
    return result;
}

template <class Layer, Shape In, class Bytes>
std::array<std::int8_t, In.size()> bytes_of(const typename Layer::template At<In>::Quantized& layer,
                                            const Bytes& x) {
    std::array<std::int8_t, In.size()> y{};
    Layer::template At<In>::template run<isa::Portable>(layer, x.data(), y.data(), nullptr);
    return y;
}

}  // namespace

TEST_CASE("Shape: windows as TensorFlow counts them") {
    STATIC_REQUIRE(Shape(49, 10, 1).size() == 490);
    STATIC_REQUIRE(Shape(20, 3) == Shape(20, 1, 3));
    STATIC_REQUIRE(Shape(7).flat());
    // size, kernel, stride, dilation: keyword spotting's first layer, 49 x 10 to 25 x 5.
    STATIC_REQUIRE(nn::Axis{49, 10, 2}.windows(Padding::same) == 25);
    STATIC_REQUIRE(nn::Axis{49, 10, 2}.overhang(Padding::same) == 4);  // of 9; the odd one is at the end
    STATIC_REQUIRE(nn::Axis{10, 4, 2}.windows(Padding::same) == 5);
    STATIC_REQUIRE(nn::Axis{10, 4, 2}.overhang(Padding::same) == 1);
    STATIC_REQUIRE(nn::Axis{10, 4, 2}.windows(Padding::valid) == 4);
    STATIC_REQUIRE(nn::Axis{10, 3, 1, 4}.windows(Padding::valid) == 2);
    STATIC_REQUIRE(nn::Axis{4, 1, 2}.overhang(Padding::same) == 0);
    STATIC_REQUIRE_FALSE(nn::Axis{3, 4, 1}.fits(Padding::valid));
    STATIC_REQUIRE(nn::Axis{3, 4, 1}.fits(Padding::same));
    STATIC_REQUIRE_FALSE(nn::Axis{3, 2, 0}.fits(Padding::same));
}

TEST_CASE("Layers: accept what they can read and nothing else") {
    using Conv = nn::Conv2D<nn::ConvConfig{.filters = 2, .kernel = {3, 5}}>;
    STATIC_REQUIRE(nn::accepts_output_of<Conv, Shape{3, 5, 1}>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<Conv, Shape{3, 4, 1}>);
    STATIC_REQUIRE(nn::accepts_output_of<nn::Dense<nn::DenseConfig{}>, Shape{9}>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Dense<nn::DenseConfig{}>, Shape{3, 3, 1}>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Dense<nn::DenseConfig{.units = 0}>, Shape{9}>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::MaxPool2D<>, Shape{1, 8, 1}>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Flatten, Shape{0, 8, 1}>);
}

TEST_CASE("Conv2D: worked example") {
    // A 2 x 2 kernel of ones over 1 2 / 3 4, padded at the end: sums of what is there, plus the bias.
    using Conv = nn::Conv2D<nn::ConvConfig{.filters = 1, .kernel = 2, .padding = Padding::same}>;
    constexpr std::array<float, 5> weights{1, 1, 1, 1, /*bias*/ 0.5f};
    STATIC_REQUIRE(outputs<Conv, Shape{2, 2, 1}>({1, 2, 3, 4}, weights.data()) ==
                   std::array{10.5f, 6.5f, 7.5f, 4.5f});
}

TEST_CASE("MaxPool2D: worked examples, in place where windows do not overlap") {
    constexpr std::array<float, 12> x{1, 5, 2, 2, 3, 4, 8, 0, -1, -2, -3, -4};
    STATIC_REQUIRE(outputs<nn::MaxPool2D<>, Shape{3, 4, 1}>(x) == std::array{5.0f, 8.0f});
    STATIC_REQUIRE(outputs<nn::MaxPool2D<>, Shape{3, 4, 1}, true>(x) == std::array{5.0f, 8.0f});
    using Same = nn::MaxPool2D<nn::PoolConfig{.size = 2, .padding = Padding::same}>;
    // What lies beyond the edge is no zero: it would win over -1.
    STATIC_REQUIRE(outputs<Same, Shape{3, 4, 1}, true>(x) == std::array{5.0f, 8.0f, -1.0f, -3.0f});
    using Sliding = nn::MaxPool2D<nn::PoolConfig{.size = 2, .stride = 1}>;
    STATIC_REQUIRE(outputs<Sliding, Shape{3, 4, 1}>(x) == std::array{5.0f, 8.0f, 8.0f, 4.0f, 8.0f, 8.0f});
    STATIC_REQUIRE(nn::MaxPool2D<>::At<Shape{3, 4, 1}>::in_place<float, isa::Portable>);
    STATIC_REQUIRE_FALSE(Sliding::At<Shape{3, 4, 1}>::in_place<float, isa::Portable>);
}

TEST_CASE("Layers: NaN is not lost") {
    for (std::size_t place = 0; place < 4; ++place) {
        std::array<float, 4> x{1, -2, 3, 0};
        x[place] = not_a_number;
        REQUIRE(std::isnan(outputs<nn::MaxPool2D<>, Shape{2, 2, 1}>(x)[0]));
        REQUIRE(std::isnan(outputs<nn::ReLU, Shape{4}>(x)[place]));
        for (const float p : outputs<nn::Softmax, Shape{4}>(x)) REQUIRE(std::isnan(p));
    }
}

TEST_CASE("Softmax: shares of exp, for scores of any size") {
    const auto p = outputs<nn::Softmax, Shape{2}>({0, std::numbers::ln2_v<float> * 2});
    REQUIRE(p[0] == Approx(0.2).epsilon(1e-6));  // 1 : 4
    REQUIRE(p[1] == Approx(0.8).epsilon(1e-6));
    REQUIRE(outputs<nn::Softmax, Shape{2}, true>({3e38f, -3e38f}) == std::array{1.0f, 0.0f});
    // Along the channels: each pixel for itself.
    REQUIRE(outputs<nn::Softmax, Shape{1, 2, 2}>({1, 1, 5, 5}) == std::array{0.5f, 0.5f, 0.5f, 0.5f});
}

TEST_CASE("Softmax: int8 is TensorFlow Lite's integer reference") {
    using Twelve = nn::Softmax::At<Shape{12}>;
    for (std::size_t row = 0; row < reference::softmax_scale.size(); ++row) {
        std::array<std::int8_t, 12> x{}, expected{};
        std::copy_n(reference::softmax_input.begin() + static_cast<std::ptrdiff_t>(12 * row), 12, x.begin());
        std::copy_n(reference::softmax_output.begin() + static_cast<std::ptrdiff_t>(12 * row), 12,
                    expected.begin());
        const nn::Affine scale{static_cast<float>(reference::softmax_scale[row]), 3};
        CAPTURE(row);
        REQUIRE(bytes_of<nn::Softmax, Shape{12}>(Twelve::quantize(&reference::loss[0], scale, {}), x) ==
                expected);
    }
    std::array<std::int8_t, 256> ladder{};
    for (std::size_t i = 0; i < 256; ++i) ladder[i] = static_cast<std::int8_t>(static_cast<int>(i) - 128);
    const auto layer = nn::Softmax::At<Shape{256}>::quantize(&reference::loss[0], {0.04f, 0}, {});
    REQUIRE(bytes_of<nn::Softmax, Shape{256}>(layer, ladder) == reference::softmax_ladder);
}

TEST_CASE("integer_exp: as close to exp and to the reciprocal as the method can be") {
    double worst_exp = 0, worst_reciprocal = 0;
    for (std::int64_t a = 0; a >= std::numeric_limits<std::int32_t>::min(); a -= 99'991) {
        const double exact = std::exp(static_cast<double>(a) * 0x1p-26);
        const double value = nn::fixed::exp_of_negative(static_cast<std::int32_t>(a)) * 0x1p-31;
        worst_exp = max(worst_exp, std::fabs(value - exact));
    }
    for (std::int64_t a = 0; a <= std::numeric_limits<std::int32_t>::max(); a += 99'991) {
        const double exact = 1 / (1 + static_cast<double>(a) * 0x1p-31);
        const double value = nn::fixed::reciprocal_of_one_plus(static_cast<std::int32_t>(a)) * 0x1p-31;
        worst_reciprocal = max(worst_reciprocal, std::fabs(value - exact));
    }
    CAPTURE(worst_exp * 0x1p31, worst_reciprocal * 0x1p31);
    REQUIRE(worst_exp < 0x1p-15 / 120);       // the series' next term, (1/8)^5 / 5!
    REQUIRE(worst_reciprocal < 2 * 0x1p-29);  // two units of the steps' last place, Q(2)
}

TEST_CASE("ReLU: int8 moves the bytes to the output's scale") {
    // real = 0.5 (q + 10) becomes 0.25 (q + 128): -4 and below are at most zero, each step counts double.
    using Layer = nn::ReLU::At<Shape{5}>;
    const auto layer = Layer::quantize(&reference::loss[0], {0.5f, -10}, {0.25f, -128});
    const auto y = bytes_of<nn::ReLU, Shape{5}>(layer, std::array<std::int8_t, 5>{-128, -10, -9, 0, 127});
    REQUIRE(y == std::array<std::int8_t, 5>{-128, -128, -126, -108, 127});
}
