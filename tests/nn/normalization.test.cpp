// SPDX-License-Identifier: MIT
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "mote/nn/batch_normalization.hpp"
#include "mote/nn/fold.hpp"
#include "mote/nn/layer_normalization.hpp"
#include "tests/nn/layer_check.hpp"
#include "tests/nn/normalization_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Activation, nn::Padding, nn::Shape;

namespace {

using Batch = nn::BatchNormalization<nn::BatchNormConfig{.epsilon = 0.01, .activation = Activation::relu}>;
using Layer = nn::LayerNormalization<nn::LayerNormConfig{.epsilon = 0.01}>;
constexpr Shape frames{4, 3};

template <std::size_t N>
void check_close(const std::vector<double>& values, const std::array<double, N>& expected) {
    REQUIRE(values.size() >= N);
    for (std::size_t i = 0; i < N; ++i) CHECK(std::fabs(values[i] - expected[i]) < 1e-13);
}

template <class Normalization, std::size_t N>
void check_pytorch(const std::array<double, 12>& output, const std::array<double, 12>& dx,
                   const std::array<double, N>& gradient) {
    testing::OneLayer<Normalization, frames> layer;
    std::copy_n(reference::normalization_weights.begin(), layer.weights.size(), layer.weights.begin());
    const std::vector<double> x(reference::frames.begin(), reference::frames.end());
    const std::vector<double> y = layer.run(x);
    std::vector<double> dy(reference::share.begin(), reference::share.end()), slopes(12), weights(12);
    Normalization::template At<frames>::template backward<isa::Portable>(
        layer.weights.data(), x.data(), y.data(), dy.data(), slopes.data(), weights.data(),
        layer.scratch.data());
    check_close(y, output);
    check_close(slopes, dx);
    check_close(weights, gradient);
}

template <std::size_t Filters, Activation Next = Activation::none>
using Conv = nn::Conv2D<nn::ConvConfig{.filters = Filters, .padding = Padding::same, .activation = Next}>;
using Plain = nn::BatchNormalization<>;
using Net = nn::Sequential<Shape{6, 6, 2}, Plain, Conv<4>, Batch, nn::DepthwiseConv2D<>, Plain, nn::Flatten,
                           nn::Dense<nn::DenseConfig{.units = 5}>, Batch, Conv<3, Activation::relu>, Plain,
                           nn::Dense<nn::DenseConfig{.units = 2}>>;

nn::Network<double, Net> drawn() {
    nn::Network<double, Net> model;
    model.initialise(4);
    Random random(5);
    for (double& weight : model.weights()) weight += 0.2 * random.uniform<double>();
    return model;
}

std::vector<std::array<double, 72>> images(std::size_t n) {
    Random random(6);
    std::vector<std::array<double, 72>> rows(n);
    for (auto& row : rows) {
        for (double& x : row) x = 3 * random.uniform<double>();
    }
    return rows;
}

}  // namespace

TEST_CASE("Normalization: values and gradients are PyTorch's") {
    check_pytorch<Batch>(reference::batch_norm_output, reference::batch_norm_dx,
                         reference::batch_norm_gradient);
    check_pytorch<Layer>(reference::layer_norm_output, reference::layer_norm_dx,
                         reference::layer_norm_gradient);
}

TEST_CASE("Normalization: backward agrees with central differences") {
    const std::uint64_t seed = GENERATE(1u, 2u);
    CHECK(testing::gradient_gap<Batch, frames>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Layer, frames>(seed) < 1e-6);
    CHECK(testing::gradient_gap<nn::LayerNormalization<>, Shape{2, 2, 7}>(seed) < 1e-6);
}

TEST_CASE("Normalization: NaN spoils its number, or its frame, and no other") {
    CHECK(testing::spoilt_by<Batch, frames>(4) == std::vector<std::size_t>{4});
    CHECK(testing::spoilt_by<Layer, frames>(4) == std::vector<std::size_t>{3, 4, 5});
}

TEST_CASE("Normalization: as bytes") {
    CHECK(testing::quantized_gap<nn::Sequential<frames, nn::BatchNormalization<>>>(3) < 1.1);
    CHECK(testing::quantized_gap<nn::Sequential<Shape{20, 16}, nn::LayerNormalization<>>>(3) < 1.6);
    // A frame without spread is the offset; the largest spread does not overflow.
    using At = nn::LayerNormalization<>::At<Shape{1, 1, 4}>;
    const std::array<float, 8> weights{1, 1, 2, 2, 0, 1, 0, 1};
    const auto layer = At::quantize(weights.data(), {0.1f, 3}, {0.05f, -4});
    std::array<std::int8_t, 4> flat{9, 9, 9, 9}, wide{-128, 127, -128, 127}, y{};
    At::run<isa::Native>(layer, flat.data(), y.data(), nullptr);
    CHECK(y == std::array<std::int8_t, 4>{-4, 16, -4, 16});
    At::run<isa::Native>(layer, wide.data(), y.data(), nullptr);
    CHECK(y == std::array<std::int8_t, 4>{-24, 36, -44, 56});
}

TEST_CASE("estimate_statistics: each layer's mean and variance, the first layers' before the next") {
    using Two =
        nn::Sequential<frames, nn::BatchNormalization<>, nn::Reshape<Shape{3, 4}>, nn::BatchNormalization<>>;
    nn::Network<double, Two> model;
    model.initialise(1);
    std::array<std::array<double, 12>, 1> rows{reference::frames};
    REQUIRE(nn::estimate_statistics(model, Rows<double, 12>(rows)) == Status::ok);
    check_close({model.weights().begin() + 6, model.weights().begin() + 9}, reference::frame_means);
    check_close({model.weights().begin() + 9, model.weights().begin() + 12}, reference::frame_variances);
    // The second then sees what the first has brought to mean 0 and almost spread 1.
    double mean = 0;
    for (std::size_t c = 0; c < 4; ++c) mean += model.weights()[12 + 8 + c];
    CHECK(std::fabs(mean) < 1e-13);

    const auto before = model.weights();
    CHECK(nn::estimate_statistics(model, Rows<double, 12>()) == Status::too_few_rows);
    rows[0][5] = std::numeric_limits<double>::quiet_NaN();
    CHECK(nn::estimate_statistics(model, Rows<double, 12>(rows)) == Status::not_finite);
    CHECK(model.weights() == before);
}

TEST_CASE("fold: the same network with fewer layers") {
    STATIC_REQUIRE(nn::Folded<Net>::depth == Net::depth - 3);
    STATIC_REQUIRE(std::is_same_v<nn::Folded<Net>::Description<1>, Conv<4, Activation::relu>>);
    STATIC_REQUIRE(std::is_same_v<nn::Folded<Net>::Description<6>, Plain>);  // behind a relu it has to stay
    auto model = drawn();
    const auto rows = images(5);
    REQUIRE(nn::estimate_statistics(model, Rows<double, 72>(rows)) == Status::ok);
    const auto folded = nn::fold(model);
    nn::Network<double, Net>::Workspace scratch;
    decltype(folded)::Workspace folded_scratch;
    for (const auto& row : rows) {
        const auto y = model.predict(row, scratch), same = folded.predict(row, folded_scratch);
        for (std::size_t i = 0; i < 2; ++i) CHECK(y[i] == Approx(same[i]).epsilon(1e-12));
    }
}
