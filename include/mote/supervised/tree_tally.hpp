// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"

namespace mote {

/// How mixed the classes in a node are: sum of p (1 - p), or sum of -p log2 p.
enum class Criterion : std::uint8_t { gini, entropy };

/// What a tree's node knows of the answers in it. A tally has a score such that
///     score(left) + score(right) - score(both) = weight * impurity(both) - weight * impurity(each part),
/// which is what a split gains. This one counts classes.
/// Source  Breiman, Friedman, Olshen, Stone 1984, Classification and Regression Trees, section 4.3.
template <FloatingScalar T, std::size_t Classes, Criterion Measure>
class ClassTally {
public:
    using Scalar = T;
    using Weights = std::array<T, Classes>;

    /// The weights of the classes must outlive the tally.
    constexpr explicit ClassTally(const Weights& weights) : weights_(weights.data()) {}

    constexpr void add(std::size_t label, T times) { counts_[label] += weights_[label] * times; }

    [[nodiscard]] constexpr ClassTally without(const ClassTally& part) const {
        ClassTally rest = *this;
        for (std::size_t k = 0; k < Classes; ++k) rest.counts_[k] -= part.counts_[k];
        return rest;
    }

    [[nodiscard]] constexpr T weight() const {
        T total = 0;
        for (const T count : counts_) total += count;
        return total;
    }

    [[nodiscard]] constexpr T score() const {
        T total = 0, score = 0;
        for (const T count : counts_) {
            total += count;
            score += Measure == Criterion::gini ? count * count : times_log2(count);
        }
        return Measure == Criterion::gini ? score / total : score - times_log2(total);
    }

    [[nodiscard]] constexpr bool pure() const {
        return std::count_if(counts_.begin(), counts_.end(), [](T count) { return count > 0; }) < 2;
    }

    /// The classes' shares.
    constexpr void write(std::array<T, Classes>& leaf) const {
        const T total = weight();
        for (std::size_t k = 0; k < Classes; ++k) leaf[k] = counts_[k] / total;
    }

    /// The classes' shares in 255ths that sum to 255: what rounding down leaves goes to the largest
    /// remainders.
    constexpr void write(std::array<std::uint8_t, Classes>& leaf) const {
        std::array<T, Classes> exact{};
        write(exact);
        std::size_t left = 255;
        for (std::size_t k = 0; k < Classes; ++k) {
            leaf[k] = static_cast<std::uint8_t>(exact[k] * 255);
            exact[k] = exact[k] * 255 - static_cast<T>(leaf[k]);
            left -= leaf[k];
        }
        for (; left > 0; --left) {
            const auto neediest = std::max_element(exact.begin(), exact.end());
            ++leaf[static_cast<std::size_t>(neediest - exact.begin())];
            *neediest = -1;
        }
    }

private:
    static constexpr T times_log2(T x) { return x > 0 ? x * log2(x) : T(0); }

    const T* weights_;
    std::array<T, Classes> counts_{};
};

/// This one sums targets, for the squared error. Sums are taken from an origin amid the targets: their
/// squares would swallow what tells them apart.
template <FloatingScalar T>
class TargetTally {
public:
    using Scalar = T;

    constexpr explicit TargetTally(T origin) : origin_(origin), low_(origin), high_(origin) {}

    constexpr void add(T target, T times) {
        low_ = weight_ > 0 ? min(low_, target) : target;
        high_ = weight_ > 0 ? max(high_, target) : target;
        weight_ += times;
        sum_ += times * (target - origin_);
    }

    [[nodiscard]] constexpr TargetTally without(const TargetTally& part) const {
        TargetTally rest = *this;
        rest.weight_ -= part.weight_;
        rest.sum_ -= part.sum_;
        return rest;
    }

    [[nodiscard]] constexpr T weight() const { return weight_; }
    [[nodiscard]] constexpr T score() const { return sum_ * sum_ / weight_; }
    [[nodiscard]] constexpr bool pure() const { return low_ == high_; }
    constexpr void write(T& leaf) const { leaf = clamp(origin_ + sum_ / weight_, low_, high_); }

private:
    T origin_, low_, high_;
    T weight_ = 0, sum_ = 0;
};

}  // namespace mote
