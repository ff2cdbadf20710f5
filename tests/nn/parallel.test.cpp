// SPDX-License-Identifier: MIT
#include "mote/nn/parallel.hpp"

#include <array>
#include <vector>

#include "mote/nn/channelwise.hpp"
#include "mote/nn/merge.hpp"
#include "mote/nn/network.hpp"
#include "tests/nn/layer_check.hpp"
#include "tests/nn/product_reference.hpp"
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
using Product = nn::Parallel<nn::Multiply, Path<Conv<3, 1>>, Path<Conv<3, 3>, nn::Tanh>>;
using Gated =
    nn::Parallel<nn::Multiply,
                 Path<nn::GlobalAveragePool, nn::Dense<nn::DenseConfig{.units = 3}>, nn::Sigmoid>, Path<>>;
using GatedConv =
    nn::Residual<Path<nn::GlobalAveragePool>, Path<Conv<3, 3>>, nn::Activation::relu, nn::Multiply>;
using Constants = Path<nn::Channelwise<nn::Multiply>, nn::Channelwise<nn::Add, nn::Activation::relu6>,
                       nn::Channelwise<nn::Subtract>>;
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

TEST_CASE("Parallel: worked example, a product, and a gate of one pixel for a whole image") {
    using Square = nn::Parallel<nn::Multiply, Path<Conv<1, 1>>, Path<>>;
    testing::OneLayer<Square, Shape{3, 1}> layer;
    layer.weights = {3, /*bias*/ 1};
    CHECK(layer.run({1, 5, -2}) == std::vector<double>{4, 80, 10});
    // Each channel times its own mean.
    testing::OneLayer<nn::Parallel<nn::Multiply, Path<nn::GlobalAveragePool>, Path<>>, Shape{2, 2, 2}> gated;
    STATIC_REQUIRE(nn::Parallel<nn::Multiply, Path<nn::GlobalAveragePool>, Path<>>::shape<Shape{2, 2, 2}> ==
                   Shape{2, 2, 2});
    CHECK(gated.run({1, 2, 3, 4, 5, 6, 7, 8}) == std::vector<double>{4, 10, 12, 20, 20, 30, 28, 40});
}

TEST_CASE("Parallel: products of integers are those of the specification") {
    using namespace reference;
    using nn::Activation;
    const auto all = []<class T, std::size_t N>(const nn::QuantizedProduct<T>& numbers,
                                                const std::array<T, N>& a, const std::array<T, N>& b) {
        std::array<T, N> y{};
        nn::merge<nn::Multiply, isa::Native>(numbers, a.data(), b.data(), y.data(), N);
        return y;
    };
    using nn::Affine, nn::Symmetric, nn::quantized_product;
    const auto plain = quantized_product(Affine{0.031f, -12}, {0.007f, 100}, {0.019f, -7}, Activation::none);
    const auto relu6 = quantized_product(Affine{0.31f, -12}, {0.07f, 100}, {0.06f, -90}, Activation::relu6);
    const auto fine = quantized_product(Affine{0.31f, -128}, {0.7f, 127}, {0.019f, 127}, Activation::none);
    CHECK(all(plain, product_a, product_b) == product_y);
    CHECK(all(relu6, product_a, product_b) == product_relu6_y);
    CHECK(all(fine, product_a, product_b) == product_fine_y);
    const auto words = quantized_product(Symmetric{0.00031f}, {0x1p-15f}, {0.00028f}, Activation::none);
    const auto relu = quantized_product(Symmetric{0.0004f}, {0.00013f}, {0.0011f}, Activation::relu);
    CHECK(all(words, product_words_a, product_words_b) == product_words_y);
    CHECK(all(relu, product_words_a, product_words_b) == product_words_relu_y);
}

TEST_CASE("Channelwise: worked example, and what it starts as") {
    testing::OneLayer<nn::Channelwise<nn::Multiply, nn::Activation::relu6>, Shape{2, 2}> layer;
    layer.weights = {2, -1};
    CHECK(layer.run({1, -3, 4, 5}) == std::vector<double>{2, 3, 6, 0});
    testing::OneLayer<nn::Channelwise<nn::Subtract>, Shape{2, 2}> less;
    less.weights = {2, -1};
    CHECK(less.run({1, -3, 4, 5}) == std::vector<double>{-1, -2, 2, 6});
    nn::Network<float, nn::Sequential<Shape{1, 2}, nn::Channelwise<nn::Multiply>, nn::Channelwise<nn::Add>>>
        model;
    model.initialise(1);
    CHECK(model.weights() == std::array<float, 4>{1, 1, 0, 0});
}

TEST_CASE("Parallel: backward agrees with central differences") {
    const std::uint64_t seed = GENERATE(1u, 2u);
    CHECK(testing::gradient_gap<Wide, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Sum, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Difference, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<HighPass, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Product, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Gated, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<GatedConv, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<nn::Parallel<nn::Multiply, Path<>, Path<Conv<3, 3>>>, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<nn::Channelwise<nn::Multiply>, six>(seed) < 1e-6);
    CHECK(testing::gradient_gap<nn::Channelwise<nn::Subtract, nn::Activation::relu>, six>(seed) < 1e-6);
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

TEST_CASE("Parallel: products and constants as bytes and as 16 bits close to float") {
    const std::uint64_t seed = GENERATE(1u, 2u, 3u);
    using Shifted = nn::Sequential<six, Conv<3, 1>, nn::Channelwise<nn::Multiply>, nn::Channelwise<nn::Add>>;
    CHECK(testing::quantized_gap<nn::Sequential<six, Product>>(seed) < 4);
    CHECK(testing::quantized_gap<nn::Sequential<six, Gated>>(seed) < 4);
    CHECK(testing::quantized_gap<nn::Sequential<six, GatedConv>>(seed) < 8);  // means on the input's steps
    using Gates = nn::Sequential<six, Gated, GatedConv>;
    CHECK(testing::quantized_gap<Gates, std::int16_t>(seed) < 500);  // what the weights' rounding does
    CHECK(testing::quantized_gap<Shifted>(seed) < 4);
    using Exact = nn::Sequential<six, nn::Parallel<nn::Multiply, Path<>, Path<nn::Tanh>>>;
    CHECK(testing::quantized_gap<Exact, std::int16_t>(seed) < 4);
}

TEST_CASE("Parallel: accepts ways that end in one height and width") {
    STATIC_REQUIRE(nn::accepts_output_of<Wide, six>);
    using Short = Path<nn::Conv1D<nn::Conv1DConfig{.filters = 2}>>;
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Parallel<nn::Concatenate, Path<Conv<2, 1>>, Short>, six>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Parallel<nn::Add, Path<Conv<2, 1>>, Path<>>, six>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Parallel<nn::Subtract, Path<>, Path<Conv<2, 1>>>, six>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Parallel<nn::Subtract, Path<>, Path<>, Path<>>, six>);
    using Pooled = Path<nn::GlobalAveragePool>;
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Parallel<nn::Multiply, Path<>, Pooled>, six>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Parallel<nn::Add, Pooled, Path<>>, six>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Parallel<nn::Multiply, Path<Conv<2, 1>>, Path<>>, six>);
}
