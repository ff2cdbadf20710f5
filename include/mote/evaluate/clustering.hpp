// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/kernels/kernels.hpp"

/// How well rows fall apart into the clusters they were given, without knowing the right ones: to choose a
/// number of clusters.
namespace mote {

namespace detail {

/// The rows of each cluster.
template <std::size_t Clusters>
struct ClusterSizes {
    std::array<std::size_t, Clusters> rows{};

    template <FloatingScalar T, std::size_t Features, class Label>
    constexpr explicit ClusterSizes(const Dataset<T, Features, Label>& data) {
        for (const Label label : data.labels) ++rows[label];
    }

    /// There is something to tell apart.
    [[nodiscard]] constexpr bool differ() const {
        std::size_t occupied = 0;
        for (const std::size_t count : rows) occupied += count > 0 ? 1 : 0;
        return occupied >= 2;
    }
};

template <std::size_t Clusters, FloatingScalar T>
constexpr T silhouette_of(const std::array<T, Clusters>& distances, const ClusterSizes<Clusters>& sizes,
                          std::size_t own) {
    if (sizes.rows[own] < 2) return 0;
    const T inside = distances[own] / static_cast<T>(sizes.rows[own] - 1);
    T outside = infinity<T>;
    for (std::size_t k = 0; k < Clusters; ++k) {
        if (k == own || sizes.rows[k] == 0) continue;
        outside = min(outside, distances[k] / static_cast<T>(sizes.rows[k]));
    }
    const T larger = max(inside, outside);
    return larger > 0 ? (outside - inside) / larger : 0;
}

/// The middle of each cluster, and how far its rows are from there on average.
template <FloatingScalar T, std::size_t Features, std::size_t Clusters, class Isa>
struct ClusterSpread {
    std::array<std::array<T, Features>, Clusters> middles{};
    std::array<T, Clusters> distances{};

    template <class Label>
    constexpr ClusterSpread(const Dataset<T, Features, Label>& data, const ClusterSizes<Clusters>& sizes) {
        for (std::size_t n = 0; n < data.size(); ++n) {
            const std::size_t k = data.labels[n];
            for (std::size_t i = 0; i < Features; ++i)
                middles[k][i] += data.rows[n][i] / static_cast<T>(sizes.rows[k]);
        }
        for (std::size_t n = 0; n < data.size(); ++n) {
            const std::size_t k = data.labels[n];
            const T squares = kernels::squared_distance<Isa>(data.rows[n], middles[k]);
            distances[k] += sqrt(squares) / static_cast<T>(sizes.rows[k]);
        }
    }

    [[nodiscard]] constexpr T similarity(std::size_t a, std::size_t b) const {
        const T apart = sqrt(kernels::squared_distance<Isa>(middles[a], middles[b]));
        return apart > 0 ? (distances[a] + distances[b]) / apart : infinity<T>;
    }
};

}  // namespace detail

/// Silhouette coefficient: how much nearer a row is to its own cluster than to the next, mean of all rows.
///
/// Shapes  data: rows and the cluster of each, 0 .. Clusters - 1.
/// Units   in [-1, 1], the higher the better.
/// Errors  NaN where check_labelled() refuses the data, where squares of distances are too large for T, and
///         where fewer than two clusters have rows. A row alone in its cluster counts as 0.
/// Memory  Clusters scalars and words on the stack. Time n^2 * Features multiply-accumulates and n^2 roots.
/// Source  Rousseeuw 1987, Journal of Computational and Applied Mathematics 20:53-65; equals scikit-learn's
///         silhouette_score.
template <std::size_t Clusters, class Isa = isa::Native, FloatingScalar T, std::size_t Features, class Label>
[[nodiscard]] constexpr T silhouette(const Dataset<T, Features, Label>& data) {
    if (check_labelled(data, Clusters) != Status::ok) return detail::not_a_number<T>;
    const detail::ClusterSizes<Clusters> sizes(data);
    if (!sizes.differ()) return detail::not_a_number<T>;
    T sum = 0;
    for (std::size_t n = 0; n < data.size(); ++n) {
        std::array<T, Clusters> distances{};  // sums
        const auto& x = data.rows[n];
        for (std::size_t m = 0; m < data.size(); ++m)
            distances[data.labels[m]] += sqrt(kernels::squared_distance<Isa>(x, data.rows[m]));
        if (!all_finite(distances)) return detail::not_a_number<T>;
        sum += detail::silhouette_of(distances, sizes, data.labels[n]);
    }
    return sum / static_cast<T>(data.size());
}

/// Davies-Bouldin index: how wide two clusters are beside the distance of their middles, for each cluster
/// with the one most like it, mean of all that have rows.
///
/// Shapes  as silhouette().
/// Units   0 or more, the lower the better.
/// Errors  NaN as silhouette(). Infinite where two middles are the same (scikit-learn skips such a pair).
/// Memory  Clusters * (Features + 1) scalars, Clusters words on the stack. Time
///         (n + Clusters^2) * Features multiply-accumulates.
/// Source  Davies and Bouldin 1979, IEEE Transactions on Pattern Analysis and Machine Intelligence
///         1(2):224-227, with p = 2 and q = 1; equals scikit-learn's davies_bouldin_score.
template <std::size_t Clusters, class Isa = isa::Native, FloatingScalar T, std::size_t Features, class Label>
[[nodiscard]] constexpr T davies_bouldin(const Dataset<T, Features, Label>& data) {
    if (check_labelled(data, Clusters) != Status::ok) return detail::not_a_number<T>;
    const detail::ClusterSizes<Clusters> sizes(data);
    if (!sizes.differ()) return detail::not_a_number<T>;
    const detail::ClusterSpread<T, Features, Clusters, Isa> spread(data, sizes);
    if (!all_finite(spread.distances)) return detail::not_a_number<T>;
    T sum = 0, occupied = 0;
    for (std::size_t k = 0; k < Clusters; ++k) {
        if (sizes.rows[k] == 0) continue;
        T most = 0;
        for (std::size_t other = 0; other < Clusters; ++other) {
            if (other != k && sizes.rows[other] > 0) most = max(most, spread.similarity(k, other));
        }
        sum += most;
        occupied += 1;
    }
    return sum / occupied;
}

}  // namespace mote
