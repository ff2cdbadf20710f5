// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/kernels/isa.hpp"

/// Training in integers: products with int16 weights, and their descent with stochastic rounding. The
/// weights of two inputs stand side by side: w[pair][unit][2], x[pair][2]; pairs of inputs that are both
/// zero cost nothing. Every set gives the same bits.
namespace mote::kernels {

/// A linear congruential generator, for rounding: its high bits are good enough, and it costs one multiply.
/// Source  Knuth 1997, The Art of Computer Programming 2, 3.3.4, table 1, line 16.
constexpr std::uint32_t next_rounding(std::uint32_t state) {
    return state * 1664525u + 1013904223u;
}

namespace reference {

/// y[unit] += sum over the pairs of w[pair][unit][0] * x[pair][0] + w[pair][unit][1] * x[pair][1]
constexpr void pair_products(const std::int16_t* w, const std::int16_t* x, std::int32_t* y, std::size_t pairs,
                             std::size_t units) {
    for (std::size_t pair = 0; pair < pairs; ++pair, w += 2 * units) {
        const std::int32_t x0 = x[2 * pair], x1 = x[2 * pair + 1];
        if ((x0 | x1) == 0) continue;
        for (std::size_t unit = 0; unit < units; ++unit) y[unit] += w[2 * unit] * x0 + w[2 * unit + 1] * x1;
    }
}

/// A number of Bits + 1 bits, saturated to Bits.
template <int Bits>
constexpr std::int16_t saturated(std::int32_t x) {
    constexpr std::int32_t half = 1 << (Bits - 1);
    const bool fits = static_cast<std::uint32_t>(x + half) < 2u * half;
    return static_cast<std::int16_t>(fits ? x : x < 0 ? -half : half - 1);
}

/// w[pair][unit][k] += floor((x[pair][k] * d[unit] + r) / 2^16), saturated to Bits bits, where r is uniform
/// in 0 .. 2^16 - 1, drawn anew for each pair that is not zero. Bits <= 15.
template <int Bits>
constexpr void pair_descent(std::int16_t* w, const std::int16_t* x, const std::int16_t* d, std::size_t pairs,
                            std::size_t units, std::uint32_t& rounding, std::integral_constant<int, Bits>) {
    for (std::size_t pair = 0; pair < pairs; ++pair, w += 2 * units) {
        const std::int32_t x0 = x[2 * pair], x1 = x[2 * pair + 1];
        if ((x0 | x1) == 0) continue;
        rounding = next_rounding(rounding);
        const auto r = static_cast<std::int32_t>(rounding >> 16);
        for (std::size_t unit = 0; unit < units; ++unit) {
            w[2 * unit] = saturated<Bits>(w[2 * unit] + ((x0 * d[unit] + r) >> 16));
            w[2 * unit + 1] = saturated<Bits>(w[2 * unit + 1] + ((x1 * d[unit] + r) >> 16));
        }
    }
}

}  // namespace reference

namespace impl {

[[gnu::noinline]] inline void pair_products(isa::Portable, const std::int16_t* w, const std::int16_t* x,
                                            std::int32_t* y, std::size_t pairs, std::size_t units) {
    reference::pair_products(w, x, y, pairs, units);
}

template <int Bits>
[[gnu::noinline]] void pair_descent(isa::Portable, std::int16_t* w, const std::int16_t* x,
                                    const std::int16_t* d, std::size_t pairs, std::size_t units,
                                    std::uint32_t& rounding, std::integral_constant<int, Bits> bits) {
    reference::pair_descent(w, x, d, pairs, units, rounding, bits);
}

}  // namespace impl

}  // namespace mote::kernels
