// SPDX-License-Identifier: MIT
// SelfAttention in bytes: against plain integers in Python, PyTorch's floats, and in a trained block.
#include "mote/nn/self_attention_bytes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "mote/core/dataset.hpp"
#include "mote/nn/embedding.hpp"
#include "mote/nn/global_mean.hpp"
#include "mote/nn/layer_normalization.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/self_attention.hpp"
#include "mote/nn/time_distributed.hpp"
#include "mote/nn/trainer.hpp"
#include "tests/nn/self_attention_bytes_reference.hpp"
#include "tests/nn/self_attention_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Shape;

namespace {

template <std::size_t Units>
using Attention = nn::SelfAttention<nn::AttentionConfig{.units = Units}>;

/// The layer alone, as a network whose scales nobody asks for.
template <Shape In, std::size_t Units, class Isa, std::size_t Inputs, std::size_t Outputs>
constexpr bool follows(const auto& numbers, const std::array<std::int8_t, Inputs>& x,
                       const std::array<std::int8_t, Outputs>& y) {
    using Network = nn::Network<std::int8_t, nn::Sequential<In, Attention<Units>>, Isa>;
    typename Network::Weights weights{};
    nn::get<0>(weights.layers) = numbers;
    const Network network(weights);
    typename Network::Workspace scratch;
    scratch.arena.fill(0x55);
    return std::ranges::equal(network.forward(x, scratch), y);
}

template <class Isa>
constexpr bool small_ones_follow() {
    using namespace reference;
    return follows<Shape{3, 4}, 2, Isa>(small_numbers, small_input, small_output) &&
           follows<Shape{5, 3}, 4, Isa>(sharp_numbers, sharp_input, sharp_output);
}
template <class Isa>
bool all_follow() {
    using namespace reference;
    return small_ones_follow<Isa>() && follows<Shape{6, 5}, 7, Isa>(odd_numbers, odd_input, odd_output) &&
           follows<Shape{19, 8}, 16, Isa>(long_one_numbers, long_one_input, long_one_output);
}

/// A transformer's block over tokens: do 1 and 2 both occur among ten?
constexpr std::size_t steps = 10;
using Block = nn::Residual<
    nn::Path<nn::LayerNormalization<>, Attention<8>, nn::TimeDistributed<nn::Dense<nn::DenseConfig{8}>>>>;
using Reader = nn::Sequential<Shape{steps, 1}, nn::Embedding<nn::EmbeddingConfig{.tokens = 7, .units = 8}>,
                              Block, nn::LayerNormalization<>, nn::GlobalMean,
                              nn::Dense<nn::DenseConfig{.units = 2}>, nn::Softmax>;
using Float = nn::Network<float, Reader>;

struct Texts {
    std::vector<std::array<float, steps>> rows;
    std::vector<std::uint8_t> labels;

    Texts(std::size_t n, std::uint64_t seed) : rows(n), labels(n) {
        Random random(seed);
        for (std::size_t i = 0; i < n; ++i) {
            for (float& token : rows[i]) token = static_cast<float>(random.below(7));
            const auto has = [&](float token) { return std::ranges::count(rows[i], token) > 0; };
            labels[i] = has(1) && has(2) ? 1 : 0;
        }
    }
    [[nodiscard]] Dataset<float, steps, std::uint8_t> data() const { return {rows, labels}; }
};

double accuracy(const auto& model, const Texts& texts) {
    typename std::remove_cvref_t<decltype(model)>::Workspace scratch;
    std::size_t right = 0;
    for (std::size_t i = 0; i < texts.rows.size(); ++i) {
        right += model.predict(typename Float::Sample(texts.rows[i]), scratch) == texts.labels[i] ? 1u : 0u;
    }
    return static_cast<double>(right) / static_cast<double>(texts.rows.size());
}

}  // namespace

TEST_CASE("SelfAttention in bytes: every byte is that of plain integers") {
    STATIC_REQUIRE(small_ones_follow<isa::Native>());
    CHECK(all_follow<isa::Portable>());
    CHECK(all_follow<isa::Native>());
}

