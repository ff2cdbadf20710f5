// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <type_traits>

#include "mote/core/exponential.hpp"
#include "mote/kernels/x86_avx2.hpp"

/// One vector against many rows for AVX2: as many rows at a time as a register has lanes, so that their sums
/// across lanes share their additions. And e^x of a whole vector.
namespace mote::kernels::impl {

namespace avx2 {

/// Lane k is the total of sums[k]. Two shuffles and an addition take half the time of a horizontal addition.
[[gnu::always_inline]] inline __m256 totals(const __m256 (&sums)[8]) {
    const auto halves = [](__m256 a, __m256 b) {  // a0 + a2, b0 + b2, a1 + a3, b1 + b3
        return _mm256_castps_pd(_mm256_add_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b)));
    };
    const auto quarters = [](__m256d ab, __m256d cd) {  // a, b, c, d
        return _mm256_add_ps(_mm256_castpd_ps(_mm256_unpacklo_pd(ab, cd)),
                             _mm256_castpd_ps(_mm256_unpackhi_pd(ab, cd)));
    };
    const __m256 low = quarters(halves(sums[0], sums[1]), halves(sums[2], sums[3]));
    const __m256 high = quarters(halves(sums[4], sums[5]), halves(sums[6], sums[7]));
    return _mm256_add_ps(_mm256_permute2f128_ps(low, high, 0x20), _mm256_permute2f128_ps(low, high, 0x31));
}
[[gnu::always_inline]] inline __m256d totals(const __m256d (&sums)[4]) {
    const auto halves = [](__m256d a, __m256d b) {
        return _mm256_add_pd(_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
    };
    const __m256d low = halves(sums[0], sums[1]), high = halves(sums[2], sums[3]);
    return _mm256_add_pd(_mm256_permute2f128_pd(low, high, 0x20), _mm256_permute2f128_pd(low, high, 0x31));
}

/// Folds term(sum, x, row) over the columns of each row; the rows beyond whole registers are taken by `one`.
template <class V, std::size_t Columns, class T, class Term, class One>
[[gnu::always_inline]] inline void fold_rows(const T* x, const std::array<T, Columns>* rows, T* y,
                                             std::size_t n, Term term, One one) {
    constexpr std::size_t whole = Columns - Columns % V::lanes;
    std::size_t row = 0;
    for (; row + V::lanes <= n; row += V::lanes) {
        typename V::Register sums[V::lanes];
        for (auto& sum : sums) sum = V::zero();
        for (std::size_t i = 0; i < whole; i += V::lanes) {
            const auto part = V::load(x + i);
            for (std::size_t k = 0; k < V::lanes; ++k) {
                sums[k] = term(sums[k], part, V::load(rows[row + k].data() + i));
            }
        }
        if constexpr (whole < Columns) {
            const auto part = V::load(x + whole, Columns - whole);
            for (std::size_t k = 0; k < V::lanes; ++k) {
                sums[k] = term(sums[k], part, V::load(rows[row + k].data() + whole, Columns - whole));
            }
        }
        V::store(y + row, totals(sums));
    }
    for (; row < n; ++row) y[row] = one(rows[row].data());
}

template <class V, std::size_t Columns, class T>
[[gnu::always_inline]] inline void squared_distances(const T* x, const std::array<T, Columns>* rows, T* y,
                                                     std::size_t n) {
    fold_rows<V>(
        x, rows, y, n,
        [](auto sum, auto a, auto b) {
            const auto gap = V::subtract(a, b);
            return V::multiply_add(gap, gap, sum);
        },
        [=](const T* row) { return squared_distance<V>(x, row, Columns); });
}
template <class V, std::size_t Columns, class T>
[[gnu::always_inline]] inline void abs_distances(const T* x, const std::array<T, Columns>* rows, T* y,
                                                 std::size_t n) {
    fold_rows<V>(
        x, rows, y, n, [](auto sum, auto a, auto b) { return V::add(sum, V::absolute(V::subtract(a, b))); },
        [=](const T* row) { return abs_distance<V>(x, row, Columns); });
}

/// y[k] += row k times x, for four rows or more, whose chains hide the latency of a multiply-add, and fewer
/// than a register has lanes.
template <class V, class T>
[[gnu::always_inline]] inline void gemv_rest(const T* matrix, const T* x, T* y, std::size_t rows,
                                             std::size_t columns) {
    typename V::Register sums[V::lanes];
    for (auto& sum : sums) sum = V::zero();
    const auto add = [&](std::size_t i, auto load) {
        const auto part = load(x + i);
        for (std::size_t k = 0; k < V::lanes; ++k) {
            if (k < rows) sums[k] = V::multiply_add(part, load(matrix + k * columns + i), sums[k]);
        }
    };
    std::size_t i = 0;
    for (; i + V::lanes <= columns; i += V::lanes) add(i, [](const T* from) { return V::load(from); });
    if (i < columns) add(i, [=](const T* from) { return V::load(from, columns - i); });
    V::store(y, V::add(V::load(y, rows), totals(sums)), rows);
}

/// y[k] += row k times x, as many rows at once as a register has lanes: each part of x is loaded once for
/// all.
template <class V, class T>
[[gnu::always_inline]] inline void gemv(const T* matrix, const T* x, T* y, std::size_t rows,
                                        std::size_t columns) {
    const std::size_t whole = columns - columns % V::lanes, rest = columns - whole;
    for (std::size_t block = rows / V::lanes; block > 0; --block) {
        typename V::Register sums[V::lanes];
        for (auto& sum : sums) sum = V::zero();
        for (std::size_t i = 0; i < whole; i += V::lanes) {
            const auto part = V::load(x + i);
            for (std::size_t k = 0; k < V::lanes; ++k) {
                sums[k] = V::multiply_add(part, V::load(matrix + k * columns + i), sums[k]);
            }
        }
        if (rest > 0) {
            const auto part = V::load(x + whole, rest);
            for (std::size_t k = 0; k < V::lanes; ++k) {
                sums[k] = V::multiply_add(part, V::load(matrix + k * columns + whole, rest), sums[k]);
            }
        }
        V::store(y, V::add(V::load(y), totals(sums)));
        matrix += V::lanes * columns;
        y += V::lanes;
    }
    std::size_t left = rows % V::lanes;
    if (left >= 4) return gemv_rest<V>(matrix, x, y, left, columns);
    for (; left > 0; --left, matrix += columns) *y++ += dot<V>(matrix, x, columns);
}

/// y[k] += sum of x[i] * columns[i][k] for k from First on. Twelve registers of sums, or fewer in two chains,
/// hide the latency of a multiply-add.
template <class V, std::size_t Rows, std::size_t First = 0, class T>
[[gnu::always_inline]] inline void gemv_by_columns(const T* columns, const T* x, T* y, std::size_t n) {
    constexpr std::size_t left = (Rows - First + V::lanes - 1) / V::lanes, count = left < 12 ? left : 12;
    constexpr std::size_t rest = Rows % V::lanes, chains = count <= 4 ? 2 : 1;
    const auto partial = [](std::size_t k) { return First + (k + 1) * V::lanes > Rows; };
    const auto load = [=](const T* from, std::size_t k) {
        return partial(k) ? V::load(from + First + k * V::lanes, rest) : V::load(from + First + k * V::lanes);
    };
    typename V::Register sums[chains][count];
    for (std::size_t k = 0; k < count; ++k) {
        sums[0][k] = load(y, k);
        if constexpr (chains == 2) sums[1][k] = V::zero();
    }
    const auto add = [&](std::size_t chain, std::size_t i) {
        const auto scale = V::all(x[i]);
        for (std::size_t k = 0; k < count; ++k) {
            sums[chain][k] = V::multiply_add(scale, load(columns + i * Rows, k), sums[chain][k]);
        }
    };
    std::size_t i = 0;
    for (; i + chains <= n; i += chains) {
        for (std::size_t chain = 0; chain < chains; ++chain) add(chain, i + chain);
    }
    if (i < n) add(0, i);
    for (std::size_t k = 0; k < count; ++k) {
        if constexpr (chains == 2) sums[0][k] = V::add(sums[0][k], sums[1][k]);
        T* to = y + First + k * V::lanes;
        partial(k) ? V::store(to, sums[0][k], rest) : V::store(to, sums[0][k]);
    }
    if constexpr (count < left) gemv_by_columns<V, Rows, First + count * V::lanes>(columns, x, y, n);
}

/// e^x by the steps of mote::exp; two factors make 2^n, which alone may lie beyond the range of a float.
[[gnu::always_inline]] inline __m256 exp(__m256 x) {
    using Constants = mote::detail::ExponentialConstants<float>;
    constexpr auto& series = mote::detail::inverse_factorials<float, Constants::exp_terms>;
    const __m256 lowest = _mm256_set1_ps(Constants::exp_lowest);
    const __m256 highest = _mm256_set1_ps(Constants::exp_highest);
    const __m256 inside = _mm256_min_ps(highest, _mm256_max_ps(lowest, x));  // NaN stays
    const __m256 turns = _mm256_mul_ps(inside, _mm256_set1_ps(mote::detail::log2e<float>));
    const __m256 whole = _mm256_round_ps(turns, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m256 r = _mm256_fnmadd_ps(whole, _mm256_set1_ps(Constants::ln2_upper), inside);
    r = _mm256_fnmadd_ps(whole, _mm256_set1_ps(Constants::ln2_lower), r);
    __m256 tail = _mm256_set1_ps(series[Constants::exp_terms]);
    for (std::size_t k = Constants::exp_terms - 1; k >= 2; --k) {
        tail = _mm256_fmadd_ps(tail, r, _mm256_set1_ps(series[k]));
    }
    tail = _mm256_fmadd_ps(_mm256_mul_ps(r, r), tail, r);
    const __m256i n = _mm256_cvtps_epi32(whole), half = _mm256_srai_epi32(n, 1);
    const auto power_of_two = [](__m256i exponent) {
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(exponent, _mm256_set1_epi32(127)), 23));
    };
    __m256 y = _mm256_mul_ps(_mm256_add_ps(_mm256_set1_ps(1), tail), power_of_two(half));
    y = _mm256_mul_ps(y, power_of_two(_mm256_sub_epi32(n, half)));
    y = _mm256_andnot_ps(_mm256_cmp_ps(x, lowest, _CMP_LT_OQ), y);
    return _mm256_blendv_ps(y, _mm256_set1_ps(mote::detail::infinity<float>),
                            _mm256_cmp_ps(x, highest, _CMP_GT_OQ));
}

}  // namespace avx2

