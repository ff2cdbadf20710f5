// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/reference.hpp"

/// The primitives on int8 four elements at a time and on int16 two at a time. Floats stay with the portable
/// loops: these processors have no float vectors.
namespace mote::kernels::impl {

namespace arm_dsp {

/// One instruction each, under the names of the architecture manual.
[[gnu::always_inline]] inline std::uint32_t sxtb16(std::uint32_t x) {
    std::uint32_t result;
    asm("sxtb16 %0, %1" : "=r"(result) : "r"(x));
    return result;
}
/// Bytes 1 and 3 where sxtb16 takes 0 and 2.
[[gnu::always_inline]] inline std::uint32_t sxtb16_odd(std::uint32_t x) {
    std::uint32_t result;
    asm("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(x));
    return result;
}
[[gnu::always_inline]] inline std::int32_t smlad(std::uint32_t x, std::uint32_t y, std::int32_t sum) {
    asm("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(x), "r"(y));
    return sum;
}
[[gnu::always_inline]] inline std::int64_t smlald(std::uint32_t x, std::uint32_t y, std::int64_t sum) {
    asm("smlald %Q0, %R0, %1, %2" : "+r"(sum) : "r"(x), "r"(y));
    return sum;
}
[[gnu::always_inline]] inline std::uint32_t ssub16(std::uint32_t x, std::uint32_t y) {
    std::uint32_t result;
    asm("ssub16 %0, %1, %2" : "=r"(result) : "r"(x), "r"(y));
    return result;
}
[[gnu::always_inline]] inline std::uint32_t usada8(std::uint32_t x, std::uint32_t y, std::uint32_t sum) {
    asm("usada8 %0, %1, %2, %0" : "+r"(sum) : "r"(x), "r"(y));
    return sum;
}
/// The larger of each pair of lanes; the subtraction leaves in the flags which that is.
[[gnu::always_inline]] inline std::uint32_t larger_bytes(std::uint32_t x, std::uint32_t y) {
    std::uint32_t result;
    asm("ssub8 %0, %1, %2 \n sel %0, %1, %2" : "=&r"(result) : "r"(x), "r"(y));
    return result;
}
[[gnu::always_inline]] inline std::uint32_t larger_halves(std::uint32_t x, std::uint32_t y) {
    std::uint32_t result;
    asm("ssub16 %0, %1, %2 \n sel %0, %1, %2" : "=&r"(result) : "r"(x), "r"(y));
    return result;
}

/// The elements at p as they lie in memory; a plain load, which need not be aligned.
template <class T>
[[gnu::always_inline]] inline std::uint32_t load(const T* p) {
    std::uint32_t word;
    std::memcpy(&word, p, sizeof word);
    return word;
}

inline constexpr std::uint32_t signs = 0x80808080;  // x ^ signs is x + 128 in each byte
inline constexpr std::uint32_t ones = 0x00010001;

/// Position of the first element that equals value; there is one.
template <class T>
std::size_t find(const T* x, T value) {
    std::size_t i = 0;
    while (x[i] != value) ++i;
    return i;
}

}  // namespace arm_dsp

inline std::int32_t dot(isa::ArmDsp, const std::int8_t* x, const std::int8_t* y, std::size_t n) {
    std::int32_t total = 0;
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const std::uint32_t a = arm_dsp::load(x + i), b = arm_dsp::load(y + i);
        total = arm_dsp::smlad(arm_dsp::sxtb16(a), arm_dsp::sxtb16(b), total);
        total = arm_dsp::smlad(arm_dsp::sxtb16_odd(a), arm_dsp::sxtb16_odd(b), total);
    }
    return total + reference::dot(x + i, y + i, n - i);
}

inline std::int64_t dot(isa::ArmDsp, const std::int16_t* x, const std::int16_t* y, std::size_t n) {
    std::int64_t total = 0;
    std::size_t i = 0;
    for (; i + 2 <= n; i += 2) total = arm_dsp::smlald(arm_dsp::load(x + i), arm_dsp::load(y + i), total);
    return total + reference::dot(x + i, y + i, n - i);
}

/// Two rows at a time share the widening of x.
inline void gemv(isa::ArmDsp isa, const std::int8_t* matrix, const std::int8_t* x, std::int32_t* y,
                 std::size_t rows, std::size_t columns) {
    std::size_t row = 0;
    for (; row + 2 <= rows; row += 2) {
        const std::int8_t* first = matrix + row * columns;
        const std::int8_t* second = first + columns;
        std::int32_t a = y[row], b = y[row + 1];
        std::size_t i = 0;
        for (; i + 4 <= columns; i += 4) {
            const std::uint32_t inputs = arm_dsp::load(x + i);
            const std::uint32_t even = arm_dsp::sxtb16(inputs), odd = arm_dsp::sxtb16_odd(inputs);
            const std::uint32_t v = arm_dsp::load(first + i), w = arm_dsp::load(second + i);
            a = arm_dsp::smlad(arm_dsp::sxtb16(v), even, a);
            b = arm_dsp::smlad(arm_dsp::sxtb16(w), even, b);
            a = arm_dsp::smlad(arm_dsp::sxtb16_odd(v), odd, a);
            b = arm_dsp::smlad(arm_dsp::sxtb16_odd(w), odd, b);
        }
        y[row] = a + reference::dot(first + i, x + i, columns - i);
        y[row + 1] = b + reference::dot(second + i, x + i, columns - i);
    }
    if (row < rows) y[row] += dot(isa, matrix + row * columns, x, columns);
}

/// Differences of bytes fit the halves.
inline std::int32_t squared_distance(isa::ArmDsp, const std::int8_t* x, const std::int8_t* y, std::size_t n) {
    std::int32_t total = 0;
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const std::uint32_t a = arm_dsp::load(x + i), b = arm_dsp::load(y + i);
        const std::uint32_t even = arm_dsp::ssub16(arm_dsp::sxtb16(a), arm_dsp::sxtb16(b));
        const std::uint32_t odd = arm_dsp::ssub16(arm_dsp::sxtb16_odd(a), arm_dsp::sxtb16_odd(b));
        total = arm_dsp::smlad(odd, odd, arm_dsp::smlad(even, even, total));
    }
    return total + reference::squared_distance(x + i, y + i, n - i);
}

/// Differences of halves need 17 bits, so (x - y)^2 as x^2 + y^2 - 2 x y.
inline std::int64_t squared_distance(isa::ArmDsp, const std::int16_t* x, const std::int16_t* y,
                                     std::size_t n) {
    std::int64_t squares = 0, products = 0;
    std::size_t i = 0;
    for (; i + 2 <= n; i += 2) {
        const std::uint32_t a = arm_dsp::load(x + i), b = arm_dsp::load(y + i);
        squares = arm_dsp::smlald(b, b, arm_dsp::smlald(a, a, squares));
        products = arm_dsp::smlald(a, b, products);
    }
    return squares - 2 * products + reference::squared_distance(x + i, y + i, n - i);
}

inline std::int32_t abs_distance(isa::ArmDsp, const std::int8_t* x, const std::int8_t* y, std::size_t n) {
    std::uint32_t total = 0;
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        total = arm_dsp::usada8(arm_dsp::load(x + i) ^ arm_dsp::signs, arm_dsp::load(y + i) ^ arm_dsp::signs,
                                total);
    }
    return static_cast<std::int32_t>(total) + reference::abs_distance(x + i, y + i, n - i);
}

