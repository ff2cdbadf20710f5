// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/cluster/gaussian_mixture.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// How unlikely a sample is under a mixture of normal distributions: for machines with several usual states,
/// each with its own width.
///
/// Shapes  x: [Features]. score(): scalar. contributions(): [Features], whose sum is by how much the
///         component that x most likely comes from is less dense at x than in its middle.
/// Units   x: any, scale it first. score: nats; below 0 where rows are denser than one in a unit of volume.
/// Errors  fit() refuses what GaussianMixture refuses. score() is 0 for an x that is not finite and before
///         fit(), and finite for any other.
/// Memory  and time as GaussianMixture, and a byte.
/// Source  Bishop 1994, Novelty detection and neural network validation, IEE Proceedings - Vision, Image and
///         Signal Processing 141(4):217-222: the density of the inputs as the measure; the mixture is
///         GaussianMixture.
template <FloatingScalar T, std::size_t Features, std::size_t Components,
          Covariance covariance = Covariance::diagonal,
          GaussianMixtureConfig Config = GaussianMixtureConfig{}>
class GaussianMixtureDetector {
    using Model = GaussianMixture<T, Features, Components, covariance, Config, std::uint16_t>;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t components = Components;

    constexpr explicit GaussianMixtureDetector(std::uint64_t seed = 1, T floor = T(1e-6))
        : model_(seed, floor) {}

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        const Status status = model_.fit(rows);
        if (status == Status::ok) trained_ = true;
        return status;
    }

    [[nodiscard]] constexpr T score(Sample x) const {
        return trained_ && all_finite(x) ? -model_.log_density(x) : 0;
    }

    [[nodiscard]] constexpr Row contributions(Sample x) const {
        return trained_ ? model_.contributions(x) : Row{};
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