template <std::derived_from<isa::Avx2> Isa, std::size_t Columns>
[[gnu::always_inline]] inline void squared_distances(Isa, const float* x,
                                                     const std::array<float, Columns>* rows, float* y,
                                                     std::size_t n) {
    avx2::squared_distances<avx2::Floats>(x, rows, y, n);
}
template <std::derived_from<isa::Avx2> Isa, std::size_t Columns>
[[gnu::always_inline]] inline void squared_distances(Isa, const double* x,
                                                     const std::array<double, Columns>* rows, double* y,
                                                     std::size_t n) {
    avx2::squared_distances<avx2::Doubles>(x, rows, y, n);
}
template <std::derived_from<isa::Avx2> Isa, std::size_t Columns>
[[gnu::always_inline]] inline void abs_distances(Isa, const float* x, const std::array<float, Columns>* rows,
                                                 float* y, std::size_t n) {
    avx2::abs_distances<avx2::Floats>(x, rows, y, n);
}
template <std::derived_from<isa::Avx2> Isa, std::size_t Columns>
[[gnu::always_inline]] inline void abs_distances(Isa, const double* x,
                                                 const std::array<double, Columns>* rows, double* y,
                                                 std::size_t n) {
    avx2::abs_distances<avx2::Doubles>(x, rows, y, n);
}

