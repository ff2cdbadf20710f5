// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/cluster/k_means.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

/// Distance to the nearest centroid of the usual rows: for machines with several usual states.
///
/// Shapes  x: [Features]. score(): scalar >= 0. contributions(): [Features], whose sum is the score's square.
/// Units   x: one unit for all features, scale them first; score: the same unit.
/// Errors  fit() refuses what KMeans refuses. score() is 0 for an x that is not finite and before fit(), and
///         finite for any other.
/// Memory  and time as KMeans, and a byte.
/// Source  KMeans; the nearest centroid's distance as the score after He, Xu, Deng 2003, Discovering
///         cluster-based local outliers, Pattern Recognition Letters 24(9-10):1641-1650, every cluster
///         counting as large.
template <FloatingScalar T, std::size_t Features, std::size_t Clusters, KMeansConfig Config = KMeansConfig{},
          class Isa = isa::Native>
class KMeansDistance {
    using Model = KMeans<T, Features, Clusters, Config, std::uint16_t, Isa>;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t clusters = Clusters;

    constexpr explicit KMeansDistance(std::uint64_t seed = 1) : model_(seed) {}

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        const Status status = model_.fit(rows);
        if (status == Status::ok) trained_ = true;
        return status;
    }

    [[nodiscard]] constexpr T score(Sample x) const {
        if (!trained_ || !all_finite(x)) return 0;
        const T squares = kernels::squared_distance<Isa>(x, model_.centroid(model_.predict(x)));
        return isfinite(squares) ? sqrt(squares) : std::numeric_limits<T>::max();
    }

    /// What each feature adds to the square of the score.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        Row result{};
        if (!trained_ || !all_finite(x)) return result;
        const Sample centroid = model_.centroid(model_.predict(x));
        for (std::size_t i = 0; i < Features; ++i) result[i] = (x[i] - centroid[i]) * (x[i] - centroid[i]);
        return result;
    }

    constexpr void reset() {
        model_.reset();
        trained_ = false;
    }

    [[nodiscard]] constexpr const Model& model() const { return model_; }

private:
    Model model_;
    bool trained_ = false;
};

}  // namespace mote
