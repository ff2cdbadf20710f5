// SPDX-License-Identifier: MIT
#include "mote/nn/activation.hpp"

#include <array>
#include <cmath>

#include "mote/nn/curves.hpp"
#include "tests/nn/activation_reference.hpp"
#include "tests/nn/layer_check.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Affine, nn::Shape;

namespace {

using Leaky = nn::LeakyReLU<nn::Slope{.value = 0.1}>;
using Elu = nn::ELU<nn::Slope{.value = 1.5}>;
constexpr std::size_t points = reference::curve_points.size();

/// Forward in both precisions, and backward, against PyTorch.
template <class Layer>
void check_curve(const std::array<double, points>& values, const std::array<double, points>& slopes) {
    using At = typename Layer::template At<Shape{points}>;
    std::array<double, points> y{}, dy{}, dx{};
    std::array<float, points> x_single{}, y_single{};
    std::ranges::transform(reference::curve_points, x_single.begin(),
                           [](double x) { return static_cast<float>(x); });
    dy.fill(1);
    const double* x = reference::curve_points.data();
    At::template forward<isa::Portable>(x, x, y.data(), y.data());
    At::template backward<isa::Portable>(x, x, y.data(), dy.data(), dx.data(), y.data(), y.data());
    At::template forward<isa::Native>(x_single.data(), x_single.data(), y_single.data(), y_single.data());
    for (std::size_t i = 0; i < points; ++i) {
        CAPTURE(x[i]);
        CHECK(std::fabs(y[i] - values[i]) < 1e-15 * max(1.0, abs(values[i])));
        CHECK(std::fabs(dx[i] - slopes[i]) < 3e-15);
        const double of_rounded = values[i] + slopes[i] * (static_cast<double>(x_single[i]) - x[i]);
        CHECK(std::fabs(static_cast<double>(y_single[i]) - of_rounded) < 3e-7 * max(1.0, abs(values[i])));
    }
}

template <class Layer>
std::array<std::int8_t, 256> table(Affine in, Affine out) {
    const float* no_weights = nullptr;
    return Layer::template At<Shape{1}>::quantize(no_weights, in, out).table;
}

/// -4, -1, 1 and 4 through one layer.
template <class Layer>
constexpr std::array<float, 4> through() {
    std::array<float, 4> y{-4, -1, 1, 4};
    Layer::template At<Shape{4}>::template forward<isa::Native>(y.data(), y.data(), y.data(), y.data());
    return y;
}

constexpr Affine fine{0.05f, 12}, coarse{0.17f, -3};

}  // namespace

TEST_CASE("Elementwise: worked examples, at compile time") {
    STATIC_REQUIRE(through<nn::LeakyReLU<nn::Slope{.value = 0.25}>>() ==
                   std::array{-1.0f, -0.25f, 1.0f, 4.0f});
    STATIC_REQUIRE(through<nn::HardSwish>() == std::array{0.0f, -2.0f / 6, 4.0f / 6, 4.0f});
    STATIC_REQUIRE(through<nn::HardSigmoid>() == std::array{0.0f, 2.0f / 6, 4.0f / 6, 1.0f});
    STATIC_REQUIRE(abs(through<nn::Tanh>()[3] - 0.99932930f) < 3e-7f);
}

TEST_CASE("Elementwise: values and slopes are PyTorch's") {
    check_curve<Leaky>(reference::leaky_relu_values, reference::leaky_relu_slopes);
    check_curve<Elu>(reference::elu_values, reference::elu_slopes);
    check_curve<nn::HardSigmoid>(reference::hard_sigmoid_values, reference::hard_sigmoid_slopes);
    check_curve<nn::HardSwish>(reference::hard_swish_values, reference::hard_swish_slopes);
    check_curve<nn::Sigmoid>(reference::sigmoid_values, reference::sigmoid_slopes);
    check_curve<nn::Tanh>(reference::tanh_values, reference::tanh_slopes);
    check_curve<nn::GELU>(reference::gelu_values, reference::gelu_slopes);
    check_curve<nn::TanhGELU>(reference::tanh_gelu_values, reference::tanh_gelu_slopes);
}

