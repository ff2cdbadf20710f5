// SPDX-License-Identifier: MIT
// Recurrent layers of bytes beside the LSTM, which has a test of its own: against plain integers in Python,
// and as layers of networks that quantize() made.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "mote/core/dataset.hpp"
#include "mote/core/random.hpp"
#include "mote/nn/bidirectional.hpp"
#include "mote/nn/integer_fast_grnn.hpp"
#include "mote/nn/integer_gru.hpp"
#include "mote/nn/integer_simple_rnn.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/recurrent.hpp"
#include "mote/nn/streaming.hpp"
#include "tests/nn/integer_recurrent_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Shape;

namespace {

template <class Model>
constexpr bool follows(const typename Model::Quantized& numbers, const auto& inputs, const auto& hidden) {
    const Model model(numbers);
    typename Model::State state;
    bool same = true;
    for (std::size_t t = 0; t < inputs.size(); ++t) same = model.step(inputs[t], state) == hidden[t] && same;
    return same;
}

template <class Isa>
constexpr bool all_follow() {
    using namespace reference;
    using After = nn::Gru<std::int8_t, 3, 2, nn::GruReset::after, Isa>;
    using Before = nn::Gru<std::int8_t, 4, 8, nn::GruReset::before, Isa>;
    return follows<After>(gru_after_numbers, gru_after_inputs, gru_after_hidden) &&
           follows<Before>(gru_before_numbers, gru_before_inputs, gru_before_hidden) &&
           follows<nn::SimpleRnn<std::int8_t, 5, 4, Isa>>(simple_rnn_numbers, simple_rnn_inputs,
                                                          simple_rnn_hidden) &&
           follows<nn::FastGrnn<std::int8_t, 4, 4, Isa>>(fast_grnn_numbers, fast_grnn_inputs,
                                                         fast_grnn_hidden);
}

constexpr std::size_t frames = 24;
template <class Cell>
using Architecture =
    nn::Sequential<Shape{frames, 4},
                   nn::Recurrent<Cell, nn::RecurrentConfig{.units = 8, .returns = nn::Returns::sequence}>>;
using Row = std::array<float, 4 * frames>;

std::vector<Row> noise_rows(std::size_t n) {
    std::vector<Row> rows(n);
    Random random(7);
    for (Row& row : rows) {
        for (float& value : row) value = random.normal<float>();
    }
    return rows;
}

/// The largest difference from the float network, after looking that frames come out as the whole does.
template <class Cell>
float largest_gap() {
    using Network = nn::Network<float, Architecture<Cell>>;
    Network model;
    model.initialise(3);
    const auto rows = noise_rows(30);
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 4 * frames>(rows));
    const nn::Streaming stream(small);
    typename Network::Workspace scratch;
    typename decltype(small)::Workspace bytes;
    float gap = 0;
    for (const Row& row : rows) {
        const auto real = model.forward(row, scratch);
        const auto whole = small.forward(small.quantize_input(row), bytes);
        typename decltype(stream)::State state;
        for (std::size_t t = 0; t < frames; ++t) {
            const auto y = stream.push(std::span<const float, 4>(&row[4 * t], 4), state);
            REQUIRE(std::ranges::equal(*y, whole.subspan(8 * t, 8)));
        }
        for (std::size_t i = 0; i < real.size(); ++i) {
            gap = std::max(gap, std::fabs(small.output().dequantize(whole[i]) - real[i]));
        }
    }
    return gap;
}

/// Whether packing and back, and the C++ initialiser's braces, keep together.
template <class Model>
bool describes(const typename Model::Quantized& numbers) {
    int depth = 0;
    bool closed_early = false;
    std::size_t printed = 0;
    const auto count = [&](const auto& part) {
        ++printed;
        if constexpr (std::is_convertible_v<decltype(part), std::string>) {
            for (const char c : std::string(part)) {
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
                closed_early = closed_early || depth < 0;
            }
        }
    };
    Model::describe(numbers, [&](const auto&... parts) { (count(parts), ...); });
    const auto back = Model::unpack(Model::pack(numbers));
    return depth == 0 && !closed_early && printed > 10 && back.input.bias == numbers.input.bias &&
           back.recurrent.weights == numbers.recurrent.weights && back.hidden == numbers.hidden;
}

}  // namespace

