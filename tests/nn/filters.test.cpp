// SPDX-License-Identifier: MIT
#include "mote/nn/filters.hpp"

#include <algorithm>
#include <vector>

#include "tests/nn/small_network.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using testing::SmallNetwork;

namespace {

using Depthwise =
    nn::Sequential<nn::Shape{5, 5, 2}, nn::DepthwiseConv2D<nn::DepthwiseConfig{.multiplier = 2}>>;

}  // namespace

TEST_CASE("has_filters: convolutions and Dense, however they are wrapped, and nothing else") {
    STATIC_REQUIRE(nn::has_filters<SmallNetwork::Layer<0>>);
    STATIC_REQUIRE(nn::has_filters<SmallNetwork::Layer<4>>);
    STATIC_REQUIRE(nn::has_filters<Depthwise::Layer<0>>);
    STATIC_REQUIRE(
        nn::has_filters<nn::TimeDistributed<nn::Dense<nn::DenseConfig{.units = 3}>>::At<nn::Shape{4, 2}>>);
    STATIC_REQUIRE_FALSE(nn::has_filters<SmallNetwork::Layer<1>>);
    STATIC_REQUIRE_FALSE(nn::has_filters<nn::Softmax::At<nn::Shape(3)>>);
    STATIC_REQUIRE_FALSE(nn::has_filters<nn::BatchNormalization<>::At<nn::Shape(3)>>);
    STATIC_REQUIRE(nn::filters_of<SmallNetwork::Layer<0>> == 4);
    STATIC_REQUIRE(nn::taps_of<SmallNetwork::Layer<0>> == 3 * 2 * 2);
    STATIC_REQUIRE(nn::tap_index<SmallNetwork::Layer<0>>(1, 2) == 14);
    STATIC_REQUIRE(nn::tap_index<Depthwise::Layer<0>>(1, 2) == 9);  // [tap][filter]
    STATIC_REQUIRE(nn::bias_index<Depthwise::Layer<0>>(1) == 37);
}

TEST_CASE("round_weights: the specification's bytes times their scales") {
    nn::Network<double, SmallNetwork> model;
    std::ranges::copy(reference::weights, model.weights().begin());
    const auto rounded = nn::round_weights(model);
    for (std::size_t i = 0; i < reference::spec_weights.size(); ++i) {
        const double scale = reference::spec_weight_scale[i / 12];
        REQUIRE(rounded.weights()[i] == Approx(scale * reference::spec_weights[i]).epsilon(1e-6));
    }
    for (std::size_t i = 48; i < 52; ++i) REQUIRE(rounded.weights()[i] == model.weights()[i]);  // biases
    const auto again = nn::round_weights(rounded).weights();
    for (std::size_t i = 0; i < again.size(); ++i)
        REQUIRE(again[i] == Approx(rounded.weights()[i]).margin(1e-7));
}
