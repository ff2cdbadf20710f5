// SPDX-License-Identifier: MIT
#include "mote/nn/equalize.hpp"

#include <cmath>
#include <vector>

#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Activation;

namespace {

using Pair =
    nn::Sequential<nn::Shape(2), nn::Dense<nn::DenseConfig{.units = 2, .activation = Activation::relu}>,
                   nn::Dense<nn::DenseConfig{.units = 1}>>;

/// Every kind of neighbour: convolution, pool, depthwise convolution, flattened into Dense.
using Mixed = nn::Sequential<
    nn::Shape{6, 6, 2},
    nn::Conv2D<nn::ConvConfig{.filters = 4, .padding = nn::Padding::same, .activation = Activation::relu}>,
    nn::MaxPool2D<>, nn::DepthwiseConv2D<nn::DepthwiseConfig{.multiplier = 2, .padding = nn::Padding::same}>,
    nn::ReLU, nn::Conv2D<nn::ConvConfig{.filters = 3, .kernel = 1, .activation = Activation::relu}>,
    nn::Flatten, nn::Dense<nn::DenseConfig{.units = 5, .activation = Activation::relu6}>,
    nn::Dense<nn::DenseConfig{.units = 3}>>;

template <class T, std::size_t N>
std::vector<std::array<T, N>> rows_of_noise(std::size_t count) {
    Random random(4);
    std::vector<std::array<T, N>> rows(count);
    for (auto& row : rows) {
        for (T& x : row) x = 2 * random.uniform<T>() - 1;
    }
    return rows;
}

/// The largest difference between two networks' outputs.
double largest_difference(const auto& one, const auto& other, const auto& rows) {
    static typename std::remove_cvref_t<decltype(one)>::Workspace scratch;
    static typename std::remove_cvref_t<decltype(other)>::Workspace other_scratch;
    double worst = 0;
    for (const auto& row : rows) {
        const auto y = one.predict(row, scratch);
        const auto z = other.predict(row, other_scratch);
        for (std::size_t i = 0; i < y.size(); ++i)
            worst = std::max(worst, static_cast<double>(std::abs(y[i] - z[i])));
    }
    return worst;
}

}  // namespace

TEST_CASE("equalize: by hand") {
    // Unit 0: largest 8 before, 2 behind, so sqrt(8 / 2) = 2 moves and both are 4. Unit 1: 1 and 1 stay.
    const nn::Network<double, Pair> model({8, -4, 0.5, 1, /*biases*/ 6, 7, /*second layer*/ 2, -1, 3});
    const auto equal = nn::equalize(model);
    const std::array<double, 9> expected{4, -2, 0.5, 1, 3, 7, 4, -1, 3};
    for (std::size_t i = 0; i < expected.size(); ++i)
        REQUIRE(equal.weights()[i] == Approx(expected[i]).epsilon(1e-14));
}

TEST_CASE("equalize: pairs within layers of layers") {
    using Block =
        nn::Sequential<nn::Shape(2), nn::Residual<nn::Path<Pair::Description<0>, Pair::Description<1>,
                                                           nn::Dense<nn::DenseConfig{.units = 2}>>>>;
    const nn::Network<double, Block> model({8, -4, 0.5, 1, 6, 7, 2, -1, 3, /*reads it*/ 4, 1, 5, 6});
    const auto equal = nn::equalize(model, 1);
    REQUIRE(equal.weights()[0] == Approx(4).epsilon(1e-14));
    nn::Network<double, Block>::Workspace scratch;
    for (const std::array<double, 2> x : {std::array{1.0, 2.0}, std::array{-3.0, 0.5}}) {
        const auto expected = model.predict(x, scratch), y = equal.predict(x, scratch);
        REQUIRE(y[0] == Approx(expected[0]).epsilon(1e-12));
        REQUIRE(y[1] == Approx(expected[1]).epsilon(1e-12));
    }
}

TEST_CASE("equalize: the function stays, and the sizes of each channel's weights become alike") {
    nn::Network<double, Mixed> model;
    model.initialise(5);
    Random random(6);
    for (double& weight : model.weights()) weight *= std::exp(2 * random.normal<double>());
    const auto rows = rows_of_noise<double, Mixed::inputs>(50);
    const auto equal = nn::equalize(model, 200);
    const auto outputs = nn::calibrate(model, Rows<double, Mixed::inputs>(rows)).back();
    REQUIRE(largest_difference(model, equal, rows) < 1e-12 * static_cast<double>(outputs.high - outputs.low));
    REQUIRE(equal.weights() != model.weights());
    using First = Mixed::Layer<0>;
    using Second = Mixed::Layer<2>;
    for (std::size_t channel = 0; channel < 4; ++channel) {
        double from = 0, to = 0;
        for (std::size_t tap = 0; tap < 18; ++tap) {  // [filter][ky][kx][channel]
            from = std::max(from, std::abs(equal.weights()[channel * nn::taps_of<First> + tap]));
        }
        for (std::size_t tap = 0; tap < 9; ++tap) {  // [ky][kx][filter], two filters for each channel
            for (std::size_t filter = 2 * channel; filter < 2 * channel + 2; ++filter) {
                to = std::max(
                    to, std::abs(
                            equal.weights()[Mixed::first_weight[2] + tap * nn::filters_of<Second> + filter]));
            }
        }
        REQUIRE(from == Approx(to).epsilon(1e-6));
    }
    // relu6 does not pass factors on: the last layer's weights are what they were.
    for (std::size_t i = Mixed::first_weight[7]; i < Mixed::parameters; ++i)
        REQUIRE(equal.weights()[i] == model.weights()[i]);
}

TEST_CASE("equalize: a network of bytes is no worse for channels a thousand times apart") {
    using Deep =
        nn::Sequential<nn::Shape(16), nn::Dense<nn::DenseConfig{.units = 8, .activation = Activation::relu}>,
                       nn::Dense<nn::DenseConfig{.units = 4}>>;
    nn::Network<float, Deep> even;
    even.initialise(5);
    auto uneven = even;
    for (std::size_t channel = 0; channel < 8; ++channel) {
        const auto factor = static_cast<float>(std::pow(10.0, static_cast<double>(channel % 4)));
        for (std::size_t tap = 0; tap < 16; ++tap) uneven.weights()[channel * 16 + tap] *= factor;
        uneven.weights()[8 * 16 + channel] *= factor;
        for (std::size_t unit = 0; unit < 4; ++unit)
            uneven.weights()[Deep::first_weight[1] + unit * 8 + channel] /= factor;
    }
    const auto rows = rows_of_noise<float, 16>(200);
    const Rows<float, 16> data(rows);
    const double best = largest_difference(even, nn::quantize<std::int8_t>(even, data), rows);
    const double worse = largest_difference(even, nn::quantize<std::int8_t>(uneven, data), rows);
    const double saved =
        largest_difference(even, nn::quantize<std::int8_t>(nn::equalize(uneven), data), rows);
    CAPTURE(best, worse, saved);
    REQUIRE(worse > 10 * best);
    REQUIRE(saved < 1.5 * best);
}

TEST_CASE("equalize: channels without weights on one side stay as they are") {
    const nn::Network<double, Pair> model({0, 0, 0.5, 1, 6, 7, 2, 0, 3});
    REQUIRE(nn::equalize(model).weights() == model.weights());
}