TEST_CASE("SelfAttention in bytes: near PyTorch's floats") {
    using Architecture = nn::Sequential<Shape{5, 4}, Attention<4>>;
    std::array<std::array<float, 20>, 1> rows{};
    std::ranges::copy(reference::attention_input, rows[0].begin());
    nn::Network<double, Architecture> model;
    std::ranges::copy(reference::attention_weights, model.weights().begin());
    std::array<std::array<double, 20>, 1> exact_rows{reference::attention_input};
    const auto bytes = nn::quantize<std::int8_t>(model, Rows<double, 20>(exact_rows));
    decltype(bytes)::Workspace scratch;
    const auto y = bytes.predict(rows[0], scratch);
    double worst = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        worst = std::max(worst, std::fabs(static_cast<double>(y[i]) - reference::attention_output[i]));
    }
    // Shares are off by 1/512 each, v by half a step, and scores by some hundredths: together two steps.
    CHECK(worst < 3 * static_cast<double>(bytes.output().scale));
}

TEST_CASE("SelfAttention in bytes: constant inputs, silent weights and scores as fine as sums go") {
    using Architecture = nn::Sequential<Shape{4, 4}, Attention<4>>;
    nn::Network<float, Architecture> model{};  // all weights zero
    const std::array<std::array<float, 16>, 1> rows{};
    const auto silent = nn::quantize<std::int8_t>(model, Rows<float, 16>(rows));
    decltype(silent)::Workspace scratch;
    CHECK(silent.predict(rows[0], scratch) == std::array<float, 16>{});
    model.initialise(1);
    for (std::size_t i = 0; i < 16; ++i) model.weights()[i] *= 1e-3f;  // q is small, and so is what it asks
    const auto bytes = nn::quantize<std::int8_t>(model, Rows<float, 16>(rows));
    std::array<std::int8_t, 16> extreme{};
    for (std::size_t i = 0; i < 16; ++i) extreme[i] = i % 3 == 0 ? 127 : -128;
    const auto weights = bytes.weights();
    const auto& numbers = nn::get<0>(weights.layers);
    CHECK((numbers.score.shift[0] <= 1 && numbers.output.shift[0] <= 1));
    const nn::Network<std::int8_t, Architecture, isa::Portable> portable(bytes.weights());
    decltype(portable)::Workspace other;
    CHECK(std::ranges::equal(bytes.forward(extreme, scratch), portable.forward(extreme, other)));
}

TEST_CASE("SelfAttention in bytes: a trained block of a transformer keeps its accuracy") {
    const Texts learnt(600, 1), fresh(1000, 2);
    Float model;
    model.initialise(3);
    static nn::Trainer<Float> trainer;
    trainer.optimizer.learning_rate = 0.01f;
    REQUIRE(trainer.fit(model, learnt.data(), {.epochs = 25, .batch = 20, .seed = 1}) == Status::ok);
    const auto bytes = nn::quantize<std::int8_t>(model, Rows<float, steps>(learnt.rows));
    const double exact = accuracy(model, fresh), rounded = accuracy(bytes, fresh);
    INFO(exact << " in floats, " << rounded << " in bytes");
    CHECK(exact > 0.95);
    CHECK(rounded > exact - 0.01);
    const nn::Network<std::int8_t, Reader, isa::Portable> portable(bytes.weights());
    decltype(bytes)::Workspace scratch;
    decltype(portable)::Workspace other;
    const auto x = bytes.quantize_input(fresh.rows[0]);
    CHECK(std::ranges::equal(bytes.forward(x, scratch), portable.forward(x, other)));
}

TEST_CASE("SelfAttention in bytes: packed numbers come back, print as an initialiser, and fit the plan") {
    using At = Attention<7>::At<Shape{6, 5}>;
    const auto& numbers = reference::odd_numbers;
    const auto back = At::unpack(At::pack<isa::Native>(numbers));
    CHECK((back.key.weights == numbers.key.weights && back.value.bias == numbers.value.bias));
    CHECK(back.softmax.lowest_difference == numbers.softmax.lowest_difference);
    CHECK(back.output.multiplier == numbers.output.multiplier);
    int depth = 0, printed = 0;
    const auto count = [&](const auto& part) {
        ++printed;
        if constexpr (std::is_convertible_v<decltype(part), std::string>) {
            for (const char c : std::string(part)) depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        }
    };
    At::describe(numbers, [&](const auto&... parts) { (count(parts), ...); });
    CHECK((depth == 0 && printed > 40));
    using Long = Attention<16>::At<Shape{16, 16}>;
    constexpr std::size_t stated = 3 * 16 * 16 + 16 + 4 * 16 + 4 * 16;
    STATIC_REQUIRE(Long::scratch<std::int8_t, isa::Portable> == stated + 16);
    STATIC_REQUIRE(Long::in_place<std::int8_t, isa::Native>);
}
