// SPDX-License-Identifier: MIT
#include "mote/nn/residual.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "mote/deploy/host/network_header.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/record.hpp"
#include "mote/nn/way.hpp"
#include "tests/nn/layer_check.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Shape;

namespace {

using Double = nn::Dense<nn::DenseConfig{.units = 2}>;
using Direct = nn::Sequential<Shape{2}, nn::Residual<nn::Path<Double>>>;
using Both =
    nn::Sequential<Shape{2}, nn::Residual<nn::Path<Double, Double>, nn::Path<Double>, nn::Activation::relu>,
                   nn::Softmax>;

constexpr auto predicted(const nn::Network<float, Direct>& model, std::array<float, 2> x) {
    nn::Network<float, Direct>::Workspace scratch;
    return model.predict(x, scratch);
}

/// The sum of two bytes as real numbers on the sum's scale, not rounded.
double exact_sum(int a, int b, float scale_a, float scale_b, float scale) {
    return (a * static_cast<double>(scale_a) + b * static_cast<double>(scale_b)) / static_cast<double>(scale);
}

nn::Multiplier factor(double x) {
    return nn::multiplier_of(x);
}

kernels::QuantizedAdd adder(nn::Affine a, nn::Affine b, nn::Affine out) {
    return nn::quantized_add(a, b, out, nn::Activation::none);
}

/// A small residual image network with weights drawn from a seed.
using Blocks = nn::Sequential<
    Shape{8, 8, 4},
    nn::Residual<nn::Path<nn::Conv2D<nn::ConvConfig{.filters = 4, .padding = nn::Padding::same}>,
                          nn::Conv2D<nn::ConvConfig{.filters = 4, .padding = nn::Padding::same}>>,
                 nn::Path<>, nn::Activation::relu>,
    nn::Residual<nn::Path<nn::Conv2D<nn::ConvConfig{.filters = 8, .stride = 2, .padding = nn::Padding::same}>,
                          nn::Conv2D<nn::ConvConfig{.filters = 8, .padding = nn::Padding::same}>>,
                 nn::Path<nn::Conv2D<nn::ConvConfig{.filters = 8, .kernel = 1, .stride = 2}>>>>;

template <class Layer>
void draw(Layer& layer, Random& random) {
    for (auto& weight : layer.weights) {
        weight = static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127);
    }
    for (auto& bias : layer.bias) bias = static_cast<std::int32_t>(random.below(2000)) - 1000;
    layer.output.multiplier.fill(1 << 30 | 12345);
    layer.output.shift.fill(-8);
    layer.output.zero_point = static_cast<std::int8_t>(random.below(40));
    layer.input_zero_point = static_cast<std::int8_t>(random.below(40));
}

nn::QuantizedWeights<Blocks> drawn(std::uint64_t seed) {
    Random random(seed);
    nn::QuantizedWeights<Blocks> weights;
    auto& first = nn::get<0>(weights.layers);
    auto& second = nn::get<1>(weights.layers);
    draw(nn::get<0>(first.main), random);
    draw(nn::get<1>(first.main), random);
    draw(nn::get<0>(second.main), random);
    draw(nn::get<1>(second.main), random);
    draw(nn::get<0>(second.side), random);
    first.add = adder({0.1f, 3}, {0.07f, -9}, {0.2f, 5});
    second.add = adder({0.03f, 3}, {0.07f, -9}, {0.11f, -5});
    return weights;
}

template <class Isa>
std::array<std::int8_t, Blocks::outputs> run_blocks(const nn::QuantizedWeights<Blocks>& weights,
                                                    std::uint64_t seed) {
    const nn::Network<std::int8_t, Blocks, Isa> model(weights);
    typename decltype(model)::Workspace scratch;
    Random random(seed);
    alignas(16) std::array<std::int8_t, Blocks::inputs> x{};
    for (auto& byte : x) byte = static_cast<std::int8_t>(random.next() >> 24);
    std::array<std::int8_t, Blocks::outputs> y{};
    std::ranges::copy(model.forward(x, scratch), y.begin());
    return y;
}

}  // namespace

