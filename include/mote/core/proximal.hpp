// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "mote/core/lbfgs.hpp"
#include "mote/core/math.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Minimises a smooth function plus the sum of penalties[i] * |x[i]|, by proximal gradient steps with
/// momentum. Components that are better 0 become 0 exactly.
///
/// Shapes  x: [N], the start and then the result. function(x, gradient) returns the smooth part at x and
///         fills gradient: [N].
/// Errors  not_converged where the iterations ran out, diverged where the function is not finite; x is the
///         last point either way.
/// Memory  5 * N scalars on the stack while it runs. Time: two calls of the function an iteration.
/// Source  Beck and Teboulle 2009, SIAM Journal on Imaging Sciences 2(1):183-202: FISTA with backtracking,
///         (1) the step, (2) the momentum; restarted where the momentum points uphill, O'Donoghue and Candes
///         2015, Foundations of Computational Mathematics 15:715-732.
template <FloatingScalar T, std::size_t N, class Function>
constexpr Status minimise_with_l1(std::array<T, N>& x, Function function, const std::array<T, N>& penalties,
                                  MinimiseConfig<T> config = {});

namespace detail {

/// Towards zero by `threshold`, at most to zero.
template <FloatingScalar T>
[[nodiscard]] constexpr T shrink(T value, T threshold) {
    return value > threshold ? value - threshold : value < -threshold ? value + threshold : T(0);
}

/// The steps from `ahead` to `next` are as long as the function allows.
template <FloatingScalar T, std::size_t N>
struct ProximalStep {
    std::array<T, N> ahead{}, gradient{}, next{}, turned{};
    T length = 16;

    template <class Function>
    constexpr bool take(Function& function, const std::array<T, N>& penalties) {
        if (!isfinite(function(ahead, gradient)) || !all_finite(gradient)) return false;
        for (int halvings = 0; halvings < 100; ++halvings, length /= 2) {
            for (std::size_t i = 0; i < N; ++i) {
                next[i] = shrink(ahead[i] - length * gradient[i], length * penalties[i]);  // (1)
            }
            static_cast<void>(function(next, turned));
            T curvature = 0, squares = 0;  // of gradients, since differences of values drown in rounding
            for (std::size_t i = 0; i < N; ++i) {
                const T moved = next[i] - ahead[i];
                curvature += moved * (turned[i] - gradient[i]);
                squares += moved * moved;
            }
            if (length * curvature <= squares) return true;
        }
        return false;
    }
};

}  // namespace detail

template <FloatingScalar T, std::size_t N, class Function>
constexpr Status minimise_with_l1(std::array<T, N>& x, Function function, const std::array<T, N>& penalties,
                                  MinimiseConfig<T> config) {
    detail::ProximalStep<T, N> step;
    step.ahead = x;
    T momentum = 1;
    for (std::size_t iteration = 0; iteration < config.iterations; ++iteration) {
        if (!step.take(function, penalties)) return Status::diverged;
        T gap = 0, uphill = 0;
        for (std::size_t i = 0; i < N; ++i) {
            gap = max(gap, abs(step.next[i] - step.ahead[i]));
            uphill += (step.ahead[i] - step.next[i]) * (step.next[i] - x[i]);
        }
        if (uphill > 0) momentum = 1;
        const T following = (1 + sqrt(1 + 4 * momentum * momentum)) / 2;  // (2)
        const T kept = uphill > 0 ? T(0) : (momentum - 1) / following;
        for (std::size_t i = 0; i < N; ++i) step.ahead[i] = step.next[i] + kept * (step.next[i] - x[i]);
        momentum = following;
        x = step.next;
        if (gap <= config.tolerance * step.length) return Status::ok;
    }
    return Status::not_converged;
}

}  // namespace mote
