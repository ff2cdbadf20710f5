// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"

namespace mote {

/// Whether the features of one component are independent, or lean on each other in any way.
enum class Covariance : std::uint8_t { diagonal, full };

namespace detail {

/// A normal distribution of several features, kept as its mean and L^-1, where L L' is its covariance.
template <FloatingScalar T, std::size_t Features, Covariance covariance>
class NormalComponent {
    using Row = std::array<T, Features>;
    // The lower triangle, row after row, or its diagonal alone.
    using Triangle = std::array<T, covariance == Covariance::full ? Features*(Features + 1) / 2 : Features>;

public:
    /// Sums over rows, each counting by its share: of gaps from the mean so far and of their products.
    struct Tally {
        T weight = 0;
        Row gaps{};
        Triangle products{};
    };

    constexpr void tally(Tally& sums, Sample<T, Features> x, T share) const {
        const Row gap = gap_to(x);
        for (std::size_t i = 0; i < Features; ++i) {
            const T shared = share * gap[i];
            sums.gaps[i] += shared;
            for (std::size_t j = first(i); j <= i; ++j) sums.products[place(i, j)] += shared * gap[j];
        }
        sums.weight += share;
    }

    /// (3), (4) of GaussianMixture: mean and covariance of what was tallied, `floor` added to every variance.
    constexpr void learn(const Tally& sums, T floor) {
        Triangle spread{};
        for (std::size_t i = 0; i < Features; ++i) {
            for (std::size_t j = first(i); j <= i; ++j) {
                const T moved = (sums.gaps[i] / sums.weight) * (sums.gaps[j] / sums.weight);
                spread[place(i, j)] = sums.products[place(i, j)] / sums.weight - moved;
            }
            spread[place(i, i)] += floor;
        }
        for (std::size_t i = 0; i < Features; ++i) mean_[i] += sums.gaps[i] / sums.weight;
        decompose(spread, floor);
        invert(spread);
        log_scale_ = -static_cast<T>(Features) * T(0.91893853320467274178);  // log(2 pi) / 2
        for (std::size_t i = 0; i < Features; ++i) log_scale_ += log(spread[place(i, i)]);
        whitening_ = spread;
    }

    constexpr void start_at(Sample<T, Features> mean) {
        for (std::size_t i = 0; i < Features; ++i) mean_[i] = mean[i];
    }

    [[nodiscard]] constexpr T log_density(Sample<T, Features> x) const {
        const Row gap = gap_to(x);
        T squares = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            const T white = whiten(gap, i);
            squares += white * white;
        }
        return log_scale_ - squares / 2;
    }

    /// What each feature takes from the logarithm of the density at the mean: gap times gradient, half.
    [[nodiscard]] constexpr Row contributions(Sample<T, Features> x) const {
        const Row gap = gap_to(x);
        Row result{};
        for (std::size_t i = 0; i < Features; ++i) {
            const T white = whiten(gap, i);
            for (std::size_t j = first(i); j <= i; ++j) result[j] += white * whitening_[place(i, j)];
        }
        for (std::size_t i = 0; i < Features; ++i) result[i] *= gap[i] / 2;
        return result;
    }

    [[nodiscard]] constexpr const Row& mean() const { return mean_; }
    [[nodiscard]] constexpr bool finite() const {
        return all_finite(mean_) && all_finite(whitening_) && isfinite(log_scale_);
    }

private:
    [[nodiscard]] static constexpr std::size_t first(std::size_t i) {
        return covariance == Covariance::full ? 0 : i;
    }
    [[nodiscard]] static constexpr std::size_t place(std::size_t i, std::size_t j) {
        return covariance == Covariance::full ? i * (i + 1) / 2 + j : i;
    }

    [[nodiscard]] constexpr Row gap_to(Sample<T, Features> x) const {
        Row gap{};
        for (std::size_t i = 0; i < Features; ++i) gap[i] = x[i] - mean_[i];
        return gap;
    }

    /// Part i of L^-1 gap, whose parts have variance 1 and no correlation.
    [[nodiscard]] constexpr T whiten(const Row& gap, std::size_t i) const {
        T white = 0;
        for (std::size_t j = first(i); j <= i; ++j) white += whitening_[place(i, j)] * gap[j];
        return white;
    }

    /// Cholesky's decomposition, in place. Without rounding no pivot is below what was added to the
    /// variances.
    static constexpr void decompose(Triangle& a, T floor) {
        for (std::size_t i = 0; i < Features; ++i) {
            for (std::size_t j = first(i); j <= i; ++j) {
                T rest = a[place(i, j)];
                for (std::size_t k = first(i); k < j; ++k) rest -= a[place(i, k)] * a[place(j, k)];
                a[place(i, j)] = i == j ? sqrt(max(rest, floor)) : rest / a[place(j, j)];
            }
        }
    }

    /// A lower triangle's inverse, in place.
    static constexpr void invert(Triangle& a) {
        for (std::size_t i = 0; i < Features; ++i) {
            const T scale = 1 / a[place(i, i)];
            for (std::size_t j = first(i); j < i; ++j) {
                T sum = 0;
                for (std::size_t k = j; k < i; ++k) sum += a[place(i, k)] * a[place(k, j)];
                a[place(i, j)] = -sum * scale;
            }
            a[place(i, i)] = scale;
        }
    }

    Row mean_{};
    Triangle whitening_{};
    T log_scale_ = 0;
};

}  // namespace detail

}  // namespace mote
