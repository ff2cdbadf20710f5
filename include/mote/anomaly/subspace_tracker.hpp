// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/fading_moments.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

struct SubspaceConfig {
    std::size_t lags = 1;  // samples side by side in one vector: 1 for many features, 8 or more for one
    std::size_t rank = 2;  // directions that are usual
    std::uint32_t memory = 4096;  // samples; older ones fade
};

template <std::size_t Features, SubspaceConfig Config>
concept valid_subspace_config =
    Config.lags > 0 && Config.rank > 0 && Config.rank<Features * Config.lags && Config.memory> 1 &&
    Config.memory <= 1u << 20;

/// Follows the few directions in which the features usually vary together; a sample is anomalous by what is
/// left of it beside them. Finds broken relations between features that are each within their range.
///
/// Shapes  x: [Features]; a vector is the last `lags` of them, [D = Features * lags]. score(): scalar >= 0.
/// Units   x: any, one unit per feature: each is standardised by its own mean and deviation. Score: mean
///         square of what is left, in variances: 1 where the directions explain nothing.
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is every score before 2 D
///         vectors. A standardised value counts for at most 1,000, and for 100 in mean and deviation.
/// Memory  (rank + 1) * D + 2 Features scalars. Time O(rank * D).
/// Source  Weng, Zhang, Hwang 2003, Candid covariance-free incremental principal component analysis, IEEE
///         TPAMI 25(8):1034-1040, algorithm 1 with the amnesic parameter 2; (1) to (3) mark its steps.
///         Deviation: the weight of a vector never falls below 3 / memory, so that directions keep turning.
template <FloatingScalar T, std::size_t Features, SubspaceConfig Config = SubspaceConfig{}>
requires valid_subspace_config<Features, Config>
class SubspaceTracker {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t dimensions = Features * Config.lags;
    using Vector = std::array<T, dimensions>;

    [[nodiscard]] constexpr T score(Sample x) const {
        if (!ready() || !all_finite(x)) return 0;
        Vector left = standardised(window_with(x));
        for (const Vector& direction : directions_) deflate(left, direction);
        return dot(left, left) / static_cast<T>(dimensions - Config.rank);
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        window_ = window_with(x);
        moments_.learn_bounded(x);
        if (moments_.count() >= Config.lags + dimensions) turn(standardised(window_));
        return Status::ok;
    }

    constexpr T observe(Sample x) {
        const T result = score(x);
        update(x);
        return result;
    }

    constexpr void reset() { *this = SubspaceTracker(); }

    [[nodiscard]] constexpr bool ready() const { return vectors_ >= 2 * dimensions; }
    /// Estimates of the eigenvectors, each as long as its eigenvalue.
    [[nodiscard]] constexpr const std::array<Vector, Config.rank>& directions() const { return directions_; }

private:
    static constexpr T amnesia = 2;

    [[nodiscard]] constexpr Vector window_with(Sample x) const {
        Vector window{};
        for (std::size_t i = 0; i < dimensions; ++i) {
            window[i] = i < Features ? x[i] : window_[i - Features];
        }
        return window;
    }

    [[nodiscard]] constexpr Vector standardised(Vector window) const {
        for (std::size_t i = 0; i < Features; ++i) {
            const T variance = moments_.variance(i);
            const T scale = variance > 0 ? 1 / sqrt(variance) : 0;
            for (std::size_t at = i; at < dimensions; at += Features) {
                window[at] = clamp(moments_.deviation(i, window[at]) * scale, T{-1000}, T{1000});
            }
        }
        return window;
    }

    /// Turns each direction towards the vector, then takes that direction out of it.
    constexpr void turn(Vector left) {
        if (vectors_ < Config.memory) ++vectors_;
        const T n = static_cast<T>(vectors_);
        const T share = vectors_ > 4 ? (1 + amnesia) / n : 1 / n;
        for (std::size_t k = 0; k < Config.rank && k < vectors_; ++k) {
            Vector& direction = directions_[k];
            const T length = sqrt(dot(direction, direction));
            const T along = length > 0 ? dot(left, direction) / length : 1;
            for (std::size_t i = 0; i < dimensions; ++i) {
                direction[i] += share * (along * left[i] - direction[i]);  // (1), (2)
            }
            deflate(left, direction);  // (3)
        }
    }

    static constexpr void deflate(Vector& left, const Vector& direction) {
        const T square = dot(direction, direction);
        if (!(square > 0)) return;
        const T along = dot(left, direction) / square;
        for (std::size_t i = 0; i < dimensions; ++i) left[i] -= along * direction[i];
    }

    [[nodiscard]] static constexpr T dot(const Vector& a, const Vector& b) {
        T sum = 0;
        for (std::size_t i = 0; i < dimensions; ++i) sum += a[i] * b[i];
        return sum;
    }

    std::array<Vector, Config.rank> directions_{};
    Vector window_{};  // the latest samples, newest first
    FadingMoments<T, Features, Config.memory> moments_;
    std::uint32_t vectors_ = 0;
};

}  // namespace mote
