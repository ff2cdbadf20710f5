// SPDX-License-Identifier: MIT
// The LSTMs of integers against plain integers in Python, and as a layer of networks that quantize() made.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "mote/core/dataset.hpp"
#include "mote/core/random.hpp"
#include "mote/nn/bidirectional.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/quantized_gates.hpp"
#include "mote/nn/recurrent.hpp"
#include "mote/nn/recurrent_integers.hpp"
#include "mote/nn/streaming.hpp"
#include "mote/nn/trainer.hpp"
#include "tests/nn/integer_recurrent_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Shape;

namespace {

/// The hidden state after each step, and the cell after the last.
template <class Isa, class T, std::size_t Inputs, std::size_t Units, class Numbers, std::size_t Steps>
constexpr bool follows(const Numbers& numbers, const std::array<std::array<T, Inputs>, Steps>& inputs,
                       const std::array<std::array<T, Units>, Steps>& hidden,
                       const std::array<std::int16_t, Units>& cell) {
    const nn::Lstm<T, Inputs, Units, Isa> lstm(numbers);
    typename nn::Lstm<T, Inputs, Units, Isa>::State state;
    bool same = true;
    for (std::size_t t = 0; t < Steps; ++t) {
        alignas(4) const std::array<T, Inputs> frame = inputs[t];
        same = lstm.step(frame, state) == hidden[t] && same;
    }
    return same && state.cell == cell;
}

template <class Isa>
void check_all_references() {
    using namespace reference;
    CHECK(follows<Isa>(small_numbers, small_inputs, small_hidden, small_cell));
    CHECK(follows<Isa>(saturating_numbers, saturating_inputs, saturating_hidden, saturating_cell));
    CHECK(follows<Isa>(clipped_numbers, clipped_inputs, clipped_hidden, clipped_cell));
    CHECK(follows<Isa>(words_numbers, words_inputs, words_hidden, words_cell));
    CHECK(follows<Isa>(small_int16_numbers, small_int16_inputs, small_int16_hidden, small_int16_cell));
    CHECK(follows<Isa>(saturating_int16_numbers, saturating_int16_inputs, saturating_int16_hidden,
                       saturating_int16_cell));
    CHECK(follows<Isa>(imported_numbers, imported_inputs, imported_hidden, imported_cell));
}

constexpr double curve_error = 1e-4;  // of both curves, wherever

constexpr std::uint32_t crc32(const auto& words) {
    std::uint32_t crc = 0xffffffff;
    for (const std::uint16_t word : words) {
        for (int bit = 0; bit < 16; ++bit) {
            const std::uint32_t low = (crc ^ static_cast<std::uint32_t>(word >> bit)) & 1;
            crc = crc >> 1 ^ (low != 0 ? 0xedb88320 : 0);
        }
    }
    return ~crc;
}

}  // namespace

TEST_CASE("Lstm of bytes: the curves are TensorFlow Lite's") {
    STATIC_REQUIRE(crc32(kernels::reference::sigmoid_table) == reference::sigmoid_table_crc32);
    for (std::size_t i = 0; i < reference::curve_points.size(); ++i) {
        const std::int16_t x = reference::curve_points[i];
        CHECK(kernels::reference::integer_sigmoid(x, {}) == reference::sigmoids[i]);
        CHECK(kernels::reference::integer_tanh(x, kernels::curve_scale(-12)) == reference::tanhs_12[i]);
        CHECK(kernels::reference::integer_tanh(x, kernels::curve_scale(-15)) == reference::tanhs_15[i]);
        CHECK(kernels::reference::integer_tanh(x, kernels::curve_scale(-10)) == reference::tanhs_10[i]);
    }
    double most = 0;
    for (int x = -32768; x < 32768; ++x) {
        const double real = x * 0x1p-12;
        const auto q = static_cast<std::int16_t>(x);
        most = std::max(most, std::fabs(kernels::reference::integer_sigmoid(q, {}) * 0x1p-15 -
                                        1 / (1 + std::exp(-real))));
        most = std::max(most, std::fabs(kernels::reference::integer_tanh(q, {}) * 0x1p-15 - std::tanh(real)));
    }
    CHECK(most < curve_error);
}

