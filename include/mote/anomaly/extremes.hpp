// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "mote/core/math.hpp"

namespace mote {

/// The two lowest and the two highest values of each feature. The inner ones are a range that a single wild
/// value does not widen.
///
/// Shapes  x: anything with N values. low, high: [N], meaningful from the second sample on.
/// Memory  4 * N values. Time O(N).
template <class T, std::size_t N>
struct Extremes {
    std::array<T, N> lowest = filled(std::numeric_limits<T>::max()), low = lowest;
    std::array<T, N> highest = filled(std::numeric_limits<T>::lowest()), high = highest;

    template <class Values>
    constexpr void take(const Values& x) {
        for (std::size_t i = 0; i < N; ++i) {
            low[i] = min(low[i], max(lowest[i], x[i]));
            lowest[i] = min(lowest[i], x[i]);
            high[i] = max(high[i], min(highest[i], x[i]));
            highest[i] = max(highest[i], x[i]);
        }
    }

private:
    static constexpr std::array<T, N> filled(T value) {
        std::array<T, N> values{};
        values.fill(value);
        return values;
    }
};

}  // namespace mote
