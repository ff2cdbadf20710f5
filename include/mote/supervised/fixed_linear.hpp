// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/fixed.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/core/visit_order.hpp"
#include "mote/supervised/hyperplanes.hpp"

/// Linear models in integers: 16-bit weights as large as they can be without any sum leaving 32 bits.
namespace mote {

namespace detail {

/// Weights and intercept of one linear function of q15 features, and the bound that keeps its sum exact.
template <std::size_t Features>
struct FixedPlane {
    std::array<std::int16_t, Features> weights{};
    std::int32_t intercept = 0;

    [[nodiscard]] constexpr std::int32_t score(Sample<q15, Features> x) const {
        std::int32_t sum = intercept;
        for (std::size_t i = 0; i < Features; ++i) sum += weights[i] * std::int32_t{x[i].raw};
        return sum;
    }

    /// The largest magnitude that score() and any part of it can have.
    [[nodiscard]] constexpr std::int64_t reach() const {
        std::int64_t sum = 0;
        for (const std::int16_t weight : weights) sum += weight < 0 ? -weight : weight;
        return sum * 32768 + (intercept < 0 ? -std::int64_t{intercept} : intercept);
    }

    static constexpr std::int64_t farthest = (std::int64_t{1} << 31) - 1;
};

/// By how much weights can be multiplied: sums and rounding stay within 31 bits, weights within 15.
template <FloatingScalar T, std::size_t Features>
[[nodiscard]] constexpr T largest_scale(Sample<T, Features> weights, T intercept) {
    T sum = abs(intercept), largest = std::numeric_limits<T>::min();
    for (const T weight : weights) {
        sum += abs(weight);
        largest = max(largest, abs(weight));
    }
    const T room = T(65000) - static_cast<T>(Features);
    return min(room / max(sum, largest), T(32000) / largest);
}

}  // namespace detail

/// What FixedLinearClassifier learns by. A score of 2^30 is a weight of one times a feature of one.
struct FixedLinearConfig {
    int rate_shift = 7;             // a sample moves a plane by its 2^-rate_shift
    std::int32_t margin = 1 << 24;  // scores below it still teach
    std::uint32_t epochs = 20;      // fit: passes over the rows
    std::uint32_t seed = 1;
};

/// A linear classifier in integers: predicts as the float model it was made from, or learns by itself.
///
/// Shapes  x: [Features], at most 30,000. Labels 0 .. Classes - 1, one class against the rest where there are
///         more than two.
/// Units   x: q15. assign() takes planes for features in `unit`s: a unit of 4 where 1.0 in q15 stands for 4.
/// Errors  assign() refuses planes and units that are not finite, or not above 0; fit() and update() labels
///         out of range, fit() also an empty dataset.
/// Memory  planes * (2 * Features + 4) + 16 bytes, planes being Classes, or 1 for two. predict() takes planes
///         * Features multiply-accumulates of 32 bits: no floating point, the same bits on every target.
/// Source  Rosenblatt's perceptron with a margin: Krauth and Mezard 1987, Journal of Physics A 20(11):L745.
///         Weights are halved, all planes at a time, before a sum could leave 32 bits: predictions depend
///         only on their proportions. The intercept is the weight of a constant feature of 1/8, as large as
///         standardised features are in units of 8.
template <std::size_t Features, std::size_t Classes, class LabelType = std::uint8_t>
requires can_label<LabelType, Classes> &&(Classes >= 2 && Features <= 30'000) class FixedLinearClassifier {
public:
    using Scalar = q15;
    using Sample = mote::Sample<q15, Features>;
    using Label = LabelType;
    using Config = FixedLinearConfig;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr std::size_t planes = Classes == 2 ? 1 : Classes;

    constexpr explicit FixedLinearClassifier(Config config = Config{}) : config_(config) {}

    /// Takes over the planes of a float model, all by the same scale.
    template <FloatingScalar T, class Isa>
    constexpr Status assign(const Hyperplanes<T, Features, Classes, Isa>& from, T unit = 1) {
        if (!from.finite() || !isfinite(unit)) return Status::not_finite;
        if (!(unit > 0)) return Status::bad_parameter;
        T scale = std::numeric_limits<T>::max();
        for (std::size_t k = 0; k < planes; ++k) {
            scale = min(scale, detail::largest_scale<T, Features>(from.weights(k), from.intercept(k) / unit));
        }
        for (std::size_t k = 0; k < planes; ++k) {
            for (std::size_t i = 0; i < Features; ++i) {
                planes_[k].weights[i] = nearest_integer<std::int16_t>(from.weights(k)[i] * scale);
            }
            planes_[k].intercept = nearest_integer<std::int32_t>(from.intercept(k) / unit * scale * T(32768));
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr Status fit(Dataset<q15, Features, Label> data) {
        if (data.check() != Status::ok) return data.check();
        if (data.empty()) return Status::too_few_rows;
        for (const Label label : data.labels) {
            if (label >= Classes) return Status::bad_label;
        }
        reset();
        Random random(config_.seed);
        for (std::uint32_t epoch = 0; epoch < config_.epochs; ++epoch) {
            VisitOrder order(data.size(), random);
            for (std::size_t i = 0; i < data.size(); ++i) {
                const std::size_t row = order.next();
                update(data.rows[row], data.labels[row]);
            }
        }
        return Status::ok;
    }

    constexpr Status update(Sample x, Label y) {
        if (y >= Classes) return Status::bad_label;
        for (std::size_t k = 0; k < planes; ++k) {
            const bool positive = y == (planes == 1 ? 1 : k);
            const std::int32_t score = planes_[k].score(x);
            if (positive ? score < config_.margin : score > -config_.margin) learn(k, x, positive);
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        std::int32_t highest = planes_[0].score(x);
        if constexpr (planes == 1) return highest > 0 ? 1 : 0;
        std::size_t best = 0;
        for (std::size_t k = 1; k < planes; ++k) {
            const std::int32_t score = planes_[k].score(x);
            if (score > highest) best = k, highest = score;
        }
        return static_cast<Label>(best);
    }

    constexpr void reset() { planes_ = {}; }

    [[nodiscard]] constexpr std::int32_t score(std::size_t plane, Sample x) const {
        return planes_[plane].score(x);
    }

private:
    /// Where the sum could leave 32 bits, all planes are halved: then there is room for half of all, and a
    /// step never takes more.
    constexpr void learn(std::size_t k, Sample x, bool positive) {
        int shift = config_.rate_shift;
        while (reach_of_step(x, shift) > detail::FixedPlane<Features>::farthest / 2) ++shift;
        if (planes_[k].reach() + reach_of_step(x, shift) > detail::FixedPlane<Features>::farthest) {
            for (auto& each : planes_) halve(each);
        }
        const std::int32_t half = (1 << shift) >> 1;
        for (std::size_t i = 0; i < Features; ++i) {
            const std::int32_t step = (x[i].raw + half) >> shift;
            const std::int32_t moved = planes_[k].weights[i] + (positive ? step : -step);
            planes_[k].weights[i] = static_cast<std::int16_t>(clamp<std::int32_t>(moved, -32767, 32767));
        }
        planes_[k].intercept += (positive ? 1 : -1) * (1 << (27 - shift));
    }

    /// At most: each weight's step may be rounded up by one.
    [[nodiscard]] static constexpr std::int64_t reach_of_step(Sample x, int shift) {
        std::int64_t sum = 32768;
        for (const q15 value : x) sum += value.raw < 0 ? -value.raw : value.raw;
        return ((sum >> shift) + static_cast<std::int64_t>(Features) + 1) * 32768;
    }

    static constexpr void halve(detail::FixedPlane<Features>& plane) {
        for (std::int16_t& weight : plane.weights) weight = static_cast<std::int16_t>(weight / 2);
        plane.intercept /= 2;
    }

    std::array<detail::FixedPlane<Features>, planes> planes_{};
    Config config_;
};

/// A linear regression in integers: answers as the float model it was made from.
///
/// Shapes  x: [Features], at most 30,000. predict(): scalar.
/// Units   x and predict(): q15; assign() is told what 1.0 stands for in either. What exceeds it saturates.
/// Errors  assign() refuses what is not finite, units not above 0, and weights so large in these units that
///         sums would leave 32 bits (bad_parameter).
/// Memory  2 * Features + 8 bytes. predict() takes Features multiply-accumulates of 32 bits.
/// Source  As LinearRegression; weights are scaled by a power of two.
template <std::size_t Features>
requires(Features <= 30'000) class FixedLinearRegression {
public:
    using Scalar = q15;
    using Sample = mote::Sample<q15, Features>;
    using Target = q15;
    static constexpr std::size_t features = Features;

    template <FloatingScalar T>
    constexpr Status assign(mote::Sample<T, Features> coefficients, T intercept, T unit, T target_unit) {
        if (!all_finite(coefficients) || !isfinite(intercept)) return Status::not_finite;
        if (!isfinite(unit) || !isfinite(target_unit)) return Status::not_finite;
        if (!(unit > 0) || !(target_unit > 0)) return Status::bad_parameter;
        const T room =
            detail::largest_scale<T, Features>(coefficients, intercept / unit) * target_unit / unit;
        if (!(room >= 1)) return Status::bad_parameter;
        int shift = 0;
        while (shift < 15 && static_cast<T>(2 << shift) <= room) ++shift;
        const T scale = static_cast<T>(1 << shift) * unit / target_unit;
        for (std::size_t i = 0; i < Features; ++i) {
            plane_.weights[i] = nearest_integer<std::int16_t>(coefficients[i] * scale);
        }
        plane_.intercept = nearest_integer<std::int32_t>(intercept / unit * scale * T(32768));
        shift_ = shift;
        return Status::ok;
    }

    [[nodiscard]] constexpr q15 predict(Sample x) const {
        const std::int32_t sum = plane_.score(x);
        if (shift_ == 0) return q15::saturate(sum);
        return q15::saturate(((sum >> (shift_ - 1)) + 1) >> 1);
    }

    constexpr void reset() { *this = FixedLinearRegression{}; }

private:
    detail::FixedPlane<Features> plane_;
    std::int32_t shift_ = 0;
};

}  // namespace mote
