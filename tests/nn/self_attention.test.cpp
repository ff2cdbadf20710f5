// SPDX-License-Identifier: MIT
#include "mote/nn/self_attention.hpp"

#include <cmath>
#include <vector>

#include "tests/nn/layer_check.hpp"
#include "tests/nn/self_attention_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Shape;
using Four = nn::SelfAttention<nn::AttentionConfig{.units = 4}>;
using Two = nn::SelfAttention<nn::AttentionConfig{.units = 2}>;

TEST_CASE("SelfAttention: values are PyTorch's") {
    testing::OneLayer<Four, Shape{5, 4}> layer;
    REQUIRE(layer.weights.size() == reference::attention_weights.size());
    layer.weights.assign(reference::attention_weights.begin(), reference::attention_weights.end());
    const auto y = layer.run({reference::attention_input.begin(), reference::attention_input.end()});
    REQUIRE(y.size() == reference::attention_output.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
        CHECK(std::fabs(y[i] - reference::attention_output[i]) < 1e-14);
    }
}

TEST_CASE("SelfAttention: backward agrees with central differences") {
    const std::uint64_t seed = GENERATE(1u, 2u);
    CHECK(testing::gradient_gap<Four, Shape{5, 4}>(seed, 2) < 1e-6);
    CHECK(testing::gradient_gap<Two, Shape{6, 3}>(seed, 2) < 1e-6);
}

TEST_CASE("SelfAttention: all steps see NaN; no shape but a sequence") {
    CHECK(testing::spoilt_by<Two, Shape{3, 2}>(4) == std::vector<std::size_t>{0, 1, 2, 3, 4, 5});
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<Two, Shape{3, 3, 2}>);
    STATIC_REQUIRE(Two::shape<Shape{6, 3}> == Shape{6, 2});
}
