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
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/kernel_svm.hpp"
#include "mote/supervised/support_vector_regression.hpp"

/// Support vector machines with radial basis functions in integers, made from those that learnt in floating
/// point.
namespace mote {

namespace detail {

/// 2^-(i / 32) in units of 2^-15: the error of the straight line between two is below 6e-5 of it.
inline constexpr auto halving = [] {
    std::array<std::uint16_t, 33> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        constexpr double log_two = 0.69314718055994530942;
        table[i] = static_cast<std::uint16_t>(32768 * exp(-log_two * static_cast<double>(i) / 32) + 0.5);
    }
    return table;
}();

/// weight * exp(-gamma |x - y|^2) of rows in q15, the power of e as one of two: 2^-(whole + fraction / 2^12).
class FixedRadialBasis {
public:
    struct Power {
        std::int32_t mantissa = 0;  // in units of 2^-15
        std::uint32_t halvings = 0;

        [[nodiscard]] constexpr std::int32_t times(std::int16_t weight) const {
            return (weight * mantissa) >> halvings;
        }
    };

    /// False where it is so narrow that differences of 2^-15 units count.
    template <FloatingScalar T>
    constexpr bool assign(T gamma, T unit) {
        constexpr T log2e = T(1.44269504088896340736);
        const T farthest =
            T(1 << 30) * 16 / (gamma * unit * unit * log2e);  // 2^-16 is left there, and is kept
        if (!(farthest >= 32768) || !isfinite(farthest)) return false;
        T scaled = farthest;
        shift_ = 0;
        for (; scaled >= 65536; scaled /= 2) ++shift_;
        factor_ = static_cast<std::uint32_t>(T(65536) * T(32768) / scaled);
        return shift_ < 64;
    }

    template <std::size_t Features>
    [[nodiscard]] constexpr Power operator()(Sample<q15, Features> x,
                                             const std::array<q15, Features>& y) const {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            const std::int32_t gap = std::int32_t{x[i].raw} - y[i].raw;
            const auto size = static_cast<std::uint32_t>(gap < 0 ? -gap : gap);
            sum += size * size;
        }
        const std::uint64_t distance = sum >> shift_;
        if (distance > 65535) return {};
        const std::uint32_t halvings = static_cast<std::uint32_t>(distance) * factor_ >> 15;
        const std::uint32_t place = halvings >> 7 & 31, between = halvings & 127;
        const std::int32_t left = halving[place], right = halving[place + 1];
        return {left - ((left - right) * static_cast<std::int32_t>(between) + 64) / 128, halvings >> 12};
    }

private:
    std::uint32_t shift_ = 0, factor_ = 0;
};

}  // namespace detail