TEST_CASE("Residual: adds what went round to what came through") {
    constexpr nn::Network<float, Direct> model{{2, 0, 0, 3, /*bias*/ 1, -1}};
    STATIC_REQUIRE(predicted(model, {1, 2}) == std::array{4.0f, 7.0f});
    // (2 x + 1) * 2 + 1 and (3 x - 1) * 3 - 1 through; x / 2 and -x round; what is below zero is cut.
    nn::Network<float, Both> both{{2, 0, 0, 3, 1, -1, 2, 0, 0, 3, 1, -1, 0.5f, 0, 0, -1, 0, 0}};
    nn::Network<float, Both>::Workspace scratch;
    std::array<float, 2> sums{};
    both.forward(std::array{1.0f, -1.0f}, scratch, [&](std::size_t i, const auto& y) {
        if (i == 0) std::copy(y.begin(), y.end(), sums.begin());
    });
    REQUIRE(sums == std::array{7.5f, 0.0f});
}

TEST_CASE("Residual: accepts two ways that meet in one shape") {
    using Narrow = nn::Dense<nn::DenseConfig{.units = 1}>;
    STATIC_REQUIRE(nn::accepts_output_of<nn::Residual<nn::Path<Double>>, Shape{2}>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Residual<nn::Path<Narrow>>, Shape{2}>);
    STATIC_REQUIRE(nn::accepts_output_of<nn::Residual<nn::Path<Narrow>, nn::Path<Narrow>>, Shape{2}>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Residual<nn::Path<Double>>, Shape{2, 2}>);
}

TEST_CASE("quantized_add: the larger scale is halved exactly, the smaller by its ratio") {
    const kernels::QuantizedAdd add = adder({0.5f, 1}, {0.125f, 2}, {1.0f, 3});
    REQUIRE((add.summands[0].multiplier == 1 << 30 && add.summands[0].shift == 0));
    REQUIRE((add.summands[1].multiplier == 1 << 30 && add.summands[1].shift == -2));
    REQUIRE((add.output.multiplier[0] == factor(0x1p-20).multiplier && add.output.shift[0] == -19));
    // 0.5 * 9 + 0.125 * 3 = 4.875, then the ties 4.5 and -4.5, then 63 + 15.625.
    const std::array<std::int8_t, 4> a{10, 10, -8, 127}, b{5, 2, 2, 127};
    std::array<std::int8_t, 4> y{};
    kernels::add(add, a.data(), b.data(), y.data(), 4);
    REQUIRE(y == std::array<std::int8_t, 4>{8, 8, -2, 82});
    // Taken away: 4.5 - 0.375, the ties again, 63 - 15.625.
    kernels::subtract(add, a.data(), b.data(), y.data(), 4);
    REQUIRE(y == std::array<std::int8_t, 4>{7, 8, -2, 50});
}

TEST_CASE("add, subtract: all pairs of bytes agree with the specification and lie next to what is exact") {
    for (const double ratio : {1.0, 0.9, 0.25, 0.003}) {
        const nn::Affine a{0.08f, -128}, b{static_cast<float>(0.08 * ratio), 17}, out{0.11f, -20};
        const kernels::QuantizedAdd add = adder(a, b, out);
        std::array<std::int8_t, 256> left{}, right{}, y{}, expected{};
        double worst = 0;
        for (int byte = -128; byte < 128; ++byte) {
            left.fill(static_cast<std::int8_t>(byte));
            for (std::size_t i = 0; i < 256; ++i)
                right[i] = static_cast<std::int8_t>(static_cast<int>(i) - 128);
            kernels::add(add, left.data(), right.data(), y.data(), 256);
            kernels::reference::add(add, left.data(), right.data(), expected.data(), 256);
            REQUIRE(y == expected);
            kernels::add<isa::ArmV6M>(add, left.data(), right.data(), y.data(), 256);  // in short products
            REQUIRE(y == expected);
            kernels::reference::add<-1>(add, left.data(), right.data(), expected.data(), 256);
            std::array<std::int8_t, 256> difference{}, in_short_products{};
            kernels::subtract(add, left.data(), right.data(), difference.data(), 256);
            kernels::subtract<isa::ArmV6M>(add, left.data(), right.data(), in_short_products.data(), 256);
            REQUIRE((difference == expected && in_short_products == expected));
            for (std::size_t i = 0; i < 256; ++i) {
                const auto error = [&](int result, int other) {
                    const double exact = exact_sum(byte + 128, other, 0.08f, b.scale, 0.11f) - 20;
                    return std::fabs(result - std::clamp(exact, -128.0, 127.0));
                };
                worst = max(worst, max(error(y[i], right[i] - 17), error(difference[i], 17 - right[i])));
            }
        }
        REQUIRE(worst < 0.5 + 1e-4);
    }
}

