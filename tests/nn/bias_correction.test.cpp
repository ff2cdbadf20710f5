// SPDX-License-Identifier: MIT
#include "mote/nn/bias_correction.hpp"

#include <cmath>
#include <vector>

#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "tests/support/catch.hpp"

using namespace mote;

namespace {

template <class T, std::size_t N>
std::vector<std::array<T, N>> positive_rows(std::size_t count) {
    Random random(4);
    std::vector<std::array<T, N>> rows(count);
    for (auto& row : rows) {
        for (T& x : row) x = random.uniform<T>();
    }
    return rows;
}

/// The mean of each filter's outputs over rows and places.
template <std::size_t Filters, class Model, class Data>
std::array<double, Filters> means(const Model& model, const Data& rows) {
    std::array<double, Filters> sums{};
    static typename Model::Workspace scratch;
    for (const auto& row : rows) {
        const auto y = model.predict(row, scratch);
        for (std::size_t i = 0; i < y.size(); ++i) {
            sums[i % Filters] +=
                static_cast<double>(y[i]) * Filters / static_cast<double>(y.size() * rows.size());
        }
    }
    return sums;
}

/// Rounded weights under corrected biases give every filter the mean that it had.
template <class Architecture>
void keeps_means() {
    constexpr std::size_t filters = Architecture::shapes[Architecture::depth].channels;
    nn::Network<double, Architecture> model;
    model.initialise(3);
    const auto rows = positive_rows<double, Architecture::inputs>(20);
    auto rounded = nn::round_weights(model);
    const auto exact = means<filters>(model, rows), shifted = means<filters>(rounded, rows);
    const auto corrected = nn::correct_biases(model, Rows<double, Architecture::inputs>(rows));
    constexpr std::size_t biases = Architecture::parameters - filters;
    for (std::size_t i = biases; i < Architecture::parameters; ++i)
        rounded.weights()[i] = corrected.weights()[i];
    const auto kept = means<filters>(rounded, rows);
    double before = 0;
    for (std::size_t f = 0; f < filters; ++f) {
        before += std::abs(shifted[f] - exact[f]);
        REQUIRE(kept[f] == Approx(exact[f]).margin(1e-12));
    }
    REQUIRE(before > 1e-4);
    for (std::size_t i = 0; i < biases; ++i) REQUIRE(corrected.weights()[i] == model.weights()[i]);
}

}  // namespace

TEST_CASE("correct_biases: by hand") {
    using Two = nn::Sequential<nn::Shape(2),
                               nn::Dense<nn::DenseConfig{.units = 1, .activation = nn::Activation::relu}>>;
    // The scale is 0.01, so 0.004 becomes 0 and the mean output loses 0.004 * 10.
    const nn::Network<float, Two> model({1.27f, 0.004f, 1});
    const std::array<std::array<float, 2>, 2> rows{{{1, 5}, {2, 15}}};
    const auto corrected = nn::correct_biases(model, Rows<float, 2>(rows));
    REQUIRE(corrected.weights()[2] == Approx(1.04).epsilon(1e-6));
    REQUIRE(corrected.weights()[0] == 1.27f);
    REQUIRE(corrected.weights()[1] == 0.004f);
    REQUIRE(nn::round_weights(model).weights()[1] == 0);
}

TEST_CASE("correct_biases: every kind of filter keeps its mean, edges and all") {
    keeps_means<nn::Sequential<nn::Shape(64), nn::Dense<nn::DenseConfig{.units = 6}>>>();
    keeps_means<nn::Sequential<
        nn::Shape{7, 5, 3},
        nn::Conv2D<nn::ConvConfig{.filters = 4, .stride = {2, 1}, .padding = nn::Padding::same}>>>();
    keeps_means<nn::Sequential<nn::Shape{7, 5, 3}, nn::DepthwiseConv2D<nn::DepthwiseConfig{
                                                       .multiplier = 2, .padding = nn::Padding::same}>>>();
    keeps_means<nn::Sequential<nn::Shape{9, 1, 3}, nn::TransposedConv1D<nn::TransposedConfig{
                                                       .filters = 4, .kernel = 3, .stride = 2}>>>();
    keeps_means<nn::Sequential<
        nn::Shape{7, 5, 3},
        nn::Residual<nn::Path<nn::Conv2D<nn::ConvConfig{.filters = 3, .padding = nn::Padding::same}>>>>>();
}

TEST_CASE("quantize: corrected biases bring the means of a network of bytes back") {
    using Deep = nn::Sequential<nn::Shape(64),
                                nn::Dense<nn::DenseConfig{.units = 32, .activation = nn::Activation::relu}>,
                                nn::Dense<nn::DenseConfig{.units = 8}>>;
    static nn::Network<float, Deep> model;
    model.initialise(7);
    for (std::size_t unit = 0; unit < 32; ++unit)
        model.weights()[unit * 64] *= 8;  // coarse steps for the others
    auto rows = positive_rows<float, 64>(400);
    for (auto& row : rows) row[0] *= 0.1f;
    const Rows<float, 64> data(rows);
    const auto exact = means<8>(model, rows);
    const auto error = [&](const nn::Calibration& how) {
        const auto found = means<8>(nn::quantize<std::int8_t>(model, data, how), rows);
        double total = 0;
        for (std::size_t i = 0; i < 8; ++i) total += std::abs(found[i] - exact[i]);
        return total;
    };
    const double plain = error({}), corrected = error({.correct_biases = true});
    CAPTURE(plain, corrected);
    REQUIRE(corrected < 0.4 * plain);
}
