// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/core/floating.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Mean and variance of every feature of a stream, without the cancellation of sums of squares.
///
/// Shapes  x: [Features].
/// Units   mean: those of x; variance: their square.
/// Errors  update() refuses a non-finite x, and any x after 2^32 - 1; merge() refuses what would exceed that.
///         The mean of nothing is 0, and so is the variance of fewer samples than it divides by.
/// Memory  2 * Features scalars and a count. Time O(Features).
/// Source  Welford 1962, Technometrics 4(3):419-420, (1), (2); merge after Chan, Golub, LeVeque 1983,
///         The American Statistician 37(3):242-247, equation (2.1), exact but for rounding.
template <FloatingScalar T, std::size_t Features = 1>
class RunningMoments {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    static constexpr std::size_t features = Features;
    static constexpr bool exactly_mergeable = true;

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        if (count_ == std::numeric_limits<std::uint32_t>::max()) return Status::capacity_full;
        ++count_;
        for (std::size_t i = 0; i < Features; ++i) {
            const T before = x[i] - mean_[i];
            mean_[i] += before / static_cast<T>(count_);  // (1)
            squares_[i] += before * (x[i] - mean_[i]);    // (2)
        }
        return Status::ok;
    }
    constexpr Status update(T x) requires(Features == 1) { return update(std::span<const T, 1>(&x, 1)); }

    /// As if this object had also seen every sample of the other.
    constexpr Status merge(const RunningMoments& other) {
        const std::uint32_t total = count_ + other.count_;
        if (total < count_) return Status::capacity_full;
        if (total == 0) return Status::ok;
        const T share = static_cast<T>(other.count_) / static_cast<T>(total);
        for (std::size_t i = 0; i < Features; ++i) {
            const T gap = other.mean_[i] - mean_[i];
            mean_[i] += gap * share;
            squares_[i] += other.squares_[i] + gap * gap * share * static_cast<T>(count_);
        }
        count_ = total;
        return Status::ok;
    }

    constexpr void reset() { *this = RunningMoments{}; }

    [[nodiscard]] constexpr std::uint32_t count() const { return count_; }
    [[nodiscard]] constexpr T mean(std::size_t i = 0) const { return mean_[i]; }
    /// Divides by the number of samples less `lost` degrees of freedom: 1 estimates the variance of the
    /// source, 0 gives that of the samples themselves.
    [[nodiscard]] constexpr T variance(std::size_t i = 0, std::uint32_t lost = 1) const {
        return count_ <= lost ? 0 : squares_[i] / static_cast<T>(count_ - lost);
    }

private:
    std::array<T, Features> mean_{};
    std::array<T, Features> squares_{};  // sums of squared deviations from the mean
    std::uint32_t count_ = 0;
};

/// Means and covariances of a stream.
///
/// Shapes  x: [Features].
/// Units   covariance(i, j): the product of those of x[i] and x[j].
/// Errors  as RunningMoments.
/// Memory  Features * (Features + 3) / 2 scalars and a count. Time O(Features^2).
/// Source  as RunningMoments, with products of two features' deviations for squares of one.
template <FloatingScalar T, std::size_t Features>
class RunningCovariance {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    static constexpr std::size_t features = Features;
    static constexpr bool exactly_mergeable = true;

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        if (count_ == std::numeric_limits<std::uint32_t>::max()) return Status::capacity_full;
        ++count_;
        for (std::size_t i = 0; i < Features; ++i) {
            const T before = x[i] - mean_[i];
            mean_[i] += before / static_cast<T>(count_);
            // Row i multiplies the deviation from the old mean by those from the new means of features 0 ..
            // i.
            for (std::size_t j = 0; j <= i; ++j) products_[place(i, j)] += before * (x[j] - mean_[j]);
        }
        return Status::ok;
    }

    /// As if this object had also seen every sample of the other.
    constexpr Status merge(const RunningCovariance& other) {
        const std::uint32_t total = count_ + other.count_;
        if (total < count_) return Status::capacity_full;
        if (total == 0) return Status::ok;
        const T share = static_cast<T>(other.count_) / static_cast<T>(total);
        std::array<T, Features> gap{};
        for (std::size_t i = 0; i < Features; ++i) {
            gap[i] = other.mean_[i] - mean_[i];
            mean_[i] += gap[i] * share;
            for (std::size_t j = 0; j <= i; ++j) {
                const T between = gap[i] * gap[j] * share * static_cast<T>(count_);
                products_[place(i, j)] += other.products_[place(i, j)] + between;
            }
        }
        count_ = total;
        return Status::ok;
    }

    constexpr void reset() { *this = RunningCovariance{}; }

    [[nodiscard]] constexpr std::uint32_t count() const { return count_; }
    [[nodiscard]] constexpr T mean(std::size_t i) const { return mean_[i]; }
    /// Symmetric; `lost` as for RunningMoments::variance.
    [[nodiscard]] constexpr T covariance(std::size_t i, std::size_t j, std::uint32_t lost = 1) const {
        const T product = products_[i < j ? place(j, i) : place(i, j)];
        return count_ <= lost ? 0 : product / static_cast<T>(count_ - lost);
    }

private:
    /// Where the lower triangle, row after row, keeps row i, column j <= i.
    [[nodiscard]] static constexpr std::size_t place(std::size_t i, std::size_t j) {
        return i * (i + 1) / 2 + j;
    }

    std::array<T, Features> mean_{};
    std::array<T, Features*(Features + 1) / 2> products_{};
    std::uint32_t count_ = 0;
};

}  // namespace mote
