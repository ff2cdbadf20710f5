// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/fading_moments.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// What is usual at this hour? A mean and a deviation for each slot of a day (or week, or turn of a machine);
/// a sample is compared with those of its own slot.
///
/// Shapes  x: [Features]. score(): scalar >= 0, of the most unusual feature.
/// Units   x: any, one unit per feature. samples_per_slot: 3,600 for hours of a sample a second. Score:
///         standard deviations within the slot, at most 2^60.
/// Errors  update() refuses a non-finite x; skip() then keeps the clock in step. The score of such an x is 0,
///         as is every score of a slot before it has been gone through once.
/// Memory  Slots * (2 * Features + 1) scalars, a byte per slot and 3 counts. Time O(Features).
/// Source  FadingMoments; Montgomery 2009, Introduction to Statistical Quality Control, on rational
///         subgroups. Deviation: nothing counts for more than 100 standard deviations where the past is
///         learnt.
template <FloatingScalar T, std::size_t Features, std::size_t Slots = 24, std::uint32_t Memory = 65'536>
requires(Slots > 0) class SeasonalBaseline {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;

    constexpr explicit SeasonalBaseline(std::uint32_t samples_per_slot = 3'600)
        : samples_per_slot_(samples_per_slot > 0 ? samples_per_slot : 1) {}

    [[nodiscard]] constexpr T score(Sample x) const { return ready() && all_finite(x) ? worst(x) : 0; }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        slots_[slot_].learn_bounded(x);
        advance();
        return Status::ok;
    }

    /// Scores x against other days' samples of this slot and this one's so far, then learns from it.
    constexpr T observe(Sample x) {
        if (!all_finite(x)) return 0;
        const T result = ready() ? worst(x) : 0;
        slots_[slot_].learn_bounded(x);
        advance();
        return result;
    }

    /// Lets time pass in which samples are missing.
    constexpr void skip(std::uint32_t samples = 1) {
        std::uint32_t over = samples / samples_per_slot_;  // slots that end
        const std::uint32_t rest = samples % samples_per_slot_, left = samples_per_slot_ - sample_of_slot_;
        sample_of_slot_ = rest < left ? sample_of_slot_ + rest : rest - left;
        if (rest >= left) ++over;
        if (over >= 2 * Slots) over = static_cast<std::uint32_t>(Slots + over % Slots);
        for (; over > 0; --over) next_slot();
    }

    /// Sets the clock: the next sample is this one of the day.
    constexpr Status set_time(std::size_t slot, std::uint32_t sample_of_slot = 0) {
        if (slot >= Slots || sample_of_slot >= samples_per_slot_) return Status::bad_parameter;
        slot_ = static_cast<std::uint32_t>(slot);
        sample_of_slot_ = sample_of_slot;
        return Status::ok;
    }

    constexpr void reset() { *this = SeasonalBaseline(samples_per_slot_); }

    /// The present slot has been gone through before.
    [[nodiscard]] constexpr bool ready() const { return known_[slot_]; }
    [[nodiscard]] constexpr std::size_t slot() const { return slot_; }
    [[nodiscard]] constexpr const FadingMoments<T, Features, Memory>& moments(std::size_t slot) const {
        return slots_[slot];
    }

private:
    constexpr void advance() {
        if (++sample_of_slot_ < samples_per_slot_) return;
        sample_of_slot_ = 0;
        next_slot();
    }

    constexpr void next_slot() {
        known_[slot_] = slots_[slot_].count() > 1;
        slot_ = slot_ + 1 == Slots ? 0 : slot_ + 1;
    }

    [[nodiscard]] constexpr T worst(Sample x) const {
        const auto& usual = slots_[slot_];
        T result = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            result = max(result, usual.standardised(i, usual.deviation(i, x[i])));
        }
        return result;
    }

    std::uint32_t samples_per_slot_;
    std::uint32_t sample_of_slot_ = 0;
    std::uint32_t slot_ = 0;
    std::array<FadingMoments<T, Features, Memory>, Slots> slots_{};
    std::array<bool, Slots> known_{};  // have been gone through before
};

}  // namespace mote
