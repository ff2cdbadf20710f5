// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

/// The inner loops of the int8 convolutions in assembly: they need all fourteen registers that Armv7E-M
/// leaves, which no compiler hands to an extended asm statement, so they are naked functions.
///
/// Four weights w0 .. w3 of one filter share a word whose halves are 256 w1 + w0 and 256 w3 + w2. One
/// SMLAD by the word and one by its sign-extended low bytes, SXTB16, then do four products with a single
/// unpacking instruction instead of two:
///
///     (256 w1 + w0) o1 + (256 w3 + w2) o3 + w0 e0 + w2 e2 = 256 (w0 x0 + w1 o1 + w2 x2 + w3 o3)
///
/// where e0 = 256 x0 - o1 and e2 = 256 x2 - o3. So that these fit 16 bits for all inputs, elements at odd
/// positions are kept as o = x - 127, in -255 .. 0, which leaves e within -32768 .. 32767; the bias makes up
/// for the 127. Accumulators hold 256 times the sum and so lose nothing as long as the sum itself fits 24
/// bits, which pack() sees to. They may overflow on the way.
///
/// The bias comes before the weights of a filter, and three words behind them turn its sum into a byte:
/// arm_dsp_stage.hpp tells how.
namespace mote::kernels::impl::arm_dsp {

// ADR counts from a multiple of four, so the code must begin at one whatever the compiler is told.
#if defined(__clang__)
#define MOTE_ASSEMBLY [[gnu::naked, gnu::noinline, gnu::aligned(4)]]
#else  // GCC would otherwise conclude from the empty body which registers are left alone
#define MOTE_ASSEMBLY [[gnu::naked, gnu::noinline, gnu::noipa, gnu::aligned(4)]]
#endif

inline constexpr std::size_t tile_pixels = 5;

/// Weights are padded with zeros to whole octets.
inline constexpr std::size_t octet = 8;

/// What becomes of the sums of products.
enum class Ending : std::uint32_t {
    bytes,  // outputs, rounded as the specification does
    relu,   // the same for layers whose lowest output is the zero point, where ties below it do not matter
    sums,   // 256 times the sums of one filter (or one pair), nothing else
};

}  // namespace mote::kernels::impl::arm_dsp
