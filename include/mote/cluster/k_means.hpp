// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

struct KMeansConfig {
    std::size_t starts = 10;       // fit() keeps the best of so many
    std::size_t iterations = 300;  // at most, per start
};

template <KMeansConfig Config>
concept valid_k_means_config = Config.starts > 0 && Config.iterations > 0;

/// K-means: the nearest of Clusters centroids, each the mean of the samples nearest to it.
///
/// Shapes  x: [Features]. predict(): 0 .. Clusters - 1. transform(): the distance to each centroid.
/// Units   x: any, one unit for all features; scale them first.
/// Errors  fit() and update() refuse values that are not finite or whose squares are not; fit() also fewer
///         rows than clusters. With fewer different samples than clusters some centroids are equal; the
///         lowest index answers for them. A cluster that loses all its rows stays where it was.
/// Memory  Clusters * Features scalars, Clusters + 1 words, the seed; fit() as much again three times on the
///         stack. predict() takes Clusters * Features multiply-accumulates.
/// Source  Lloyd 1982, IEEE Transactions on Information Theory 28(2):129-137, (1), (2); starts after Arthur
///         and Vassilvitskii 2007, k-means++, SODA: 1027-1035, (3); update() after MacQueen 1967, Fifth
///         Berkeley Symposium 1:281-297, (4).
template <FloatingScalar T, std::size_t Features, std::size_t Clusters, KMeansConfig Config = KMeansConfig{},
          class LabelType = std::uint8_t, class Isa = isa::Native>
requires can_label<LabelType, Clusters> && valid_k_means_config<Config>
class KMeans {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t clusters = Clusters;
    static constexpr std::size_t outputs = Clusters;

    /// What one round over rows adds up. Tallies made anywhere from equal centroids can be merged, and
    /// advance() then moves the centroids as if all those rows had been here.
    class Tally {
    public:
        static constexpr bool exactly_mergeable = true;  // up to the rounding of T

        constexpr Status add(const KMeans& model, Sample x) {
            const auto [cluster, distance] = model.nearest(x);
            if (!isfinite(distance) || !all_finite(x)) return Status::not_finite;
            for (std::size_t i = 0; i < Features; ++i)
                gaps_[cluster][i] += x[i] - model.centroids_[cluster][i];
            ++counts_[cluster];
            inertia_ += distance;
            return Status::ok;
        }

        constexpr Status merge(const Tally& other) {
            for (std::size_t k = 0; k < Clusters; ++k) {
                for (std::size_t i = 0; i < Features; ++i) gaps_[k][i] += other.gaps_[k][i];
                counts_[k] += other.counts_[k];
            }
            inertia_ += other.inertia_;
            return Status::ok;
        }

        /// The sum of squared distances to the nearest centroids.
        [[nodiscard]] constexpr T inertia() const { return inertia_; }

    private:
        friend class KMeans;
        std::array<Row, Clusters> gaps_{};  // sums of x - centroid: small numbers, which add up well
        std::array<std::uint32_t, Clusters> counts_{};
        T inertia_ = 0;
    };

