// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/order_statistic.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Mahalanobis distance: how many standard deviations from the mean, in the direction in which x lies there?
///
/// Shapes  x: [Features]. score(): scalar >= 0. contributions(): [Features], whose sum is the score's square.
/// Units   x: any, one unit per feature; score: standard deviations, of the rows learnt from. shrinkage: 0 ..
///         1, the share of the covariance that is replaced by that of independent features of the mean
///         variance. left_out: 0 .. 0.5, the share of rows, the farthest, that is not learnt from.
/// Errors  fit() refuses fewer than two rows to learn from, values that are not finite or whose squares are
///         not, arguments out of range (bad_parameter), and a covariance that is singular after shrinking
///         (not_converged: shrinkage 0, or no feature that varies). score() is 0 for an x that is not finite
///         and before fit().
/// Memory  Features * (Features + 1) / 2 weights and 2 * Features scalars. std::int16_t or std::int8_t for
///         Weight halves or quarters them, each row of weights having a scale of its own. Time O(Features^2);
///         fit() O(n * Features^2 + Features^3), with 2.5 * Features^2 scalars of stack; where rows are left
///         out, up to 20 times that and the scores of all rows for each bit of T.
/// Source  Mahalanobis 1936, Proceedings of the National Institute of Sciences of India 2(1):49-55; with S =
///         L L', (1) d = |L^-1 (x - mean)|. Contributions after Mason, Young, Tracy 1995, Journal of Quality
///         Technology 27(2):99-108: gap times the gradient of d^2 / 2. (2) the C-steps of Rousseeuw, Van
///         Driessen 1999, Technometrics 41(3):212-223, from one start, the medians, in place of random ones.
template <FloatingScalar T, std::size_t Features, class Weight = T>
requires std::same_as<Weight, T> || std::same_as<Weight, std::int16_t> || std::same_as<Weight, std::int8_t>
class Mahalanobis {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;

    constexpr explicit Mahalanobis(T shrinkage = T(1e-5), T left_out = 0)
        : shrinkage_(shrinkage), left_out_(left_out) {}

    [[nodiscard]] Status fit(Rows<T, Features> rows) {
        if (rows.size() < 2) return Status::too_few_rows;
        if (!(shrinkage_ >= 0 && shrinkage_ <= 1)) return Status::bad_parameter;
        if (!(left_out_ >= 0 && left_out_ <= T(0.5))) return Status::bad_parameter;
        Mahalanobis next(shrinkage_, left_out_);
        Moments moments;
        for (const Row& row : rows) {
            if (const Status status = moments.update(row); status != Status::ok) return status;
        }
        if (const Status status = next.learn(moments); status != Status::ok) return status;
        if (left_out_ > 0) {
            if (const Status status = next.concentrate(rows); status != Status::ok) return status;
        }
        *this = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr T score(Sample x) const {
        if (!all_finite(x)) return 0;
        T squares = 0;
        for (const T part : whiten(x)) squares += part * part;
        return isfinite(squares) ? sqrt(squares) : std::numeric_limits<T>::max();
    }

    /// What each feature adds to the square of the score; negative where it makes another's deviation usual.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        Row result{};
        if (!all_finite(x)) return result;
        const Row white = whiten(x);
        for (std::size_t i = 0; i < Features; ++i) {
            const T scaled = white[i] * scales_[i];
            for (std::size_t j = 0; j <= i; ++j) result[j] += scaled * static_cast<T>(weights_[place(i, j)]);
        }
        for (std::size_t i = 0; i < Features; ++i) result[i] *= x[i] - mean_[i];
        return result;
    }

    constexpr void reset() { *this = Mahalanobis(shrinkage_, left_out_); }

    [[nodiscard]] constexpr T mean(std::size_t i) const { return mean_[i]; }

private:
    using Moments = RunningCovariance<T, Features>;
    static constexpr int size = static_cast<int>(Features);
    // What is long is of a size that the compiler does not know: it would unroll it. Less than 32 Eigen
    // decomposes in place, without memory of its own.
    static constexpr int known_size = Features < 32 ? size : Eigen::Dynamic;
    using Matrix = Eigen::Matrix<T, known_size, known_size, Eigen::ColMajor, size, size>;

    /// Where the lower triangle, row after row, keeps row i, column j <= i.
    [[nodiscard]] static constexpr std::size_t place(std::size_t i, std::size_t j) {
        return i * (i + 1) / 2 + j;
    }

    [[nodiscard]] Status learn(const Moments& moments) {
        Matrix covariance = shrunk(moments);
        if (!covariance.allFinite()) return Status::not_finite;
        const Eigen::LLT<Eigen::Ref<Matrix>> cholesky(covariance);
        if (cholesky.info() != Eigen::Success) return Status::not_converged;
        invert_triangle(covariance);
        if (!covariance.allFinite()) return Status::not_converged;
        store(covariance);
        for (std::size_t i = 0; i < Features; ++i) mean_[i] = moments.mean(i);
        return Status::ok;
    }

