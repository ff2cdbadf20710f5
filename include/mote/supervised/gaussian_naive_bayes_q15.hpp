// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/fixed.hpp"
#include "mote/core/math.hpp"
#include "mote/core/math_q15.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/gaussian_naive_bayes.hpp"

namespace mote {

/// Gaussian naive Bayes in integers: learns and predicts without a floating-point instruction or call, with
/// the same bits on every target.
///
/// Shapes  x: [Features], at most 500. Labels 0 .. Classes - 1. predict_proba(): [Classes].
/// Units   x: any, one unit per feature; a feature should fill the range of q15. Every variance is raised by
///         that of one unit in the last place, which stands for what rounding has hidden.
/// Errors  update() and fit() refuse labels out of range, fit() also no rows and a class without a row;
///         update() any row of a class after 65,535, merge() what would exceed that. A class never seen is
///         never predicted; before any sample predict() is 0.
/// Memory  17 * Classes * Features + 8 * Classes + 4 bytes, 5 * Classes * Features of which are read by
///         predict(). predict() takes two multiplications of 32 bits for each class and feature; update() a
///         square root and two divisions of 64 bits for each feature.
/// Source  As GaussianNaiveBayes in floating point, from exact sums: (1) count^2 times the variance is count
///         * sum(x^2) - sum(x)^2. Deviation: beyond 64 sqrt(2) standard deviations a value counts as there.
template <std::size_t Features, std::size_t Classes, class LabelType, class Isa>
requires can_label<LabelType, Classes> &&
    (Features <= 500) class GaussianNaiveBayes<q15, Features, Classes, LabelType, Isa> {
public:
    using Scalar = q15;
    using Sample = mote::Sample<q15, Features>;
    using Label = LabelType;
    using LogScalar = Fixed<std::int32_t, 10>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr bool exactly_mergeable = true;  // to the bit

    [[nodiscard]] constexpr Status fit(Dataset<q15, Features, Label> data) {
        GaussianNaiveBayes next;
        const Status status =
            learn_every_class(data, next.counts_, [&](Sample x, Label y) { return next.accumulate(x, y); });
        if (status != Status::ok) return status;
        for (std::size_t k = 0; k < Classes; ++k) next.prepare(k);
        *this = next;
        return Status::ok;
    }

    constexpr Status update(Sample x, Label y) {
        const Status status = accumulate(x, y);
        if (status == Status::ok) prepare(y);
        return status;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        const auto joint = joint_log_proba(x);
        std::size_t best = 0;
        for (std::size_t k = 1; k < Classes; ++k) best = joint[k] > joint[best] ? k : best;
        return static_cast<Label>(best);
    }

    [[nodiscard]] constexpr std::array<q15, Classes> predict_proba(Sample x) const {
        const auto joint = joint_log_proba(x);
        std::int32_t highest = joint[0];
        for (const std::int32_t value : joint) highest = max(highest, value);
        std::array<std::int32_t, Classes> odds{};  // with 30 bits of fraction
        std::uint64_t total = 0;
        for (std::size_t k = 0; k < Classes; ++k) {
            const std::int64_t gap = min(std::int64_t{highest} - joint[k], std::int64_t{32} << log_bits);
            odds[k] = detail::exp_of_negative(static_cast<std::int32_t>(gap * (1 << (20 - log_bits))));
            total += static_cast<std::uint32_t>(odds[k]);
        }
        std::array<q15, Classes> result{};
        for (std::size_t k = 0; k < Classes; ++k) {
            const auto share = (static_cast<std::uint64_t>(odds[k]) * 32768 + total / 2) / total;
            result[k] = q15::saturate(static_cast<std::int32_t>(share));
        }
        return result;
    }

    /// log P(class) + log p(x | class), as if x were between -1 and 1; the lowest for a class never seen.
    [[nodiscard]] constexpr std::array<LogScalar, Classes> predict_joint_log_proba(Sample x) const {
        const auto joint = joint_log_proba(x);
        std::uint32_t seen = 0;
        for (const std::uint32_t count : counts_) seen += count;
        const std::int32_t log_seen = seen == 0 ? 0 : log_of(seen) >> (24 - log_bits);
        std::array<LogScalar, Classes> result{};
        for (std::size_t k = 0; k < Classes; ++k) {
            result[k] = LogScalar::saturate(std::int64_t{joint[k]} - log_seen);
        }
        return result;
    }

    /// As if this model had also seen every sample of the other, in any order.
    constexpr Status merge(const GaussianNaiveBayes& other) {
        for (std::size_t k = 0; k < Classes; ++k) {
            if (other.counts_[k] > most - counts_[k]) return Status::capacity_full;
        }
        for (std::size_t k = 0; k < Classes; ++k) {
            counts_[k] += other.counts_[k];
            for (std::size_t i = 0; i < Features; ++i) {
                sums_[k][i] += other.sums_[k][i];
                squares_[k][i] += other.squares_[k][i];
            }
            prepare(k);
        }
        return Status::ok;
    }

    constexpr void reset() { *this = GaussianNaiveBayes{}; }

    [[nodiscard]] constexpr std::uint32_t count(Label label) const { return counts_[label]; }
    [[nodiscard]] constexpr Sample mean(Label label) const { return means_[label]; }

private:
    static constexpr std::uint32_t most = 65535;  // so that (1) fits into 64 bits, and a sum into 32
    static constexpr int log_bits = 10;
    static constexpr std::int32_t never = -0x7fff'ffff;

    constexpr Status accumulate(Sample x, Label y) {
        if (y >= Classes) return Status::bad_label;
        if (counts_[y] == most) return Status::capacity_full;
        ++counts_[y];
        for (std::size_t i = 0; i < Features; ++i) {
            const std::int32_t value = x[i].raw;
            sums_[y][i] += value;
            squares_[y][i] += static_cast<std::uint32_t>(value * value);
        }
        return Status::ok;
    }

    /// With log_bits bits of fraction, and without what all classes have in common: the number of samples.
    [[nodiscard]] constexpr std::array<std::int32_t, Classes> joint_log_proba(Sample x) const {
        std::array<std::int32_t, Classes> result{};
        for (std::size_t k = 0; k < Classes; ++k) {
            result[k] = never;
            if (counts_[k] == 0) continue;
            std::uint32_t exponent = 0;  // at most 500 * 2^22
            for (std::size_t i = 0; i < Features; ++i) {
                const std::int32_t gap = std::int32_t{x[i].raw} - means_[k][i].raw;
                const auto size = static_cast<std::uint32_t>(gap < 0 ? -gap : gap);
                const std::uint32_t z = min<std::uint32_t>(size * factors_[k][i] >> shifts_[k][i], 0xffff);
                exponent += z * z >> log_bits;  // z, too, has log_bits of them
            }
            result[k] = constants_[k] - static_cast<std::int32_t>(exponent);
        }
        return result;
    }

    /// Turns one class's sums into what predict() needs.
    constexpr void prepare(std::size_t k) {
        const std::uint64_t count = counts_[k];
        if (count == 0) return;
        std::int64_t constant = log_of(count);
        for (std::size_t i = 0; i < Features; ++i) {
            const std::int64_t sum = sums_[k][i];
            const std::uint64_t spread =
                count * squares_[k][i] - static_cast<std::uint64_t>(sum * sum);  // (1)
            const std::uint64_t variance = (spread / count << 8) / count + 256;  // 8 bits of fraction
            const std::uint64_t deviation = detail::integer_square_root(variance << 24);  // 16 bits of it
            set_factor(k, i, deviation);
            means_[k][i] = rounded_mean(sum, static_cast<std::int32_t>(count));
            constant -= log_of(deviation) - 31 * std::int64_t{ln2} + half_log_two_pi;
        }
        constants_[k] = static_cast<std::int32_t>(constant >> (24 - log_bits));
    }

    /// 1 / (sqrt(2) * deviation) as factor * 2^-shift with log_bits bits more, the factor having 15 bits.
    constexpr void set_factor(std::size_t k, std::size_t i, std::uint64_t deviation) {
        constexpr std::uint64_t root_half = 1518500250;  // * 2^-31
        std::uint8_t shift = 5;                          // enough for the smallest deviation, one
        std::uint64_t factor = root_half / deviation;
        for (; factor < 1 << 14; ++shift) factor = (root_half << (shift - 4)) / deviation;
        factors_[k][i] = static_cast<std::uint16_t>(factor);
        shifts_[k][i] = shift;
    }

    [[nodiscard]] static constexpr q15 rounded_mean(std::int64_t sum, std::int32_t count) {
        const std::int64_t half = sum < 0 ? -(count / 2) : count / 2;
        return q15::from_raw(static_cast<std::int16_t>((sum + half) / count));
    }

    /// log(n) with 24 bits of fraction, n > 0.
    [[nodiscard]] static constexpr std::int32_t log_of(std::uint64_t n) {
        const int excess = static_cast<int>(std::bit_width(n)) - 15;
        const std::uint64_t digits = excess >= 0 ? n >> excess : n << -excess;
        return detail::logarithm_q24(q15::from_raw(static_cast<std::int16_t>(digits))) + (excess + 15) * ln2;
    }

    static constexpr std::int32_t ln2 = detail::ln2_q30 >> 6;
    static constexpr std::int32_t half_log_two_pi = detail::to_q30(0.91893853320467274) >> 6;

    std::array<std::array<std::uint64_t, Features>, Classes> squares_{};
    std::array<std::array<std::int32_t, Features>, Classes> sums_{};
    std::array<std::int32_t, Classes> constants_{};  // log count and log normalisation
    std::array<std::uint32_t, Classes> counts_{};
    std::array<std::array<q15, Features>, Classes> means_{};
    std::array<std::array<std::uint16_t, Features>, Classes> factors_{};
    std::array<std::array<std::uint8_t, Features>, Classes> shifts_{};
};

}  // namespace mote
