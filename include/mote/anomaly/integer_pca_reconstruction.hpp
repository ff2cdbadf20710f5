// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

/// What IntegerPcaReconstruction is made from: the centre of the rows, what each centred feature is
/// multiplied by, and directions of length 1 at right angles to each other, as Pca has them.
template <class P>
concept PrincipalAxes = requires(const P& axes, std::size_t i) {
    { P::features } -> std::convertible_to<std::size_t>;
    { P::outputs } -> std::convertible_to<std::size_t>;
    { axes.mean(i) } -> std::floating_point;
    { axes.factor(i) } -> std::floating_point;
    { axes.component(i)[i] } -> std::convertible_to<double>;
};

template <class P, std::size_t Features, std::size_t Components>
concept principal_axes_of = PrincipalAxes<P> && Features == P::features&& Components == P::outputs;

/// PcaReconstruction in whole numbers: made from a fitted one, and asked without any floating point, for raw
/// samples of a converter on a core that has none. Equal to the bit on every target.
///
/// Shapes  x: [Features]. score(): whole number >= 0. contributions(): [Features] >= 0, whose squares add
///         up to the score, or to more than it can hold.
/// Units   x: those of the rows that the original was fitted to. Contributions: 1/256 standard deviation,
///         score: 1/65536 of their square. A feature farther out than 128 deviations counts as 128.
/// Errors  assign() refuses what is not finite (not_finite); means beyond 16 bits, deviations below 1/64 or
///         above 2^25 of x's unit, weights of 2 and more (bad_parameter). score() is 0 before assign().
/// Memory  Features * (2 * Components + 8) bytes. Time 2 * Components * Features products.
/// Source  as PcaReconstruction. Deviation: features are standardised by 14-bit factors, to 8 bits of
///         fraction; weights have 14. Sums are exact: 64 bits hold them for any weights, up to 2^15 features.
template <std::size_t Features, std::size_t Components, class Isa = isa::Native>
requires(Components > 0 && Components < Features && Features < 32'768) class IntegerPcaReconstruction {
public:
    using Scalar = std::int16_t;
    using Sample = mote::Sample<Scalar, Features>;
    using Row = std::array<Scalar, Features>;
    using Score = std::int32_t;
    static constexpr std::size_t features = Features;
    static constexpr Scalar deviation = 256;  // a contribution of one standard deviation

    /// Takes over what `axes` has learnt: detector.assign(fitted.pca()).
    template <principal_axes_of<Features, Components> Axes>
    [[nodiscard]] constexpr Status assign(const Axes& axes) {
        IntegerPcaReconstruction next;
        for (std::size_t i = 0; i < Features; ++i) {
            const auto mean = static_cast<double>(axes.mean(i)), factor = static_cast<double>(axes.factor(i));
            if (const Status status = next.scales_[i].assign(mean, factor); status != Status::ok)
                return status;
            for (std::size_t k = 0; k < Components; ++k) {
                const auto weight = static_cast<double>(axes.component(k)[i]);
                if (!isfinite(weight)) return Status::not_finite;
                if (abs(weight) > largest_weight) return Status::bad_parameter;
                next.components_[k][i] = nearest_integer<std::int16_t>(weight * one);
            }
        }
        *this = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr Score score(Sample x) const {
        std::int64_t sum = 0;
        for (const Scalar part : contributions(x)) sum += std::int32_t{part} * std::int32_t{part};
        return static_cast<Score>(min(sum, std::int64_t{std::numeric_limits<Score>::max()}));
    }

    /// How far each feature is from what the components make of the others.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        Row standardized{}, result{};
        for (std::size_t i = 0; i < Features; ++i) standardized[i] = scales_[i].apply(x[i]);
        std::array<std::int32_t, Components> coordinates{};
        for (std::size_t k = 0; k < Components; ++k) {
            coordinates[k] =
                static_cast<std::int32_t>(rounded(kernels::dot<Isa>(standardized, components_[k])));
        }
        for (std::size_t i = 0; i < Features; ++i) {
            std::int64_t rest = std::int64_t{standardized[i]} * one;
            for (std::size_t k = 0; k < Components; ++k) {
                rest -= std::int64_t{coordinates[k]} * components_[k][i];
            }
            rest = rounded(rest);
            result[i] = static_cast<Scalar>(min(max(rest, -rest), std::int64_t{limit}));
        }
        return result;
    }

    constexpr void reset() { *this = IntegerPcaReconstruction{}; }

private:
    static constexpr int fraction = 14;  // bits of a weight
    static constexpr std::int32_t one = 1 << fraction;
    static constexpr double largest_weight = 2 - 1.0 / one;
    static constexpr std::int32_t limit = std::numeric_limits<Scalar>::max();

    // |weight| < 2^15 and |standardized| < 2^15, so that a coordinate is below this after its shift, ...
    static constexpr std::int64_t largest_coordinate = static_cast<std::int64_t>(Features) << (30 - fraction);
    static_assert(largest_coordinate <= std::numeric_limits<std::int32_t>::max());
    // ... and a feature's sum below this.
    static_assert(largest_coordinate <=
                  (std::numeric_limits<std::int64_t>::max() >> 16) / static_cast<std::int64_t>(Components));

    [[nodiscard]] static constexpr std::int64_t rounded(std::int64_t sum) {
        return (sum + one / 2) >> fraction;
    }

    /// (x - mean) * factor in 1/256, as one product, one subtraction and a shift.
    struct Scale {
        std::int32_t offset = 0;      // mean * multiplier, less what rounds the shift to nearest
        std::int16_t multiplier = 0;  // 2^13 .. 2^14, so that no difference leaves 31 bits
        std::uint8_t shift = 0;

        [[nodiscard]] constexpr Status assign(double mean, double factor) {
            if (!isfinite(mean) || !isfinite(factor)) return Status::not_finite;
            double scaled = factor * deviation;
            if (abs(mean) > 32'768 || scaled > one || !(scaled > 0)) return Status::bad_parameter;
            for (shift = 0; scaled < one / 2; ++shift) {
                if (shift == 30) return Status::bad_parameter;
                scaled *= 2;
            }
            multiplier = nearest_integer<std::int16_t>(scaled);
            offset = nearest_integer<std::int32_t>(mean * multiplier) - ((std::int32_t{1} << shift) >> 1);
            return Status::ok;
        }

        [[nodiscard]] constexpr Scalar apply(Scalar x) const {
            const std::int32_t product = std::int32_t{x} * multiplier;
            return static_cast<Scalar>(clamp((product - offset) >> shift, -limit, limit));
        }
    };

    std::array<Scale, Features> scales_{};
    std::array<Row, Components> components_{};
};

}  // namespace mote
