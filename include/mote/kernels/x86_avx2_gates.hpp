// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <concepts>
#include <cstddef>

#include "mote/kernels/gates.hpp"
#include "mote/kernels/x86_avx2.hpp"

/// The curves of recurrent layers as in gates.hpp, eight at a time, with a shorter polynomial.
namespace mote::kernels::impl {

namespace avx2 {

/// 1 + 2^(scale v), the power held within the exponents of normal numbers. The polynomial is the one of fifth
/// degree with the least relative error, 1.1e-7, of those that are 1 at 0.
[[gnu::always_inline]] inline __m256 one_and_power_of_two(__m256 v, float scale) {
    const float limit = 126 / (scale < 0 ? -scale : scale);
    v = _mm256_min_ps(Floats::all(limit), _mm256_max_ps(Floats::all(-limit), v));  // NaN stays
    // Added to a number of this size, the exponent is rounded to a whole number, which the lowest bits then
    // hold, plus the bias of a float's exponent.
    const __m256 factor = Floats::all(scale), whole_numbers = Floats::all(0x1.8p23f + 127);
    const __m256 shifted = _mm256_fmadd_ps(v, factor, whole_numbers);
    const __m256 f = _mm256_fmsub_ps(v, factor, _mm256_sub_ps(shifted, whole_numbers));
    const __m256 z = _mm256_mul_ps(f, f);
    const auto line = [f](float at_0, float slope) {
        return _mm256_fmadd_ps(f, Floats::all(slope), Floats::all(at_0));
    };
    const __m256 upper =
        _mm256_fmadd_ps(z, line(0.009671513f, 0.0013264727f), line(0.24022242f, 0.055507336f));
    const __m256 significand = _mm256_fmadd_ps(z, upper, line(1, 0.693147f));
    const __m256 power = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(shifted), 23));
    return _mm256_fmadd_ps(significand, power, Floats::all(1));
}

/// x * sigmoid(v)
[[gnu::always_inline]] inline __m256 times_sigmoid(__m256 x, __m256 v) {
    return _mm256_div_ps(x, one_and_power_of_two(v, -mote::detail::log2e<float>));
}

[[gnu::always_inline]] inline __m256 sigmoid(__m256 v) {
    return times_sigmoid(Floats::all(1), v);
}

[[gnu::always_inline]] inline __m256 tanh(__m256 v) {
    const __m256 divisor = one_and_power_of_two(v, 2 * mote::detail::log2e<float>);
    return _mm256_sub_ps(Floats::all(1), _mm256_div_ps(Floats::all(2), divisor));
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
