// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/anomaly/reference_rows.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

struct OneClassSvmConfig {
    double nu = 0.5;          // the share of rows that may be outside, at most; 0 .. 1
    double gamma = 0;         // exp(-gamma * squared distance); 0: 1 / (Features * variance of all values)
    double tolerance = 1e-3;  // of the optimality conditions
    std::size_t iterations = 10'000;  // at most
};

template <OneClassSvmConfig Config>
concept valid_one_class_svm_config =
    Config.nu > 0 && Config.nu <= 1 && Config.gamma >= 0 && Config.tolerance > 0 && Config.iterations > 0;

/// One-class support vector machine: the smoothest surface around all but a share of the usual rows.
///
/// Shapes  x: [Features]. score(): scalar, below 0 inside the surface, above 0 outside, at most the offset.
///         contributions(): [Features], whose sum is the mean of gamma times the squared distance.
/// Units   x: one unit for all features; scale them first. Score: weights of the vectors sum to 1.
/// Errors  fit() refuses fewer than two rows, values that are not finite and rows whose squared distance is
///         not; not_converged where `iterations` did not reach the tolerance. score() is 0 for an x that is
///         not finite and before fit(). Rows that are all equal have gamma 1.
/// Memory  Capacity * (Features + 1) scalars, a count and three scalars; fit() Capacity * 2 scalars and as
///         much again on the stack. Time O(vectors * Features) and an exponential for each vector; fit()
///         O(iterations * Capacity) kernels, none stored.
/// Source  Schoelkopf, Platt, Shawe-Taylor, Smola, Williamson 2001, Estimating the support of a
///         high-dimensional distribution, Neural Computation 13(7):1443-1471, (1) is its dual; solved by
///         sequential minimal optimisation on the pair that violates most, (2), after Keerthi, Shevade,
///         Bhattacharyya, Murthy 2001, Neural Computation 13(3):637-649. Deviation: more rows than Capacity
///         are represented by a random part, as in ReferenceRows.
template <FloatingScalar T, std::size_t Features, std::size_t Capacity,
          OneClassSvmConfig Config = OneClassSvmConfig{}, class Isa = isa::Native>
requires valid_one_class_svm_config<Config> &&(Capacity > 1) class OneClassSvm {
    using References = ReferenceRows<T, Features, Capacity, Isa>;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t capacity = Capacity;

    constexpr explicit OneClassSvm(std::uint64_t seed = 1) : seed_(seed) {}

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.size() < 2) return Status::too_few_rows;
        if (const Status status = References::check(rows); status != Status::ok) return status;
        OneClassSvm next(seed_);
        next.vectors_.keep(rows, seed_);
        next.gamma_ = Config.gamma > 0 ? static_cast<T>(Config.gamma) : next.usual_gamma();
        if (!next.solve()) return Status::not_converged;
        *this = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr T score(Sample x) const {
        if (gamma_ == 0 || !all_finite(x)) return 0;
        T sum = 0;
        for (std::size_t i = 0; i < vectors_.count(); ++i) {
            if (weights_[i] > 0) sum += weights_[i] * kernel(x, vectors_.row(i));
        }
        return offset_ - sum;
    }

    /// How far x is along each feature, squared and times gamma, from the vectors that answer for it: the
    /// mean over them, each counting by its part of the kernels' sum.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        Row result{};
        if (gamma_ == 0 || !all_finite(x)) return result;
        constexpr T largest = std::numeric_limits<T>::max();
        T nearest = largest;
        for (std::size_t i = 0; i < vectors_.count(); ++i) {
            if (weights_[i] > 0) nearest = min(nearest, squared_distance(x, vectors_.row(i)));
        }
        T total = 0;
        for (std::size_t i = 0; i < vectors_.count(); ++i) {
            if (!(weights_[i] > 0)) continue;
            // Times the same for all, so that there are reasons where every kernel is too small to be told.
            const T part = weights_[i] * exp(-gamma_ * (squared_distance(x, vectors_.row(i)) - nearest));
            total += part;
            for (std::size_t j = 0; j < Features; ++j) {
                const T gap = x[j] - vectors_.row(i)[j];
                if (part > 0) result[j] += part * gap * gap;
            }
        }
        for (T& sum : result) sum = isfinite(sum / total * gamma_) ? sum / total * gamma_ : largest;
        return result;
    }

    constexpr void reset() { *this = OneClassSvm(seed_); }

    /// How many rows the surface rests on.
    [[nodiscard]] constexpr std::size_t vectors() const {
        std::size_t count = 0;
        for (const T weight : weights_) count += weight > 0 ? 1 : 0;
        return count;
    }
    [[nodiscard]] constexpr T gamma() const { return gamma_; }

