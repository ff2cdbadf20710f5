// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/cluster/k_means.hpp"
#include "mote/cluster/normal_component.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/softmax.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

struct GaussianMixtureConfig {
    std::size_t starts = 10;       // fit() keeps the likeliest of so many
    std::size_t iterations = 200;  // at most, per start, and as many of k-means before
};

template <GaussianMixtureConfig Config>
concept valid_gaussian_mixture_config = Config.starts > 0 && Config.iterations > 0;

/// Gaussian mixture: rows come from Components normal distributions, each as often as its weight says.
///
/// Shapes  x: [Features]. predict(): 0 .. Components - 1. predict_proba(): [Components], sums to one.
/// Units   x: any; `floor` is added to variances, so it is in their unit: scale the features first.
///         log_density(): nats, of the density's unit.
/// Errors  fit() refuses values that are not finite or whose squares are not, fewer rows than components, and
///         a floor not above 0; it stops after the set iterations, converged or not. A feature that never
///         varies has the floor for variance. With fewer different rows than components some have weight 0
///         and are never predicted. log_density() is lowest() / 2 at the least, for an x that is not finite
///         too, and 0 before fit().
/// Memory  per component Features * 2 + 2 scalars, with full covariances Features * (Features + 3) / 2 + 2;
///         the floor and the seed; fit() as much five times on the stack. A query takes Components * Features
///         multiply-accumulates, in full (Features + 1) / 2 times as many, and Components exponentials.
/// Source  Dempster, Laird, Rubin 1977, Journal of the Royal Statistical Society B 39(1):1-38; as in Bishop
///         2006, Pattern Recognition and Machine Learning, section 9.2.2: (1) is (9.23), (2) (9.26), (3)
///         (9.24), (4) (9.25). Starts from k-means, and the floor as in scikit-learn.
template <FloatingScalar T, std::size_t Features, std::size_t Components,
          Covariance covariance = Covariance::diagonal,
          GaussianMixtureConfig Config = GaussianMixtureConfig{}, class LabelType = std::uint8_t>
requires can_label<LabelType, Components> && valid_gaussian_mixture_config<Config>
class GaussianMixture {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t components = Components;
    static constexpr T impossible = std::numeric_limits<T>::lowest() / 2;

    constexpr explicit GaussianMixture(std::uint64_t seed = 1, T floor = T(1e-6))
        : floor_(floor), seed_(seed) {
        log_weights_.fill(-log(static_cast<T>(Components)));
    }

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (!(floor_ > 0) || !isfinite(floor_)) return Status::bad_parameter;
        GaussianMixture best(seed_, floor_);
        T most = std::numeric_limits<T>::lowest();
        Random random(seed_);
        for (std::size_t start = 0; start < Config.starts; ++start) {
            GaussianMixture next(seed_, floor_);
            if (const Status status = next.divide(rows, random.next()); status != Status::ok) return status;
            const T likelihood = next.settle(rows);
            if (!next.finite()) return Status::not_finite;
            if (!(likelihood > most)) continue;
            most = likelihood;
            best = next;
        }
        *this = best;
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        return static_cast<Label>(kernels::argmax(predict_joint_log_proba(x)));
    }

    [[nodiscard]] constexpr std::array<T, Components> predict_proba(Sample x) const {
        return softmax(predict_joint_log_proba(x));
    }

    /// log P(component) + log p(x | component), `impossible` at the least.
    [[nodiscard]] constexpr std::array<T, Components> predict_joint_log_proba(Sample x) const {
        std::array<T, Components> result{};
        result.fill(impossible);
        if (!all_finite(x)) return result;
        for (std::size_t k = 0; k < Components; ++k)
            result[k] = max(impossible, log_weights_[k] + parts_[k].log_density(x));
        return result;
    }

    /// log p(x): the more unusual x is, the lower.
    [[nodiscard]] constexpr T log_density(Sample x) const { return shares_of(x).log_density; }

    /// What each feature takes from the logarithm of the density at the mean of the component that x most
    /// likely comes from; negative where it makes another's gap usual.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        return all_finite(x) ? parts_[predict(x)].contributions(x) : Row{};
    }

    constexpr void reset() { *this = GaussianMixture(seed_, floor_); }

    [[nodiscard]] constexpr Sample mean(std::size_t k) const { return parts_[k].mean(); }
    [[nodiscard]] constexpr T weight(std::size_t k) const { return exp(log_weights_[k]); }

private:
    using Part = detail::NormalComponent<T, Features, covariance>;
    using Tallies = std::array<typename Part::Tally, Components>;
    using Start = KMeans<T, Features, Components, KMeansConfig{.starts = 1, .iterations = Config.iterations},
                         LabelType>;

    struct Shares {
        std::array<T, Components> part;
        T log_density;
    };

    [[nodiscard]] constexpr Shares shares_of(Sample x) const {
        const std::array<T, Components> joint = predict_joint_log_proba(x);
        const std::size_t k = kernels::argmax(joint);
        const std::array<T, Components> shares = softmax(joint);
        return {shares, joint[k] - log(shares[k])};
    }

    /// The first components: those of k-means, whose rows each belong to one.
    constexpr Status divide(Rows<T, Features> rows, std::uint64_t seed) {
        Start start(seed);
        if (const Status status = start.fit(rows); status != Status::ok) return status;
        Tallies tallies{};
        for (std::size_t k = 0; k < Components; ++k) parts_[k].start_at(start.centroid(k));
        for (const Row& row : rows) {
            const std::size_t k = start.predict(row);
            parts_[k].tally(tallies[k], row, 1);
        }
        learn(tallies, static_cast<T>(rows.size()));
        return Status::ok;
    }

    /// Until the mean log-likelihood, which is returned, does not grow.
    constexpr T settle(Rows<T, Features> rows) {
        constexpr T tolerance = T(1e-5);
        const T count = static_cast<T>(rows.size());
        T likelihood = std::numeric_limits<T>::lowest();
        for (std::size_t i = 0; i < Config.iterations; ++i) {
            Tallies tallies{};
            T next = 0;
            for (const Row& row : rows) {
                const Shares shares = shares_of(row);  // (1)
                next += shares.log_density / count;
                for (std::size_t k = 0; k < Components; ++k) {
                    if (shares.part[k] > 0) parts_[k].tally(tallies[k], row, shares.part[k]);
                }
            }
            const bool settled = !(next - likelihood > tolerance);
            likelihood = next;
            if (settled) break;
            learn(tallies, count);
        }
        return likelihood;
    }

    /// A component that has lost all its rows stays as it was, and is as likely as it is left.
    constexpr void learn(const Tallies& tallies, T count) {
        for (std::size_t k = 0; k < Components; ++k) {
            const T share = tallies[k].weight / count;  // (2)
            log_weights_[k] = share > 0 ? log(share) : impossible;
            if (share > std::numeric_limits<T>::min()) parts_[k].learn(tallies[k], floor_);
        }
    }

    [[nodiscard]] constexpr bool finite() const {
        for (const Part& part : parts_) {
            if (!part.finite()) return false;
        }
        return true;
    }

    std::array<Part, Components> parts_{};
    std::array<T, Components> log_weights_{};
    T floor_;
    std::uint64_t seed_;
};

}  // namespace mote
