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
#include "mote/supervised/bonsai.hpp"
#include "mote/supervised/int8_weights.hpp"

namespace mote {

/// A Bonsai in integers, with weights of 8 bits: answers as the float model it was made from.
///
/// Shapes  x: [Features]. scores(): [Classes], or [1] for two classes, positive for class 1.
/// Units   x: q15; assign() is told the `unit` for which 1.0 stands. Scores only compare.
/// Errors  assign() refuses what is not finite, a unit not above 0, and weights that 8 bits cannot hold in
///         this unit (bad_parameter); the model is then as it was. Before it predict() is 0.
/// Memory  kept * 2 bytes (at most 256 features) and projected * (6 + inner + 2 * nodes * outputs) + 8.
///         predict() takes as many multiply-accumulates and tanh as Bonsai does: no floating point, the same
///         bits on every target.
/// Source  As Bonsai, (1), (2). What is projected has one scale and 16 bits, which hold the farthest that
///         q15 features can reach; tanh is exact to 1 ULP of q15; products are exact.
template <std::size_t Features, std::size_t Classes, BonsaiConfig config = BonsaiConfig{},
          class LabelType = std::uint8_t>
requires can_label<LabelType, Classes>
class FixedBonsai {
public:
    using Scalar = q15;
    using Sample = mote::Sample<q15, Features>;
    using Label = LabelType;
    using Shape = detail::BonsaiShape<Features, Classes, config>;
    using Scores = std::array<std::int64_t, Shape::outputs>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    template <FloatingScalar T, class Isa>
    constexpr Status assign(const Bonsai<T, Features, Classes, config, Label, Isa>& from, T unit = 1) {
        if (!isfinite(unit) || !finite(from)) return Status::not_finite;
        if (!(unit > 0)) return Status::bad_parameter;
        FixedBonsai next;
        const T step = next.assign_projection(from, unit);
        if (!(step > 0) || !next.assign_nodes(from, step)) return Status::bad_parameter;
        *this = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr Scores scores(Sample x) const {
        const Projected z = project(x);
        Scores result{};
        for (std::size_t node = 0;; node = 2 * node + (detail::dot_int8(branches_[node], z) > 0 ? 2 : 1)) {
            for (std::size_t k = 0; k < Shape::outputs; ++k) {
                const std::int32_t value = detail::dot_int8(nodes_[node].values[k], z);
                const std::int32_t gate = detail::dot_int8(nodes_[node].gates[k], z);
                result[k] += std::int64_t{value} * tanh(q3_12::saturate(at_scale(gate))).raw;  // (1)
            }
            if (node >= Shape::inner) return result;  // (2)
        }
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        const auto logits = detail::logits_of<Classes>(scores(x));
        std::size_t best = 0;
        for (std::size_t k = 1; k < Classes; ++k) best = logits[k] > logits[best] ? k : best;
        return static_cast<Label>(best);
    }

    constexpr void reset() { *this = FixedBonsai{}; }

private:
    using Weights = std::array<std::int8_t, config.projected>;
    using Projected = std::array<std::int16_t, config.projected>;
    struct Node {
        std::array<Weights, Shape::outputs> values{}, gates{};
    };
    static constexpr auto highest = std::int64_t{0x7fffffff};

    template <class Model>
    [[nodiscard]] static constexpr bool finite(const Model& from) {
        bool good = all_finite(from.projection().values()) && all_finite(from.offsets());
        for (std::size_t i = 0; i < Shape::inner; ++i) good &= all_finite(from.branch(i));
        for (std::size_t i = 0; i < Shape::nodes; ++i) {
            for (const auto& values : from.node(i).values) good &= all_finite(values);
            for (const auto& gates : from.node(i).gates) good &= all_finite(gates);
        }
        return good;
    }

    [[nodiscard]] constexpr Projected project(Sample x) const {
        const auto sums = projection_.apply(x, offsets_, [](q15 value) { return std::int32_t{value.raw}; });
        Projected z{};
        for (std::size_t i = 0; i < z.size(); ++i) z[i] = static_cast<std::int16_t>(sums[i] >> shift_);
        return z;
    }

    /// From 2^-gate_bits_ to 2^-12.
    [[nodiscard]] constexpr std::int32_t at_scale(std::int32_t gate) const {
        if (gate_bits_ >= 12) return gate >> (gate_bits_ - 12);
        return clamp<std::int32_t>(gate, -32768, 32767) * (1 << (12 - gate_bits_));
    }

    /// How far the sums of the projection can be from 0.
    [[nodiscard]] constexpr std::int64_t reach() const {
        std::int64_t farthest = 0;
        std::size_t i = 0;
        for (std::size_t row = 0; row < config.projected; ++row) {
            std::int64_t sum = offsets_[row] < 0 ? -std::int64_t{offsets_[row]} : offsets_[row];
            for (; i < projection_.ends()[row]; ++i) {
                const std::int64_t weight = projection_.values()[i];
                sum += (weight < 0 ? -weight : weight) * 32768;
            }
            farthest = max(farthest, sum);
        }
        return farthest;
    }

    /// Returns what one unit of the last place of z stands for; 0 where it does not fit.
    template <class Model, class T>
    constexpr T assign_projection(const Model& from, T unit) {
        const T largest = detail::largest_of(from.projection().values(), std::numeric_limits<T>::min());
        const T scale = 127 / largest;
        projection_.assign(from.projection(),
                           [&](T weight) { return detail::nearest_of<std::int8_t>(weight, scale); });
        for (std::size_t i = 0; i < config.projected; ++i) {
            const T offset = from.offsets()[i] / unit * scale * 32768;
            if (!(abs(offset) < T(1 << 30))) return 0;
            offsets_[i] = static_cast<std::int32_t>(offset);
        }
        if (reach() > highest) return 0;
        while ((reach() >> shift_) > 32767) ++shift_;
        return unit / scale / 32768 * static_cast<T>(1 << shift_);
    }

    template <class Model, class T>
    constexpr bool assign_nodes(const Model& from, T step) {
        T value = std::numeric_limits<T>::min(), gate = value;
        for (std::size_t i = 0; i < Shape::nodes; ++i) {
            for (const auto& values : from.node(i).values) value = detail::largest_of(values, value);
            for (const auto& gates : from.node(i).gates) gate = detail::largest_of(gates, gate);
        }
        gate_bits_ = detail::doublings_within(gate * step, T(127));
        if (gate_bits_ < 0) return false;
        for (std::size_t i = 0; i < Shape::inner; ++i) {
            const T largest = detail::largest_of(from.branch(i), std::numeric_limits<T>::min());
            branches_[i] = detail::to_int8(from.branch(i), 127 / largest);
        }
        for (std::size_t i = 0; i < Shape::nodes; ++i) {
            for (std::size_t k = 0; k < Shape::outputs; ++k) {
                nodes_[i].values[k] = detail::to_int8(from.node(i).values[k], 127 / value);
                nodes_[i].gates[k] =
                    detail::to_int8(from.node(i).gates[k], step * static_cast<T>(1 << gate_bits_));
            }
        }
        return true;
    }

    std::array<std::int32_t, config.projected> offsets_{};
    SparseProjection<std::int8_t, config.projected, Features, config.kept> projection_{};
    std::array<Weights, max(Shape::inner, std::size_t{1})> branches_{};
    std::array<Node, Shape::nodes> nodes_{};
    std::int32_t shift_ = 0, gate_bits_ = 12;
};

}  // namespace mote
