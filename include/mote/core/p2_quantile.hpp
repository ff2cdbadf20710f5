// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/floating.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// A quantile of a stream from five markers instead of the samples: the least, the greatest, the quantile,
/// and one halfway to each end. Their heights move on parabolas through their neighbours.
///
/// Shapes  x: scalar.
/// Units   value(): those of x. probability: 0.5 is the median; clamped to [0, 1].
/// Errors  update() refuses a non-finite x, and any x after 2^32 - 1. value() is exact (the nearest rank)
///         up to five samples, 0 for none.
/// Memory  6 scalars and 6 counts. Time O(1).
/// Source  Jain and Chlamtac 1985, Communications of the ACM 28(10):1076-1085, Box 1. The desired positions
///         are computed from the count, where the paper adds up increments.
template <FloatingScalar T>
class P2Quantile {
public:
    using Scalar = T;

    constexpr explicit P2Quantile(T probability = T{0.5}) : probability_(clamp(probability, T{0}, T{1})) {}

    constexpr Status update(T x) {
        if (!isfinite(x)) return Status::not_finite;
        if (count_ == std::numeric_limits<std::uint32_t>::max()) return Status::capacity_full;
        if (count_ < markers) {
            insert(x);
            return Status::ok;
        }
        const std::size_t cell = find_cell(x);
        for (std::size_t i = cell + 1; i < markers; ++i) ++position_[i];
        ++count_;
        for (std::size_t i = 1; i + 1 < markers; ++i) adjust(i);
        return Status::ok;
    }

    [[nodiscard]] constexpr T value() const {
        if (count_ == 0) return 0;
        if (count_ > markers) return height_[2];
        const T rank = probability_ * static_cast<T>(count_ - 1);
        return height_[static_cast<std::size_t>(rank + T{0.5})];
    }

    constexpr void reset() { *this = P2Quantile(probability_); }

    [[nodiscard]] constexpr std::uint32_t count() const { return count_; }
    [[nodiscard]] constexpr T probability() const { return probability_; }
    /// The five markers' heights, in rising order.
    [[nodiscard]] constexpr const std::array<T, 5>& heights() const { return height_; }

private:
    static constexpr std::size_t markers = 5;

    /// Keeps the first five samples in order.
    constexpr void insert(T x) {
        std::size_t i = count_;
        for (; i > 0 && height_[i - 1] > x; --i) height_[i] = height_[i - 1];
        height_[i] = x;
        ++count_;
    }

    /// The cell between two markers that x falls into; stretches the outer ones (Box 1, B.1).
    constexpr std::size_t find_cell(T x) {
        height_[0] = min(height_[0], x);
        height_[4] = max(height_[4], x);
        std::size_t cell = 0;
        while (cell < 3 && x >= height_[cell + 1]) ++cell;
        return cell;
    }

    [[nodiscard]] constexpr T desired_position(std::size_t i) const {
        const std::array<T, markers> share = {0, probability_ / 2, probability_, (1 + probability_) / 2, 1};
        return 1 + static_cast<T>(count_ - 1) * share[i];
    }

    /// Moves marker i one place towards its desired position where there is room (Box 1, B.3).
    constexpr void adjust(std::size_t i) {
        const T off = desired_position(i) - static_cast<T>(position_[i]);
        const bool up = off >= 1 && position_[i + 1] - position_[i] > 1;
        const bool down = off <= -1 && position_[i] - position_[i - 1] > 1;
        if (!up && !down) return;
        const T curved = parabolic(i, up ? T{1} : T{-1});
        const bool ordered = height_[i - 1] < curved && curved < height_[i + 1];
        height_[i] = ordered ? curved : linear(i, up ? i + 1 : i - 1);
        position_[i] += up ? 1u : ~0u;
    }

    /// The piecewise-parabolic prediction that gives the method its name.
    [[nodiscard]] constexpr T parabolic(std::size_t i, T step) const {
        const auto before = static_cast<T>(position_[i] - position_[i - 1]);
        const auto after = static_cast<T>(position_[i + 1] - position_[i]);
        const T rise = (height_[i + 1] - height_[i]) / after;
        const T fall = (height_[i] - height_[i - 1]) / before;
        return height_[i] + step / (before + after) * ((before + step) * rise + (after - step) * fall);
    }

    [[nodiscard]] constexpr T linear(std::size_t i, std::size_t neighbour) const {
        const T width = static_cast<T>(neighbour > i ? position_[neighbour] - position_[i]
                                                     : position_[i] - position_[neighbour]);
        return height_[i] + (height_[neighbour] - height_[i]) / width;
    }

    T probability_;
    std::array<T, markers> height_{};
    std::array<std::uint32_t, markers> position_ = {1, 2, 3, 4, 5};
    std::uint32_t count_ = 0;
};

}  // namespace mote
