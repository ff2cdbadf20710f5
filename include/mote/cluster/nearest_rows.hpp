// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/core/dataset.hpp"
#include "mote/core/fixed.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

/// How far apart two rows are: the sum of squared differences, or that of absolute ones.
enum class Metric : std::uint8_t { l2, l1 };

/// A row that is near: its place among the rows, and how far it is. In l2 that is the distance's square.
template <class Distance>
struct Neighbour {
    Distance distance;
    std::size_t place;
};

namespace detail {

/// For what is nearer than the last.
template <class Distance, std::size_t K>
constexpr void insert(std::array<Neighbour<Distance>, K>& best, Neighbour<Distance> next) {
    std::size_t place = K - 1;
    for (; place > 0 && next.distance < best[place - 1].distance; --place) best[place] = best[place - 1];
    best[place] = next;
}

}  // namespace detail

/// The K rows nearest to x, the nearest first and the earlier first where two are as near; all but the one at
/// place `without`. Where there are fewer, and for rows too far away for T, the distance is the largest
/// number.
///
/// Memory  64 scalars and K neighbours on the stack. Time rows * Features multiply-accumulates.
template <std::size_t K, Metric metric = Metric::l2, class Isa = isa::Native, FloatingScalar T,
          std::size_t Features>
[[nodiscard]] constexpr std::array<Neighbour<T>, K> nearest_rows(
    Sample<T, Features> x, Rows<T, Features> rows,
    std::size_t without = std::numeric_limits<std::size_t>::max()) {
    std::array<Neighbour<T>, K> best{};
    best.fill({std::numeric_limits<T>::max(), 0});
    std::array<T, 64> distances{};
    for (std::size_t first = 0; first < rows.size(); first += distances.size()) {
        const std::size_t count = min(distances.size(), rows.size() - first);
        if constexpr (metric == Metric::l2) {
            kernels::squared_distances<Isa>(x, rows.subspan(first, count), distances);
        } else {
            kernels::abs_distances<Isa>(x, rows.subspan(first, count), distances);
        }
        const auto next = [&](std::size_t from) {
            return kernels::find_below<Isa>(distances, best[K - 1].distance, from);
        };
        for (std::size_t i = next(0); i < count; i = next(i + 1)) {
            if (first + i != without) detail::insert(best, {distances[i], first + i});
        }
    }
    return best;
}

namespace detail {

/// In units of 2^-30 (l2) or 2^-15 (l1); not all of it where it is not below the bound.
template <Metric metric, std::size_t Features>
constexpr std::uint64_t integer_distance(Sample<q15, Features> x, const std::array<q15, Features>& row,
                                         std::uint64_t bound) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < Features && sum < bound; ++i) {
        const std::int32_t gap = std::int32_t{x[i].raw} - row[i].raw;
        const auto size = static_cast<std::uint32_t>(gap < 0 ? -gap : gap);
        sum += metric == Metric::l2 ? size * size : size;
    }
    return sum;
}

}  // namespace detail

/// The same of rows in q15, exactly: integers only.
template <std::size_t K, Metric metric = Metric::l2, class Isa = isa::Native, std::size_t Features>
[[nodiscard]] constexpr std::array<Neighbour<std::uint64_t>, K> nearest_rows(
    Sample<q15, Features> x, Rows<q15, Features> rows,
    std::size_t without = std::numeric_limits<std::size_t>::max()) {
    std::array<Neighbour<std::uint64_t>, K> best{};
    best.fill({std::numeric_limits<std::uint64_t>::max(), 0});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint64_t bound = best[K - 1].distance;
        const std::uint64_t distance = detail::integer_distance<metric>(x, rows[i], bound);
        if (distance < bound && i != without) detail::insert(best, {distance, i});
    }
    return best;
}

}  // namespace mote
