// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"
#include "mote/kernels/int16_curves.hpp"
#include "mote/kernels/reference_conv.hpp"
#include "mote/kernels/reference_int16.hpp"
#include "mote/nn/affine.hpp"

/// Sigmoid, tanh and softmax of 16-bit numbers by tables and straight lines between their entries, bit by bit
/// those of TensorFlow Lite's reference kernels. Outputs stand on the scale 1/32768.
namespace mote::nn::int16 {

inline constexpr Symmetric unit_output{1.0f / 32768};

/// Brings a gate's input to steps of 1 / (3 * 2^12), 512 of which are one of the table's entries, and 256 in
/// tanh(x) = 2 sigmoid(2x) - 1.
struct GateInput {
    std::int32_t multiplier = 0;
    std::int8_t shift = 0;

    static constexpr GateInput of(Symmetric in) {
        double factor = static_cast<double>(in.scale) * 3 * 4096;
        std::int8_t shift = 0;
        for (; factor <= 32767.0 / 2 && shift <= 30; ++shift) factor *= 2;
        return {static_cast<std::int32_t>(min(factor, 0x1p30)), shift};
    }
    [[nodiscard]] constexpr std::int32_t operator()(std::int16_t x) const {
        const std::int64_t half = shift > 0 ? std::int64_t{1} << (shift - 1) : 0;
        const std::int64_t steps = (std::int64_t{x} * multiplier + half) >> shift;
        constexpr std::int64_t far = 1 << 24;  // beyond the table's end
        return static_cast<std::int32_t>(clamp(steps, -far, far));
    }
};

/// Of a GateInput's steps.
constexpr std::int16_t sigmoid(std::int32_t x) {
    return kernels::reference::sigmoid_of(x);
}
constexpr std::int16_t tanh(std::int32_t x) {
    return kernels::reference::tanh_of(x);
}

/// A curve at 513 places from low to high, in steps of which one holds `steps`; between two places lie 128
/// inputs. Entries are moved by half of what the line between them is off in the middle.
using Table = std::array<std::int16_t, 513>;

template <class T, class Curve>
constexpr Table table_of(T low, T high, Curve curve, T steps = 32768) {
    const auto round = [](T x) { return static_cast<T>(nearest_integer<std::int32_t>(x)); };
    const auto entry = [](T x) { return static_cast<std::int16_t>(clamp<T>(x, T{-32768}, T{32767})); };
    const T step = (high - low) / 512;
    Table table{};
    for (std::size_t i = 0; i < 512; ++i) {
        const T x = low + static_cast<T>(i) * step;
        const T here = round(curve(x) * steps);
        const T line = round((curve(low + static_cast<T>(i + 1) * step) * steps + here) / 2);
        table[i] = entry(here - round((line - round(curve(x + step / 2) * steps)) / 2));
    }
    table[512] = entry(round(curve(high) * steps));
    return table;
}

/// The table at x, where -32768 is its first entry.
constexpr std::int16_t look_up(const Table& table, std::int32_t x) {
    const auto entry = static_cast<std::size_t>(256 + (x >> 7));
    const std::int32_t slope = table[entry + 1] - table[entry];
    return static_cast<std::int16_t>(table[entry] + ((slope * (x & 127) + 64) >> 7));
}

/// A curve over all inputs by a table, which TensorFlow Lite fills in single precision.
struct TableCurve {
    Table table{};

    template <class Curve>
    static constexpr TableCurve of(Symmetric in, Symmetric out) {
        const float steps = 65536 / (out.scale * 32767 + out.scale * 32768);
        return {table_of(
            in.scale * -32768, in.scale * 32767, [](float x) { return Curve::value(x); }, steps)};
    }
    constexpr std::int16_t operator()(std::int16_t x) const { return look_up(table, x); }
    constexpr void describe(auto print) const { print("{", table, "}"); }
};

/// clamp(x + 3, 0, 6) / 6, or with Gated x times that. TensorFlow Lite has no such kernel of 16 bits: the
/// gate is counted in 256ths of the input's steps, and rounded once, as sums are in all of its 16x8
/// arithmetic.
template <bool Gated>
struct HardGate {
    std::int32_t three = 0;
    Multiplier factor{};

    /// Inputs within +-0.024, which have steps below 7e-7, are taken for some that just have them.
    static constexpr HardGate of(Symmetric in, Symmetric out) {
        const double scale = static_cast<double>(in.scale);
        const auto three = static_cast<std::int32_t>(clamp(256 * 3 / scale + 0.5, 256.0, 0x1p30));
        const double one = (Gated ? scale : 1) / static_cast<double>(out.scale);
        return {three, multiplier_of(min(one / (2.0 * three), 127.0))};
    }
    constexpr std::int16_t operator()(std::int16_t x) const {
        const std::int64_t six = 2 * std::int64_t{three};
        const std::int64_t open = clamp<std::int64_t>(256 * std::int64_t{x} + three, 0, six);
        const std::int32_t y =
            kernels::reference::rescale_sum(Gated ? x * open : open, factor.multiplier, factor.shift);
        return static_cast<std::int16_t>(clamp<std::int32_t>(y, -32768, 32767));
    }
    constexpr void describe(auto print) const {
        print("{", three, ", {", factor.multiplier, ", ", factor.shift, "}}");
    }
};

/// e^x over [-10, 0], and 1 / (1 + x) over [0, 1].
inline constexpr Table exp_table = table_of(-10.0, 0.0, [](double x) { return exp(x); });
inline constexpr Table reciprocal_table = table_of(0.0f, 1.0f, [](float x) { return 1 / (1 + x); });

/// What brings scores' differences to the steps of exp_table. Scores more than 5 apart in one step count as
/// 5 apart.
constexpr Multiplier softmax_multiplier(Symmetric in) {
    return multiplier_of(min(static_cast<double>(in.scale) / (10.0 / 65535), 32767.0));
}

/// y = probabilities of n classes; y may be x.
constexpr void softmax(Multiplier into_table, const std::int16_t* x, std::int16_t* y, std::size_t n) {
    std::int32_t largest = x[0];
    for (std::size_t i = 1; i < n; ++i) largest = max<std::int32_t>(largest, x[i]);
    std::int32_t total = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t steps =
            kernels::reference::rescale(x[i] - largest, into_table.multiplier, into_table.shift);
        y[i] = look_up(exp_table, max<std::int32_t>(steps + 32767, -32768));
        total += y[i];
    }
    const int headroom = std::countl_zero(static_cast<std::uint32_t>(total));
    const std::int64_t mantissa =
        ((std::int64_t{total} << (headroom - 1)) + (1 << 13)) >> 14;  // 2^16 .. 2^17
    const auto fraction = clamp<std::int64_t>(mantissa - (1 << 16) - (1 << 15), -32768, 32767);
    const std::int32_t reciprocal = look_up(reciprocal_table, static_cast<std::int32_t>(fraction));
    const int shift = 31 - headroom;
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t share = (y[i] * reciprocal + (1 << (shift - 1))) >> shift;
        y[i] = static_cast<std::int16_t>(clamp<std::int32_t>(share, 0, 32767));
    }
}

}  // namespace mote::nn::int16