TEST_CASE("Elementwise: backward agrees with central differences") {
    const std::uint64_t seed = GENERATE(1u, 2u);
    CHECK(testing::gradient_gap<Leaky, Shape{9}>(seed, 4) < 1e-6);
    CHECK(testing::gradient_gap<Elu, Shape{9}>(seed, 4) < 1e-6);
    CHECK(testing::gradient_gap<nn::HardSigmoid, Shape{9}>(seed, 4) < 1e-6);
    CHECK(testing::gradient_gap<nn::HardSwish, Shape{9}>(seed, 4) < 1e-6);
    CHECK(testing::gradient_gap<nn::Sigmoid, Shape{9}>(seed, 4) < 1e-6);
    CHECK(testing::gradient_gap<nn::Tanh, Shape{9}>(seed, 4) < 1e-6);
    CHECK(testing::gradient_gap<nn::GELU, Shape{9}>(seed, 4) < 1e-6);
    CHECK(testing::gradient_gap<nn::TanhGELU, Shape{9}>(seed, 4) < 1e-6);
}

TEST_CASE("Elementwise: every byte is that of TensorFlow Lite's reference kernel") {
    CHECK(table<nn::Sigmoid>(fine, {}) == reference::sigmoid_bytes);
    CHECK(table<nn::Sigmoid>(coarse, {}) == reference::sigmoid_coarse_bytes);
    CHECK(table<nn::Tanh>(fine, {}) == reference::tanh_bytes);
    CHECK(table<nn::Tanh>(coarse, {}) == reference::tanh_coarse_bytes);
    CHECK(table<Leaky>(fine, {0.04f, -90}) == reference::leaky_relu_bytes);
    CHECK(table<nn::LeakyReLU<nn::Slope{.value = 0.3}>>({0.0852047279f, 0}, {0.076050505f, 0}) ==
          reference::leaky_relu_close_bytes);
    CHECK(table<nn::HardSwish>(fine, {0.03f, -100}) == reference::hard_swish_bytes);
    CHECK(table<nn::HardSwish>({0.01f, 0}, {0.008f, -10}) == reference::hard_swish_fine_bytes);
    CHECK(table<Elu>(fine, {0.04f, -90}) == reference::elu_bytes);
    CHECK(table<nn::ELU<>>({0.011f, 12}, {0.022f, -90}) == reference::elu_tied_bytes);
    CHECK(table<nn::GELU>(fine, {0.03f, -120}) == reference::gelu_bytes);
    CHECK(table<nn::TanhGELU>(fine, {0.03f, -120}) == reference::tanh_gelu_bytes);
    CHECK(table<nn::HardSigmoid>(fine, {1.0f / 256, -128}) == reference::hard_sigmoid_bytes);
}

TEST_CASE("Elementwise: a network of bytes stays within a step of the float one") {
    const auto gap = []<class Curve>(Curve) {
        return testing::quantized_gap<nn::Sequential<Shape{64}, nn::Elementwise<Curve>>>(3, 6);
    };
    // Half a step of the input's rounding, at slopes up to the ratio of the scales, and half of the output's.
    CHECK(gap(nn::SigmoidCurve{}) < 0.5 * (12.0 / 255) / 4 * 256 + 1);
    CHECK(gap(nn::TanhCurve{}) < 0.5 * (12.0 / 255) * 128 + 1);
    CHECK(gap(nn::GeluCurve{}) < 1.7);
    CHECK(gap(nn::HardSwishCurve{}) < 2.2);
}

TEST_CASE("Elementwise: NaN comes out where it went in, and nowhere else") {
    const auto spoilt = []<class Layer>(Layer) { return testing::spoilt_by<Layer, Shape{5}>(3); };
    const std::vector<std::size_t> there{3};
    CHECK(spoilt(Leaky{}) == there);
    CHECK(spoilt(Elu{}) == there);
    CHECK(spoilt(nn::HardSigmoid{}) == there);
    CHECK(spoilt(nn::HardSwish{}) == there);
    CHECK(spoilt(nn::Sigmoid{}) == there);
    CHECK(spoilt(nn::Tanh{}) == there);
    CHECK(spoilt(nn::GELU{}) == there);
    CHECK(spoilt(nn::TanhGELU{}) == there);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Tanh, Shape{0}>);
}