/// KernelSvm with radial basis functions in integers.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1; the class that wins most pairs is predicted.
/// Units   x: q15. assign() takes a model of features in `unit`s: a unit of 4 where 1.0 in q15 stands for 4.
///         A support vector beyond that saturates.
/// Errors  assign() refuses a unit that is not finite or not above 0, a model that has not learnt
///         (not_trained), and kernels that are too narrow for the unit (bad_parameter); all leave it as it
///         was. Before that predict() is 0.
/// Memory  2 * Capacity * (Features + Classes - 1) bytes, 8 a pair and 4 * (Classes + 3). predict() takes
///         count() * (Features + Classes - 1) multiply-accumulates of 32 bits into 64: no floating point, the
///         same bits on every target.
/// Source  As KernelSvm. Weights of each pair are scaled to 15 bits; a kernel has 15 bits whatever its size,
///         and may be 0 where it is below 2^-16.
template <std::size_t Features, std::size_t Classes, std::size_t Capacity, class LabelType = std::uint8_t>
requires(can_label<LabelType, Classes>&& Classes >= 2 && Capacity > 0) class FixedKernelSvm {
public:
    using Scalar = q15;
    using Sample = mote::Sample<q15, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr std::size_t capacity = Capacity;

    template <FloatingScalar T, class Isa>
    constexpr Status assign(
        const KernelSvm<T, Features, Classes, Capacity, SvmKernel::rbf, LabelType, Isa>& from, T unit = 1) {
        if (!isfinite(unit)) return Status::not_finite;
        if (!(unit > 0)) return Status::bad_parameter;
        if (!(from.gamma() > 0)) return Status::not_trained;
        detail::FixedRadialBasis basis;
        if (!basis.assign(from.gamma(), unit)) return Status::bad_parameter;
        basis_ = basis;
        for (std::size_t i = 0; i < from.count(); ++i) {
            for (std::size_t k = 0; k < Features; ++k) vectors_[i][k] = q15(from.vector(i)[k] / unit);
        }
        for (std::size_t label = 0; label <= Classes; ++label) {
            starts_[label] = static_cast<std::uint32_t>(from.first(label));
        }
        for (std::size_t i = 0; i < Classes; ++i) {
            for (std::size_t j = i + 1; j < Classes; ++j) take(from, i, j);
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        Scores scores = intercepts_;
        for (std::size_t label = 0; label < Classes; ++label) {
            for (std::size_t i = starts_[label]; i < starts_[label + 1]; ++i) {
                const detail::FixedRadialBasis::Power power = basis_(x, vectors_[i]);
                if (power.mantissa == 0) continue;
                for (std::size_t other = 0; other < Classes; ++other) {
                    if (other == label) continue;
                    const std::size_t pair = pair_of(min(label, other), max(label, other));
                    scores[pair] += power.times(weights_[i][slot(label, other)]);
                }
            }
        }
        std::array<std::uint32_t, Classes> votes{};
        for (std::size_t i = 0; i < Classes; ++i) {
            for (std::size_t j = i + 1; j < Classes; ++j) ++votes[scores[pair_of(i, j)] > 0 ? j : i];
        }
        return static_cast<Label>(kernels::argmax(votes));
    }

    constexpr void reset() {
        starts_ = {};
        intercepts_ = {};
    }

    [[nodiscard]] constexpr std::size_t count() const { return starts_[Classes]; }

private:
    static constexpr std::size_t pairs = Classes * (Classes - 1) / 2;
    using Scores = std::array<std::int64_t, pairs>;

    [[nodiscard]] static constexpr std::size_t pair_of(std::size_t i, std::size_t j) {
        return i * (2 * Classes - i - 1) / 2 + j - i - 1;
    }
    [[nodiscard]] static constexpr std::size_t slot(std::size_t label, std::size_t other) {
        return other < label ? other : other - 1;
    }

    /// Only the proportions of a pair's weights and its intercept matter.
    template <class Model>
    constexpr void take(const Model& from, std::size_t i, std::size_t j) {
        using T = typename Model::Scalar;
        T largest = std::numeric_limits<T>::min();
        const auto each = [&](auto visit) {
            for (std::size_t row = from.first(i); row < from.first(i + 1); ++row) visit(row, i, j);
            for (std::size_t row = from.first(j); row < from.first(j + 1); ++row) visit(row, j, i);
        };
        each([&](std::size_t row, std::size_t label, std::size_t other) {
            largest = max(largest, abs(from.coefficient(row, label, other)));
        });
        largest = max(largest, abs(from.intercept(i, j)) / T(1 << 30));  // where nothing else is left
        each([&](std::size_t row, std::size_t label, std::size_t other) {
            weights_[row][slot(label, other)] =
                nearest_integer<std::int16_t>(from.coefficient(row, label, other) / largest * 32767);
        });
        intercepts_[pair_of(i, j)] =
            static_cast<std::int64_t>(from.intercept(i, j) / largest * (T(32767) * T(32768)));
    }

    std::array<std::array<q15, Features>, Capacity> vectors_{};  // by class
    std::array<std::array<std::int16_t, Classes - 1>, Capacity> weights_{};
    Scores intercepts_{};  // in units of 2^-15 weights
    std::array<std::uint32_t, Classes + 1> starts_{};
    detail::FixedRadialBasis basis_;
};

/// SupportVectorRegression with radial basis functions in integers.
///
/// Shapes  x: [Features]. predict(): scalar.
/// Units   x and predict(): q15; assign() is told what 1.0 stands for in either. What exceeds it saturates.
/// Errors  As FixedKernelSvm; a weight of 2^15 target units or more is bad_parameter, too. Before assign()
///         predict() is 0.
/// Memory  2 * Capacity * (Features + 1) and 24 bytes. predict() takes count() * (Features + 1)
///         multiply-accumulates of 32 bits into 64.
/// Source  As SupportVectorRegression; weights are scaled by a power of two.
template <std::size_t Features, std::size_t Capacity>
requires(Capacity > 0) class FixedSupportVectorRegression {
public:
    using Scalar = q15;
    using Sample = mote::Sample<q15, Features>;
    using Target = q15;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t capacity = Capacity;

    template <FloatingScalar T, class Isa>
    constexpr Status assign(const SupportVectorRegression<T, Features, Capacity, SvmKernel::rbf, Isa>& from,
                            T unit, T target_unit) {
        if (!isfinite(unit) || !isfinite(target_unit)) return Status::not_finite;
        if (!(unit > 0) || !(target_unit > 0)) return Status::bad_parameter;
        if (!(from.gamma() > 0)) return Status::not_trained;
        T largest = abs(from.intercept()) / T(1 << 30);
        for (std::size_t i = 0; i < from.count(); ++i) largest = max(largest, abs(from.weight(i)));
        largest /= target_unit;
        detail::FixedRadialBasis basis;
        if (!basis.assign(from.gamma(), unit) || !(largest < 32767)) return Status::bad_parameter;
        basis_ = basis;
        shift_ = 0;
        while (shift_ < 30 && largest * static_cast<T>(std::uint32_t{2} << shift_) < 32767) ++shift_;
        const T scale = static_cast<T>(std::uint32_t{1} << shift_) / target_unit;
        count_ = static_cast<std::uint32_t>(from.count());
        for (std::size_t i = 0; i < count_; ++i) {
            for (std::size_t k = 0; k < Features; ++k) vectors_[i][k] = q15(from.vector(i)[k] / unit);
            weights_[i] = nearest_integer<std::int16_t>(from.weight(i) * scale);
        }
        intercept_ = static_cast<std::int64_t>(from.intercept() * scale * T(32768));
        return Status::ok;
    }

    [[nodiscard]] constexpr q15 predict(Sample x) const {
        std::int64_t sum = intercept_ + (std::int64_t{1} << shift_) / 2;
        for (std::size_t i = 0; i < count_; ++i) sum += basis_(x, vectors_[i]).times(weights_[i]);
        const std::int64_t highest = std::numeric_limits<std::int32_t>::max();
        return q15::saturate(static_cast<std::int32_t>(clamp(sum >> shift_, -highest, highest)));
    }

    constexpr void reset() {
        count_ = 0;
        intercept_ = 0;
    }

    [[nodiscard]] constexpr std::size_t count() const { return count_; }

private:
    std::array<std::array<q15, Features>, Capacity> vectors_{};
    std::array<std::int16_t, Capacity> weights_{};
    std::int64_t intercept_ = 0;  // in units of 2^-15 weights
    std::uint32_t count_ = 0;
    std::uint32_t shift_ = 0;
    detail::FixedRadialBasis basis_;
};

}  // namespace mote
