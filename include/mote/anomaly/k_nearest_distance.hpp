// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/anomaly/reference_rows.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Distance to the K-th nearest of the usual rows that are kept.
///
/// Shapes  x: [Features]. score(): scalar >= 0. contributions(): [Features], whose sum is the score's square.
/// Units   x: one unit for all features, scale them first; score: the same unit.
/// Errors  fit() refuses fewer than K rows, values that are not finite and rows whose squared distance is
///         not. score() is 0 for an x that is not finite and before fit(), and finite for any other.
/// Memory  Capacity * Features scalars, a count and the seed; fit() 4 * Capacity bytes of stack. Time O(count
///         * Features).
/// Source  Ramaswamy, Rastogi, Shim 2000, Efficient algorithms for mining outliers from large data sets,
///         SIGMOD: 427-438. Deviation: more rows than Capacity are represented by a random part, as in
///         ReferenceRows.
template <FloatingScalar T, std::size_t Features, std::size_t Capacity, std::size_t K = 5,
          class Isa = isa::Native>
requires(K > 0 && K <= Capacity) class KNearestDistance {
    using References = ReferenceRows<T, Features, Capacity, Isa>;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t capacity = Capacity;

    constexpr explicit KNearestDistance(std::uint64_t seed = 1) : seed_(seed) {}

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.size() < K) return Status::too_few_rows;
        if (const Status status = References::check(rows); status != Status::ok) return status;
        references_.keep(rows, seed_);
        return Status::ok;
    }

    [[nodiscard]] constexpr T score(Sample x) const {
        if (references_.count() == 0 || !all_finite(x)) return 0;
        return sqrt(references_.template nearest<K>(x)[K - 1].distance);
    }

    /// What each feature adds to the square of the score.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        Row result{};
        if (references_.count() == 0 || !all_finite(x)) return result;
        const Sample other = references_.row(references_.template nearest<K>(x)[K - 1].place);
        for (std::size_t i = 0; i < Features; ++i) result[i] = (x[i] - other[i]) * (x[i] - other[i]);
        return result;
    }

    constexpr void reset() { *this = KNearestDistance(seed_); }

    /// How many rows are kept.
    [[nodiscard]] constexpr std::size_t count() const { return references_.count(); }

private:
    References references_;
    std::uint64_t seed_;
};

}  // namespace mote
