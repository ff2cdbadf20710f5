// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

struct MicroClustersConfig {
    std::uint32_t radius = 2;       // a cluster takes samples within so many of its spreads
    std::uint32_t memory = 4096;    // samples; older ones fade, one that lies so far back weighs 1 / e
    std::uint32_t established = 3;  // a lighter cluster may be mere outliers: scores do not look at it
};

template <MicroClustersConfig Config>
concept valid_micro_clusters_config = Config.radius > 0 && Config.established > 0 &&
                                      Config.memory > Config.established&& Config.memory <= 1u << 20;

/// Follows where the samples of an endless stream lie by at most Capacity small clusters that fade; a sample
/// is anomalous by its distance from the nearest.
///
/// Shapes  x: [Features]. predict(): 0 .. Capacity - 1. score(): scalar >= 0. groups(): [Capacity].
/// Units   x: any, one unit for all features; scale them first. Score: spreads, 1 where the samples of the
///         cluster lie in the root mean square; at most 2^60.
/// Errors  update() refuses an x that is not finite or longer than 2^50. The score of what is not finite is
///         0, as is every score before a cluster is established.
/// Memory  Capacity * (Features + 2) scalars. Time O(Capacity * Features); an update that has to unite two
///         clusters O(Capacity^2 * Features).
/// Source  Aggarwal, Han, Wang, Yu 2003, A framework for clustering evolving data streams, VLDB: 81-92;
///         fading weights, (1), what counts as established, and groups() after Cao, Ester, Qian, Zhou 2006,
///         DenStream, SDM: 328-339; centre and mean square, (2), (3), in place of sums, which lose their last
///         places, after Lang and Schubert 2020, BETULA, SISAP: 281-296. Deviations: of all pairs the one is
///         united that adds least to the squares (Ward 1963), where CluStream takes the nearest; spreads lean
///         on the mean spread of the established, by the weight of one sample.
template <FloatingScalar T, std::size_t Features, std::size_t Capacity,
          MicroClustersConfig Config = MicroClustersConfig{}, class Isa = isa::Native>
