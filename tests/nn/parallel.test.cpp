// SPDX-License-Identifier: MIT
#include "mote/nn/parallel.hpp"

#include <array>
#include <vector>

#include "mote/nn/network.hpp"
#include "tests/nn/layer_check.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Padding, nn::Path, nn::Shape;

namespace {

template <std::size_t Filters, std::size_t Kernel>
using Conv = nn::Conv1D<nn::Conv1DConfig{.filters = Filters, .kernel = Kernel, .padding = Padding::same}>;
using Pool = nn::MaxPool1D<nn::Pool1DConfig{.size = 3, .stride = 1, .padding = Padding::same}>;
using Wide =
    nn::Parallel<nn::Concatenate, Path<Conv<2, 1>>, Path<Conv<3, 1>, nn::Tanh, Conv<2, 3>>, Path<Pool>>;
using Sum = nn::Parallel<nn::Add, Path<Conv<3, 1>>, Path<Conv<3, 3>>, Path<>>;
using Difference = nn::Parallel<nn::Subtract, Path<Conv<3, 1>>, Path<Conv<3, 3>, nn::Tanh>>;
using HighPass = nn::Parallel<nn::Subtract, Path<>, Path<Conv<3, 3>>>;
constexpr Shape six{6, 3};

}  // namespace

TEST_CASE("Parallel: worked example, channels next to each other") {
    // Doubled, negated, and as it came through a maximum of three steps.
    using Both = nn::Parallel<nn::Concatenate, Path<Conv<1, 1>>, Path<Conv<1, 1>>, Path<Pool>>;
    STATIC_REQUIRE(Both::shape<Shape{3, 1}> == Shape{3, 3});
    testing::OneLayer<Both, Shape{3, 1}> layer;
    layer.weights = {2, /*bias*/ 0, -1, 0};
    CHECK(layer.run({1, 5, 3}) == std::vector<double>{2, -1, 5, 10, -5, 5, 6, -3, 5});
}

TEST_CASE("Parallel: worked example, the second way taken from the first") {
    // y = x - (3 x + 1), and the other way round.
    using Taken = nn::Parallel<nn::Subtract, Path<>, Path<Conv<1, 1>>>;
    testing::OneLayer<Taken, Shape{3, 1}> layer;
    layer.weights = {3, /*bias*/ 1};
    CHECK(layer.run({1, 5, -2}) == std::vector<double>{-3, -11, 3});
    testing::OneLayer<nn::Parallel<nn::Subtract, Path<Conv<1, 1>>, Path<>>, Shape{3, 1}> reversed;
    reversed.weights = layer.weights;
    CHECK(reversed.run({1, 5, -2}) == std::vector<double>{3, 11, -3});
}

TEST_CASE("Parallel: backward agrees with central differences") {
    const std::uint64_t seed = GENERATE(1u, 2u);
    CHECK(testing::gradient_gap<Wide, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Sum, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Difference, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<HighPass, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<nn::Parallel<nn::Subtract, Path<Conv<3, 3>>, Path<>>, six>(seed) < 1e-6);
}

TEST_CASE("Parallel: NaN reaches what sees it and nothing else") {
    CHECK(testing::spoilt_by<nn::Parallel<nn::Concatenate, Path<Conv<1, 1>>, Path<Pool>>, Shape{4, 1}>(0) ==
          std::vector<std::size_t>{0, 1, 3});
}

TEST_CASE("Parallel: as bytes close to float, and packed without loss") {
    const std::uint64_t seed = GENERATE(1u, 2u, 3u);
    CHECK(testing::quantized_gap<nn::Sequential<six, Wide>>(seed) < 3);
    CHECK(testing::quantized_gap<nn::Sequential<six, Sum>>(seed) < 4);
    CHECK(testing::quantized_gap<nn::Sequential<six, Difference, HighPass>>(seed) < 4);
    CHECK(testing::quantized_gap<
              nn::Sequential<six, Wide, Conv<2, 1>, nn::Parallel<nn::Concatenate, Path<Pool>>>>(seed) < 5);
}

TEST_CASE("Parallel: accepts ways that end in one height and width") {
    STATIC_REQUIRE(nn::accepts_output_of<Wide, six>);
    using Short = Path<nn::Conv1D<nn::Conv1DConfig{.filters = 2}>>;
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Parallel<nn::Concatenate, Path<Conv<2, 1>>, Short>, six>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Parallel<nn::Add, Path<Conv<2, 1>>, Path<>>, six>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Parallel<nn::Subtract, Path<>, Path<Conv<2, 1>>>, six>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Parallel<nn::Subtract, Path<>, Path<>, Path<>>, six>);
}
