// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>

#include "mote/core/change.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/exponential.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/roots.hpp"
#include "mote/core/running_mean.hpp"
#include "mote/core/status.hpp"

namespace mote {

template <FloatingScalar T>
struct HddmAOptions {
    T detected = constant<T>(0.001);  // probability of a false alarm at one value
    T warning = constant<T>(0.005);
    Direction direction = Direction::up;
};

/// Drift detection by Hoeffding's bound on the difference of two averages: before a cut point and until now.
/// Needs no model of the values but their range.
///
/// Shapes  x: scalar in 0 .. 1, such as 1 for a learner's error.
/// Errors  update() refuses a non-finite x; bad_parameter for an x outside 0 .. 1 and for confidences that
///         are not 0 < detected <= warning < 1. All begins anew after a change.
/// Memory  13 words. Time O(1): at most seven square roots.
/// Source  Frias-Blanco et al. 2015, IEEE Transactions on Knowledge and Data Engineering 27(3):810-823,
///         A-test: the cut points (1), the test on the difference of averages (2).
/// Endless At 2^16 values (2^24 in double) all three counts are halved: bounds widen by the root of two,
///         averages stay.
template <FloatingScalar T>
class HddmA {
public:
    using Scalar = T;
    using Options = HddmAOptions<T>;

    constexpr explicit HddmA(const Options& options = Options{})
        : options_(options),
          reach_(-log(options.detected) / 2),
          detected_(log(2 / options.detected) / 2),
          warning_(log(2 / options.warning) / 2) {}

    constexpr Status update(T x) {
        if (!isfinite(x)) return Status::not_finite;
        if (!(x >= 0 && x <= 1) || !valid()) return Status::bad_parameter;
        if (change_ == Change::detected) reset();
        if (all_.count == Average::longest) halve();
        all_.update(x);
        move_cuts();
        change_ = exceeds(detected_) ? Change::detected : exceeds(warning_) ? Change::warning : Change::none;
        return Status::ok;
    }

    constexpr Change observe(T x) { return update(x) == Status::ok ? change_ : Change::none; }
    [[nodiscard]] constexpr Change change() const { return change_; }
    constexpr void reset() { *this = HddmA(options_); }

    [[nodiscard]] constexpr T mean() const { return all_.mean; }

private:
    using Average = RunningMean<T>;

    [[nodiscard]] constexpr bool valid() const {
        return options_.detected > 0 && options_.detected <= options_.warning && options_.warning < 1;
    }

    /// (1) The cut for rises is where average + bound was least, that for falls where average - bound was
    /// most.
    constexpr void move_cuts() {
        const T bound = bound_of(all_);
        if (lowest_.count == 0 || lowest_.mean + bound_of(lowest_) >= all_.mean + bound) lowest_ = all_;
        if (highest_.count == 0 || highest_.mean - bound_of(highest_) <= all_.mean - bound) highest_ = all_;
    }

    [[nodiscard]] constexpr T bound_of(const Average& average) const {
        return sqrt(reach_ / static_cast<T>(average.count));
    }

    [[nodiscard]] constexpr bool exceeds(T limit) const {
        return (rises(options_.direction) && apart(lowest_, all_.mean - lowest_.mean, limit)) ||
               (falls(options_.direction) && apart(highest_, highest_.mean - all_.mean, limit));
    }

    /// (2) The average of all values differs from that up to the cut by more than chance.
    [[nodiscard]] constexpr bool apart(const Average& cut, T gap, T limit) const {
        if (cut.count == all_.count) return false;
        const T n = static_cast<T>(cut.count), total = static_cast<T>(all_.count);
        return gap >= sqrt((total - n) / (n * total) * limit);
    }

    constexpr void halve() {
        for (Average* average : {&all_, &lowest_, &highest_}) average->count = (average->count + 1) / 2;
    }

    Options options_;
    T reach_, detected_, warning_;  // logarithms of the confidences: (1), and (2) for either answer
    Change change_ = Change::none;
    Average all_{}, lowest_{}, highest_{};
};

}  // namespace mote
