// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/math_q15.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// ZScore for converter counts, in integers throughout: the same scores to the bit on every target, and no
/// floating point where there is no unit for it.
///
/// Shapes  x: [Features]. score(): an integer, 0 .. highest, of the most unusual feature.
/// Units   x: counts (of a q15, its raw). Score: 1 / 256 standard deviation.
/// Errors  none: every count is a number. The score of a feature that has never varied is 0.
/// Memory  24 bytes for one feature, 12 for each other. Time O(Features), with a square root and a division
///         of 32 bits for each.
/// Source  as ZScore. Deviations: a new sample weighs the power of two below 1 / samples, at least
///         2^-MemoryBits; the mean has 14 bits behind the point, the mean square 16; the score is rounded
///         down after a division by the leading 15 bits of the deviation. Nothing is summed, so nothing
///         overflows: a deviation has 30 bits, a product of two 60.
template <std::size_t Features, unsigned MemoryBits = 12>
requires(MemoryBits > 0 && MemoryBits <= 14) class IntegerZScore {
public:
    using Scalar = std::int16_t;
    using Sample = mote::Sample<std::int16_t, Features>;
    using Score = std::uint32_t;
    static constexpr std::size_t features = Features;
    static constexpr Score highest = 0xffff;

    [[nodiscard]] constexpr Score score(Sample x) const {
        Score worst = 0;
        for (std::size_t i = 0; i < Features; ++i) worst = max(worst, unusual(i, deviation(i, x[i])));
        return worst;
    }

    constexpr Status update(Sample x) {
        observe(x);
        return Status::ok;
    }

    /// Scores x against what was seen before it, then learns from it.
    constexpr Score observe(Sample x) {
        const int shift = gain();
        Score worst = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            const std::int32_t before = deviation(i, x[i]);
            worst = max(worst, unusual(i, before));
            learn(i, before, shift);
        }
        if (count_ < 1u << MemoryBits) ++count_;
        return worst;
    }

    constexpr void reset() { *this = IntegerZScore{}; }

    /// In counts / 2^14.
    [[nodiscard]] constexpr std::int32_t mean(std::size_t i = 0) const { return mean_[i]; }
    /// In counts^2 / 2^16.
    [[nodiscard]] constexpr std::uint64_t variance(std::size_t i = 0) const { return square_[i]; }

private:
    static constexpr int mean_bits = 14, square_bits = 16;

    /// A sample weighs 2^-gain: 1, 1/2, 1/2, 1/4 four times, ...
    [[nodiscard]] constexpr int gain() const { return static_cast<int>(std::bit_width(count_ + 1)) - 1; }

    [[nodiscard]] constexpr std::int32_t deviation(std::size_t i, std::int16_t x) const {
        return x * (1 << mean_bits) - mean_[i];
    }

    template <class W>
    static constexpr W shift_right(W value, int bits) {
        return bits > 0 ? (value + (W{1} << (bits - 1))) >> bits : value;
    }

    constexpr void learn(std::size_t i, std::int32_t before, int shift) {
        const std::int32_t step = shift_right(before, shift);
        mean_[i] += step;
        const std::int64_t square = std::int64_t{before} * (before - step) >> (2 * mean_bits - square_bits);
        square_[i] +=
            static_cast<std::uint64_t>(shift_right(square - static_cast<std::int64_t>(square_[i]), shift));
    }

    /// The deviation in standard deviations. An even shift moves the mean square to 30 .. 32 bits, which
    /// gives 15 or 16 bits of its root.
    [[nodiscard]] constexpr Score unusual(std::size_t i, std::int32_t deviation) const {
        if (square_[i] == 0) return 0;
        const int half_shift = (static_cast<int>(std::bit_width(square_[i])) - 31) / 2;
        const auto square = half_shift < 0 ? square_[i] << -2 * half_shift : square_[i] >> 2 * half_shift;
        const std::uint32_t usual = detail::integer_square_root(static_cast<std::uint32_t>(square));
        const auto size = static_cast<std::uint32_t>(deviation < 0 ? -deviation : deviation) >> 6;
        // Eight bits behind the point of `size`, another eight for the score.
        const std::uint64_t dividend =
            half_shift < 0 ? std::uint64_t{size} << (8 - half_shift) : std::uint64_t{size} << 8 >> half_shift;
        return dividend >> 16 >= usual ? highest : static_cast<std::uint32_t>(dividend) / usual;
    }

    std::array<std::int32_t, Features> mean_{};
    std::array<std::uint64_t, Features> square_{};  // mean squared deviations from the mean
    std::uint32_t count_ = 0;
};

}  // namespace mote
