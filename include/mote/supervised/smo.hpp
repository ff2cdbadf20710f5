// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"

namespace mote {

/// Where the sequential minimal optimisation stops.
template <FloatingScalar T>
struct SmoLimits {
    T C;
    T tolerance;
    std::uint32_t iterations;
};

/// Two classes that are to be parted: the first `negatives` rows lie on the negative side, the others on the
/// positive. A weight has the sign of its row's side, so that the decision is their weighted sum of kernels.
/// A regression starts from targets in place of sides.
template <FloatingScalar T>
struct SmoState {
    std::span<T> weights;   // 0 at first
    std::span<T> gradient;  // side - sum of weights * kernel: the side at first
    std::span<const T> diagonal;
    std::size_t negatives;

    [[nodiscard]] constexpr T least(std::size_t t, T C) const { return t < negatives ? -C : T(0); }
    [[nodiscard]] constexpr T most(std::size_t t, T C) const { return t < negatives ? T(0) : C; }
};

namespace detail {

/// The row that may rise and gains most by it; the number of rows where none may.
template <FloatingScalar T>
constexpr std::size_t most_violating(const SmoState<T>& state, T C) {
    const std::size_t n = state.weights.size();
    std::size_t best = n;
    for (std::size_t t = 0; t < n; ++t) {
        if (!(state.weights[t] < state.most(t, C))) continue;
        if (best == n || state.gradient[t] > state.gradient[best]) best = t;
    }
    return best;
}

/// The row that may fall and with which i gains most, by the second-order estimate of the gain (1). The
/// number of rows where no pair violates optimality by more than the tolerance.
template <FloatingScalar T>
constexpr std::size_t best_partner(const SmoState<T>& state, SmoLimits<T> limits, std::size_t i,
                                   std::span<const T> row) {
    const std::size_t n = state.weights.size();
    std::size_t best = n;
    T most = 0, widest = 0;
    for (std::size_t t = 0; t < n; ++t) {
        if (!(state.weights[t] > state.least(t, limits.C))) continue;
        const T gap = state.gradient[i] - state.gradient[t];
        widest = max(widest, gap);
        if (!(gap > 0)) continue;
        const T curvature = state.diagonal[i] + state.diagonal[t] - 2 * row[t];
        const T gain = gap * gap / max(curvature, std::numeric_limits<T>::epsilon());  // (1)
        if (gain > most) {
            most = gain;
            best = t;
        }
    }
    return widest > limits.tolerance ? best : n;
}

/// The intercept: the gradient of rows between their bounds, or the middle of what all others allow.
template <FloatingScalar T>
constexpr T intercept_of(const SmoState<T>& state, T C) {
    T sum = 0, unbound = 0;
    T rising = -infinity<T>, falling = infinity<T>;
    for (std::size_t t = 0; t < state.weights.size(); ++t) {
        const bool may_rise = state.weights[t] < state.most(t, C);
        const bool may_fall = state.weights[t] > state.least(t, C);
        if (may_rise) rising = max(rising, state.gradient[t]);
        if (may_fall) falling = min(falling, state.gradient[t]);
        if (may_rise && may_fall) sum += state.gradient[t], ++unbound;
    }
    return unbound > 0 ? sum / unbound : (rising + falling) / 2;
}

}  // namespace detail

/// Maximises the dual of the support vector machine by two weights at a time; returns the intercept.
///
/// Shapes  kernel_row(t): kernels of row t with all rows, [n], valid until the call after the next.
/// Errors  the intercept is not finite where the kernels are not. It also ends when the iterations are used
///         up: they bound its time.
/// Source  Fan, Chen and Lin 2005, Working set selection using second order information for training SVM,
///         Journal of Machine Learning Research 6:1889-1918, WSS 2: (1) the choice. Signed weights as in
///         Bottou and Lin 2007, Support vector machine solvers: (2) the step, (3) the gradient.
template <FloatingScalar T, class KernelRow>
constexpr T sequential_minimal_optimisation(const SmoState<T>& state, SmoLimits<T> limits,
                                            KernelRow kernel_row) {
    const std::size_t n = state.weights.size();
    if (!all_finite(state.diagonal)) return detail::infinity<T>;  // no kernel is larger than these
    for (std::uint32_t iteration = 0; iteration < limits.iterations; ++iteration) {
        const std::size_t i = detail::most_violating(state, limits.C);
        if (i == n) break;
        const std::span<const T> row = kernel_row(i);
        const std::size_t j = detail::best_partner(state, limits, i, row);
        if (j == n) break;
        const std::span<const T> other = kernel_row(j);
        const T curvature = state.diagonal[i] + state.diagonal[j] - 2 * row[j];
        const T best =
            (state.gradient[i] - state.gradient[j]) / max(curvature, std::numeric_limits<T>::epsilon());
        const T above = state.most(i, limits.C) - state.weights[i];
        const T below = state.weights[j] - state.least(j, limits.C);
        const T step = min(best, min(above, below));  // (2)
        // At a bound to the bit: a sum could miss it.
        state.weights[i] = step == above ? state.most(i, limits.C) : state.weights[i] + step;
        state.weights[j] = step == below ? state.least(j, limits.C) : state.weights[j] - step;
        for (std::size_t t = 0; t < n; ++t) state.gradient[t] -= step * (row[t] - other[t]);  // (3)
    }
    return detail::intercept_of(state, limits.C);
}

}  // namespace mote
