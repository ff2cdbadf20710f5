// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/sample.hpp"

namespace mote {

struct SensorLimits {
    std::uint32_t stuck_after = 60;  // equal values in a row; 0: a sensor may be as constant as it likes
    std::uint32_t period = 0;        // of the clock from one sample to the next; 0: there is no clock
};

/// What is wrong with one sample before anybody looks at its value.
struct SensorReport {
    std::uint32_t lost = 0;  // samples that should have come before this one: what to skip() in a detector
    bool missing = false;    // a feature is NaN or infinite
    bool stuck = false;      // a feature has shown one and the same value for too long
    bool set_back = false;   // the clock shows an earlier time than before

    [[nodiscard]] constexpr bool healthy() const { return lost == 0 && !missing && !stuck && !set_back; }
};

/// Watches the sensor instead of what it measures: missing values, values that no longer change, gaps in
/// time.
///
/// Shapes  x: [Features].
/// Units   time: ticks of any clock that counts up and wraps after 2^32, or of one that is not there. What
///         seems to be a gap of 2^31 ticks or more is a clock that was set back.
/// Errors  none: what a detector refuses is what this counts. Counts stop at 2^32 - 1.
/// Memory  36 bytes for one feature of float, 12 for each other. Time O(Features), and a division where there
///         is a clock.
template <FloatingScalar T, std::size_t Features = 1>
class SensorHealth {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    static constexpr std::size_t features = Features;

    constexpr explicit SensorHealth(SensorLimits limits = {}) : limits_(limits) {}

    /// Without a clock.
    constexpr SensorReport observe(Sample x) {
        SensorReport report;
        for (std::size_t i = 0; i < Features; ++i) look_at(i, x[i], report);
        count(samples_);
        return report;
    }

    /// Differences of times are right across the clock's wrap.
    constexpr SensorReport observe(Sample x, std::uint32_t time) {
        const std::uint32_t passed = samples_ > 0 && limits_.period > 0 ? time - last_time_ : 0;
        last_time_ = time;
        SensorReport report = observe(x);
        report.set_back = passed > most / 2;
        if (passed > 0 && !report.set_back) report.lost = lost_in(passed);
        if (report.lost > 0) {
            count(gaps_);
            lost_ = report.lost < most - lost_ ? lost_ + report.lost : most;
        }
        return report;
    }

    constexpr void reset() { *this = SensorHealth(limits_); }

    [[nodiscard]] constexpr std::uint32_t samples() const { return samples_; }
    /// Values of a feature that were not numbers.
    [[nodiscard]] constexpr std::uint32_t missing(std::size_t i = 0) const { return missing_[i]; }
    [[nodiscard]] constexpr bool stuck(std::size_t i = 0) const {
        return limits_.stuck_after > 0 && equal_[i] >= limits_.stuck_after;
    }
    [[nodiscard]] constexpr std::uint32_t gaps() const { return gaps_; }
    /// Samples that did not come, over all gaps.
    [[nodiscard]] constexpr std::uint32_t lost() const { return lost_; }

private:
    static constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();

    static constexpr void count(std::uint32_t& counter) {
        if (counter < most) ++counter;
    }

    /// A missing value neither ends nor lengthens a run of equal ones.
    constexpr void look_at(std::size_t i, T value, SensorReport& report) {
        if (!isfinite(value)) {
            count(missing_[i]);
            report.missing = true;
        } else if (equal_[i] > 0 && value == last_[i]) {
            count(equal_[i]);
        } else {
            equal_[i] = 1;
            last_[i] = value;
        }
        report.stuck = report.stuck || stuck(i);
    }

    /// A sample may be late or early by half a period.
    [[nodiscard]] constexpr std::uint32_t lost_in(std::uint32_t passed) const {
        const std::uint32_t rest = passed % limits_.period;
        const std::uint32_t steps = passed / limits_.period + (rest > limits_.period / 2 ? 1 : 0);
        return steps > 1 ? steps - 1 : 0;
    }

    SensorLimits limits_;
    std::array<T, Features> last_{};
    std::array<std::uint32_t, Features> equal_{};  // length of the run of equal values
    std::array<std::uint32_t, Features> missing_{};
    std::uint32_t samples_ = 0, gaps_ = 0, lost_ = 0, last_time_ = 0;
};

}  // namespace mote
