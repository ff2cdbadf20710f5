// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/exponential.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/normal.hpp"
#include "mote/core/roots.hpp"

namespace mote {

/// What a leaf that learns from a stream knows of its samples: each class a normal distribution of each
/// feature, and the feature's range.
///
/// Shapes  x: [Features], which must be finite.
/// Memory  4 * Classes * Features + Classes scalars. Time O(Features) to update.
/// Source  Pfahringer, Holmes and Kirkby 2008, Handling numeric attributes in Hoeffding trees, PAKDD:
///         Gaussian approximation; weighted moments after West 1979, Communications of the ACM 22(9):532-535,
///         (1), (2).
template <FloatingScalar T, std::size_t Features, std::size_t Classes>
class GaussianObservers {
public:
    using Row = std::array<T, Features>;
    using Shares = std::array<T, Classes>;

    /// Where a feature would be divided, and how much that tells: bits of information gained.
    struct Split {
        T merit = 0;
        T threshold = 0;
        Shares left{}, right{};  // the weights of the classes on either side
    };

    constexpr void update(const Row& x, std::size_t y, T weight) {
        const bool first = weights_[y] == 0;
        weights_[y] += weight;
        for (std::size_t i = 0; i < Features; ++i) {
            Moments& of = moments_[y][i];
            of.lowest = first ? x[i] : min(of.lowest, x[i]);
            of.highest = first ? x[i] : max(of.highest, x[i]);
            const T before = x[i] - of.mean;
            of.mean += before * (weight / weights_[y]);        // (1)
            of.squares += weight * before * (x[i] - of.mean);  // (2)
        }
    }

    /// The logarithm of the density of x in class y. What never varied, was never seen or is no number says
    /// nothing.
    [[nodiscard]] constexpr T log_likelihood(const Row& x, std::size_t y) const {
        if (weights_[y] <= 1) return 0;
        T sum = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            const T spread = 2 * moments_[y][i].squares / (weights_[y] - 1);
            const T gap = x[i] - moments_[y][i].mean;
            const T square = gap * gap;
            if (spread > 0 && isfinite(square)) sum -= log(pi * spread) / 2 + square / spread;
        }
        return sum;
    }

    /// The best of evenly spaced thresholds for feature i, where `all` are the weights of the classes; of
    /// merit zero where none leaves a hundredth of the weight on either side.
    [[nodiscard]] constexpr Split best_split(std::size_t i, const Shares& all, std::size_t thresholds) const {
        const auto [lowest, highest] = range(i);
        const T before = entropy(all);
        Split best;
        for (std::size_t k = 1; k <= thresholds; ++k) {
            Split split;
            split.threshold =
                lowest + (highest - lowest) * (static_cast<T>(k) / static_cast<T>(thresholds + 1));
            if (!(lowest < split.threshold && split.threshold < highest)) continue;
            divide(i, split);
            const T left = total(split.left), right = total(split.right);
            if (min(left, right) <= T(0.01) * (left + right)) continue;
            split.merit =
                before - (left * entropy(split.left) + right * entropy(split.right)) / (left + right);
            if (split.merit > best.merit) best = split;
        }
        return best;
    }

    /// Halves all weights: the older half of a long stream counts for less.
    constexpr void fade() {
        for (std::size_t y = 0; y < Classes; ++y) {
            weights_[y] /= 2;
            for (Moments& of : moments_[y]) of.squares /= 2;
        }
    }

    [[nodiscard]] static constexpr T total(const Shares& shares) {
        T sum = 0;
        for (const T share : shares) sum += share;
        return sum;
    }

    /// In bits.
    [[nodiscard]] static constexpr T entropy(const Shares& shares) {
        const T sum = total(shares);
        T result = 0;
        for (const T share : shares) {
            if (share > 0) result -= share / sum * log2(share / sum);
        }
        return result;
    }

private:
    struct Moments {
        T mean = 0, squares = 0;  // squares of deviations from the mean
        T lowest = 0, highest = 0;
    };
    struct Range {
        T lowest, highest;
    };
    static constexpr T pi = static_cast<T>(3.14159265358979323846L);

    [[nodiscard]] constexpr Range range(std::size_t i) const {
        Range all{std::numeric_limits<T>::max(), std::numeric_limits<T>::lowest()};
        for (std::size_t y = 0; y < Classes; ++y) {
            if (weights_[y] == 0) continue;
            all = {min(all.lowest, moments_[y][i].lowest), max(all.highest, moments_[y][i].highest)};
        }
        return all;
    }

    constexpr void divide(std::size_t i, Split& split) const {
        for (std::size_t y = 0; y < Classes; ++y) {
            const T below = share_below(moments_[y][i], weights_[y], split.threshold);
            split.left[y] = weights_[y] * below;
            split.right[y] = weights_[y] - split.left[y];
        }
    }

    [[nodiscard]] static constexpr T share_below(const Moments& of, T weight, T threshold) {
        if (weight == 0 || threshold >= of.highest) return 1;
        if (threshold < of.lowest) return 0;
        return normal_cdf((threshold - of.mean) / sqrt(of.squares / (weight - 1)));
    }

    Shares weights_{};
    std::array<std::array<Moments, Features>, Classes> moments_{};
};

}  // namespace mote
