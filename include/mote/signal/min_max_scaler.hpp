// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Scales the range that each feature was seen in to 0 .. 1.
///
/// Shapes  x: [Features]. transform(): [Features], beyond 0 .. 1 for an x beyond the range.
/// Units   x: any, one unit per feature; transform(): shares of the range.
/// Errors  update(), fit() and merge() refuse what is not finite or makes a range that is not, fit() also no
///         rows. A feature that never varied is only moved to 0. Before any sample transform() changes
///         nothing.
/// Memory  3 * Features scalars and a flag. Time O(Features).
template <FloatingScalar T, std::size_t Features>
class MinMaxScaler {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t outputs = Features;
    static constexpr bool exactly_mergeable = true;  // to the bit

    constexpr MinMaxScaler() { factors_.fill(1); }

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.empty()) return Status::too_few_rows;
        MinMaxScaler next;
        for (const Row& row : rows) {
            if (const Status status = next.update(row); status != Status::ok) return status;
        }
        *this = next;
        return Status::ok;
    }

    constexpr Status update(Sample x) { return widen(x, x); }

    [[nodiscard]] constexpr Row transform(Sample x) const {
        Row result{};
        for (std::size_t i = 0; i < Features; ++i) result[i] = (x[i] - low_[i]) * factors_[i];
        return result;
    }

    [[nodiscard]] constexpr Row inverse_transform(Sample x) const {
        Row result{};
        for (std::size_t i = 0; i < Features; ++i) {
            const T range = high_[i] - low_[i];
            result[i] = x[i] * (range > 0 ? range : T{1}) + low_[i];
        }
        return result;
    }

    /// As if this scaler had also seen every sample of the other.
    constexpr Status merge(const MinMaxScaler& other) {
        return other.seen_ ? widen(other.low_, other.high_) : Status::ok;
    }

    constexpr void reset() { *this = MinMaxScaler{}; }

    [[nodiscard]] constexpr T lowest(std::size_t i) const { return low_[i]; }
    [[nodiscard]] constexpr T highest(std::size_t i) const { return high_[i]; }

private:
    constexpr Status widen(Sample lowest_values, Sample highest_values) {
        for (std::size_t i = 0; i < Features; ++i) {
            const T low = seen_ ? min(low_[i], lowest_values[i]) : lowest_values[i];
            const T high = seen_ ? max(high_[i], highest_values[i]) : highest_values[i];
            if (!isfinite(lowest_values[i]) || !isfinite(high - low)) return Status::not_finite;
        }
        for (std::size_t i = 0; i < Features; ++i) {
            low_[i] = seen_ ? min(low_[i], lowest_values[i]) : lowest_values[i];
            high_[i] = seen_ ? max(high_[i], highest_values[i]) : highest_values[i];
            const T range = high_[i] - low_[i];
            factors_[i] = range > 0 ? 1 / range : T{1};
        }
        seen_ = true;
        return Status::ok;
    }

    Row low_{}, high_{};
    Row factors_{};
    bool seen_ = false;
};

}  // namespace mote