TEST_CASE("Lstm of bytes: every step is that of plain integers") {
    using namespace reference;
    STATIC_REQUIRE(follows<isa::Native>(small_numbers, small_inputs, small_hidden, small_cell));
    STATIC_REQUIRE(
        follows<isa::Native>(small_int16_numbers, small_int16_inputs, small_int16_hidden, small_int16_cell));
    check_all_references<isa::Portable>();
    check_all_references<isa::Native>();
}

TEST_CASE("Lstm of bytes: packed numbers come back to the bit") {
    const auto same = [](const auto& a, const auto& b) {
        return a.weights == b.weights && a.bias == b.bias && a.multiplier == b.multiplier &&
               a.shift == b.shift && a.zero_point == b.zero_point;
    };
    using Model = nn::Lstm<std::int8_t, 12, 4>;
    const auto back = Model::unpack(Model::pack(reference::words_numbers));
    CHECK(same(back.input, reference::words_numbers.input));
    CHECK(same(back.recurrent, reference::words_numbers.recurrent));
    CHECK(back.cell_power == reference::words_numbers.cell_power);
    CHECK(back.hidden == reference::words_numbers.hidden);
}

namespace {

template <nn::Returns Which>
using Layer = nn::Recurrent<nn::LstmCell, nn::RecurrentConfig{.units = 8, .returns = Which}>;
constexpr std::size_t frames = 20;

/// Points on a circle, seen for a while: which of two ways round, at which of two speeds.
struct Turns {
    std::vector<std::array<float, 2 * frames>> rows;
    std::vector<std::uint8_t> labels;

    Turns(std::size_t n, std::uint64_t seed) {
        Random random(seed);
        for (std::size_t i = 0; i < n; ++i) {
            const auto label = static_cast<std::uint8_t>(random.below(4));
            const float speed = (label / 2 == 0 ? 0.2f : 0.45f) * (label % 2 == 0 ? 1.0f : -1.0f);
            const float start = 6.28f * random.uniform<float>();
            auto& row = rows.emplace_back();
            for (std::size_t t = 0; t < frames; ++t) {
                const float angle = start + speed * static_cast<float>(t);
                row[2 * t] = std::cos(angle) + 0.3f * random.normal<float>();
                row[2 * t + 1] = std::sin(angle) + 0.3f * random.normal<float>();
            }
            labels.push_back(label);
        }
    }
};

template <class Model>
std::size_t hits(const Model& model, const Turns& data) {
    typename Model::Workspace scratch;
    std::size_t right = 0;
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
        right += model.predict(std::span<const float, 2 * frames>(data.rows[i]), scratch) == data.labels[i];
    }
    return right;
}

}  // namespace

TEST_CASE("Lstm of bytes: quantised, a trained network decides as it did") {
    using Architecture = nn::Sequential<Shape{frames, 2}, Layer<nn::Returns::last>,
                                        nn::Dense<nn::DenseConfig{.units = 4}>, nn::Softmax>;
    using Network = nn::Network<float, Architecture>;
    const Turns known(300, 1), others(400, 2);
    Network model;
    model.initialise(1);
    nn::Trainer<Network> trainer;
    trainer.optimizer.learning_rate = 0.02f;
    const Dataset<float, 2 * frames> data{known.rows, known.labels};
    REQUIRE(trainer.fit(model, data, {.epochs = 12, .batch = 16}) == Status::ok);
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 2 * frames>(known.rows).first(100));
    const std::size_t real = hits(model, others), bytes = hits(small, others);
    CAPTURE(real, bytes);
    CHECK(real >= 380);
    CHECK(bytes + 4 >= real);  // 1 %
}

namespace {

template <class T>
void check_frame_by_frame(const auto& model, const Turns& data) {
    const auto small = nn::quantize<T>(model, Rows<float, 2 * frames>(data.rows));
    const nn::Streaming stream(small);
    typename decltype(small)::Workspace scratch;
    for (const auto& row : data.rows) {
        const auto whole = small.forward(small.quantize_input(row), scratch);
        typename decltype(stream)::State state;
        for (std::size_t t = 0; t < frames; ++t) {
            const auto y = stream.push(std::span<const float, 2>(&row[2 * t], 2), state);
            REQUIRE(std::ranges::equal(*y, whole.subspan(8 * t, 8)));
        }
    }
}

}  // namespace

