// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/gaussian_process_kernel.hpp"

namespace mote {

/// Gaussian process regression: an estimate that says how far it may be off, from few rows.
///
/// Shapes  x: [Features]. predict(): scalar. predict_with_variance(): the mean and the variance of the
///         function at x; a target there has noise in addition.
/// Units   x: any, one length scale for each feature. Target: any; variances are in its square.
/// Errors  fit() and update() refuse values that are not finite, settings out of range (bad_parameter), more
///         rows than Capacity (capacity_full; fit() takes as many, evenly spread, where config.thin_out is
///         set) and numbers so large in these units that results could overflow (diverged); fit() also an
///         empty dataset. Before any row predict() is config.mean. Of an x that is not finite it means
///         nothing.
/// Memory  Capacity * (Features + 2 + (Capacity + 1) / 2) scalars, the config and a word. predict() takes
///         count() * (Features + 1) multiply-accumulates, an exponential a row and 64 scalars of stack; the
///         variance count()^2 / 2 in addition and Capacity scalars of stack. update() takes count()^2
///         multiply-accumulates, fit() of n rows n^3 / 6.
/// Source  Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, algorithm 2.1: (1) the mean,
///         (2) the variance, (3) the log marginal likelihood. The Cholesky factor grows by one row a sample,
///         (4): a pivot is noise plus a variance, so that rounding may not take it below the noise.
template <FloatingScalar T, std::size_t Features, std::size_t Capacity,
          GaussianProcessKernel kernel = GaussianProcessKernel::rbf, class Isa = isa::Native>
requires(Capacity > 0) class GaussianProcessRegression {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Target = T;
    using Config = GaussianProcessConfig<T, Features>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t capacity = Capacity;

    struct Estimate {
        T mean, variance;
    };

    constexpr explicit GaussianProcessRegression(Config config = Config{}) : config_(config) {}

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, T> data) {
        if (const Status status = check_targets(data); status != Status::ok) return status;
        if (!config_.usable()) return Status::bad_parameter;
        if (data.size() > Capacity && !config_.thin_out) return Status::capacity_full;
        for (std::size_t row = 0; row < data.size(); ++row) {
            if (!in_range(data.rows[row], data.labels[row])) return Status::diverged;
        }
        count_ = 0;
        const std::size_t kept = min(data.size(), Capacity);
        for (std::size_t i = 0; i < kept; ++i) {
            const std::size_t row = i * data.size() / kept;
            append(data.rows[row], data.labels[row]);
        }
        solve();
        return Status::ok;
    }

    /// Learns one row more: the same as fit() of all of them.
    constexpr Status update(Sample x, T y) {
        if (!all_finite(x) || !isfinite(y)) return Status::not_finite;
        if (!config_.usable()) return Status::bad_parameter;
        if (count_ == Capacity) return Status::capacity_full;
        if (!in_range(x, y)) return Status::diverged;
        append(x, y);
        solve();
        return Status::ok;
    }

    [[nodiscard]] constexpr T predict(Sample x) const {
        const Row at = scaled(x);
        T sum = 0;
        std::array<T, 64> block{};
        const std::size_t last = count_;
        for (std::size_t first = 0; first < last; first += block.size()) {
            const std::size_t count = min(block.size(), last - first);
            const auto values = std::span(block).first(count);
            correlate(at, first, values);
            sum += kernels::dot<Isa>(values, std::span(weights_).subspan(first, count));
        }
        return config_.mean + config_.amplitude * sum;  // (1)
    }

    [[nodiscard]] constexpr Estimate predict_with_variance(Sample x) const {
        std::array<T, Capacity> values{};
        const auto line = std::span(values).first(count_);
        correlate(scaled(x), 0, line);
        for (T& value : line) value *= config_.amplitude;
        const T mean = config_.mean + kernels::dot<Isa>(line, std::span(weights_).first(count_));
        substitute(line);
        return {mean, max(T(0), config_.amplitude - kernels::dot<Isa>(line, line))};  // (2)
    }

