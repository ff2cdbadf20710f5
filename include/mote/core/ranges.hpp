// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "mote/core/dataset.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// What a sensor gives: numbers with a fraction, or a converter's whole ones.
template <class T>
concept SensorScalar = FloatingScalar<T> || std::same_as<T, std::int16_t>;

template <SensorScalar T>
struct Range {
    T low, high;
};

/// The least and the greatest value of one feature; rows is not empty.
template <SensorScalar T, std::size_t Features>
[[nodiscard]] constexpr Range<T> range_of(Rows<T, Features> rows, std::size_t feature) {
    Range<T> range{rows[0][feature], rows[0][feature]};
    for (const auto& row : rows) {
        range.low = min(range.low, row[feature]);
        range.high = max(range.high, row[feature]);
    }
    return range;
}

/// not_finite unless every value is finite and within half the largest number of the first row's, so that
/// differences between rows are numbers too.
template <FloatingScalar T, std::size_t Features>
[[nodiscard]] constexpr Status check_ranges(Rows<T, Features> rows) {
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < Features; ++i) {
            if (!isfinite(row[i])) return Status::not_finite;
            const T half_gap = abs(row[i] / 2 - rows[0][i] / 2);
            if (!(half_gap < std::numeric_limits<T>::max() / 4)) return Status::not_finite;
        }
    }
    return Status::ok;
}
template <std::size_t Features>
[[nodiscard]] constexpr Status check_ranges(Rows<std::int16_t, Features>) {
    return Status::ok;  // whole numbers have no wrong ones
}

/// What takes a range to 0 .. parts; 0 for a range without width, or with less than a number can divide by.
template <FloatingScalar T>
[[nodiscard]] constexpr T factor_to(T parts, Range<T> range) {
    const T width = range.high - range.low;
    return width > parts / std::numeric_limits<T>::max() ? parts / width : T{0};
}

/// Features as whole numbers of 16 bits over the range they were fitted on; what is beyond is at its end, and
/// a feature without a range at 0. One subtraction and one product each, so that places are equal on every
/// target; from whole numbers without floating point.
template <SensorScalar T, std::size_t Features>
class PlacesInRange {
public:
    using Place = std::uint16_t;
    static constexpr Place highest = 0xffff;

    /// rows passed check_ranges() and are not empty.
    constexpr void fit(Rows<T, Features> rows) {
        for (std::size_t i = 0; i < Features; ++i) {
            const Range<T> range = range_of(rows, i);
            low_[i] = range.low;
            if constexpr (FloatingScalar<T>) {
                factors_[i] = factor_to(T(highest), range);
            } else {
                const auto width = static_cast<std::uint32_t>(range.high - range.low);
                factors_[i] = width == 0 ? 0 : (std::uint32_t{highest} << 16) / width;
            }
        }
    }

    [[nodiscard]] constexpr Place locate(T value, std::size_t i) const {
        if constexpr (FloatingScalar<T>) {
            return static_cast<Place>(clamp((value - low_[i]) * factors_[i], T{0}, T(highest)));
        } else {
            const auto gap = static_cast<std::uint32_t>(max(value - low_[i], 0));
            const std::uint64_t place = std::uint64_t{gap} * factors_[i] >> 16;
            return static_cast<Place>(min<std::uint64_t>(place, highest));
        }
    }

private:
    using Factor = std::conditional_t<FloatingScalar<T>, T, std::uint32_t>;  // 16 bits behind the point

    std::array<T, Features> low_{};
    std::array<Factor, Features> factors_{};
};

}  // namespace mote
