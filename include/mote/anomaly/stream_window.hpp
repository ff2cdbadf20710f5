// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/anomaly/extremes.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"

namespace mote {

/// How far apart are two places, or two sums of them?
[[nodiscard]] constexpr std::uint32_t distance_between(std::int32_t a, std::int32_t b) {
    return static_cast<std::uint32_t>(a > b ? a - b : b - a);
}

/// The recent past of a stream in integers: what detectors of streams look at in place of the samples.
/// The range of each feature is learnt from the first samples and then kept, so that what was counted or
/// stored stays comparable; from there on a sample is a place on a grid of 1,024 steps to the range.
///
/// Shapes  x: [Features]. window(): [Lags * Features], newest first: at each lag the sum of three places,
///         three samples apart.
/// Units   x: any. Places: 1/1,024 of the range learnt, -8 to 9 ranges; further out all is equally far.
/// Errors  takes finite samples only; who owns it has looked. A feature that did not vary while its range
///         was learnt is taken to range over a sixteenth of its value (1 for zero).
/// Memory  2 Features scalars and (6 * Lags + 8) * Features bytes. Time O(Lags * Features).
template <FloatingScalar T, std::size_t Features, std::size_t Lags = 4>
requires(Features > 0 && Lags > 0) class StreamWindow {
public:
    using Sample = mote::Sample<T, Features>;
    using Places = std::array<std::int16_t, Features>;
    using Window = std::array<std::int16_t, Features * Lags>;
    static constexpr std::int32_t range = 1024;
    static constexpr std::size_t step = 3;  // samples between two lags, and in each sum
    static constexpr std::uint32_t obsolete_after = 1024;

    constexpr explicit StreamWindow(std::uint32_t warm_up = 128) : warm_up_(max<std::uint32_t>(warm_up, 1)) {}

    /// The range is known, so places mean something.
    [[nodiscard]] constexpr bool known() const { return seen_ >= warm_up_; }
    /// And as many samples came since as a window spans.
    [[nodiscard]] constexpr bool full() const { return seen_ >= warm_up_ + reach; }
    /// The stream has left its old range for good: in the latest samples many more were beyond twice the
    /// range to either side than within. Or it never filled it: wild values told the range, and of what came
    /// after them a feature took up less than a hundredth. The owner should begin anew.
    [[nodiscard]] constexpr bool obsolete() const {
        if (beyond_ >= obsolete_after) return true;
        if (filled_ != obsolete_after) return false;
        for (std::size_t i = 0; i < Features; ++i) {
            if (taken_.high[i] - taken_.low[i] < range / 128) return true;
        }
        return false;
    }

    [[nodiscard]] constexpr Places place(Sample x) const {
        Places places{};
        for (std::size_t i = 0; i < Features; ++i) {
            const T at = (x[i] - low_[i]) * scales_[i];
            places[i] = static_cast<std::int16_t>(clamp(at, T(-8 * range), T(9 * range)));
        }
        return places;
    }

    /// The window that ends in these places, before they are pushed.
    [[nodiscard]] constexpr Window window(const Places& newest) const {
        Window sums{};
        for (std::size_t age = 0; age < Lags * step; ++age) {
            const Places& places = age == 0 ? newest : recent_[age - 1];
            for (std::size_t i = 0; i < Features; ++i) {
                std::int16_t& sum = sums[age / step * Features + i];
                sum = static_cast<std::int16_t>(sum + places[i]);
            }
        }
        return sums;
    }

    constexpr void learn_range(Sample x) {
        for (std::size_t i = 0; i < Features; ++i) {
            low_[i] = seen_ == 0 ? x[i] : min(low_[i], x[i]);
            scales_[i] = seen_ == 0 ? x[i] : max(scales_[i], x[i]);  // the highest, until the range is known
        }
        if (++seen_ < warm_up_) return;
        for (std::size_t i = 0; i < Features; ++i) {
            const T high = scales_[i];
            scales_[i] = T(range) / range_of(low_[i], high);
            if (low_[i] == high) taken_.high[i] = range;  // a range nobody filled is not too wide
        }
    }

    constexpr void push(const Places& newest) {
        for (std::size_t age = reach - 1; age > 0; --age) recent_[age] = recent_[age - 1];
        recent_[0] = newest;
        if (seen_ < warm_up_ + reach) ++seen_;
        if (filled_ <= obsolete_after) {
            taken_.take(newest);
            ++filled_;
        }
        bool outside = false;
        for (std::int16_t place : newest) outside |= place < -2 * range || place > 3 * range;
        if (outside) {
            ++beyond_;
        } else if (beyond_ > 0) {
            --beyond_;
        }
    }

private:
    static constexpr std::size_t reach = Lags * step - 1;  // samples in a window besides the newest

    /// Wide enough that a step divides into it, and finite.
    [[nodiscard]] static constexpr T range_of(T low, T high) {
        const T span = low != high ? high - low : low == 0 ? T{1} : abs(low) / 16;
        return clamp(span, T(range) * std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
    }

    std::array<T, Features> low_{}, scales_{};
    std::array<Places, reach> recent_{};  // newest first
    std::uint32_t warm_up_;
    std::uint32_t seen_ = 0;  // counts to the first full window, then stands
    std::uint32_t beyond_ = 0;
    Extremes<std::int16_t, Features> taken_{};  // by the first samples after the warm-up
    std::uint32_t filled_ = 0;                  // how many of them; one more than are looked at, in the end
};

}  // namespace mote
