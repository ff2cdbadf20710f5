// SPDX-License-Identifier: MIT
#include "mote/nn/network.hpp"

#include <limits>

#include "mote/nn/float_network.hpp"
#include "mote/nn/quantized_network.hpp"
#include "mote/nn/sequential.hpp"
#include "mote/nn/workspace.hpp"
#include "tests/nn/small_network.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using testing::SmallNetwork;

namespace {

template <class T>
T distance(std::span<const T> y, std::span<const double> expected) {
    REQUIRE(y.size() == expected.size());
    T worst = 0;
    for (std::size_t i = 0; i < y.size(); ++i) worst = max(worst, abs(y[i] - static_cast<T>(expected[i])));
    return worst;
}

template <class T, std::size_t N>
constexpr std::array<T, N> converted(const std::array<double, N>& values) {
    std::array<T, N> result{};
    for (std::size_t i = 0; i < N; ++i) result[i] = static_cast<T>(values[i]);
    return result;
}

// Two inputs; hidden h = relu(x1 - x2, x1 + x2); score = (2 h1 + h2, h1 - h2 + 3).
using Tiny =
    nn::Sequential<nn::Shape{2}, nn::Dense<nn::DenseConfig{.units = 2, .activation = nn::Activation::relu}>,
                   nn::Dense<nn::DenseConfig{.units = 2}>>;
constexpr nn::Network<float, Tiny> tiny{{1, -1, 1, 1, /*bias*/ 0, 0, 2, 1, 1, -1, /*bias*/ 0, 3}};

constexpr std::array<float, 2> tiny_outputs(std::array<float, 2> x) {
    nn::Network<float, Tiny>::Workspace scratch;
    return tiny.predict(x, scratch);
}

constexpr nn::Network<std::int8_t, SmallNetwork> bytes{testing::small_bytes()};

}  // namespace

TEST_CASE("Network: worked example") {
    STATIC_REQUIRE(tiny_outputs({1, 2}) == std::array<float, 2>{3, 0});    // h = (0, 3)
    STATIC_REQUIRE(tiny_outputs({3, 1}) == std::array<float, 2>{8, 1});    // h = (2, 4)
    STATIC_REQUIRE(tiny_outputs({-1, -2}) == std::array<float, 2>{2, 4});  // h = (1, 0)
}

TEST_CASE("Network: is a plain value whose size is its weights") {
    STATIC_REQUIRE(PlainValue<nn::Network<float, SmallNetwork>>);
    STATIC_REQUIRE(sizeof(nn::Network<float, SmallNetwork>) == SmallNetwork::parameters * sizeof(float));
    STATIC_REQUIRE(PlainValue<nn::Network<std::int8_t, SmallNetwork>>);
    STATIC_REQUIRE(PlainValue<nn::QuantizedWeights<SmallNetwork>>);
    // 4 * 12 + 4, 3 * 8 + 3, 5 * 6 + 5 and 3 * 5 + 3 weights; outputs times taps of each layer.
    STATIC_REQUIRE(SmallNetwork::parameters == 52 + 27 + 35 + 18);
    STATIC_REQUIRE(SmallNetwork::macs == 5 * 6 * 4 * 12 + 2 * 3 * 8 + 6 * 5 + 5 * 3);
}

TEMPLATE_TEST_CASE("Network: every layer's output is PyTorch's", "", float, double) {
    const nn::Network<TestType, SmallNetwork> model(converted<TestType>(reference::weights));
    const auto x = converted<TestType>(reference::input);
    typename nn::Network<TestType, SmallNetwork>::Workspace scratch;
    // Sums of up to 12 products of magnitude below 6, through four layers: some 1,000 rounding units.
    const TestType bound = 1000 * std::numeric_limits<TestType>::epsilon();
    std::size_t seen = 0;
    const auto compare = [&](std::size_t layer, std::span<const TestType> y) {
        const std::array<std::span<const double>, 7> expected{
            reference::after_conv,    reference::after_pool,   reference::after_dilated,
            reference::after_dilated, reference::after_hidden, reference::scores,
            reference::probabilities};
        CAPTURE(layer);
        REQUIRE(distance(y, expected[layer]) < bound);
        ++seen;
    };
    model.forward(x, scratch, compare);
    REQUIRE(seen == 7);
    const auto p = model.predict_proba(x, scratch);
    REQUIRE(p[model.predict(x, scratch)] == *std::ranges::max_element(p));
}

TEST_CASE("Network: int8 layers are the quantisation specification's, bit by bit") {
    nn::Network<std::int8_t, SmallNetwork>::Workspace scratch;
    nn::Network<std::int8_t, SmallNetwork, isa::Portable>::Workspace portable_scratch;
    const nn::Network<std::int8_t, SmallNetwork, isa::Portable> portable(testing::small_bytes());
    const auto compare = [](std::size_t layer, std::span<const std::int8_t> y) {
        const std::array<std::span<const std::int8_t>, 7> expected{
            reference::q_conv_output,    reference::q_pool_output,   reference::q_dilated_output,
            reference::q_dilated_output, reference::q_hidden_output, reference::q_scores_output,
            reference::q_probabilities};
        CAPTURE(layer);
        REQUIRE(std::ranges::equal(y, expected[layer]));
    };
    bytes.forward(reference::q_input, scratch, compare);
    portable.forward(reference::q_input, portable_scratch, compare);
}

