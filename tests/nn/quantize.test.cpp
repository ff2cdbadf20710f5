// SPDX-License-Identifier: MIT
#include "mote/nn/quantize.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "mote/nn/affine.hpp"
#include "mote/nn/quantized_conv.hpp"
#include "tests/nn/small_network.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using testing::SmallNetwork;

namespace {

nn::Network<float, SmallNetwork> small_model() {
    nn::Network<float, SmallNetwork> model;
    std::ranges::transform(reference::weights, model.weights().begin(),
                           [](double w) { return static_cast<float>(w); });
    return model;
}

std::vector<std::array<float, 108>> noise(std::size_t rows) {
    Random random(9);
    std::vector<std::array<float, 108>> result(rows);
    for (auto& row : result) {
        for (float& x : row) x = 4 * random.uniform<float>() - 2;
    }
    return result;
}

}  // namespace

TEST_CASE("Affine: spreads a range over the bytes with zero among them") {
    constexpr auto symmetric = nn::Affine::covering({-1, 1});
    STATIC_REQUIRE(symmetric.scale == static_cast<float>(2.0 / 255));
    STATIC_REQUIRE(symmetric.zero_point == -1);  // -128 + 127.5, and ties go away from zero
    constexpr auto positive = nn::Affine::covering({0, 2.55f});
    STATIC_REQUIRE(positive.zero_point == -128);
    STATIC_REQUIRE(positive.quantize(2.55f) == 127);
    STATIC_REQUIRE(positive.quantize(9) == 127);
    STATIC_REQUIRE(positive.quantize(-9) == -128);
    STATIC_REQUIRE(nn::Affine::covering({}) == nn::Affine{1, 0});
    for (int byte = -128; byte < 128; ++byte) {
        const auto q = static_cast<std::int8_t>(byte);
        REQUIRE(positive.quantize(positive.dequantize(q)) == q);
    }
}

TEST_CASE("Multiplier: nearest significand and exponent") {
    STATIC_REQUIRE(nn::multiplier_of(0.5) == nn::Multiplier{1 << 30, 0});
    STATIC_REQUIRE(nn::multiplier_of(1.0) == nn::Multiplier{1 << 30, 1});
    STATIC_REQUIRE(nn::multiplier_of(0.375) == nn::Multiplier{3 << 29, -1});
    STATIC_REQUIRE(nn::multiplier_of(1 - 0x1p-40) ==
                   nn::Multiplier{1 << 30, 1});  // rounds up to a power of two
    STATIC_REQUIRE(nn::multiplier_of(0) == nn::Multiplier{0, 0});
    STATIC_REQUIRE(nn::multiplier_of(0x1p-40) == nn::Multiplier{0, 0});
}

TEST_CASE("quantize: a convolution's bytes are the specification's") {
    std::array<std::array<float, 108>, 1> rows{};
    std::ranges::transform(reference::input, rows[0].begin(), [](double x) { return static_cast<float>(x); });
    const auto model = small_model();
    const auto weights = nn::quantize<std::int8_t>(model, Rows<float, 108>(rows)).weights();
    const auto& conv = nn::get<0>(weights.layers);
    REQUIRE(weights.input.scale == static_cast<float>(reference::spec_scale[0]));
    REQUIRE(weights.input.zero_point == reference::spec_zero_point[0]);
    REQUIRE(conv.weights == reference::spec_weights);
    REQUIRE(conv.bias == reference::spec_bias);
    REQUIRE(conv.output.zero_point == -128);  // relu: nothing below zero was seen
    REQUIRE(conv.output.lowest == -128);
    const auto ranges = nn::calibrate(model, Rows<float, 108>(rows));
    const double out_scale = static_cast<double>(nn::Affine::covering(ranges[1]).scale);
    for (std::size_t f = 0; f < 4; ++f) {
        const double factor = std::ldexp(conv.output.multiplier[f], conv.output.shift[f] - 31);
        const double exact = reference::spec_scale[0] * reference::spec_weight_scale[f] / out_scale;
        REQUIRE(factor == Approx(exact).epsilon(0x1p-31));
    }
    REQUIRE(weights.output == nn::Affine{1.0f / 256, -128});
}

TEST_CASE("quantize: probabilities stay close") {
    const auto model = small_model();
    const auto rows = noise(200);
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 108>(rows));
    nn::Network<float, SmallNetwork>::Workspace scratch;
    nn::Network<std::int8_t, SmallNetwork>::Workspace small_scratch;
    float total = 0;
    std::size_t agreements = 0;
    for (const auto& row : rows) {
        const auto p = model.predict_proba(row, scratch), q = small.predict_proba(row, small_scratch);
        for (std::size_t k = 0; k < 3; ++k) total += abs(p[k] - q[k]) / 3;
        agreements += model.predict(row, scratch) == small.predict(row, small_scratch) ? 1u : 0u;
    }
    REQUIRE(total / 200 < 0.03f);  // scores spread over some 60 units, a byte is about 0.25 of one
    REQUIRE(agreements >= 190);
}

TEST_CASE("quantize: a layer whose weights are all zero stays zero") {
    auto model = small_model();
    const auto first = model.weights().begin();
    std::fill(first + SmallNetwork::first_weight[5], first + SmallNetwork::first_weight[6], 0.0f);
    const auto rows = noise(5);
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 108>(rows));
    nn::Network<std::int8_t, SmallNetwork>::Workspace scratch;
    // Three equal scores: 256 / 3 rounds to 85.
    for (const float p : small.predict_proba(rows[0], scratch)) REQUIRE(p == 85.0f / 256);
}

TEST_CASE("quantize: refuses no rows and numbers that are none") {
    auto model = small_model();
    auto rows = noise(3);
    const auto quantized = nn::quantize<std::int8_t>(model, Rows<float, 108>(rows));
    auto small = quantized;
    const auto stays = [&] { return small.weights().input == quantized.weights().input; };
    REQUIRE(nn::quantize(model, Rows<float, 108>{}, small) == Status::too_few_rows);
    rows[2][7] = std::numeric_limits<float>::infinity();
    REQUIRE(nn::quantize(model, Rows<float, 108>(rows), small) == Status::not_finite);
    REQUIRE(stays());
    rows[2][7] = 9;  // far more than before
    REQUIRE(nn::quantize(model, Rows<float, 108>(rows), small) == Status::ok);
    REQUIRE_FALSE(stays());
    model.weights()[3] = std::numeric_limits<float>::quiet_NaN();
    REQUIRE(nn::quantize(model, Rows<float, 108>(rows), small) == Status::not_finite);
}

TEST_CASE("quantize: constant activations are no division by zero") {
    const auto model = small_model();
    const std::array<std::array<float, 108>, 2> zeros{};
    nn::Network<std::int8_t, SmallNetwork> small;
    REQUIRE(nn::quantize(model, Rows<float, 108>(zeros), small) == Status::ok);
    nn::Network<float, SmallNetwork>::Workspace scratch;
    nn::Network<std::int8_t, SmallNetwork>::Workspace small_scratch;
    const auto p = model.predict_proba(zeros[0], scratch), q = small.predict_proba(zeros[0], small_scratch);
    for (std::size_t k = 0; k < 3; ++k) REQUIRE(abs(p[k] - q[k]) < 0.03f);
}