requires(Capacity > 1 && Capacity <= 0xffff) && valid_micro_clusters_config<Config> class MicroClusters {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = T;
    using Label = std::uint16_t;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t capacity = Capacity;

    constexpr Status update(Sample x) {
        if (!all_finite(x) || !(kernels::dot<Isa>(x, x) <= longest)) return Status::not_finite;
        const Nearest near = nearest(x);
        const T spread = spread_of(clusters_[near.cluster], mean_square());
        const bool inside =
            near.distance <= static_cast<T>(Config.radius) * static_cast<T>(Config.radius) * spread;
        fade();
        if (inside) {
            absorb(clusters_[near.cluster], x);
        } else {
            begin(clusters_[vacate()], x);
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr T score(Sample x) const {
        if (!all_finite(x)) return 0;
        const T mean = mean_square();
        T least = largest_score * largest_score;
        bool known = false;
        for (const Cluster& cluster : clusters_) {
            if (cluster.weight < static_cast<T>(Config.established)) continue;
            const T distance = kernels::squared_distance<Isa>(x, cluster.centre);
            known = true;
            if (distance < least * spread_of(cluster, mean)) least = distance / spread_of(cluster, mean);
            if (!(distance > 0)) least = 0;
        }
        return known ? sqrt(least) : 0;
    }

    constexpr T observe(Sample x) {
        const T result = score(x);
        update(x);
        return result;
    }

    /// The nearest cluster, established or not; 0 where there is none yet.
    [[nodiscard]] constexpr Label predict(Sample x) const { return static_cast<Label>(nearest(x).cluster); }

    /// Established clusters that reach into each other belong together: of each cluster the lowest number in
    /// its group; Capacity for those that are not established.
    [[nodiscard]] constexpr std::array<Label, Capacity> groups() const {
        const T mean = mean_square();
        std::array<Label, Capacity> group{};
        for (std::size_t k = 0; k < Capacity; ++k) {
            group[k] = static_cast<Label>(established(k) ? k : Capacity);
            for (std::size_t other = 0; established(k) && other < k; ++other) {
                if (!established(other) || group[other] == group[k]) continue;
                if (!touch(clusters_[k], clusters_[other], mean)) continue;
                const Label low = min(group[k], group[other]), high = max(group[k], group[other]);
                for (std::size_t i = 0; i <= k; ++i) group[i] = group[i] == high ? low : group[i];
            }
        }
        return group;
    }

    constexpr void reset() { *this = MicroClusters{}; }

    [[nodiscard]] constexpr bool established(std::size_t k) const {
        return clusters_[k].weight >= static_cast<T>(Config.established);
    }
    [[nodiscard]] constexpr Sample centre(std::size_t k) const { return clusters_[k].centre; }
    /// Samples, faded.
    [[nodiscard]] constexpr T weight(std::size_t k) const { return clusters_[k].weight; }
    /// The root mean square distance of the cluster's samples from its centre.
    [[nodiscard]] constexpr T deviation(std::size_t k) const { return sqrt(clusters_[k].square); }

private:
    static constexpr T longest = T(0x1p100);  // so that squares times weights do not overflow
    static constexpr T largest_score = T(0x1p60);
    static constexpr T forgotten = T{1} / 2;  // so light, a cluster makes room for a new one

    struct Cluster {
        Row centre{};
        T weight = 0;
        T square = 0;  // mean squared distance from the centre
    };
    struct Nearest {
        std::size_t cluster;
        T distance;  // squared
    };

    [[nodiscard]] constexpr Nearest nearest(Sample x) const {
        Nearest result{0, std::numeric_limits<T>::infinity()};
        for (std::size_t k = 0; k < Capacity; ++k) {
            if (!(clusters_[k].weight > 0)) continue;
            const T distance = kernels::squared_distance<Isa>(x, clusters_[k].centre);
            if (distance < result.distance) result = {k, distance};
        }
        return result;
    }

    /// Of established clusters: two wild values that had to unite would drown them all.
    [[nodiscard]] constexpr T mean_square() const {
        T weights = 0, squares = 0;
        for (const Cluster& cluster : clusters_) {
            if (cluster.weight < static_cast<T>(Config.established)) continue;
            weights += cluster.weight;
            squares += cluster.weight * cluster.square;
        }
        return weights > 0 ? squares / weights : 0;
    }

    /// Squared. One sample says nothing of the spread, and few say little.
    static constexpr T spread_of(const Cluster& cluster, T mean) {
        return (cluster.weight * cluster.square + mean) / (cluster.weight + 1);
    }

    static constexpr bool touch(const Cluster& a, const Cluster& b, T mean) {
        const T reach = static_cast<T>(Config.radius) * (sqrt(spread_of(a, mean)) + sqrt(spread_of(b, mean)));
        return kernels::squared_distance<Isa>(a.centre, b.centre) <= reach * reach;
    }

    constexpr void fade() {
        for (Cluster& cluster : clusters_)
            cluster.weight -= cluster.weight * (T{1} / static_cast<T>(Config.memory));  // (1)
    }

    static constexpr void begin(Cluster& cluster, Sample x) { cluster = {to_row(x), 1, 0}; }

    static constexpr Row to_row(Sample x) {
        Row row{};
        for (std::size_t i = 0; i < Features; ++i) row[i] = x[i];
        return row;
    }

    static constexpr void absorb(Cluster& cluster, Sample x) { unite(cluster, {to_row(x), 1, 0}); }

    static constexpr void unite(Cluster& into, const Cluster& from) {
        const T weight = into.weight + from.weight, share = from.weight / weight;
        const T gap = kernels::squared_distance<Isa>(from.centre, into.centre);
        for (std::size_t i = 0; i < Features; ++i)
            into.centre[i] += share * (from.centre[i] - into.centre[i]);                      // (2)
        into.square += share * ((from.square - into.square) + gap * (into.weight / weight));  // (3)
        into.weight = weight;
    }

    /// A place for a new cluster: an empty one, or that of one forgotten, or of one united with another.
    constexpr std::size_t vacate() {
        std::size_t lightest = 0;
        for (std::size_t k = 0; k < Capacity; ++k) {
            if (clusters_[k].weight < clusters_[lightest].weight) lightest = k;
        }
        if (clusters_[lightest].weight < forgotten) return lightest;
        std::size_t kept = 0, freed = 1;
        T least = cost(kept, freed);
        for (std::size_t k = 2; k < Capacity; ++k) {
            for (std::size_t other = 0; other < k; ++other) {
                if (!(cost(other, k) < least)) continue;
                least = cost(other, k);
                kept = other;
                freed = k;
            }
        }
        unite(clusters_[kept], clusters_[freed]);
        return freed;
    }

    /// What uniting two would add to the sum of squares.
    [[nodiscard]] constexpr T cost(std::size_t a, std::size_t b) const {
        const T share = clusters_[a].weight / (clusters_[a].weight + clusters_[b].weight);
        return kernels::squared_distance<Isa>(clusters_[a].centre, clusters_[b].centre) * share *
               clusters_[b].weight;
    }

    std::array<Cluster, Capacity> clusters_{};
};

}  // namespace mote
