// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "mote/core/math.hpp"
#include "mote/core/status.hpp"

namespace mote {

template <FloatingScalar T>
struct MinimiseConfig {
    T tolerance = T(1e-6);  // stop when no component of the gradient is larger
    std::size_t iterations = 500;
};

/// Minimises a smooth function by limited-memory BFGS with a backtracking line search.
///
/// Shapes  x: [N], the start and then the result. function(x, gradient) returns the value at x and fills
///         gradient: [N].
/// Errors  not_converged where the iterations ran out, diverged where the function is not finite at x; x is
///         the best point found either way.
/// Memory  (2 * History + 5) * N scalars on the stack while it runs.
/// Source  Nocedal and Wright 2006, Numerical Optimization, 2nd ed., algorithms 7.4 (the two loops), 7.5 and
///         3.1 (the line search), scaling (7.20). Pairs without positive curvature are left out.
template <std::size_t History = 6, FloatingScalar T, std::size_t N, class Function>
constexpr Status minimise_lbfgs(std::array<T, N>& x, Function function, MinimiseConfig<T> config = {});

namespace detail {

template <FloatingScalar T, std::size_t N>
constexpr T inner(const std::array<T, N>& a, const std::array<T, N>& b) {
    T sum = 0;
    for (std::size_t i = 0; i < N; ++i) sum += a[i] * b[i];
    return sum;
}

template <FloatingScalar T, std::size_t N>
constexpr void add_scaled(std::array<T, N>& y, T a, const std::array<T, N>& x) {
    for (std::size_t i = 0; i < N; ++i) y[i] += a * x[i];
}

template <FloatingScalar T, std::size_t N>
constexpr T largest_magnitude(const std::array<T, N>& a) {
    T largest = 0;
    for (const T value : a) largest = max(largest, abs(value));
    return largest;
}

/// The last steps s and changes of gradient y, oldest overwritten first.
template <std::size_t History, FloatingScalar T, std::size_t N>
class CurvaturePairs {
public:
    constexpr void add(const std::array<T, N>& s, const std::array<T, N>& y) {
        const T curvature = inner(s, y);
        if (!(curvature > std::numeric_limits<T>::epsilon() * inner(y, y))) return;
        pairs_[count_ % History] = {s, y, 1 / curvature, 0};
        ++count_;
    }

    /// -H * gradient, with H the inverse Hessian as the pairs know it.
    constexpr std::array<T, N> direction(const std::array<T, N>& gradient) {
        std::array<T, N> q = gradient;
        const std::size_t known = min(count_, History);
        for (std::size_t age = 1; age <= known; ++age) {
            Pair& pair = pairs_[(count_ - age) % History];
            pair.alpha = pair.rho * inner(pair.s, q);
            add_scaled(q, -pair.alpha, pair.y);
        }
        T scale = -1;
        if (known > 0) {
            const Pair& last = pairs_[(count_ - 1) % History];
            scale = -1 / (last.rho * inner(last.y, last.y));  // (7.20)
        }
        for (T& value : q) value *= scale;
        for (std::size_t age = known; age > 0; --age) {
            const Pair& pair = pairs_[(count_ - age) % History];
            add_scaled(q, -pair.alpha - pair.rho * inner(pair.y, q), pair.s);
        }
        return q;
    }

private:
    struct Pair {
        std::array<T, N> s{}, y{};
        T rho = 0, alpha = 0;
    };
    std::array<Pair, History> pairs_{};
    std::size_t count_ = 0;
};

/// A point with what the function says of it.
template <FloatingScalar T, std::size_t N>
struct Evaluated {
    std::array<T, N> x{};
    std::array<T, N> gradient{};
    T value = 0;
};

/// Algorithm 3.1 with c = 1e-4: halves the step until the value has fallen enough, rounding allowed for.
template <FloatingScalar T, std::size_t N, class Function>
constexpr bool search_line(Evaluated<T, N>& at, const std::array<T, N>& direction, T step,
                           Function& function) {
    const T slope = inner(at.gradient, direction);
    const T slack = 4 * std::numeric_limits<T>::epsilon() * abs(at.value);
    Evaluated<T, N> next;
    for (int halvings = 0; halvings < 40; ++halvings, step /= 2) {
        next.x = at.x;
        add_scaled(next.x, step, direction);
        next.value = function(next.x, next.gradient);
        if (next.value <= at.value + T(1e-4) * step * slope + slack) {  // false for NaN
            at = next;
            return true;
        }
    }
    return false;
}

}  // namespace detail

template <std::size_t History, FloatingScalar T, std::size_t N, class Function>
constexpr Status minimise_lbfgs(std::array<T, N>& x, Function function, MinimiseConfig<T> config) {
    detail::CurvaturePairs<History, T, N> pairs;
    detail::Evaluated<T, N> at;
    at.x = x;
    at.value = function(at.x, at.gradient);
    if (!isfinite(at.value) || !all_finite(at.gradient)) return Status::diverged;
    for (std::size_t iteration = 0; iteration < config.iterations; ++iteration) {
        const T steepness = detail::largest_magnitude(at.gradient);
        if (steepness <= config.tolerance) return Status::ok;
        const auto direction = pairs.direction(at.gradient);
        const T step = iteration == 0 ? min(T(1), 1 / steepness) : T(1);
        const detail::Evaluated<T, N> before = at;
        if (!detail::search_line(at, direction, step, function)) return Status::not_converged;
        std::array<T, N> moved = at.x, turned = at.gradient;
        detail::add_scaled(moved, T(-1), before.x);
        detail::add_scaled(turned, T(-1), before.gradient);
        pairs.add(moved, turned);
        x = at.x;
    }
    return Status::not_converged;
}

}  // namespace mote
