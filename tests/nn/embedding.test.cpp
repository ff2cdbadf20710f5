// SPDX-License-Identifier: MIT
#include "mote/nn/embedding.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "mote/core/dataset.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/svdf.hpp"
#include "tests/nn/layer_check.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Activation, nn::Shape;

namespace {

using Words = nn::Embedding<nn::EmbeddingConfig{.tokens = 3, .units = 2}>;
using Memory =
    nn::Sequential<Shape{4, 1}, nn::Svdf<nn::SvdfConfig{
                                    .units = 1, .memory = 2, .rank = 2, .activation = Activation::relu}>>;

constexpr auto remembered(const nn::Network<float, Memory>& model, std::array<float, 4> x) {
    nn::Network<float, Memory>::Workspace scratch;
    return model.predict(x, scratch);
}

}  // namespace

TEST_CASE("Embedding: the row of each token, the nearest of those that are none") {
    testing::OneLayer<Words, Shape{6}> layer;
    layer.weights = {1, 2, 3, 4, 5, 6};
    const double not_a_number = std::numeric_limits<double>::quiet_NaN();
    const auto y = layer.run({0, 2, 1, -5, 1e30, not_a_number});
    CHECK(std::vector<double>(y.begin(), y.begin() + 10) ==
          std::vector<double>{1, 2, 5, 6, 3, 4, 1, 2, 5, 6});
    CHECK((std::isnan(y[10]) && std::isnan(y[11])));
    CHECK(testing::spoilt_by<Words, Shape{3, 1}>(1) == std::vector<std::size_t>{2, 3});
}

TEST_CASE("Embedding: slopes add up in the rows that were read") {
    using At = Words::At<Shape{3}>;
    const std::vector<double> weights(6), x{2, 0, 2};
    std::vector<double> dy{1, 2, 3, 4, 5, 6}, gradient(6), dx(3, 9);
    At::backward<isa::Native>(weights.data(), x.data(), dy.data(), dy.data(), dx.data(), gradient.data(),
                              dx.data());
    CHECK(gradient == std::vector<double>{3, 4, 0, 0, 6, 8});
    CHECK(dx == std::vector<double>(3));
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<Words, Shape{3, 2}>);
    STATIC_REQUIRE(Words::shape<Shape{3, 1}> == Shape{3, 2});
}

TEST_CASE("Embedding: as bytes, every token has its row") {
    using Table = nn::Sequential<Shape{40}, nn::Embedding<nn::EmbeddingConfig{.tokens = 40, .units = 3}>>;
    nn::Network<float, Table> model;
    model.initialise(1);
    std::array<std::array<float, 40>, 1> rows{};
    for (std::size_t i = 0; i < 40; ++i) rows[0][i] = static_cast<float>((7 * i) % 40);
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 40>(rows));
    nn::Network<float, Table>::Workspace scratch;
    decltype(small)::Workspace bytes;
    const auto real = model.forward(rows[0], scratch);
    const auto y = small.forward(small.quantize_input(rows[0]), bytes);
    for (std::size_t i = 0; i < real.size(); ++i) CHECK(y[i] == small.output().quantize(real[i]));
}

TEST_CASE("Svdf: worked example of rank 2") {
    // relu(2 (x[t] - x[t - 1]) + 10 x[t - 1] + 1): filters over the feature (2, 10), over time ((-1, 1), (1,
    // 0)).
    constexpr nn::Network<float, Memory> model{{2, 10, -1, 1, 1, 0, /*bias*/ 1}};
    STATIC_REQUIRE(remembered(model, {1, 2, -3, -3}) == std::array{3.0f, 13.0f, 11.0f, 0.0f});
    STATIC_REQUIRE(Memory::parameters == 2 * 1 * (1 + 2) + 1);
}

TEST_CASE("Svdf: backward agrees with central differences, and bytes with float") {
    using Filters = nn::Svdf<nn::SvdfConfig{.units = 3, .memory = 4, .rank = 2}>;
    using Blocks = nn::Residual<nn::Path<Filters>>;
    CHECK(testing::gradient_gap<Blocks, Shape{7, 3}>(1) < 1e-6);
    CHECK(testing::quantized_gap<
              nn::Sequential<Shape{7, 3}, nn::Svdf<nn::SvdfConfig{.units = 3, .memory = 4}>>>(1) < 4);
}