template <std::derived_from<isa::Avx2> Isa>
[[gnu::always_inline]] inline void gemv(Isa, const float* matrix, const float* x, float* y, std::size_t rows,
                                        std::size_t columns) {
    avx2::gemv<avx2::Floats>(matrix, x, y, rows, columns);
}
template <std::derived_from<isa::Avx2> Isa>
[[gnu::always_inline]] inline void gemv(Isa, const double* matrix, const double* x, double* y,
                                        std::size_t rows, std::size_t columns) {
    avx2::gemv<avx2::Doubles>(matrix, x, y, rows, columns);
}

template <std::derived_from<isa::Avx2> Isa, std::size_t Rows>
[[gnu::always_inline]] inline void gemv_by_columns(Isa, const float* columns, const float* x, float* y,
                                                   std::size_t n, std::integral_constant<std::size_t, Rows>) {
    avx2::gemv_by_columns<avx2::Floats, Rows>(columns, x, y, n);
}
template <std::derived_from<isa::Avx2> Isa, std::size_t Rows>
[[gnu::always_inline]] inline void gemv_by_columns(Isa, const double* columns, const double* x, double* y,
                                                   std::size_t n, std::integral_constant<std::size_t, Rows>) {
    avx2::gemv_by_columns<avx2::Doubles, Rows>(columns, x, y, n);
}

template <std::derived_from<isa::Avx2> Isa>
[[gnu::always_inline]] inline void exponentials(Isa, float* x, std::size_t n) {
    using V = avx2::Floats;
    std::size_t i = 0;
    for (; i + V::lanes <= n; i += V::lanes) V::store(x + i, avx2::exp(V::load(x + i)));
    if (i < n) V::store(x + i, avx2::exp(V::load(x + i, n - i)), n - i);
}

template <std::derived_from<isa::Avx2> Isa>
[[gnu::always_inline]] inline std::size_t find_below(Isa, const float* x, std::size_t n, float limit,
                                                     std::size_t from) {
    const __m256 limits = _mm256_set1_ps(limit);
    const auto below = [limits](__m256 values) {
        return static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(values, limits, _CMP_LT_OQ)));
    };
    for (; from + 8 <= n; from += 8) {
        const unsigned found = below(_mm256_loadu_ps(x + from));
        if (found != 0) return from + static_cast<std::size_t>(std::countr_zero(found));
    }
    if (from >= n) return n;
    const unsigned found = below(avx2::Floats::load(x + from, n - from)) & ((1u << (n - from)) - 1);
    return found != 0 ? from + static_cast<std::size_t>(std::countr_zero(found)) : n;
}

}  // namespace mote::kernels::impl

#endif
