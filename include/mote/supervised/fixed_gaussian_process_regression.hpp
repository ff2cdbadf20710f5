// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/fixed.hpp"
#include "mote/core/math.hpp"
#include "mote/core/math_q15.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/gaussian_process_regression.hpp"

namespace mote {

namespace detail {

/// 2^-(i / 32) in units of 2^-30.
inline constexpr auto fine_halving = [] {
    std::array<std::uint32_t, 32> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        constexpr double log_two = 0.69314718055994530942;
        table[i] = static_cast<std::uint32_t>((1 << 30) * exp(-log_two * static_cast<double>(i) / 32) + 0.5);
    }
    return table;
}();

/// exp(-|x - y|^2 / 2) of rows in q15, in units of 2^-30: within 2e-8 a feature. (The 15 bits of
/// FixedRadialBasis are too few where a process has little noise: its weights nearly cancel.)
class FixedCorrelation {
public:
    /// False where 1.0 in q15 is so many length scales that differences of 2^-15 units count.
    template <FloatingScalar T>
    constexpr bool assign(T unit) {
        constexpr T halvings = T(0.72134752044448170368);  // in exp(-1 / 2)
        const T farthest =
            static_cast<T>(std::uint64_t{1} << 35) / (halvings * unit * unit);  // 2^-32 is left
        if (!(farthest >= 65536)) return false;
        constexpr std::uint64_t far = std::uint64_t{1} << 63;
        factor_ = static_cast<std::uint64_t>(static_cast<T>(far) / farthest + T(0.5));
        factor_ = max(factor_, std::uint64_t{1});  // as good as no distance: all rows are alike
        limit_ = far / factor_;
        return true;
    }

    template <std::size_t Features>
    [[nodiscard]] constexpr std::int32_t operator()(const std::array<q15, Features>& x,
                                                    const std::array<q15, Features>& y) const {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            const std::int32_t gap = std::int32_t{x[i].raw} - y[i].raw;
            const auto size = static_cast<std::uint32_t>(gap < 0 ? -gap : gap);
            sum += size * size;
        }
        return sum < limit_ ? power(static_cast<std::uint32_t>(sum * factor_ >> 31)) : 0;
    }

private:
    /// 2^-(halvings / 2^27): what the table leaves, t < log(2) / 32, by (1) 1 - t (1 - t / 2 (1 - t / 3)).
    [[nodiscard]] static constexpr std::int32_t power(std::uint32_t halvings) {
        constexpr std::uint32_t log_two = 2977044472, third = 1431655765, one = 4294967295;  // of 2^32
        const std::uint32_t t = high(halvings << 10, log_two) >> 5;
        const std::uint32_t half = high(t, one - high(t, third)) / 2;
        const std::uint32_t value = fine_halving[halvings >> 22 & 31];
        const std::uint32_t left = value - high(value, high(t, one - half));  // (1)
        return static_cast<std::int32_t>(left >> (halvings >> 27));
    }

    [[nodiscard]] static constexpr std::uint32_t high(std::uint32_t a, std::uint32_t b) {
        return static_cast<std::uint32_t>(std::uint64_t{a} * b >> 32);
    }

    std::uint64_t limit_ = 1, factor_ = 0;
};

}  // namespace detail

