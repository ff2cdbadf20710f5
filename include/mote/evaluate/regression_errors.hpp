// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/core/math.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// How far a regressor's answers are from the truth, sample by sample.
///
/// Units   mean_absolute(), root_mean_square(), largest(): those of the target; r2(): 1 is perfect, 0 no
///         better than the mean of the truth, below 0 worse.
/// Errors  update() refuses values that are not finite or too large to square, and any after 2^32 - 1. Before
///         any sample all are 0. r2() is NaN for fewer than two samples; for a constant truth it is 1 where
///         every answer was right and 0 otherwise, as in scikit-learn.
/// Memory  5 scalars and a count. Time O(1), three divisions.
/// Source  means and squares after Welford 1962, Technometrics 4(3):419-420, so that nothing cancels.
template <FloatingScalar T>
class RegressionErrors {
public:
    using Scalar = T;

    constexpr Status update(T truth, T predicted) {
        const T error = abs(predicted - truth);
        const T before = truth - mean_;
        if (!isfinite(error * error) || !isfinite(before * before)) return Status::not_finite;
        if (count_ == std::numeric_limits<std::uint32_t>::max()) return Status::capacity_full;
        const T count = static_cast<T>(++count_);
        mean_absolute_ += (error - mean_absolute_) / count;
        mean_square_ += (error * error - mean_square_) / count;
        mean_ += before / count;
        variance_ += (before * (truth - mean_) - variance_) / count;
        largest_ = max(largest_, error);
        return Status::ok;
    }

    constexpr void reset() { *this = RegressionErrors{}; }

    [[nodiscard]] constexpr std::uint32_t count() const { return count_; }
    [[nodiscard]] constexpr T mean_absolute() const { return mean_absolute_; }
    [[nodiscard]] constexpr T mean_square() const { return mean_square_; }
    [[nodiscard]] constexpr T root_mean_square() const { return sqrt(mean_square_); }
    [[nodiscard]] constexpr T largest() const { return largest_; }
    [[nodiscard]] constexpr T r2() const {
        if (count_ < 2) return detail::not_a_number<T>;
        if (variance_ == 0) return static_cast<T>(mean_square_ == 0);
        return 1 - mean_square_ / variance_;
    }

private:
    T mean_absolute_ = 0;
    T mean_square_ = 0;
    T largest_ = 0;
    T mean_ = 0;      // of the truth
    T variance_ = 0;  // of the truth, divided by the count
    std::uint32_t count_ = 0;
};

/// The median of the absolute errors: what a few wild answers cannot move.
///
/// Shapes  truth, predicted: [n]; predicted holds the absolute errors in no particular order on return.
/// Errors  NaN for no rows, for spans that differ in length and for values that are not finite; predicted is
///         then left as it was.
/// Memory  none beyond the spans. Time O(n) on average. An even n takes the mean of the two in the middle.
template <FloatingScalar T>
[[nodiscard]] constexpr T median_absolute_error(std::span<const T> truth, std::span<T> predicted) {
    const std::size_t rows = truth.size();
    if (rows == 0 || rows != predicted.size()) return detail::not_a_number<T>;
    if (!all_finite(truth) || !all_finite(predicted)) return detail::not_a_number<T>;
    for (std::size_t i = 0; i < rows; ++i) predicted[i] = abs(predicted[i] - truth[i]);
    const auto middle = predicted.begin() + static_cast<std::ptrdiff_t>(rows / 2);
    std::nth_element(predicted.begin(), middle, predicted.end());
    if (rows % 2 == 1) return *middle;
    return (*middle + *std::max_element(predicted.begin(), middle)) / 2;
}

}  // namespace mote
