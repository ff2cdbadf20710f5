// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/int16_curves.hpp"
#include "mote/kernels/isa.hpp"

/// The 16-bit curves where a table entry and its step are one word: with the place between two entries beside
/// a one, SMUAD interpolates. Neither curve asks for the sign but as a mask.
namespace mote::kernels::impl {

namespace arm_dsp {

/// The sigmoid's table less 2^15 in the high half, what it is to the next entry in the low half.
constexpr std::uint32_t curve_word(std::uint32_t entry, std::uint32_t step) {
    return (entry - 0x8000) << 16 | step;
}
inline constexpr std::array<std::uint32_t, 255> curve_words = [] {
    std::array<std::uint32_t, 255> words{};
    const auto& table = reference::sigmoid_table;
    for (std::size_t i = 0; i < words.size(); ++i) {
        words[i] = curve_word(table[i], static_cast<std::uint32_t>(table[i + 1] - table[i]));
    }
    return words;
}();

/// x[i] = (+-(table at |x[i]|, less 2^15, with Bits more bits) + offset) >> Shift, where - is ~.
template <int Bits, int Shift>
[[gnu::always_inline]] inline void curve(std::int16_t* x, std::size_t n, CurveScale scale,
                                         std::uint32_t beyond, std::int32_t offset) {
    const std::int32_t half = scale.shift > 0 ? std::int32_t{1} << (scale.shift - 1) : 0;
    for (const std::int16_t* const end = x + n; x != end; ++x) {
        const std::int32_t a = (*x * scale.multiplier + half) >> scale.shift, sign = a >> 31;
        const auto size = static_cast<std::uint32_t>((a ^ sign) - sign);
        const std::uint32_t at = size >> Bits, word = at < curve_words.size() ? curve_words[at] : beyond;
        const std::uint32_t place = 1u << (16 + Bits) | (size & ((1u << Bits) - 1));
        std::int32_t y;
        asm("smuad %0, %1, %2" : "=r"(y) : "r"(word), "r"(place));
        *x = static_cast<std::int16_t>(((y ^ sign) + offset) >> Shift);
    }
}

}  // namespace arm_dsp

[[gnu::noinline]] inline void integer_sigmoids(isa::ArmDsp, std::int16_t* x, std::size_t n,
                                               CurveScale scale) {
    arm_dsp::curve<9, 10>(x, n, scale, arm_dsp::curve_word(0xfffe, 0), (1 << 24) + (1 << 9));
}
[[gnu::noinline]] inline void integer_tanhs(isa::ArmDsp, std::int16_t* x, std::size_t n, CurveScale scale) {
    arm_dsp::curve<8, 8>(x, n, scale, arm_dsp::curve_word(0xffff, 0), 1 << 7);
}

}  // namespace mote::kernels::impl