inline std::int32_t sum(isa::ArmDsp, const std::int8_t* x, std::size_t n) {
    std::uint32_t total = 0;
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4) total = arm_dsp::usada8(arm_dsp::load(x + i) ^ arm_dsp::signs, 0, total);
    return static_cast<std::int32_t>(total - 128 * i) + reference::sum(x + i, n - i);
}

inline std::int64_t sum(isa::ArmDsp, const std::int16_t* x, std::size_t n) {
    std::int64_t total = 0;
    std::size_t i = 0;
    for (; i + 2 <= n; i += 2) total = arm_dsp::smlald(arm_dsp::load(x + i), arm_dsp::ones, total);
    return total + reference::sum(x + i, n - i);
}

inline std::int8_t max(isa::ArmDsp, const std::int8_t* x, std::size_t n) {
    if (n < 4) return reference::max(x, n);
    std::uint32_t best = arm_dsp::load(x + n - 4);  // overlaps, which does not matter here
    for (std::size_t i = 0; i + 4 < n; i += 4) best = arm_dsp::larger_bytes(best, arm_dsp::load(x + i));
    best = arm_dsp::larger_bytes(best, best >> 16 | best << 16);
    best = arm_dsp::larger_bytes(best, best >> 8 | best << 24);
    return static_cast<std::int8_t>(best);
}

inline std::int16_t max(isa::ArmDsp, const std::int16_t* x, std::size_t n) {
    if (n < 2) return x[0];
    std::uint32_t best = arm_dsp::load(x + n - 2);
    for (std::size_t i = 0; i + 2 < n; i += 2) best = arm_dsp::larger_halves(best, arm_dsp::load(x + i));
    return static_cast<std::int16_t>(arm_dsp::larger_halves(best, best >> 16 | best << 16));
}

inline std::size_t argmax(isa::ArmDsp isa, const std::int8_t* x, std::size_t n) {
    return arm_dsp::find(x, max(isa, x, n));
}

inline std::size_t argmax(isa::ArmDsp isa, const std::int16_t* x, std::size_t n) {
    return arm_dsp::find(x, max(isa, x, n));
}

}  // namespace mote::kernels::impl