TEST_CASE("Lstm of integers: frame by frame the same as the whole sequence, and bytes near the floats") {
    nn::Network<float, nn::Sequential<Shape{frames, 2}, Layer<nn::Returns::sequence>>> model;
    model.initialise(2);
    for (float& weight : model.weights()) weight *= 2;
    const Turns known(50, 3);
    check_frame_by_frame<std::int8_t>(model, known);
    check_frame_by_frame<std::int16_t>(model, known);
    const auto bytes = nn::quantize<std::int8_t>(model, Rows<float, 2 * frames>(known.rows));
    decltype(model)::Workspace scratch;
    decltype(bytes)::Workspace small;
    for (const auto& row : known.rows) {
        const auto real = model.predict(row, scratch), near = bytes.predict(row, small);
        for (std::size_t i = 0; i < real.size(); ++i) CHECK(std::fabs(near[i] - real[i]) < 0.03f);
    }
}

TEST_CASE("Lstm of bytes: the last state alone keeps the scale of all") {
    using Whole = nn::Network<float, nn::Sequential<Shape{frames, 2}, Layer<nn::Returns::sequence>>>;
    using Last = nn::Network<float, nn::Sequential<Shape{frames, 2}, Layer<nn::Returns::last>>>;
    const Turns known(20, 4);
    Whole whole;
    whole.initialise(3);
    const Last last(whole.weights());
    const Rows<float, 2 * frames> rows(known.rows);
    const auto a = nn::quantize<std::int8_t>(whole, rows);
    const auto b = nn::quantize<std::int8_t>(last, rows);
    REQUIRE(a.output() == b.output());
    decltype(a)::Workspace one;
    decltype(b)::Workspace other;
    const auto x = a.quantize_input(known.rows[0]);
    CHECK(std::ranges::equal(a.forward(x, one).last(8), b.forward(x, other)));
}

namespace {

/// Random weights of an LSTM of eight units, whole numbers of these units of which each gate's largest is
/// 127: bytes hold them exactly.
constexpr double input_unit = 0x1p-7, recurrent_unit = 0x1p-10;
void draw_exact(std::span<float> weights, Random& random) {
    const std::size_t recurrent = weights.size() - 32 * 9, bias = weights.size() - 32;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const auto steps = static_cast<double>(random.below(255)) - 127;
        weights[i] = static_cast<float>(steps * (i < recurrent || i >= bias ? input_unit : recurrent_unit));
    }
    for (std::size_t gate = 0; gate < 4; ++gate) {
        weights[8 * gate] = static_cast<float>(127 * input_unit);
        weights[recurrent + 8 * gate] = static_cast<float>(-127 * recurrent_unit);
    }
}

/// A number, and the most that integers which stand for it may be off by.
struct Near {
    double is = 0, off = 0;
};
Near operator+(Near a, Near b) {
    return {a.is + b.is, a.off + b.off};
}
Near operator*(Near a, Near b) {
    return {a.is * b.is, std::fabs(a.is) * b.off + std::fabs(b.is) * a.off + a.off * b.off};
}
/// After rounding to a whole number of units, or twice, first to units that are 2^14 times finer or more.
Near rounded(Near a, double unit) {
    return {a.is, a.off + (0.5 + 0x1p-14) * unit};
}
/// By the curves' tables: the slope, what their second derivatives of at most 0.0963 and 0.7699 add, the
/// table.
Near sigmoid(Near a) {
    const double y = 1 / (1 + std::exp(-a.is));
    return {y, y * (1 - y) * a.off + 0.0963 / 2 * a.off * a.off + curve_error};
}
Near tanh(Near a) {
    const double y = std::tanh(a.is);
    return {y, (1 - y * y) * a.off + 0.7699 / 2 * a.off * a.off + curve_error};
}

/// The error analysis of an LSTM of eight units in 16 bits, whose weights bytes hold exactly: its steps in
/// double precision, and what each of its roundings adds.
class ErrorAnalysis {
public:
    ErrorAnalysis(std::span<const float> weights, nn::Symmetric in, nn::Symmetric out, int cell_power)
        : weights_(weights),
          in_(static_cast<double>(in.scale)),
          out_(static_cast<double>(out.scale)),
          cell_unit_(std::ldexp(1, cell_power)) {}

