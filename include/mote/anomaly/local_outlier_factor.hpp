// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/anomaly/reference_rows.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Local outlier factor: how much sparser is it around x than around its K nearest neighbours?
///
/// Shapes  x: [Features]. score(): scalar >= 0; about 1 is usual, 2 is half as dense as the neighbours are.
///         contributions(): [Features], whose sum is the score where x is beyond every neighbour's reach.
/// Units   x: one unit for all features; scale them first.
/// Errors  fit() refuses fewer than K + 1 rows, values that are not finite and rows whose squared distance is
///         not. score() is 0 for an x that is not finite and before fit(), and finite for any other.
/// Memory  Capacity * (Features + 2) scalars, a count and the seed; fit() 4 * Capacity bytes of stack. Time
///         O(count * Features); fit() O(count^2 * Features).
/// Source  Breunig, Kriegel, Ng, Sander 2000, LOF: identifying density-based local outliers, SIGMOD: 93-104,
///         (1) is its definition 6, (2) its definition 7, with 1e-10 added to mean distances as in
///         scikit-learn, so that duplicates have a density. Ties do not make more than K neighbours. More
///         rows than Capacity are represented by a random part, as in ReferenceRows.
template <FloatingScalar T, std::size_t Features, std::size_t Capacity, std::size_t K = 20,
          class Isa = isa::Native>
requires(K > 0 && K < Capacity) class LocalOutlierFactor {
    using References = ReferenceRows<T, Features, Capacity, Isa>;
    using Neighbours = std::array<typename References::Neighbour, K>;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t capacity = Capacity;

    constexpr explicit LocalOutlierFactor(std::uint64_t seed = 1) : seed_(seed) {}

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.size() <= K) return Status::too_few_rows;
        if (const Status status = References::check(rows); status != Status::ok) return status;
        references_.keep(rows, seed_);
        for (std::size_t i = 0; i < references_.count(); ++i) {
            reaches_[i] = sqrt(neighbours_of(i)[K - 1].distance);
        }
        for (std::size_t i = 0; i < references_.count(); ++i) densities_[i] = density(neighbours_of(i));
        return Status::ok;
    }

    /// (2) the neighbours' mean density over that at x
    [[nodiscard]] constexpr T score(Sample x) const {
        if (references_.count() == 0 || !all_finite(x)) return 0;
        const Neighbours neighbours = references_.template nearest<K>(x);
        T sum = 0;
        for (const auto& neighbour : neighbours) sum += densities_[neighbour.place];
        const T factor = sum / static_cast<T>(K) / density(neighbours);
        return isfinite(factor) ? factor : std::numeric_limits<T>::max();
    }

    /// What each feature adds to the score by its part of the distances to the neighbours, as far as they
    /// count: the rest of the score is the neighbours' own reach.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        Row result{};
        if (references_.count() == 0 || !all_finite(x)) return result;
        const Neighbours neighbours = references_.template nearest<K>(x);
        T densities = 0;
        for (const auto& neighbour : neighbours) {
            densities += densities_[neighbour.place];
            const T distance = sqrt(neighbour.distance);
            if (!(distance > reaches_[neighbour.place])) continue;
            for (std::size_t i = 0; i < Features; ++i) {
                const T gap = x[i] - references_.row(neighbour.place)[i];
                result[i] += gap / distance * gap / static_cast<T>(K);
            }
        }
        for (T& part : result) {
            part *= densities / static_cast<T>(K);
            if (!isfinite(part)) part = std::numeric_limits<T>::max();
        }
        return result;
    }

    constexpr void reset() { *this = LocalOutlierFactor(seed_); }

    /// How many rows are kept.
    [[nodiscard]] constexpr std::size_t count() const { return references_.count(); }

private:
    [[nodiscard]] constexpr Neighbours neighbours_of(std::size_t i) const {
        return references_.template nearest<K>(references_.row(i), i);
    }

    /// (1) the reciprocal of the mean distance, where none counts as less than the neighbour's own reach
    [[nodiscard]] constexpr T density(const Neighbours& neighbours) const {
        T sum = 0;
        for (const auto& neighbour : neighbours) {
            sum += max(reaches_[neighbour.place], sqrt(neighbour.distance)) / static_cast<T>(K);
        }
        return 1 / (sum + T(1e-10));
    }

    References references_;
    std::array<T, Capacity> reaches_{};  // distance to the K-th neighbour
    std::array<T, Capacity> densities_{};
    std::uint64_t seed_;
};

}  // namespace mote
