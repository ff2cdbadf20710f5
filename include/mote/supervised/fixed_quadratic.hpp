// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/fixed.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/quadratic_discriminant.hpp"

namespace mote {

/// QuadraticDiscriminant in integers: predicts as the float model it was made from.
///
/// Shapes  x: [Features], at most 1,000. Labels 0 .. Classes - 1.
/// Units   x: q15. assign() takes a model of features in `unit`s: a unit of 8 where 1.0 in q15 stands for 8.
/// Errors  assign() refuses a unit that is not finite or not above 0, a model that has not learnt
///         (not_trained), and one so wide or so narrow in these units that 64 bits do not hold its distances
///         (bad_parameter); all leave it as it was. Before that predict() is 0.
/// Memory  Classes * (Features * (Features + 3) + 8) bytes. predict() takes Classes * Features * (Features +
///         1) / 2 multiply-accumulates of 32 bits into 64: no floating point, the same bits on every target.
/// Source  As QuadraticDiscriminant: (1) |L^-1 (x - m)|^2, of which all classes' L^-1 are scaled by one
///         number to 15 bits, and so is what the class itself adds to it.
template <std::size_t Features, std::size_t Classes, class LabelType = std::uint8_t>
requires(can_label<LabelType, Classes>&& Features <= 1'000) class FixedQuadraticDiscriminant {
public:
    using Scalar = q15;
    using Sample = mote::Sample<q15, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    template <FloatingScalar T, class Isa>
    constexpr Status assign(const QuadraticDiscriminant<T, Features, Classes, LabelType, Isa>& from,
                            T unit = 1) {
        if (!isfinite(unit)) return Status::not_finite;
        if (!(unit > 0)) return Status::bad_parameter;
        T largest = 0, farthest = 0;
        for (std::size_t k = 0; k < Classes; ++k) {
            const auto label = static_cast<Label>(k);
            for (const T weight : from.whitening(label)) largest = max(largest, abs(weight));
            farthest = max(farthest, abs(from.constant(label)));
        }
        if (!(largest > 0)) return Status::not_trained;
        const T scale = 32767 / largest, square = 2 * (scale / unit) * (scale / unit);
        if (!(square * max(farthest, T(1)) < T(1e18)) || !(square > 1)) return Status::bad_parameter;
        for (std::size_t k = 0; k < Classes; ++k) {
            const auto label = static_cast<Label>(k);
            for (std::size_t i = 0; i < triangle; ++i) {
                const T weight = from.whitening(label)[i] * scale;
                whitening_[k][i] = nearest_integer<std::int16_t>(weight);
            }
            for (std::size_t i = 0; i < Features; ++i) means_[k][i] = q15(from.mean(label)[i] / unit);
            constants_[k] = static_cast<std::int64_t>(from.constant(label) * square);
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        std::size_t best = 0;
        std::int64_t least = std::numeric_limits<std::int64_t>::max();
        for (std::size_t k = 0; k < Classes; ++k) {
            const std::int64_t distance = squared_distance(k, x) - constants_[k];
            if (distance < least) best = k, least = distance;
        }
        return static_cast<Label>(best);
    }

    constexpr void reset() { *this = FixedQuadraticDiscriminant{}; }

private:
    static constexpr std::size_t triangle = Features * (Features + 1) / 2;

    /// (1) A product of 16 and 17 bits fits 32, a component 2^16 * Features.
    [[nodiscard]] constexpr std::int64_t squared_distance(std::size_t k, Sample x) const {
        std::array<std::int32_t, Features> gap{};
        for (std::size_t i = 0; i < Features; ++i) gap[i] = std::int32_t{x[i].raw} - means_[k][i].raw;
        const std::int16_t* weight = whitening_[k].data();
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            std::int64_t white = 1 << 14;
            for (std::size_t j = 0; j <= i; ++j) white += *weight++ * gap[j];
            const std::int64_t component = white >> 15;
            sum += component * component;
        }
        return sum;
    }

    std::array<std::array<std::int16_t, triangle>, Classes> whitening_{};
    std::array<std::array<q15, Features>, Classes> means_{};
    std::array<std::int64_t, Classes> constants_{};
};

}  // namespace mote