    const std::array<Near, 8>& step(std::span<const float> x) {
        std::vector<Near> seen;
        for (const float number : x) seen.push_back(rounded({static_cast<double>(number)}, in_));
        const std::array<Near, 8> before = hidden_;
        for (std::size_t k = 0; k < 8; ++k) {
            const auto gate = [&](std::size_t g) { return sum(8 * g + k, seen, before); };
            const Near kept = sigmoid(gate(1)) * cell_[k], added = sigmoid(gate(0)) * tanh(gate(2));
            cell_[k] = rounded(kept, cell_unit_) + rounded(added, cell_unit_);
            // The table is read at thirds of Q3.12.
            hidden_[k] = rounded(sigmoid(gate(3)) * tanh(rounded(cell_[k], gate_unit / 3)), out_);
        }
        return hidden_;
    }

private:
    static constexpr double gate_unit = 0x1p-12;
    std::span<const float> weights_;
    double in_, out_, cell_unit_;
    std::array<Near, 8> cell_{}, hidden_{};

    /// What goes into a gate's curve, within +-8: both sums, each times a multiplier of 15 bits.
    [[nodiscard]] Near sum(std::size_t row, std::span<const Near> x, std::span<const Near> hidden) const {
        const auto weight = [&](std::size_t i) { return Near{static_cast<double>(weights_[32 * i + row])}; };
        Near from_x = rounded(weight(x.size() + 8), input_unit * in_), from_hidden;
        for (std::size_t i = 0; i < x.size(); ++i) from_x = from_x + weight(i) * x[i];
        for (std::size_t i = 0; i < 8; ++i) from_hidden = from_hidden + weight(x.size() + i) * hidden[i];
        const Near factor{1, 0x1p-15};
        const Near whole = rounded(factor * from_x, gate_unit) + rounded(factor * from_hidden, gate_unit);
        REQUIRE(std::fabs(whole.is) + whole.off < 7.99);
        return whole;
    }
};

template <std::size_t Inputs>
using Odd = nn::Sequential<Shape{4, Inputs}, nn::Recurrent<nn::LstmCell, nn::RecurrentConfig{.units = 3}>>;

/// An untrained network of an odd number of inputs in 16 bits, calibrated on these numbers.
template <class Isa, std::size_t Inputs = 3>
constexpr auto quantized_odd(float last, float factor = 1) {
    nn::Network<float, Odd<Inputs>, Isa> model;
    model.initialise(5);
    for (float& weight : model.weights()) weight *= factor;
    std::array<std::array<float, 4 * Inputs>, 1> rows{};
    for (std::size_t i = 0; i < rows[0].size(); ++i) rows[0][i] = static_cast<float>(i % 5) - 2;
    rows[0].back() = last;
    return nn::quantize<std::int16_t>(model, Rows<float, 4 * Inputs>(rows));
}
template <class Isa>
constexpr auto run_odd() {
    const auto model = quantized_odd<Isa>(1);
    typename std::remove_const_t<decltype(model)>::Workspace scratch;
    std::array<std::int16_t, 12> x{};
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<std::int16_t>(32767 - 6000 * i);
    std::array<std::int16_t, 3> y{};
    std::ranges::copy(model.forward(x, scratch), y.begin());
    return y;
}

}  // namespace

