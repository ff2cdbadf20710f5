// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "mote/kernels/isa.hpp"

#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>
#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#endif

/// The sums of many pixels, channel by channel, for pooling: a few channels at a time stay in registers.
namespace mote::kernels {

inline constexpr std::size_t summed_channels = 16;
using ChannelSums = std::array<std::int32_t, summed_channels>;

namespace reference {

/// sums[c] = the sum of x[i * step + c] over all pixels i, for c < channels <= summed_channels
constexpr void sum_pixels(const std::int8_t* x, std::size_t pixels, std::size_t step, std::size_t channels,
                          ChannelSums& sums) {
    sums = {};
    for (std::size_t i = 0; i < pixels; ++i) {
        for (std::size_t c = 0; c < channels; ++c) sums[c] += x[i * step + c];
    }
}

}  // namespace reference

namespace impl {

/// Sums of bytes that fit 16 bits, biased or not.
inline constexpr std::size_t short_run = 256;

namespace portable {

/// Four channels in the halves of two words: bytes 0 and 2, 1 and 3, each plus 128. x is aligned as a word.
inline void sum_four(const std::int8_t* x, std::size_t pixels, std::size_t step, std::int32_t* sums) {
    for (std::size_t done = 0; done < pixels; done += short_run) {
        const std::size_t run = std::min(short_run, pixels - done);
        std::uint32_t even = 0, odd = 0;
        for (std::size_t i = 0; i < run; ++i, x += step) {
            std::uint32_t word;
            std::memcpy(&word, __builtin_assume_aligned(x, alignof(std::uint32_t)), sizeof word);
            word ^= 0x80808080;
            even += word & 0x00ff00ff;
            odd += word >> 8 & 0x00ff00ff;
        }
        const auto bias = static_cast<std::int32_t>(128 * run);
        sums[0] += static_cast<std::int32_t>(even & 0xffff) - bias;
        sums[1] += static_cast<std::int32_t>(odd & 0xffff) - bias;
        sums[2] += static_cast<std::int32_t>(even >> 16) - bias;
        sums[3] += static_cast<std::int32_t>(odd >> 16) - bias;
    }
}

}  // namespace portable

[[gnu::noinline]] inline void sum_pixels(isa::Portable, const std::int8_t* x, std::size_t pixels,
                                         std::size_t step, std::size_t channels, ChannelSums& sums) {
    const bool words = channels % 4 == 0 && step % 4 == 0 &&
                       reinterpret_cast<std::uintptr_t>(x) % alignof(std::uint32_t) == 0;
    if (!words || std::endian::native != std::endian::little) {
        return reference::sum_pixels(x, pixels, step, channels, sums);
    }
    sums = {};
    for (std::size_t c = 0; c < channels; c += 4) portable::sum_four(x + c, pixels, step, sums.data() + c);
}

#if defined(__ARM_FEATURE_MVE)
/// Eight channels to a vector of 16 bits; the lanes beyond the last channel are switched off.
[[gnu::noinline]] inline void sum_pixels(isa::ArmMve, const std::int8_t* x, std::size_t pixels,
                                         std::size_t step, std::size_t channels, ChannelSums& sums) {
    sums = {};
    for (std::size_t c = 0; c < channels; c += 8) {
        const mve_pred16_t lanes = vctp16q(static_cast<std::uint32_t>(channels - c));
        const std::int8_t* from = x + c;
        for (std::size_t done = 0; done < pixels; done += short_run) {
            int16x8_t sum = vdupq_n_s16(0);
            for (std::size_t left = std::min(short_run, pixels - done); left != 0; --left, from += step) {
                sum = vaddq_s16(sum, vldrbq_z_s16(from, lanes));
            }
            std::array<std::int16_t, 8> values;
            vst1q_s16(values.data(), sum);
            for (std::size_t i = 0; i < 8; ++i) sums[c + i] += values[i];
        }
    }
}
#elif defined(__AVX2__) && defined(__FMA__)
inline void sum_pixels(isa::Avx2, const std::int8_t* x, std::size_t pixels, std::size_t step,
                       std::size_t channels, ChannelSums& sums) {
    if (channels != summed_channels) return sum_pixels(isa::Portable{}, x, pixels, step, channels, sums);
    __m256i low = _mm256_setzero_si256(), high = low;
    for (std::size_t done = 0; done < pixels; done += short_run) {
        __m256i sum = _mm256_setzero_si256();
        for (std::size_t left = std::min(short_run, pixels - done); left != 0; --left, x += step) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(x));
            sum = _mm256_add_epi16(sum, _mm256_cvtepi8_epi16(bytes));
        }
        low = _mm256_add_epi32(low, _mm256_cvtepi16_epi32(_mm256_castsi256_si128(sum)));
        high = _mm256_add_epi32(high, _mm256_cvtepi16_epi32(_mm256_extracti128_si256(sum, 1)));
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums.data()), low);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums.data() + 8), high);
}
#endif

}  // namespace impl

/// sums[c] = the sum of x[i * step + c] over all pixels i, for c < channels <= summed_channels
template <class Isa = isa::Native>
constexpr void sum_pixels(const std::int8_t* x, std::size_t pixels, std::size_t step, std::size_t channels,
                          ChannelSums& sums) {
    if (std::is_constant_evaluated()) {
        reference::sum_pixels(x, pixels, step, channels, sums);
    } else {
        impl::sum_pixels(Isa{}, x, pixels, step, channels, sums);
    }
}

}  // namespace mote::kernels
