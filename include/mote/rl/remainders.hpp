// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/core/fixed.hpp"
#include "mote/rl/rate.hpp"

namespace mote::rl {

/// What rounding left of the steps of each value of an integer table, so that no step is lost and none is
/// left to chance: value and remainder together move as one number of 16 bits more, to whose nearest unit the
/// table is set.
///
/// Shapes  [Count], in the order of the table.
/// Units   2^-16 of the table's unit. At a rate R a value comes within 2^-17 / R units of where it should be;
///         a table that rounds to the nearest stops 1 / 2R units before.
/// Memory  2 bytes a value. Tables of 32 bits have bits enough: none.
/// Source  Kahan 1965, Communications of the ACM 8(1):40: the part that a sum loses is carried on.
template <FixedScalar T, std::size_t Count>
class Remainders {
public:
    /// value + Step * (target - value), where `value` is entry i of the table.
    template <Rate Step>
    [[nodiscard]] constexpr T moved(T value, T target, std::size_t i) {
        const std::int64_t from = exact(value, i);
        return rounded(from + share<Step>(widened(target) - from), i);
    }

    /// A value in this class's unit, and entry i of the table with what it lacks.
    [[nodiscard]] static constexpr std::int64_t widened(T value) {
        return std::int64_t{value.raw} * (std::int64_t{1} << bits);
    }
    [[nodiscard]] constexpr std::int64_t exact(T value, std::size_t i) const {
        if constexpr (bits > 0) return widened(value) + left_[i];
        return widened(value);
    }
    /// What the table should say of `exact`; keeps the rest as that of entry i.
    [[nodiscard]] constexpr T rounded(std::int64_t exact, std::size_t i) {
        if constexpr (bits > 0) {
            left_[i] = static_cast<std::int16_t>(exact);
            exact -= left_[i];
        }
        return T::saturate(exact >> bits);
    }

    /// wide * part / 2^30, rounded to the nearest; `wide` is a difference of two values.
    [[nodiscard]] static constexpr std::int64_t share(std::int64_t wide, std::int32_t part) {
        return (wide * part + (1 << 29)) >> 30;
    }

    template <Rate Step>
    [[nodiscard]] static constexpr std::int64_t share(std::int64_t wide) {
        constexpr int shift = Step.shift(30);
        if constexpr (shift == 0) {
            return wide;
        } else if constexpr (shift > 0) {
            return (wide + (std::int64_t{1} << (shift - 1))) >> shift;
        } else {
            return share(wide, static_cast<std::int32_t>(Step.value * (1 << 30) + 0.5));
        }
    }

private:
    static constexpr int bits = sizeof(T::raw) < 4 ? 16 : 0;

    struct Nothing {};

    [[no_unique_address]] std::conditional_t<(bits > 0), std::array<std::int16_t, Count>, Nothing> left_{};
};

}  // namespace mote::rl