TEST_CASE("Lstm of 16 bits: exact weights leave what the roundings explain, and less than bytes could") {
    using Network = nn::Network<float, nn::Sequential<Shape{frames, 2}, Layer<nn::Returns::sequence>>>;
    const Turns known(50, 3);
    Network model;
    Random random(2);
    draw_exact(model.weights(), random);
    const auto words = nn::quantize<std::int16_t>(model, Rows<float, 2 * frames>(known.rows));
    const auto bytes = nn::quantize<std::int8_t>(model, Rows<float, 2 * frames>(known.rows));
    const auto numbers = words.weights();
    decltype(words)::Workspace scratch;
    double gap = 0, bound = 0, gap_of_bytes = 0;
    for (const auto& row : known.rows) {
        const auto y = words.predict(row, scratch);
        ErrorAnalysis exact(model.weights(), words.input(), words.output(),
                            get<0>(numbers.layers).cell_power);
        for (std::size_t t = 0; t < frames; ++t) {
            const auto& hidden = exact.step(std::span(row).subspan(2 * t, 2));
            for (std::size_t k = 0; k < 8; ++k) {
                const auto [real, most] = hidden[k];
                const double off = std::fabs(static_cast<double>(y[8 * t + k]) - real);
                REQUIRE(off <= most);
                gap = std::max(gap, off);
                bound = std::max(bound, most);
                const auto nearest = bytes.output().quantize(static_cast<float>(real));
                const double by_bytes = static_cast<double>(bytes.output().dequantize(nearest)) - real;
                gap_of_bytes = std::max(gap_of_bytes, std::fabs(by_bytes));
            }
        }
    }
    CAPTURE(gap, bound, gap_of_bytes);
    CHECK(bound < gap_of_bytes);
}

TEST_CASE("Lstm of 16 bits: both ways are two of one way, to the bit") {
    using Network =
        nn::Network<float, nn::Sequential<Shape{frames, 2}, nn::Bidirectional<Layer<nn::Returns::last>>>>;
    const Turns known(10, 5);
    Network model;
    model.initialise(2);
    const auto small = nn::quantize<std::int16_t>(model, Rows<float, 2 * frames>(known.rows));
    const auto weights = small.weights();
    decltype(small)::Workspace scratch;
    for (const auto& row : known.rows) {
        auto x = small.quantize_input(row);
        const auto y = small.forward(x, scratch);
        for (std::size_t half = 0; half < 2; ++half) {
            const auto& numbers = get<0>(weights.layers);
            const nn::Lstm<std::int16_t, 2, 8> lstm(half == 0 ? numbers.forth : numbers.back);
            decltype(lstm)::State state;
            for (std::size_t t = 0; t < frames; ++t) {
                const std::size_t at = half == 0 ? t : frames - 1 - t;
                alignas(4) const std::array<std::int16_t, 2> frame{x[2 * at], x[2 * at + 1]};
                lstm.step(frame, state);
            }
            CHECK(std::ranges::equal(state.hidden, y.subspan(8 * half, 8)));
        }
    }
}

TEST_CASE("Lstm of 16 bits: constant evaluation and every set give the same, with an odd number of inputs") {
    constexpr auto y = run_odd<isa::Native>();
    CHECK(run_odd<isa::Native>() == y);
    CHECK(run_odd<isa::Portable>() == y);
    CHECK(*std::ranges::max_element(y) > 1000);
}

TEST_CASE("Lstm of 16 bits: numbers come back, and weights of zero and odd calibration do no harm") {
    using Model = nn::Lstm<std::int16_t, 8, 5>;
    const auto back = Model::unpack(Model::pack(reference::saturating_int16_numbers));
    CHECK(back.input.weights == reference::saturating_int16_numbers.input.weights);
    CHECK(back.input.bias == reference::saturating_int16_numbers.input.bias);
    CHECK(back.recurrent.output.multiplier ==
          reference::saturating_int16_numbers.recurrent.output.multiplier);
    CHECK(back.cell_clip == 1500);

    for (const float odd : {std::numeric_limits<float>::quiet_NaN(), 0.0f, 1e30f, 1e-30f}) {
        for (const float factor : {0.0f, 1e-7f, 1.0f, 1e6f}) {
            const auto small = quantized_odd<isa::Native>(odd, factor);
            CHECK(small.output().scale >= 0x1p-30f);
            const auto weights = small.weights();
            const auto& numbers = get<0>(weights.layers);
            for (const auto* stage : {&numbers.input.output, &numbers.recurrent.output}) {
                CHECK(*std::ranges::max_element(stage->shift) <= 7);
            }
            decltype(quantized_odd<isa::Native>(0))::Workspace scratch;
            const std::array<float, 12> largest{9e9f, -9e9f, 9e9f, 9e9f, -9e9f, 9e9f, 1, 2, 3, 4, 5, 6};
            for (const float y : small.predict(largest, scratch)) CHECK(std::fabs(y) <= 1.0001f);
        }
    }
}
