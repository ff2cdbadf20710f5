// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/sort.hpp"
#include "mote/supervised/tree.hpp"

namespace mote {

/// Sorts the values of each feature into at most `Bins` bins: one for each value where there are few, else
/// bins that hold equally many rows. A tree that splits between bins only needs a byte for each value.
///
/// Memory  Features * (Bins - 1) scalars. Time O(n log n) to cut a feature, O(log Bins) to find a value's
///         bin.
/// Source  Ke et al. 2017, LightGBM, Advances in Neural Information Processing Systems 30:3146-3154, section
///         2.1; where to cut as in scikit-learn's HistGradientBoosting.
template <FloatingScalar T, std::size_t Features, std::size_t Bins>
requires(Bins > 1 && Bins <= 255) class HistogramBins {
public:
    static constexpr std::uint8_t missing = Bins;

    /// Sorts the values, none of them missing, and cuts between them.
    constexpr void cut(std::size_t feature, std::span<T> values) {
        counts_[feature] = 0;
        sort_by(values, [](T value) { return value; });
        std::size_t different = values.empty() ? 0 : 1;
        for (std::size_t i = 1; i < values.size(); ++i) different += values[i] != values[i - 1] ? 1 : 0;
        if (different <= Bins) {
            for (std::size_t i = 1; i < values.size(); ++i) {
                if (values[i] != values[i - 1]) add(feature, values[i - 1], values[i]);
            }
            return;
        }
        const std::size_t last = values.size() - 1;
        for (std::size_t bin = 1; bin < Bins; ++bin) {
            add(feature, values[bin * last / Bins], values[(bin * last + Bins - 1) / Bins]);
        }
    }

    /// How many bins hold values.
    [[nodiscard]] constexpr std::size_t count(std::size_t feature) const { return counts_[feature] + 1u; }

    /// Between this bin and the next.
    [[nodiscard]] constexpr T threshold(std::size_t feature, std::size_t bin) const {
        return thresholds_[feature][bin];
    }

    /// The number of thresholds below the value; for a missing one a number of its own.
    [[nodiscard]] constexpr std::uint8_t find(std::size_t feature, T value) const {
        if (is_missing(value)) return missing;
        std::size_t low = 0, high = counts_[feature];
        while (low < high) {
            const std::size_t middle = (low + high) / 2;
            if (thresholds_[feature][middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return static_cast<std::uint8_t>(low);
    }

private:
    /// Equal values on both sides of a cut, or the same cut twice, part nothing more.
    constexpr void add(std::size_t feature, T below, T above) {
        const T threshold = below < above ? detail::between(below, above) : below;
        const std::size_t count = counts_[feature];
        if (count > 0 && thresholds_[feature][count - 1] == threshold) return;
        thresholds_[feature][counts_[feature]++] = threshold;
    }

    std::array<std::array<T, Bins - 1>, Features> thresholds_{};
    std::array<std::uint8_t, Features> counts_{};  // of thresholds
};

}  // namespace mote
