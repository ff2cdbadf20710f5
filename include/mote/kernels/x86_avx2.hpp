// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "mote/kernels/portable.hpp"

/// The float vector primitives for AVX2 with FMA.
namespace mote::kernels::impl {

namespace avx2 {

/// The first `count` lanes of a register of 32-bit lanes.
[[gnu::always_inline]] inline __m256i first_lanes(std::size_t count) {
    alignas(32) static constexpr std::int32_t table[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(table + 8 - count));
}

/// Eight floats or four doubles, so that each algorithm below is written once for both.
struct Floats {
    using Scalar = float;
    using Register = __m256;
    static constexpr std::size_t lanes = 8;
    static Register zero() { return _mm256_setzero_ps(); }
    static Register all(float x) { return _mm256_set1_ps(x); }
    static Register load(const float* x) { return _mm256_loadu_ps(x); }
    static Register load(const float* x, std::size_t n) { return _mm256_maskload_ps(x, first_lanes(n)); }
    static void store(float* x, Register v) { _mm256_storeu_ps(x, v); }
    static void store(float* x, Register v, std::size_t n) { _mm256_maskstore_ps(x, first_lanes(n), v); }
    static Register add(Register a, Register b) { return _mm256_add_ps(a, b); }
    static Register subtract(Register a, Register b) { return _mm256_sub_ps(a, b); }
    static Register multiply(Register a, Register b) { return _mm256_mul_ps(a, b); }
    static Register multiply_add(Register a, Register b, Register c) { return _mm256_fmadd_ps(a, b, c); }
    static Register absolute(Register a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
    static float total(Register v) {
        __m128 sum = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
        sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
        return _mm_cvtss_f32(_mm_add_ss(sum, _mm_movehdup_ps(sum)));
    }
};

struct Doubles {
    using Scalar = double;
    using Register = __m256d;
    static constexpr std::size_t lanes = 4;
    static Register zero() { return _mm256_setzero_pd(); }
    static Register all(double x) { return _mm256_set1_pd(x); }
    static Register load(const double* x) { return _mm256_loadu_pd(x); }
    static Register load(const double* x, std::size_t n) { return _mm256_maskload_pd(x, first_lanes(2 * n)); }
    static void store(double* x, Register v) { _mm256_storeu_pd(x, v); }
    static void store(double* x, Register v, std::size_t n) { _mm256_maskstore_pd(x, first_lanes(2 * n), v); }
    static Register add(Register a, Register b) { return _mm256_add_pd(a, b); }
    static Register subtract(Register a, Register b) { return _mm256_sub_pd(a, b); }
    static Register multiply(Register a, Register b) { return _mm256_mul_pd(a, b); }
    static Register multiply_add(Register a, Register b, Register c) { return _mm256_fmadd_pd(a, b, c); }
    static Register absolute(Register a) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a); }
    static double total(Register v) {
        const __m128d sum = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
        return _mm_cvtsd_f64(_mm_add_sd(sum, _mm_unpackhi_pd(sum, sum)));
    }
};

/// Folds term(sum, load) over n elements in four chains, enough to hide the latency of an addition; load
/// reads the next elements of a vector, zeros beyond its end.
template <class V, class Term>
[[gnu::always_inline]] inline typename V::Scalar fold(std::size_t n, Term term) {
    using Scalar = typename V::Scalar;
    auto a = V::zero(), b = V::zero(), c = V::zero(), d = V::zero();
    std::size_t i = 0;
    const auto at = [&i](std::size_t k) {
        return [=](const Scalar* x) { return V::load(x + i + k * V::lanes); };
    };
    for (; i + 4 * V::lanes <= n; i += 4 * V::lanes) {
        a = term(a, at(0));
        b = term(b, at(1));
        c = term(c, at(2));
        d = term(d, at(3));
    }
    for (; i + V::lanes <= n; i += V::lanes) a = term(a, at(0));
    if (i < n) b = term(b, [=](const Scalar* x) { return V::load(x + i, n - i); });
    return V::total(V::add(V::add(a, b), V::add(c, d)));
}

template <class V, class T = typename V::Scalar>
[[gnu::always_inline]] inline T dot(const T* x, const T* y, std::size_t n) {
    return fold<V>(n, [=](auto sum, auto load) { return V::multiply_add(load(x), load(y), sum); });
}
template <class V, class T = typename V::Scalar>
[[gnu::always_inline]] inline T squared_distance(const T* x, const T* y, std::size_t n) {
    return fold<V>(n, [=](auto sum, auto load) {
        const auto gap = V::subtract(load(x), load(y));
        return V::multiply_add(gap, gap, sum);
    });
}
template <class V, class T = typename V::Scalar>
[[gnu::always_inline]] inline T weighted_squared_distance(const T* x, const T* y, const T* weights,
                                                          std::size_t n) {
    return fold<V>(n, [=](auto sum, auto load) {
        const auto gap = V::subtract(load(x), load(y));
        return V::multiply_add(V::multiply(load(weights), gap), gap, sum);
    });
}
template <class V, class T = typename V::Scalar>
[[gnu::always_inline]] inline T abs_distance(const T* x, const T* y, std::size_t n) {
    return fold<V>(
        n, [=](auto sum, auto load) { return V::add(sum, V::absolute(V::subtract(load(x), load(y)))); });
}
template <class V, class T = typename V::Scalar>
[[gnu::always_inline]] inline T sum(const T* x, std::size_t n) {
    return fold<V>(n, [=](auto total, auto load) { return V::add(total, load(x)); });
}
template <class V, class T = typename V::Scalar>
[[gnu::always_inline]] inline void axpy(T a, const T* x, T* y, std::size_t n) {
    const auto factor = V::all(a);
    std::size_t i = 0;
    for (; i + V::lanes <= n; i += V::lanes) {
        V::store(y + i, V::multiply_add(factor, V::load(x + i), V::load(y + i)));
    }
    if (i < n) {
        const std::size_t left = n - i;
        V::store(y + i, V::multiply_add(factor, V::load(x + i, left), V::load(y + i, left)), left);
    }
}

}  // namespace avx2

