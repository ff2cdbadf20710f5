// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/fixed.hpp"
#include "mote/core/math.hpp"
#include "mote/core/math_q15.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/int8_weights.hpp"
#include "mote/supervised/proto_nn.hpp"

namespace mote {

/// A ProtoNN in integers, with weights of 8 and prototypes of 16 bits: answers as the float model it was made
/// from.
///
/// Shapes  x: [Features]. scores(): [Classes].
/// Units   x: q15; assign() is told the `unit` for which 1.0 stands. Scores only compare.
/// Errors  assign() refuses what is not finite, a unit not above 0, and weights that 8 bits cannot hold in
///         this unit (bad_parameter); the model is then as it was. Before it, and for an x far from all
///         prototypes, predict() is 0.
/// Memory  kept * 2 bytes (at most 256 features), 2 * projected, and prototypes * (2 * projected + Classes),
///         and 4. predict() takes as many multiply-accumulates and exp as ProtoNN does: no floating point,
///         the same bits on every target.
/// Source  As ProtoNN, (1). What is projected has 11 bits of fraction and ends at 16, as do prototypes;
///         beyond a squared distance of 21 a prototype counts for nothing.
template <std::size_t Features, std::size_t Classes, ProtoNNConfig config = ProtoNNConfig{},
          class LabelType = std::uint8_t>
requires(can_label<LabelType, Classes>&& config.prototypes <= 500) class FixedProtoNN {
public:
    using Scalar = q15;
    using Sample = mote::Sample<q15, Features>;
    using Label = LabelType;
    using Scores = std::array<std::int32_t, Classes>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    template <FloatingScalar T, class Isa>
    constexpr Status assign(const ProtoNN<T, Features, Classes, config, Label, Isa>& from, T unit = 1) {
        bool good = isfinite(unit) && all_finite(from.projection().values());
        for (std::size_t i = 0; i < config.prototypes; ++i) {
            good &= all_finite(from.prototype(i)) && all_finite(from.scores_of(i));
        }
        if (!good) return Status::not_finite;
        if (!(unit > 0)) return Status::bad_parameter;
        FixedProtoNN next;
        if (!next.assign_projection(from, unit)) return Status::bad_parameter;
        next.assign_prototypes(from);
        *this = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr Scores scores(Sample x) const {
        const Projected z = project(x);
        Scores result{};
        for (std::size_t i = 0; i < config.prototypes; ++i) {
            const std::int32_t nearness = nearness_of(z, prototypes_[i]);
            for (std::size_t k = 0; k < Classes && nearness > 0; ++k) {
                result[k] += scores_[i][k] * nearness;  // (1)
            }
        }
        return result;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        const Scores values = scores(x);
        std::size_t best = 0;
        for (std::size_t k = 1; k < Classes; ++k) best = values[k] > values[best] ? k : best;
        return static_cast<Label>(best);
    }

    constexpr void reset() { *this = FixedProtoNN{}; }

private:
    using Projected = std::array<std::int16_t, config.projected>;
    static constexpr int fraction_bits = 11;

    [[nodiscard]] constexpr Projected project(Sample x) const {
        const auto sums = projection_.apply(x, std::array<std::int32_t, config.projected>{},
                                            [](q15 value) { return std::int32_t{value.raw}; });
        Projected z{};
        for (std::size_t i = 0; i < z.size(); ++i) {
            z[i] = static_cast<std::int16_t>(clamp<std::int32_t>(sums[i] >> shift_, -32768, 32767));
        }
        return z;
    }

    /// e^-d in q15, where d is the squared distance; 0 beyond 21, where it is less than half a place.
    [[nodiscard]] static constexpr std::int32_t nearness_of(const Projected& a, const Projected& b) {
        constexpr std::uint32_t far = std::uint32_t{21} << 2 * fraction_bits;
        std::uint32_t sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            const std::int32_t gap = std::int32_t{a[i]} - b[i];
            const auto size = static_cast<std::uint32_t>(gap < 0 ? -gap : gap);
            if (size > (std::uint32_t{5} << fraction_bits)) return 0;
            sum += size * size;
            if (sum > far) return 0;
        }
        return detail::exp_of_negative(static_cast<std::int32_t>(sum >> (2 * fraction_bits - 20))) >> 15;
    }

    template <class Model, class T>
    constexpr bool assign_projection(const Model& from, T unit) {
        // A product of weight and feature has 15 bits of fraction more than the weight.
        const T one = unit * static_cast<T>(1 << fraction_bits) / 32768;
        const T largest = detail::largest_of(from.projection().values(), std::numeric_limits<T>::min());
        shift_ = detail::doublings_within(largest * one, T(127));
        if (shift_ < 0) return false;
        const T scale = one * static_cast<T>(1 << shift_);
        projection_.assign(from.projection(),
                           [&](T weight) { return detail::nearest_of<std::int8_t>(weight, scale); });
        std::size_t longest = 0, start = 0;
        for (const std::uint16_t end : projection_.ends()) {
            longest = max(longest, end - start);
            start = end;
        }
        return longest <= 516;  // sums stay within 32 bits
    }

    template <class Model>
    constexpr void assign_prototypes(const Model& from) {
        using T = typename Model::Scalar;
        T largest = std::numeric_limits<T>::min();
        for (std::size_t i = 0; i < config.prototypes; ++i) {
            largest = detail::largest_of(from.scores_of(i), largest);
            for (std::size_t j = 0; j < config.projected; ++j) {
                prototypes_[i][j] = detail::nearest_of<std::int16_t>(from.prototype(i)[j],
                                                                     static_cast<T>(1 << fraction_bits));
            }
        }
        for (std::size_t i = 0; i < config.prototypes; ++i) {
            scores_[i] = detail::to_int8(from.scores_of(i), 127 / largest);
        }
    }

    SparseProjection<std::int8_t, config.projected, Features, config.kept> projection_{};
    std::array<Projected, config.prototypes> prototypes_{};
    std::array<std::array<std::int8_t, Classes>, config.prototypes> scores_{};
    std::int32_t shift_ = 0;
};

}  // namespace mote