    /// L^-1 in place of L. Above the diagonal nothing is read or written.
    static void invert_triangle(Matrix& lower) {
        for (int j = 0; j < size; ++j) {
            lower(j, j) = 1 / lower(j, j);
            for (int i = j + 1; i < size; ++i) {
                const T sum = lower.row(i).segment(j, i - j).dot(lower.col(j).segment(j, i - j));
                lower(i, j) = -sum / lower(i, i);
            }
        }
    }

    /// (2) Learns from the nearest rows alone, again and again, until they do not come nearer.
    [[nodiscard]] Status concentrate(Rows<T, Features> rows) {
        const auto far = static_cast<std::size_t>(left_out_ * static_cast<T>(rows.size()));
        if (rows.size() - far < 2) return Status::too_few_rows;
        start_at_medians(rows);
        T limit = std::numeric_limits<T>::infinity();
        for (int step = 0; step < 20; ++step) {
            const T next_limit = score_of_rank(rows, rows.size() - far - 1);
            if (step > 1 && !(next_limit < limit)) break;  // the first is in another unit
            limit = next_limit;
            Moments moments;
            for (const Row& row : rows) {
                if (score(row) <= limit) static_cast<void>(moments.update(row));
            }
            if (const Status status = learn(moments); status != Status::ok) return status;
        }
        return Status::ok;
    }

    /// Distances from the medians, each feature by the range of its middle half, which far rows cannot move.
    constexpr void start_at_medians(Rows<T, Features> rows) {
        weights_ = {};
        scales_ = {};
        for (std::size_t i = 0; i < Features; ++i) {
            mean_[i] = quantile(rows, i, T(0.5));
            const T range = quantile(rows, i, T(0.75)) - quantile(rows, i, T(0.25));
            if (!(range > 0)) continue;
            weights_[place(i, i)] = 1;
            scales_[i] = 1 / range;
        }
    }

    /// The score that so many rows are below, by halving the interval of its bit patterns.
    [[nodiscard]] constexpr T score_of_rank(Rows<T, Features> rows, std::size_t rank) const {
        detail::BitsOf<T> bits = 0;  // scores are not negative, so that their bits are in their order
        for (detail::BitsOf<T> bit = detail::sign_bit<T> / 2; bit != 0; bit >>= 1) {
            std::size_t below = 0;
            for (const Row& row : rows) below += score(row) < std::bit_cast<T>(bits | bit) ? 1 : 0;
            if (below <= rank) bits |= bit;
        }
        return std::bit_cast<T>(bits);
    }

    [[nodiscard]] Matrix shrunk(const Moments& moments) const {
        Matrix result(size, size);
        for (int i = 0; i < size; ++i) {
            for (int j = 0; j < size; ++j) {
                result(i, j) = moments.covariance(static_cast<std::size_t>(i), static_cast<std::size_t>(j));
            }
        }
        const T independent = shrinkage_ * result.trace() / static_cast<T>(Features);
        result *= 1 - shrinkage_;
        result.diagonal().array() += independent;
        return result;
    }

    void store(const Matrix& whitening) {
        for (int i = 0; i < size; ++i) {
            T scale = 1;
            if constexpr (!std::same_as<Weight, T>) {
                scale = whitening.row(i).head(i + 1).cwiseAbs().maxCoeff() /
                        T(std::numeric_limits<Weight>::max());
            }
            scales_[static_cast<std::size_t>(i)] = scale;
            for (int j = 0; j <= i; ++j) {
                T weight = whitening(i, j) / scale;
                if constexpr (!std::same_as<Weight, T>) weight += weight < 0 ? T(-0.5) : T(0.5);
                weights_[place(static_cast<std::size_t>(i), static_cast<std::size_t>(j))] =
                    static_cast<Weight>(weight);
            }
        }
    }

    /// (1) L^-1 (x - mean), whose parts have variance 1 and no correlation.
    [[nodiscard]] constexpr Row whiten(Sample x) const {
        Row gap{}, result{};
        for (std::size_t i = 0; i < Features; ++i) {
            gap[i] = x[i] - mean_[i];
            for (std::size_t j = 0; j <= i; ++j) result[i] += static_cast<T>(weights_[place(i, j)]) * gap[j];
            result[i] *= scales_[i];
        }
        return result;
    }

    std::array<Weight, Features*(Features + 1) / 2> weights_{};  // L^-1, 0 before fit()
    Row scales_{};                                               // of its rows
    Row mean_{};
    T shrinkage_, left_out_;
};

}  // namespace mote
