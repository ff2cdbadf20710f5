// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <concepts>
#include <cstddef>

#include "mote/kernels/gates.hpp"
#include "mote/kernels/x86_avx2.hpp"

/// The curves of recurrent layers by the steps of gates.hpp, eight at a time.
namespace mote::kernels::impl {

namespace avx2 {

/// c[K] + c[K + 2] z + c[K + 4] z^2 + ...
template <std::size_t K>
[[gnu::always_inline]] inline __m256 every_other_term(__m256 z) {
    constexpr auto& c = reference::gates::powers_of_two_series<float>;
    if constexpr (K + 2 < c.size()) {
        return _mm256_fmadd_ps(z, every_other_term<K + 2>(z), _mm256_set1_ps(c[K]));
    } else {
        return _mm256_set1_ps(c[K]);
    }
}

/// 1 + 2^t
[[gnu::always_inline]] inline __m256 one_and_power_of_two(__m256 t) {
    const __m256 whole_numbers = _mm256_set1_ps(0x1.8p23f);
    t = _mm256_min_ps(_mm256_set1_ps(126), _mm256_max_ps(_mm256_set1_ps(-126), t));  // NaN stays
    const __m256 shifted = _mm256_add_ps(t, whole_numbers);
    const __m256 f = _mm256_sub_ps(t, _mm256_sub_ps(shifted, whole_numbers)), z = _mm256_mul_ps(f, f);
    const __m256i exponent = _mm256_add_epi32(_mm256_castps_si256(shifted), _mm256_set1_epi32(127));
    const __m256 significand = _mm256_fmadd_ps(f, every_other_term<1>(z), every_other_term<0>(z));
    return _mm256_fmadd_ps(significand, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)),
                           _mm256_set1_ps(1));
}

[[gnu::always_inline]] inline __m256 sigmoid(__m256 v) {
    const __m256 turns = _mm256_mul_ps(v, _mm256_set1_ps(-mote::detail::log2e<float>));
    return _mm256_div_ps(_mm256_set1_ps(1), one_and_power_of_two(turns));
}

[[gnu::always_inline]] inline __m256 tanh(__m256 v) {
    const __m256 turns = _mm256_mul_ps(v, _mm256_set1_ps(2 * mote::detail::log2e<float>));
    return _mm256_sub_ps(_mm256_set1_ps(1), _mm256_div_ps(_mm256_set1_ps(2), one_and_power_of_two(turns)));
}

/// x = curve(x), where curve takes a register.
template <class Curve>
[[gnu::always_inline]] inline void map(float* x, std::size_t n, Curve curve) {
    std::size_t i = 0;
    for (; i + Floats::lanes <= n; i += Floats::lanes) Floats::store(x + i, curve(Floats::load(x + i)));
    if (i < n) Floats::store(x + i, curve(Floats::load(x + i, n - i)), n - i);
}

}  // namespace avx2

template <std::derived_from<isa::Avx2> Isa>
[[gnu::always_inline]] inline void sigmoids(Isa, float* x, std::size_t n) {
    avx2::map(x, n, [](__m256 v) { return avx2::sigmoid(v); });
}

template <std::derived_from<isa::Avx2> Isa>
[[gnu::always_inline]] inline void tanhs(Isa, float* x, std::size_t n) {
    avx2::map(x, n, [](__m256 v) { return avx2::tanh(v); });
}

}  // namespace mote::kernels::impl

#endif