TEST_CASE("Residual: every instruction set gives the bytes of the portable one") {
    for (std::uint64_t seed = 1; seed < 4; ++seed) {
        const auto weights = drawn(seed);
        REQUIRE(run_blocks<isa::Native>(weights, seed) == run_blocks<isa::Portable>(weights, seed));
    }
}

TEST_CASE("Workspace: nothing reads what is dead") {
    const nn::Network<std::int8_t, Blocks> model(drawn(5));
    decltype(model)::Workspace scratch;
    Random random(6);
    alignas(16) std::array<std::int8_t, Blocks::inputs> x{};
    for (auto& byte : x) byte = static_cast<std::int8_t>(random.next() >> 24);
    std::array<std::int8_t, Blocks::outputs> expected{};
    std::ranges::copy(model.forward(x, scratch), expected.begin());
    const auto poison = [&](std::size_t, const auto& y) {
        const auto first = static_cast<std::size_t>(y.data() - scratch.arena.data());
        for (std::size_t i = 0; i < scratch.arena.size(); ++i) {
            if (i < first || i >= first + y.size())
                scratch.arena[i] = static_cast<std::int8_t>(random.next());
        }
    };
    for (int trial = 0; trial < 4; ++trial) {
        poison(0, std::span<const std::int8_t>(scratch.arena.data(), 0));
        REQUIRE(std::ranges::equal(model.forward(x, scratch, poison), expected));
    }
}

TEST_CASE("Residual: a network is packed, unpacked and written as source") {
    const auto weights = drawn(7);
    const nn::Network<std::int8_t, Blocks> model(weights);
    std::ostringstream out, again;
    const std::array<std::int8_t, Blocks::inputs> x{};
    deploy::write_header(out, "blocks", model, std::span(x));
    deploy::write_header(again, "blocks", nn::Network<std::int8_t, Blocks>(model.weights()), std::span(x));
    REQUIRE(out.str() == again.str());
    REQUIRE(out.str().find("mote::nn::Residual<mote::nn::Path<mote::nn::Conv2D<") != std::string::npos);
    REQUIRE(out.str().find(">, mote::nn::Path<>, mote::nn::Activation::relu>,\n") != std::string::npos);
}

TEST_CASE("Residual: backward agrees with central differences, nested too") {
    using Conv = nn::Conv1D<nn::Conv1DConfig{.filters = 3, .padding = nn::Padding::causal}>;
    using Inner = nn::Residual<nn::Path<Conv, nn::Tanh>>;
    using Outer = nn::Residual<nn::Path<Conv, Inner, Conv>, nn::Path<Conv>, nn::Activation::relu>;
    const std::uint64_t seed = GENERATE(1u, 2u);
    CHECK(testing::gradient_gap<Inner, Shape{5, 3}>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Outer, Shape{5, 2}>(seed) < 1e-6);
    CHECK(testing::spoilt_by<Inner, Shape{5, 3}>(9) == std::vector<std::size_t>{9, 10, 11, 12, 13, 14});
}

TEST_CASE("Residual: as bytes close to float, nested too") {
    using Conv = nn::Conv1D<nn::Conv1DConfig{
        .filters = 4, .padding = nn::Padding::causal, .activation = nn::Activation::relu}>;
    using Outer = nn::Residual<nn::Path<Conv, nn::Residual<nn::Path<Conv>>>, nn::Path<Conv>>;
    using Net = nn::Sequential<Shape{12, 4}, Conv, nn::Residual<nn::Path<Conv, Conv>>, Outer>;
    STATIC_REQUIRE(nn::observed_along<Net> == 1 + 3 + 5);
    const std::uint64_t seed = GENERATE(1u, 2u, 3u);
    CHECK(testing::quantized_gap<Net>(seed) < 8);  // five roundings behind each other
}