[[gnu::always_inline]] inline float dot(isa::Avx2, const float* x, const float* y, std::size_t n) {
    return avx2::dot<avx2::Floats>(x, y, n);
}
[[gnu::always_inline]] inline double dot(isa::Avx2, const double* x, const double* y, std::size_t n) {
    return avx2::dot<avx2::Doubles>(x, y, n);
}
[[gnu::always_inline]] inline float squared_distance(isa::Avx2, const float* x, const float* y,
                                                     std::size_t n) {
    return avx2::squared_distance<avx2::Floats>(x, y, n);
}
[[gnu::always_inline]] inline double squared_distance(isa::Avx2, const double* x, const double* y,
                                                      std::size_t n) {
    return avx2::squared_distance<avx2::Doubles>(x, y, n);
}
[[gnu::always_inline]] inline float weighted_squared_distance(isa::Avx2, const float* x, const float* y,
                                                              const float* weights, std::size_t n) {
    return avx2::weighted_squared_distance<avx2::Floats>(x, y, weights, n);
}
[[gnu::always_inline]] inline double weighted_squared_distance(isa::Avx2, const double* x, const double* y,
                                                               const double* weights, std::size_t n) {
    return avx2::weighted_squared_distance<avx2::Doubles>(x, y, weights, n);
}
[[gnu::always_inline]] inline float abs_distance(isa::Avx2, const float* x, const float* y, std::size_t n) {
    return avx2::abs_distance<avx2::Floats>(x, y, n);
}
[[gnu::always_inline]] inline double abs_distance(isa::Avx2, const double* x, const double* y,
                                                  std::size_t n) {
    return avx2::abs_distance<avx2::Doubles>(x, y, n);
}
[[gnu::always_inline]] inline float sum(isa::Avx2, const float* x, std::size_t n) {
    return avx2::sum<avx2::Floats>(x, n);
}
[[gnu::always_inline]] inline double sum(isa::Avx2, const double* x, std::size_t n) {
    return avx2::sum<avx2::Doubles>(x, n);
}
[[gnu::always_inline]] inline void axpy(isa::Avx2, float a, const float* x, float* y, std::size_t n) {
    avx2::axpy<avx2::Floats>(a, x, y, n);
}
[[gnu::always_inline]] inline void axpy(isa::Avx2, double a, const double* x, double* y, std::size_t n) {
    avx2::axpy<avx2::Doubles>(a, x, y, n);
}

}  // namespace mote::kernels::impl

#endif