    constexpr explicit KMeans(std::uint64_t seed = 1) : seed_(seed) {}

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.size() < Clusters) return Status::too_few_rows;
        KMeans best(seed_);
        T least = std::numeric_limits<T>::infinity();
        Random random(seed_);
        for (std::size_t start = 0; start < Config.starts; ++start) {
            KMeans next(seed_);
            if (const Status status = next.spread(rows, random); status != Status::ok) return status;
            T inertia = 0;
            if (const Status status = next.settle(rows, inertia); status != Status::ok) return status;
            if (!(inertia < least)) continue;
            least = inertia;
            best = next;
        }
        *this = best;
        return Status::ok;
    }

    /// Moves the nearest centroid towards x, so that it stays the mean of what it was given. The first
    /// samples of an untrained model become its centroids.
    constexpr Status update(Sample x) {
        const auto [nearest_cluster, distance] = nearest(x);
        if (!isfinite(distance) || !all_finite(x)) return Status::not_finite;
        if (seen_ < Clusters) {
            for (std::size_t k = seen_; k < Clusters; ++k) place(k, x);  // those to come are hidden behind it
            counts_[seen_++] = 1;
            return Status::ok;
        }
        const std::size_t k = nearest_cluster;
        if (counts_[k] == std::numeric_limits<std::uint32_t>::max()) return Status::capacity_full;
        const T count = static_cast<T>(++counts_[k]);
        for (std::size_t i = 0; i < Features; ++i)
            centroids_[k][i] += (x[i] - centroids_[k][i]) / count;  // (4)
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const { return static_cast<Label>(nearest(x).cluster); }

    [[nodiscard]] constexpr std::array<T, Clusters> transform(Sample x) const {
        std::array<T, Clusters> distances = squared_distances(x);
        for (T& distance : distances) distance = sqrt(distance);
        return distances;
    }

    /// Puts every centroid into the middle of the rows tallied for it.
    constexpr void advance(const Tally& tally) {
        for (std::size_t k = 0; k < Clusters; ++k) {
            counts_[k] = tally.counts_[k];
            if (counts_[k] == 0) continue;
            const T share = 1 / static_cast<T>(counts_[k]);
            for (std::size_t i = 0; i < Features; ++i) centroids_[k][i] += tally.gaps_[k][i] * share;  // (2)
        }
        seen_ = Clusters;
    }

    /// Moves every centroid towards the rows tallied for it, so that it stays the mean of all it was given: a
    /// small batch at a time, where advance() forgets what was before.
    constexpr Status learn(const Tally& tally) {
        for (std::size_t k = 0; k < Clusters; ++k) {
            if (tally.counts_[k] > std::numeric_limits<std::uint32_t>::max() - counts_[k])
                return Status::capacity_full;
        }
        for (std::size_t k = 0; k < Clusters; ++k) {
            counts_[k] += tally.counts_[k];
            if (tally.counts_[k] == 0) continue;
            const T share = 1 / static_cast<T>(counts_[k]);
            for (std::size_t i = 0; i < Features; ++i) centroids_[k][i] += tally.gaps_[k][i] * share;
        }
        return Status::ok;
    }

    constexpr void reset() { *this = KMeans(seed_); }

    [[nodiscard]] constexpr Sample centroid(std::size_t k) const { return centroids_[k]; }
    [[nodiscard]] constexpr std::uint32_t count(std::size_t k) const { return counts_[k]; }

private:
    struct Nearest {
        std::size_t cluster;
        T distance;  // squared
    };

    [[nodiscard]] constexpr std::array<T, Clusters> squared_distances(Sample x) const {
        std::array<T, Clusters> distances{};
        kernels::squared_distances<Isa>(x, centroids_, distances);
        return distances;
    }

    [[nodiscard]] constexpr Nearest nearest(Sample x) const {
        const std::array<T, Clusters> distances = squared_distances(x);
        Nearest result{0, distances[0]};
        for (std::size_t k = 1; k < Clusters; ++k) {
            if (distances[k] < result.distance) result = {k, distances[k]};
        }
        return result;
    }

    /// (3) Each further centroid is a row, drawn in proportion to its squared distance from those there are.
    constexpr Status spread(Rows<T, Features> rows, Random& random) {
        for (std::size_t k = 0; k < Clusters; ++k)
            place(k, rows[random.below(static_cast<std::uint32_t>(rows.size()))]);
        for (std::size_t k = 1; k < Clusters; ++k) {
            for (std::size_t later = k; later < Clusters; ++later) place(later, centroids_[0]);
            T total = 0;
            for (const Row& row : rows) total += nearest(row).distance;
            if (!isfinite(total)) return Status::not_finite;
            T wanted = random.uniform<T>() * total;
            std::size_t chosen = 0;
            while (chosen + 1 < rows.size() && (wanted -= nearest(rows[chosen]).distance) >= 0) ++chosen;
            place(k, rows[chosen]);
        }
        return Status::ok;
    }

    /// (1), (2) until nothing improves.
    constexpr Status settle(Rows<T, Features> rows, T& inertia) {
        inertia = std::numeric_limits<T>::infinity();
        for (std::size_t i = 0; i < Config.iterations; ++i) {
            Tally tally;
            for (const Row& row : rows) {
                if (const Status status = tally.add(*this, row); status != Status::ok) return status;  // (1)
            }
            advance(tally);
            if (!(tally.inertia() < inertia)) break;
            inertia = tally.inertia();
        }
        return isfinite(inertia) ? Status::ok : Status::not_finite;
    }

    constexpr void place(std::size_t k, Sample x) {
        for (std::size_t i = 0; i < Features; ++i) centroids_[k][i] = x[i];
    }

    std::array<Row, Clusters> centroids_{};
    std::array<std::uint32_t, Clusters> counts_{};
    std::uint32_t seen_ = 0;  // samples that became centroids
    std::uint64_t seed_;
};

}  // namespace mote
