// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"
#include "mote/kernels/isa.hpp"

/// Sigmoid and tanh of 16-bit numbers as Q0.15, bit by bit those of TensorFlow Lite's reference kernels: one
/// table of the sigmoid at every 24th, interpolated. Both curves are off by less than 1e-4.
namespace mote::kernels {

/// Brings a number to the table's unit, 1/12288 in a sigmoid's argument: (x * multiplier + half) >> shift.
struct CurveScale {
    std::int32_t multiplier = 3;
    std::int32_t shift = 0;
};

/// That of numbers in units of 2^power, -40 <= power <= 0; Q3.12 has power -12.
constexpr CurveScale curve_scale(int power) {
    const int left = power + 12;
    return left < 0 ? CurveScale{3, -left} : CurveScale{3 << left, 0};
}

namespace reference {

/// 2^16 / (1 + e^(-i / 24)), less half of what a straight line between two of them would lose at the most:
/// sigmoid'' / (16 * 24^2). The last, which is only a neighbour, is the largest number there is.
inline constexpr std::array<std::uint16_t, 256> sigmoid_table = [] {
    std::array<std::uint16_t, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const double y = 1 / (1 + mote::exp(-static_cast<double>(i) / 24));
        const double curvature = y * (1 - y) * (1 - 2 * y);
        table[i] = static_cast<std::uint16_t>(0x1p16 * (y - curvature / (16.0 * 24 * 24)) + 0.5);
    }
    table.back() = 0xffff;
    return table;
}();

/// x on the table's unit.
constexpr std::int32_t to_curve(std::int16_t x, CurveScale scale) {
    const std::int32_t half = scale.shift > 0 ? std::int32_t{1} << (scale.shift - 1) : 0;
    return (x * scale.multiplier + half) >> scale.shift;
}

/// Between the entries of the table at size / 2^Bits, with Bits more bits; `beyond` where it ends.
template <int Bits>
constexpr std::uint32_t interpolate(std::uint32_t size, std::uint32_t beyond) {
    const std::uint32_t at = size >> Bits;
    if (at >= 255) return beyond << Bits;
    const std::uint32_t low = sigmoid_table[at], high = sigmoid_table[at + 1];
    return (low << Bits) + (size & ((1u << Bits) - 1)) * (high - low);
}

constexpr std::uint32_t magnitude(std::int32_t x) {
    return x < 0 ? 0u - static_cast<std::uint32_t>(x) : static_cast<std::uint32_t>(x);
}

/// 1 / (1 + e^-a) with a on the table's unit
constexpr std::int16_t sigmoid_of(std::int32_t a) {
    const std::uint32_t y = interpolate<9>(magnitude(a), 0xfffe);
    const std::uint32_t folded = a >= 0 ? y + (1u << 9) : (1u << 25) - y + (1u << 9) - 1;
    return static_cast<std::int16_t>(folded >> 10);
}

/// tanh(a) = 2 / (1 + e^-2a) - 1 with a on the table's unit
constexpr std::int16_t tanh_of(std::int32_t a) {
    const auto y = static_cast<std::int32_t>(interpolate<8>(magnitude(a), 0xffff));
    const std::int32_t folded = a >= 0 ? y - (1 << 23) + (1 << 7) : -y + (1 << 23) + (1 << 7) - 1;
    return static_cast<std::int16_t>(folded >> 8);
}

constexpr std::int16_t integer_sigmoid(std::int16_t x, CurveScale scale) {
    return sigmoid_of(to_curve(x, scale));
}
constexpr std::int16_t integer_tanh(std::int16_t x, CurveScale scale) {
    return tanh_of(to_curve(x, scale));
}

constexpr void integer_sigmoids(std::int16_t* x, std::size_t n, CurveScale scale) {
    for (std::size_t i = 0; i < n; ++i) x[i] = integer_sigmoid(x[i], scale);
}
constexpr void integer_tanhs(std::int16_t* x, std::size_t n, CurveScale scale) {
    for (std::size_t i = 0; i < n; ++i) x[i] = integer_tanh(x[i], scale);
}

}  // namespace reference

namespace impl {

[[gnu::noinline]] inline void integer_sigmoids(isa::Portable, std::int16_t* x, std::size_t n,
                                               CurveScale scale) {
    reference::integer_sigmoids(x, n, scale);
}
[[gnu::noinline]] inline void integer_tanhs(isa::Portable, std::int16_t* x, std::size_t n, CurveScale scale) {
    reference::integer_tanhs(x, n, scale);
}

}  // namespace impl

}  // namespace mote::kernels