    /// How well the config foretells the rows: the higher the better.
    [[nodiscard]] constexpr T log_marginal_likelihood() const {
        constexpr T log_two_pi = T(1.8378770664093454836);
        T sum = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            sum -= whitened_[i] * whitened_[i] / 2 + log(triangle_[start(i) + i]) + log_two_pi / 2;  // (3)
        }
        return sum;
    }

    constexpr void reset() {
        count_ = 0;
        weights_ = {};
    }

    /// How many rows are kept.
    [[nodiscard]] constexpr std::size_t count() const { return count_; }
    [[nodiscard]] constexpr const Config& config() const { return config_; }

    /// What an estimate is made of: row i in length scales, its weight, and its part of the lower triangular
    /// Cholesky factor of the covariance of the targets, the diagonal at its end.
    [[nodiscard]] constexpr Sample row(std::size_t i) const { return rows_[i]; }
    [[nodiscard]] constexpr T weight(std::size_t i) const { return weights_[i]; }
    [[nodiscard]] constexpr std::span<const T> factor(std::size_t i) const {
        return std::span(triangle_).subspan(start(i), i + 1);
    }

private:
    using Row = std::array<T, Features>;

    /// Where the triangle, row after row, begins row i.
    [[nodiscard]] static constexpr std::size_t start(std::size_t i) { return i * (i + 1) / 2; }

    [[nodiscard]] constexpr Row scaled(Sample x) const {
        Row row{};
        for (std::size_t i = 0; i < Features; ++i) row[i] = x[i] / config_.length_scales[i];
        return row;
    }

    /// A weight is at most the length of all targets over the noise, an estimate at most that of all weights.
    [[nodiscard]] constexpr bool in_range(Sample x, T y) const {
        const T gap = y - config_.mean, rows = static_cast<T>(Capacity);
        return all_finite(scaled(x)) && isfinite(gap * gap / config_.noise * rows) &&
               isfinite(gap / config_.noise * rows * max(T(1), config_.amplitude));
    }

    /// values[i]: the correlation of a scaled sample with row first + i.
    constexpr void correlate(const Row& at, std::size_t first, std::span<T> values) const {
        kernels::squared_distances<Isa>(at, std::span(rows_).subspan(first, values.size()), values);
        detail::correlate<kernel, Isa>(values);
    }

    /// Solves L v = values in place.
    constexpr void substitute(std::span<T> values) const {
        for (std::size_t j = 0; j < values.size(); ++j) {
            const auto row = std::span(triangle_).subspan(start(j), j);
            values[j] = (values[j] - kernels::dot<Isa>(row, values.first(j))) / triangle_[start(j) + j];
        }
    }

    /// (4)
    constexpr void append(Sample x, T y) {
        const std::size_t n = count_;
        rows_[n] = scaled(x);
        const auto line = std::span(triangle_).subspan(start(n), n);
        correlate(rows_[n], 0, line);
        for (T& value : line) value *= config_.amplitude;
        substitute(line);
        const T variance = max(T(0), config_.amplitude - kernels::dot<Isa>(line, line));
        const T pivot = sqrt(variance + config_.noise);
        triangle_[start(n) + n] = pivot;
        const T rest = y - config_.mean - kernels::dot<Isa>(line, std::span(whitened_).first(n));
        whitened_[n] = rest / pivot;
        ++count_;
    }

    /// Solves L' weights = whitened.
    constexpr void solve() {
        for (std::size_t i = 0; i < count_; ++i) weights_[i] = whitened_[i];
        for (std::size_t i = count_; i-- > 0;) {
            weights_[i] /= triangle_[start(i) + i];
            const auto row = std::span(triangle_).subspan(start(i), i);
            kernels::axpy<Isa>(-weights_[i], row, std::span(weights_).first(i));
        }
    }

    std::array<Row, Capacity> rows_{};                       // in length scales
    std::array<T, Capacity*(Capacity + 1) / 2> triangle_{};  // L, with L L' the covariance of the targets
    std::array<T, Capacity> whitened_{};                     // L^-1 (targets - mean)
    std::array<T, Capacity> weights_{};                      // L'^-1 whitened
    std::uint32_t count_ = 0;
    Config config_;
};

}  // namespace mote
