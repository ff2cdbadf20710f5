// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/cluster/nearest_rows.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

/// Usual rows that are kept to compare samples with: all, or as many as fit, each as likely as the others.
///
/// Shapes  rows and x: [Features].
/// Units   x: one unit for all features; distances: its square.
/// Errors  fit() refuses no rows, values that are not finite and rows whose squared distance is not. The
///         distance of an x too far away to square is the largest number.
/// Memory  Capacity * Features scalars and a count. Time O(count * Features) for nearest(), whose neighbours'
///         distances are squared.
/// Source  A random part of the rows stands for all: Sugiyama, Borgwardt 2013, Rapid distance-based outlier
///         detection via sampling, NIPS 26:467-475.
template <FloatingScalar T, std::size_t Features, std::size_t Capacity, class Isa = isa::Native>
requires(Capacity > 0) class ReferenceRows {
public:
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;

    using Neighbour = mote::Neighbour<T>;

    [[nodiscard]] static constexpr Status check(Rows<T, Features> rows) {
        if (rows.empty()) return Status::too_few_rows;
        if (rows.size() > std::numeric_limits<std::uint32_t>::max()) return Status::bad_parameter;
        for (const Row& row : rows) {
            // Two rows are at most twice as far apart as the farther of them is from the first.
            const T distance = kernels::squared_distance<Isa>(row, rows[0]);
            if (!all_finite(row) || !isfinite(4 * distance)) return Status::not_finite;
        }
        return Status::ok;
    }

    /// rows passed check().
    constexpr void keep(Rows<T, Features> rows, std::uint64_t seed) {
        count_ = static_cast<std::uint32_t>(min(rows.size(), Capacity));
        std::array<std::uint32_t, Capacity> chosen{};
        const auto places = std::span(chosen).first(count_);
        static_cast<void>(
            Random(seed).sample_without_replacement(static_cast<std::uint32_t>(rows.size()), places));
        for (std::size_t i = 0; i < count_; ++i) rows_[i] = rows[places[i]];
    }

    /// The K nearest rows, the nearest first, without the row at place `without`. There are as many.
    template <std::size_t K>
    [[nodiscard]] constexpr std::array<Neighbour, K> nearest(Sample x, std::size_t without = Capacity) const {
        return nearest_rows<K, Metric::l2, Isa>(x, Rows<T, Features>(rows_).first(count_), without);
    }

    [[nodiscard]] constexpr std::size_t count() const { return count_; }
    [[nodiscard]] constexpr Sample row(std::size_t i) const { return rows_[i]; }

private:
    std::array<Row, Capacity> rows_{};
    std::uint32_t count_ = 0;
};

}  // namespace mote