TEST_CASE("Network: int8 is the same at compile time") {
    constexpr auto at_compile_time = [] {
        nn::Network<std::int8_t, SmallNetwork>::Workspace scratch;
        const auto y = bytes.forward(reference::q_input, scratch);
        return std::ranges::equal(y, reference::q_probabilities);
    };
    STATIC_REQUIRE(at_compile_time());
}

TEST_CASE("Network: packing loses nothing") {
    const auto canonical = testing::small_bytes(), again = bytes.weights();
    const auto same = [&](auto i) {
        const auto& before = nn::get<i>(canonical.layers);
        const auto& after = nn::get<i>(again.layers);
        REQUIRE(before.weights == after.weights);
        REQUIRE(before.bias == after.bias);
        REQUIRE(before.output.multiplier == after.output.multiplier);
        REQUIRE(before.output.shift == after.output.shift);
        REQUIRE(before.output.lowest == after.output.lowest);
        REQUIRE(before.output.zero_point == after.output.zero_point);
        REQUIRE(before.input_zero_point == after.input_zero_point);
    };
    same(std::integral_constant<std::size_t, 0>{});
    same(std::integral_constant<std::size_t, 2>{});
    same(std::integral_constant<std::size_t, 4>{});
    same(std::integral_constant<std::size_t, 5>{});
    REQUIRE(again.output == canonical.output);
}

TEST_CASE("Network: nothing reads what is dead") {
    // Between layers everything but the latest output is overwritten; the result must not notice.
    const nn::Network<float, SmallNetwork> model(converted<float>(reference::weights));
    const auto x = converted<float>(reference::input);
    nn::Network<float, SmallNetwork>::Workspace scratch, poisoned;
    const auto poison = [](auto& arena, auto live, auto value) {
        for (auto& element : arena) {
            if (&element < live.data() || &element >= live.data() + live.size()) element = value;
        }
    };
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    poisoned.arena.fill(nan);
    const auto clean = model.forward(x, scratch);
    const auto dirty =
        model.forward(x, poisoned, [&](std::size_t, auto live) { poison(poisoned.arena, live, nan); });
    REQUIRE(std::ranges::equal(clean, dirty));

    nn::Network<std::int8_t, SmallNetwork>::Workspace byte_scratch;
    byte_scratch.arena.fill(std::int8_t{0x55});
    const auto y = bytes.forward(reference::q_input, byte_scratch, [&](std::size_t, auto live) {
        poison(byte_scratch.arena, live, std::int8_t{0x55});
    });
    REQUIRE(std::ranges::equal(y, reference::q_probabilities));
}

TEST_CASE("Network: int8 reads its input from any address") {
    nn::Network<std::int8_t, SmallNetwork>::Workspace scratch;
    for (std::size_t offset = 0; offset < 4; ++offset) {
        alignas(4) std::array<std::int8_t, 112> buffer{};
        std::ranges::copy(reference::q_input, buffer.begin() + static_cast<std::ptrdiff_t>(offset));
        const auto y = bytes.forward(std::span(buffer).subspan(offset).first<108>(), scratch);
        REQUIRE(std::ranges::equal(y, reference::q_probabilities));
    }
}

TEST_CASE("Network: int8 reads its input from its own workspace") {
    nn::Network<std::int8_t, SmallNetwork>::Workspace scratch;
    const auto space = bytes.input_space(scratch);
    REQUIRE(space.data() >= scratch.arena.data());
    REQUIRE(space.data() + space.size() <= scratch.arena.data() + scratch.arena.size());
    for (int run = 0; run < 2; ++run) {  // the second finds what the first has left
        std::ranges::copy(reference::q_input, space.begin());
        REQUIRE(std::ranges::equal(bytes.forward(space, scratch), reference::q_probabilities));
    }
}

TEST_CASE("Network: NaN comes out as NaN") {
    const nn::Network<float, SmallNetwork> model(converted<float>(reference::weights));
    auto x = converted<float>(reference::input);
    x[40] = std::numeric_limits<float>::quiet_NaN();
    nn::Network<float, SmallNetwork>::Workspace scratch;
    for (const float p : model.forward(x, scratch)) REQUIRE(std::isnan(p));
    REQUIRE(model.predict(x, scratch) < 3);
}

TEST_CASE("Network: real numbers reach an int8 network on its input's scale") {
    auto weights = testing::small_bytes();
    weights.input = {0.25f, -3};
    const nn::Network<std::int8_t, SmallNetwork> model(weights);
    std::array<float, 108> x{};
    x[0] = 1.0f;
    x[1] = -0.625f;  // -2.5 steps: ties go away from zero
    x[2] = 1000.0f;
    x[3] = -1000.0f;
    x[4] = std::numeric_limits<float>::quiet_NaN();
    const auto q = model.quantize_input(x);
    REQUIRE(q[0] == 1);
    REQUIRE(q[1] == -6);
    REQUIRE(q[2] == 127);
    REQUIRE(q[3] == -128);
    REQUIRE(q[4] == -128);
    REQUIRE(q[5] == -3);
    nn::Network<std::int8_t, SmallNetwork>::Workspace scratch;
    REQUIRE(model.predict_proba(x, scratch) == model.predict_proba(q, scratch));
}
