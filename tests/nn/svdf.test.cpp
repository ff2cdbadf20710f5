// SPDX-License-Identifier: MIT
#include "mote/nn/svdf.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <sstream>
#include <vector>

#include "mote/deploy/host/network_header.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/streaming.hpp"
#include "mote/nn/svdf_bytes.hpp"
#include "tests/nn/layer_check.hpp"
#include "tests/nn/svdf_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Activation, nn::Shape;

namespace {

constexpr nn::SvdfConfig fine{.units = 3, .memory = 5, .rank = 2};
constexpr nn::SvdfConfig coarse{.units = 4, .memory = 3};

/// Scales in single precision, as files have them.
struct Scales {
    float input, weights, state, time, output;
};

/// A network of the layer alone, and its integers.
template <nn::SvdfConfig Config, std::size_t Features, std::size_t Steps>
struct Case {
    using Architecture = nn::Sequential<Shape{Steps, Features}, nn::Svdf<Config>>;
    nn::QuantizedWeights<Architecture> weights{};

    Case(const auto& features, const auto& time, const auto& bias, Scales scales, std::int8_t zero_point) {
        auto& layer = nn::get<0>(weights.layers);
        layer.features.weights = features;
        layer.features.zero_point = 11;
        const auto to_state =
            nn::multiplier_of(static_cast<double>(scales.input * scales.weights / scales.state));
        layer.features.multiplier[0] = to_state.multiplier;
        layer.features.shift[0] = to_state.shift;
        layer.time = time;
        layer.bias = bias;
        const auto to_output =
            nn::multiplier_of(static_cast<double>(scales.state * scales.time / scales.output));
        layer.output.multiplier[0] = to_output.multiplier;
        layer.output.shift[0] = to_output.shift;
        layer.output.zero_point = zero_point;
        layer.output.lowest = -128;
        layer.output.highest = 127;
    }

    /// The whole window at once, and frame by frame.
    template <class Isa>
    void check(const auto& x, const auto& expected) const {
        using Model = nn::Network<std::int8_t, Architecture, Isa>;
        const Model model(weights);
        typename Model::Workspace scratch;
        const auto y = model.forward(x, scratch);
        REQUIRE(std::vector<std::int8_t>(y.begin(), y.end()) ==
                std::vector<std::int8_t>(expected.begin(), expected.end()));
        const nn::Streaming<Model> stream(model);
        typename nn::Streaming<Model>::State state;
        for (std::size_t t = 0; t < Steps; ++t) {
            const auto frame =
                stream.push(std::span<const std::int8_t, Features>(x.data() + t * Features, Features), state);
            REQUIRE(std::equal(frame->begin(), frame->end(), expected.begin() + t * Config.units));
        }
    }
};

template <class Check>
void on_all_sets(Check check) {
    check(isa::Portable{});
    check(isa::ArmV6M{});
    check(isa::Native{});
}

}  // namespace

TEST_CASE("Svdf: bytes are those of TensorFlow Lite's integer SVDF, at once and frame by frame") {
    const Case<fine, 8, 12> layer(reference::svdf_weights, reference::svdf_time, reference::svdf_bias,
                                  {0.05f, 0.007f, 0.000043f, 0.0021f, 0.06f}, -9);
    on_all_sets([&](auto isa) { layer.template check<decltype(isa)>(reference::svdf_x, reference::svdf_y); });
}

TEST_CASE("Svdf: a state of bytes with a zero point is one of fewer steps around zero") {
    Case<coarse, 7, 12> layer(reference::svdf_of_bytes_weights, reference::svdf_of_bytes_time,
                              reference::svdf_of_bytes_bias, {0.05f, 0.007f, 0.07f, 0.015f, 0.1f}, -128);
    auto& numbers = nn::get<0>(layer.weights.layers);
    numbers.lowest = -128 + 50;
    numbers.highest = 127 + 50;
    on_all_sets([&](auto isa) {
        layer.template check<decltype(isa)>(reference::svdf_of_bytes_x, reference::svdf_of_bytes_y);
    });
}

TEST_CASE("Svdf: quantize() brings bytes close to float, and a stream of them to the same") {
    using Filters =
        nn::Svdf<nn::SvdfConfig{.units = 5, .memory = 6, .rank = 2, .activation = Activation::relu}>;
    using Net = nn::Sequential<Shape{20, 4}, Filters, nn::Svdf<nn::SvdfConfig{.units = 3, .memory = 4}>>;
    const std::uint64_t seed = GENERATE(1u, 2u, 3u);
    CHECK(testing::quantized_gap<Net>(seed) < 2);
    // A single layer is off by little more than its own rounding: the state has 16 bits, taps ten.
    CHECK(testing::quantized_gap<nn::Sequential<Shape{20, 4}, Filters>>(seed) < 2);
}

TEST_CASE("Svdf: rows of a stream are those of the whole sequence, also as floats") {
    using Filters =
        nn::Svdf<nn::SvdfConfig{.units = 5, .memory = 6, .rank = 2, .activation = Activation::relu}>;
    using Model = nn::Network<float, nn::Sequential<Shape{12, 4}, Filters>>;
    Model model;
    model.initialise(3);
    Random random(4);
    std::array<float, 48> x{};
    for (float& value : x) value = 2 * random.uniform<float>() - 1;
    Model::Workspace scratch;
    const auto whole = model.forward(x, scratch);
    const nn::Streaming<Model> stream(model);
    nn::Streaming<Model>::State state;
    for (std::size_t t = 0; t < 12; ++t) {
        const auto row = stream.push(std::span<const float, 4>(x.data() + 4 * t, 4), state);
        REQUIRE(std::equal(row->begin(), row->end(), whole.begin() + static_cast<std::ptrdiff_t>(5 * t)));
    }
    // NaN is forgotten with the step that it came in.
    std::array<float, 4> spoilt{};
    spoilt[2] = std::numeric_limits<float>::quiet_NaN();
    for (std::size_t t = 0; t < 7; ++t) {
        const auto row = stream.push(t == 0 ? spoilt : std::array<float, 4>{}, state);
        REQUIRE(std::ranges::any_of(*row, [](float y) { return y != y; }) == (t < 6));
    }
}

TEST_CASE("Svdf: packed and unpacked without loss, and written as source") {
    const Case<fine, 8, 12> layer(reference::svdf_weights, reference::svdf_time, reference::svdf_bias,
                                  {0.05f, 0.007f, 0.000043f, 0.0021f, 0.06f}, -9);
    using Model = nn::Network<std::int8_t, Case<fine, 8, 12>::Architecture>;
    const Model model(layer.weights);
    std::ostringstream out, again;
    deploy::write_header(out, "svdf", model, std::span(reference::svdf_x));
    deploy::write_header(again, "svdf", Model(model.weights()), std::span(reference::svdf_x));
    CHECK(out.str() == again.str());
    CHECK(out.str().find(
              "mote::nn::Svdf<mote::nn::SvdfConfig{.units = 3, .memory = 5, .rank = 2, .activation = "
              "mote::nn::Activation::none}>") != std::string::npos);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Svdf<fine>, Shape{4, 2, 3}>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<nn::Svdf<nn::SvdfConfig{.memory = 0}>, Shape{4, 2}>);
}
