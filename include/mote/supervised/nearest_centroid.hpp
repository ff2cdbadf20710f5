// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/hyperplanes.hpp"

namespace mote {

/// The class whose mean is nearest: the smallest classifier that learns from a stream.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1.
/// Units   x: one scale for all features, since distances add them up.
/// Errors  update() and fit() refuse values that are not finite or too far away to square, and labels out of
///         range, fit() also a class without a row; update() any row of a class after 2^32 - 1, merge() what
///         would exceed that. A class never seen is never predicted; before any sample predict() is 0.
/// Memory  Classes * (Features + 1) words; fit() takes as much again on the stack. predict() takes
///         Classes * Features multiply-accumulates, update() Features of them and one division.
/// Source  Manning, Raghavan and Schuetze 2008, Introduction to Information Retrieval, section 14.2 (Rocchio
///         classification); scikit-learn's NearestCentroid with the Euclidean metric. Means after Welford
///         1962, Technometrics 4(3):419-420, (1).
template <FloatingScalar T, std::size_t Features, std::size_t Classes, class LabelType = std::uint8_t,
          class Isa = isa::Native>
requires can_label<LabelType, Classes>
class NearestCentroid {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr bool exactly_mergeable = true;  // up to the rounding of T

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data) {
        NearestCentroid next;
        const Status status =
            learn_every_class(data, next.counts_, [&](Sample x, Label y) { return next.update(x, y); });
        if (status != Status::ok) return status;
        *this = next;
        return Status::ok;
    }

    constexpr Status update(Sample x, Label y) {
        if (y >= Classes) return Status::bad_label;
        if (!isfinite(kernels::squared_distance<Isa>(x, centroids_[y]))) return Status::not_finite;
        if (counts_[y] == most) return Status::capacity_full;
        const T share = 1 / static_cast<T>(++counts_[y]);
        for (std::size_t i = 0; i < Features; ++i) {
            centroids_[y][i] += (x[i] - centroids_[y][i]) * share;  // (1)
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        std::size_t nearest = 0;
        T shortest = detail::infinity<T>;
        for (std::size_t k = 0; k < Classes; ++k) {
            if (counts_[k] == 0) continue;
            const T distance = kernels::squared_distance<Isa>(x, centroids_[k]);
            if (distance < shortest || counts_[nearest] == 0) {
                nearest = k;
                shortest = distance;
            }
        }
        return static_cast<Label>(nearest);
    }

    /// As if this model had also seen every sample of the other, in any order.
    constexpr Status merge(const NearestCentroid& other) {
        for (std::size_t k = 0; k < Classes; ++k) {
            if (other.counts_[k] > most - counts_[k]) return Status::capacity_full;
        }
        for (std::size_t k = 0; k < Classes; ++k) {
            if (other.counts_[k] == 0) continue;
            counts_[k] += other.counts_[k];
            const T share = static_cast<T>(other.counts_[k]) / static_cast<T>(counts_[k]);
            for (std::size_t i = 0; i < Features; ++i) {
                centroids_[k][i] += (other.centroids_[k][i] - centroids_[k][i]) * share;
            }
        }
        return Status::ok;
    }

    constexpr void reset() { *this = NearestCentroid{}; }

    [[nodiscard]] constexpr std::uint32_t count(Label label) const { return counts_[label]; }
    [[nodiscard]] constexpr Sample centroid(Label label) const { return centroids_[label]; }

    /// What predict() needs where all classes have been seen, for FixedLinearClassifier: the nearest is the
    /// one of which c.x - c.c / 2 is largest.
    [[nodiscard]] constexpr Hyperplanes<T, Features, Classes, Isa> planes() const {
        const auto half = [&](std::size_t k) { return kernels::dot<Isa>(centroids_[k], centroids_[k]) / 2; };
        Hyperplanes<T, Features, Classes, Isa> result;
        if constexpr (Classes == 2) {
            std::array<T, Features> gap = centroids_[1];
            for (std::size_t i = 0; i < Features; ++i) gap[i] -= centroids_[0][i];
            result.set(0, gap, half(0) - half(1));
        } else {
            for (std::size_t k = 0; k < Classes; ++k) result.set(k, centroids_[k], -half(k));
        }
        return result;
    }

private:
    static constexpr std::uint32_t most = ~std::uint32_t{0};

    std::array<std::array<T, Features>, Classes> centroids_{};
    std::array<std::uint32_t, Classes> counts_{};
};

}  // namespace mote