TEST_CASE("recurrent layers of bytes: every step is that of plain integers") {
    STATIC_REQUIRE(all_follow<isa::Native>());
    CHECK(all_follow<isa::Portable>());
    CHECK(all_follow<isa::Native>());
}

TEST_CASE("recurrent layers of bytes: frame by frame the same as the whole sequence, and near the floats") {
    CHECK(largest_gap<nn::GruCell<nn::GruReset::after>>() < 0.03f);
    CHECK(largest_gap<nn::GruCell<nn::GruReset::before>>() < 0.03f);
    CHECK(largest_gap<nn::SimpleRnnCell>() < 0.06f);
    CHECK(largest_gap<nn::FastGrnnCell>() < 0.05f);
}

TEST_CASE("recurrent layers of bytes: a state that moves by less than a byte still moves") {
    // z = sigmoid(6): each step takes 1/400 of the candidate, tanh(5), which a byte's 1/128 would round away.
    using Float = nn::Gru<double, 1, 1>;
    Float::Weights weights{};
    weights[6] = 6;
    weights[8] = 5;
    const nn::Range unit{-1, 1};
    using Small = nn::Gru<std::int8_t, 1, 1>;
    const Small small(
        Small::quantize(weights.data(), nn::Affine::covering(unit), nn::Affine::covering(unit), &unit));
    Small::State state;
    for (int t = 0; t < 400; ++t) small.step(std::array<std::int8_t, 1>{}, state);
    CHECK(std::fabs(nn::Affine::covering(unit).dequantize(state.hidden[0]) - (1 - std::exp(-0.99f))) < 0.02f);
}

TEST_CASE("recurrent layers of bytes: both ways share a scale and are near the floats") {
    using Lstm =
        nn::Recurrent<nn::LstmCell, nn::RecurrentConfig{.units = 6, .returns = nn::Returns::sequence}>;
    using Last = nn::Recurrent<nn::GruCell<>, nn::RecurrentConfig{.units = 4}>;
    using Both = nn::Sequential<Shape{frames, 4}, nn::Bidirectional<Lstm>, nn::Bidirectional<Last>>;
    nn::Network<float, Both> model;
    model.initialise(5);
    const auto rows = noise_rows(30);
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 4 * frames>(rows));
    nn::Network<float, Both>::Workspace scratch;
    decltype(small)::Workspace bytes;
    float gap = 0;
    for (const Row& row : rows) {
        const auto real = model.forward(row, scratch);
        const auto y = small.forward(small.quantize_input(row), bytes);
        for (std::size_t i = 0; i < real.size(); ++i) {
            gap = std::max(gap, std::fabs(small.output().dequantize(y[i]) - real[i]));
        }
    }
    CHECK(gap < 0.04f);
    const auto again = nn::Network<std::int8_t, Both, isa::Portable>(small.weights());
    decltype(again)::Workspace portable;
    const auto x = small.quantize_input(rows[0]);
    CHECK(std::ranges::equal(again.forward(x, portable), small.forward(x, bytes)));
}

TEST_CASE("recurrent layers of bytes: packed numbers come back, and print as an initialiser") {
    using namespace reference;
    CHECK(describes<nn::Gru<std::int8_t, 3, 2>>(gru_after_numbers));
    CHECK(describes<nn::SimpleRnn<std::int8_t, 5, 4>>(simple_rnn_numbers));
    CHECK(describes<nn::FastGrnn<std::int8_t, 4, 4>>(fast_grnn_numbers));
    CHECK(describes<nn::Lstm<std::int8_t, 12, 4>>(words_numbers));
}