private:
    /// At most the largest number.
    [[nodiscard]] static constexpr T squared_distance(Sample x, Sample y) {
        const T distance = kernels::squared_distance<Isa>(x, y);
        return isfinite(distance) ? distance : std::numeric_limits<T>::max();
    }

    [[nodiscard]] constexpr T kernel(Sample x, Sample y) const {
        const T distance = kernels::squared_distance<Isa>(x, y);
        return isfinite(distance) ? exp(-gamma_ * distance) : T{0};
    }

    [[nodiscard]] constexpr T usual_gamma() const {
        RunningMoments<T> moments;
        for (std::size_t i = 0; i < vectors_.count(); ++i) {
            for (const T value : vectors_.row(i)) static_cast<void>(moments.update(value));
        }
        const T spread = moments.variance(0, 0) * static_cast<T>(Features);
        return spread > 0 && isfinite(1 / spread) ? 1 / spread : T{1};
    }

    /// (1) Minimises w' K w / 2 with weights of sum 1, each 0 .. most. The gradient is K w.
    struct Problem {
        T most;
        std::array<T, Capacity> gradient{};
    };

    constexpr bool solve() {
        const std::size_t count = vectors_.count();
        Problem problem{1 / (static_cast<T>(Config.nu) * static_cast<T>(count))};
        T left = 1;
        for (std::size_t i = 0; i < count && left > 0; ++i) {
            weights_[i] = min(problem.most, left);
            left -= weights_[i];
            for (std::size_t k = 0; k < count; ++k) {
                problem.gradient[k] += weights_[i] * kernel(vectors_.row(i), vectors_.row(k));
            }
        }
        for (std::size_t iteration = 0; iteration < Config.iterations; ++iteration) {
            const auto [give, take] = worst_pair(problem);
            const T gap = problem.gradient[give] - problem.gradient[take];
            if (gap < static_cast<T>(Config.tolerance) * problem.most) {
                settle_offset(problem);
                return true;
            }
            shift(problem, give, take, gap);
        }
        return false;
    }

    struct Pair {
        std::size_t give, take;
    };

    /// (2) The steepest of those that can lose weight, and the flattest of those that can gain some.
    [[nodiscard]] constexpr Pair worst_pair(const Problem& problem) const {
        Pair pair{Capacity, Capacity};
        for (std::size_t i = 0; i < vectors_.count(); ++i) {
            const T slope = problem.gradient[i];
            if (weights_[i] > 0 && (pair.give == Capacity || slope > problem.gradient[pair.give]))
                pair.give = i;
            if (weights_[i] < problem.most &&
                (pair.take == Capacity || slope < problem.gradient[pair.take])) {
                pair.take = i;
            }
        }
        if (pair.take == Capacity) pair.take = pair.give;  // all weights are at their most: nothing to do
        return pair;
    }

    /// The best step along the pair, within the box.
    constexpr void shift(Problem& problem, std::size_t give, std::size_t take, T gap) {
        const T curve = 2 - 2 * kernel(vectors_.row(give), vectors_.row(take));
        T step = min(weights_[give], problem.most - weights_[take]);
        if (curve > 0) step = min(step, gap / curve);
        // Weights that reach an end are there exactly.
        weights_[give] = step == weights_[give] ? T{0} : weights_[give] - step;
        weights_[take] = step == problem.most - weights_[take] ? problem.most : weights_[take] + step;
        for (std::size_t k = 0; k < vectors_.count(); ++k) {
            problem.gradient[k] += step * (kernel(vectors_.row(take), vectors_.row(k)) -
                                           kernel(vectors_.row(give), vectors_.row(k)));
        }
    }

    /// What the score is 0 at: the mean gradient of the vectors on the surface, or the middle of where it can
    /// be if there are none.
    constexpr void settle_offset(const Problem& problem) {
        T sum = 0, lowest = std::numeric_limits<T>::max(), highest = std::numeric_limits<T>::lowest();
        std::size_t on_surface = 0;
        for (std::size_t i = 0; i < vectors_.count(); ++i) {
            const T slope = problem.gradient[i];
            if (weights_[i] == 0) {
                lowest = min(lowest, slope);
            } else if (weights_[i] == problem.most) {
                highest = max(highest, slope);
            } else {
                sum += slope;
                ++on_surface;
            }
        }
        if (on_surface > 0) {
            offset_ = sum / static_cast<T>(on_surface);
        } else {
            offset_ = lowest < std::numeric_limits<T>::max() ? (lowest + highest) / 2 : highest;
        }
    }

    References vectors_;
    std::array<T, Capacity> weights_{};
    T gamma_ = 0;  // 0 before fit()
    T offset_ = 0;
    std::uint64_t seed_;
};

}  // namespace mote
