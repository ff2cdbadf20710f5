// SPDX-License-Identifier: MIT
// Layers that other tools write as operators of their own: a change of scale, ReLU6, a mean with a scale of
// its own, and the middle of an image.
#include <array>

#include "mote/nn/cropping.hpp"
#include "mote/nn/global_mean.hpp"
#include "mote/nn/rescale.hpp"
#include "tests/nn/layer_check.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Affine, nn::Shape;

namespace {

constexpr const float* no_weights = nullptr;

template <class Layer, Shape In, std::size_t Outputs>
constexpr std::array<std::int8_t, Outputs> run(const std::array<std::int8_t, In.size()>& x, Affine in,
                                               Affine out) {
    using At = typename Layer::template At<In>;
    std::array<std::int8_t, Outputs> y{};
    At::template run<isa::Portable>(At::quantize(no_weights, in, out), x.data(), y.data(), nullptr);
    return y;
}

using Middle = nn::Cropping2D<nn::Margins{.top = 1, .bottom = 0, .left = 0, .right = 1}>;
using Bytes4 = std::array<std::int8_t, 4>;

}  // namespace

TEST_CASE("Rescale and ReLU6: worked by hand") {
    // Steps of 0.5 from 10 become steps of 0.25 from -20: twice as many. 24 of them are 6.
    constexpr Affine in{0.5f, 10}, out{0.25f, -20};
    STATIC_REQUIRE(run<nn::Rescale, Shape{4}, 4>({10, 13, -128, 100}, in, out) ==
                   Bytes4{-20, -14, -128, 127});
    STATIC_REQUIRE(run<nn::ReLU6, Shape{4}, 4>({10, 13, -128, 100}, in, out) == Bytes4{-20, -14, -20, 4});
    // Half as many: ties away from zero above it, towards it below, as the doubling high product rounds.
    STATIC_REQUIRE(run<nn::Rescale, Shape{4}, 4>({1, 3, -1, -3}, {0.5f, 0}, {1, 0}) == Bytes4{1, 2, 0, -1});
    const auto six = [](float x) {
        float y = 0;
        nn::ReLU6::At<Shape{1}>::forward<isa::Native>(&x, &x, &y, &y);
        return y;
    };
    REQUIRE(std::array{six(-1), six(2), six(7)} == std::array{0.0f, 2.0f, 6.0f});
    CHECK(testing::gradient_gap<nn::ReLU6, Shape{9}>(1, 9) < 1e-6);
    CHECK(testing::spoilt_by<nn::ReLU6, Shape{5}>(3) == std::vector<std::size_t>{3});
}

TEST_CASE("GlobalMean: worked by hand, rounded as TensorFlow Lite's Mean") {
    using Mean = nn::GlobalMean;
    // A quarter is a multiplier of 2^30 and a shift of -1: each rounds, so sums of 1 and 5 become 1 and 2.
    STATIC_REQUIRE(run<Mean, Shape{2, 2, 1}, 1>({1, 0, 0, 0}, {1, 0}, {1, 0})[0] == 1);
    STATIC_REQUIRE(run<Mean, Shape{2, 2, 1}, 1>({5, 0, 0, 0}, {1, 0}, {1, 0})[0] == 2);
    STATIC_REQUIRE(run<Mean, Shape{2, 2, 1}, 1>({-2, 0, 0, 0}, {1, 0}, {1, 0})[0] == -1);
    STATIC_REQUIRE(run<nn::GlobalAveragePool, Shape{2, 2, 1}, 1>({1, 0, 0, 0}, {1, 0}, {1, 0})[0] == 0);
    // Two channels of three pixels on other scales: (4 + 5 + 6) / 2 / 3 = 2.5 and (-9 - 9 - 9) / 2 / 3 =
    // -4.5.
    STATIC_REQUIRE(run<Mean, Shape{1, 3, 2}, 2>({14, 1, 15, 1, 16, 1}, {0.5f, 10}, {0.25f, -3}) ==
                   std::array<std::int8_t, 2>{7, -21});
    // 49 pixels of 17 channels, the last of them beyond what is summed at once: all 100, 0.1 * 100 = 10.
    std::array<std::int8_t, 49 * 17> wide{};
    wide.fill(100);
    REQUIRE(run<Mean, Shape{7, 7, 17}, 17>(wide, {0.1f, 0}, {0.2f, 0})[16] == 50);
    CHECK(testing::gradient_gap<Mean, Shape{3, 2, 2}>(1, 3) < 1e-6);
}

TEST_CASE("Rescale, ReLU6 and GlobalMean of 16 bits: worked by hand") {
    using nn::Symmetric;
    const auto half =
        nn::ReLU6::At<Shape{1}>::Int16::quantize(no_weights, Symmetric{0.001f}, Symmetric{0.002f});
    STATIC_REQUIRE(nn::Rescale::At<Shape{1}>::Int16::quantize(no_weights, Symmetric{0.5f},
                                                              Symmetric{0.25f})(-300) == -600);
    REQUIRE(half(2001) == 1001);  // 1000.5, ties away from zero
    REQUIRE(half(-5) == 0);
    REQUIRE(half(20000) == 3000);  // 6 / 0.002
    using Mean = nn::GlobalMean::At<Shape{1, 3, 2}>::Int16;
    const std::array<std::int16_t, 6> x{400, 1, 500, -2, 600, -32768};
    std::array<std::int16_t, 2> y{};
    const auto mean = Mean::quantize(no_weights, Symmetric{0.5f}, Symmetric{0.25f});
    Mean::run<isa::Portable>(mean, x.data(), y.data(), nullptr);
    REQUIRE(y == std::array<std::int16_t, 2>{1000, -21846});  // 1500 * 2 / 3 and -32769 * 2 / 3
}

TEST_CASE("Cropping2D: takes away what ZeroPadding2D adds") {
    STATIC_REQUIRE(Middle::shape<Shape{2, 3, 2}> == Shape{1, 2, 2});
    STATIC_REQUIRE(run<Middle, Shape{2, 3, 2}, 4>({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, {}, {}) ==
                   Bytes4{6, 7, 8, 9});
    STATIC_REQUIRE(nn::Cropping1D<1, 2>::shape<Shape{5, 3}> == Shape{2, 3});
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<Middle, Shape{1, 3, 2}>);
    CHECK(testing::gradient_gap<Middle, Shape{3, 3, 2}>(1, 3) < 1e-6);
    CHECK(testing::spoilt_by<Middle, Shape{2, 3, 2}>(8) == std::vector<std::size_t>{2});
}