/// GaussianProcessRegression with radial basis functions in integers.
///
/// Shapes  x: [Features]. predict(): scalar. predict_with_deviation(): the mean and the standard deviation of
///         the function at x; a target there has noise in addition.
/// Units   x and what is predicted: q15; assign() is told what 1.0 stands for in either. What exceeds it
///         saturates.
/// Errors  assign() refuses units that are not finite or not above 0, a model without rows (not_trained), and
///         what the integers do not hold (bad_parameter): length scales below a 850th of the unit, noise
///         below a millionth of the amplitude, weights that sum to 2^30 target units and deviations of 2^15;
///         all leave it as it was. Before that it predicts 0.
/// Memory  2 * Capacity * (Capacity + 3) + 2 * (Capacity + 1) * Features and 40 bytes, in multiples of 8.
///         predict() takes count() * (Features + 1) multiply-accumulates and an exponential a row; the
///         deviation count()^2 / 2 in addition, of 32 bits into 64, and 4 * Capacity bytes of stack: no
///         floating point, the same bits on every target.
/// Source  As GaussianProcessRegression: (1) the mean, (2) the variance, by (3) v = L^-1 k. All are in units
///         of the variance of a target, so that no row of L and no v is longer than 1.
template <std::size_t Features, std::size_t Capacity>
requires(Capacity > 0) class FixedGaussianProcessRegression {
public:
    using Scalar = q15;
    using Sample = mote::Sample<q15, Features>;
    using Target = q15;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t capacity = Capacity;

    struct Estimate {
        q15 mean, deviation;
    };

    template <FloatingScalar T, class Isa>
    constexpr Status assign(
        const GaussianProcessRegression<T, Features, Capacity, GaussianProcessKernel::rbf, Isa>& from, T unit,
        T target_unit) {
        if (!isfinite(unit) || !isfinite(target_unit)) return Status::not_finite;
        if (!(unit > 0) || !(target_unit > 0)) return Status::bad_parameter;
        if (from.count() == 0) return Status::not_trained;
        const auto& config = from.config();
        T shortest = config.length_scales[0], total = abs(config.mean);
        for (const T length : config.length_scales) shortest = min(shortest, length);
        for (std::size_t i = 0; i < from.count(); ++i) total += config.amplitude * abs(from.weight(i));
        const T deviation = sqrt(config.amplitude + config.noise);
        detail::FixedCorrelation correlation;
        if (!correlation.assign(unit / shortest) || !(total / target_unit < T(1 << 30)) ||
            !(deviation / target_unit < 32768) || !(config.noise * T(1 << 20) >= config.amplitude)) {
            return Status::bad_parameter;
        }
        correlation_ = correlation;
        count_ = static_cast<std::uint32_t>(from.count());
        deviation_ = nearest_integer<std::uint32_t>(deviation / target_unit * 65536);
        share_ =
            nearest_integer<std::uint32_t>(config.amplitude / (config.amplitude + config.noise) * T(1 << 30));
        take_rows(from, unit, shortest);
        take_weights(from, target_unit, total / target_unit);
        take_factor(from, deviation);
        return Status::ok;
    }

    [[nodiscard]] constexpr q15 predict(Sample x) const {
        const Row at = scaled(x);
        std::int64_t sum = intercept_;
        for (std::size_t i = 0; i < count_; ++i) {
            sum += std::int64_t{weights_[i]} * correlation_(at, rows_[i]);
        }
        return rounded(sum);
    }

    [[nodiscard]] constexpr Estimate predict_with_deviation(Sample x) const {
        const Row at = scaled(x);
        std::array<std::int32_t, Capacity> values{};
        std::int64_t sum = intercept_;
        for (std::size_t i = 0; i < count_; ++i) {
            values[i] = correlation_(at, rows_[i]);
            sum += std::int64_t{weights_[i]} * values[i];  // (1)
        }
        const q31 root = sqrt(q31::saturate(variance(std::span(values).first(count_)) >> 29));
        const std::uint64_t deviation =
            (std::uint64_t{static_cast<std::uint32_t>(root.raw)} * deviation_ + (std::uint64_t{1} << 31)) >>
            32;
        return {rounded(sum), q15::saturate(static_cast<std::int32_t>(deviation))};
    }

    constexpr void reset() {
        count_ = 0;
        intercept_ = 0;
        share_ = 0;
        deviation_ = 0;
    }

    [[nodiscard]] constexpr std::size_t count() const { return count_; }

private:
    using Row = std::array<q15, Features>;

    [[nodiscard]] static constexpr std::size_t start(std::size_t i) { return i * (i + 1) / 2; }

    /// All features in the shortest of the length scales.
    [[nodiscard]] constexpr Row scaled(Sample x) const {
        Row row{};
        for (std::size_t i = 0; i < Features; ++i) {
            row[i].raw = static_cast<std::int16_t>((x[i].raw * std::int32_t{factors_[i]} + (1 << 14)) >> 15);
        }
        return row;
    }

    [[nodiscard]] constexpr q15 rounded(std::int64_t sum) const {
        const std::uint32_t bits = shift_ + 15;
        const std::int64_t whole = (sum + (std::int64_t{1} << bits >> 1)) >> bits;
        const std::int64_t highest = std::numeric_limits<std::int32_t>::max();
        return q15::saturate(static_cast<std::int32_t>(clamp(whole, -highest, highest)));
    }

    /// (2) in units of 2^-60, from the correlations. Where rounding makes v longer than there is variance,
    /// none is left: nothing overflows before that.
    [[nodiscard]] constexpr std::int64_t variance(std::span<std::int32_t> v) const {
        constexpr std::int64_t one = std::int64_t{1} << 30;
        std::int64_t left = share_ * one;
        for (std::size_t j = 0; j < v.size(); ++j) {
            const std::int32_t* factor = triangle_.data() + start(j);
            std::int64_t rest = std::int64_t{share_} * v[j];
            for (std::size_t i = 0; i < j; ++i) rest -= std::int64_t{*factor++} * v[i];
            const std::int64_t value = ((rest >> 30) * *factor + (1 << 19)) >> 20;  // (3)
            if (value > one || value < -one) return 0;
            left -= value * value;
            if (left <= 0) return 0;
            v[j] = static_cast<std::int32_t>(value);
        }
        return left;
    }

    template <class Model, FloatingScalar T>
    constexpr void take_rows(const Model& from, T unit, T shortest) {
        for (std::size_t k = 0; k < Features; ++k) {
            factors_[k] = nearest_integer<std::uint16_t>(shortest / from.config().length_scales[k] * 32768);
        }
        for (std::size_t i = 0; i < count_; ++i) {
            for (std::size_t k = 0; k < Features; ++k) rows_[i][k] = q15(from.row(i)[k] * (shortest / unit));
        }
    }

    /// Their sum stays below 2^31, and with correlations of 2^30 that of the products below 2^61.
    template <class Model, FloatingScalar T>
    constexpr void take_weights(const Model& from, T target_unit, T total) {
        shift_ = 0;
        while (shift_ < 30 && total * static_cast<T>(std::uint32_t{2} << shift_) < T(1 << 30)) ++shift_;
        const T scale = static_cast<T>(std::uint32_t{1} << shift_) / target_unit;
        for (std::size_t i = 0; i < count_; ++i) {
            weights_[i] = nearest_integer<std::int32_t>(from.config().amplitude * from.weight(i) * scale);
        }
        intercept_ = static_cast<std::int64_t>(from.config().mean * scale * T(1 << 30));
    }

    /// Each row of L in units of 2^-30, then one over the diagonal, at most 2^10, in units of 2^-20.
    template <class Model, FloatingScalar T>
    constexpr void take_factor(const Model& from, T deviation) {
        for (std::size_t j = 0; j < count_; ++j) {
            const auto row = from.factor(j);
            std::int32_t* to = triangle_.data() + start(j);
            for (std::size_t i = 0; i < j; ++i)
                *to++ = nearest_integer<std::int32_t>(row[i] / deviation * T(1 << 30));
            *to = nearest_integer<std::int32_t>(deviation / row[j] * T(1 << 20));
        }
    }

    std::array<std::int32_t, Capacity*(Capacity + 1) / 2> triangle_{};
    std::array<std::int32_t, Capacity> weights_{};
    std::array<Row, Capacity> rows_{};  // as scaled() makes them
    std::array<std::uint16_t, Features> factors_{};
    std::int64_t intercept_ = 0;  // in units of 2^-30 weights
    detail::FixedCorrelation correlation_;
    std::uint32_t count_ = 0, shift_ = 0;
    std::uint32_t share_ = 0;      // of the function in the variance of a target, in units of 2^-30
    std::uint32_t deviation_ = 0;  // of a target, in units of 2^-16 target units
};

}  // namespace mote
