// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <limits>

#include "mote/core/change.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/roots.hpp"
#include "mote/core/status.hpp"

namespace mote {

template <FloatingScalar T>
struct CusumOptions {
    T slack = constant<T>(0.5);  // half the shift that matters, in standard deviations
    T threshold = 5;             // of the sums, in standard deviations
    Direction direction = Direction::both;
    std::uint32_t warm_up = 100;  // values from which the level is learnt where it is not given, at least 2
};

/// Cumulative sums of what exceeds the slack: finds small lasting shifts of a level as fast as can be.
///
/// Shapes  x: scalar.
/// Units   x: any. Slack, threshold and the sums: standard deviations of x.
/// Errors  update() refuses a non-finite x, and any x (bad_parameter) where the deviation or an option is
///         not positive. A level is learnt from the first `warm_up` values, and anew after each change.
/// Memory  12 words. Time O(1).
/// Source  Page 1954, Biometrika 41(1/2):100-115; the tabular form of Montgomery, Introduction to Statistical
///         Quality Control, equations (9.2), (9.3).
template <FloatingScalar T>
class Cusum {
public:
    using Scalar = T;
    using Options = CusumOptions<T>;

    constexpr explicit Cusum(const Options& options = Options{}) : options_(options) {}
    /// For a process whose level is known.
    constexpr Cusum(T mean, T deviation, const Options& options = Options{})
        : options_(options), given_(true), mean_(mean), deviation_(deviation) {}

    constexpr Status update(T x) {
        if (!isfinite(4 * x)) return Status::not_finite;  // or no difference would be finite
        if (!valid()) return Status::bad_parameter;
        if (change_ == Change::detected) reset();
        change_ = Change::none;
        if (!given_ && level_.count() < options_.warm_up) return learn(x);
        const T z = (x - mean_) / deviation_;
        high_ = max(T(0), high_ + min(z, most) - options_.slack);  // (9.2)
        low_ = max(T(0), low_ - max(z, -most) - options_.slack);   // (9.3)
        const bool changed = (rises(options_.direction) && high_ > options_.threshold) ||
                             (falls(options_.direction) && low_ > options_.threshold);
        if (changed) change_ = Change::detected;
        return Status::ok;
    }

    constexpr Change observe(T x) { return update(x) == Status::ok ? change_ : Change::none; }
    [[nodiscard]] constexpr Change change() const { return change_; }
    constexpr void reset() { *this = given_ ? Cusum(mean_, deviation_, options_) : Cusum(options_); }

    /// How far the level seems to have gone up and down, in standard deviations summed.
    [[nodiscard]] constexpr T high() const { return high_; }
    [[nodiscard]] constexpr T low() const { return low_; }

private:
    static constexpr T most = T(1e6);  // deviations: beyond, one value says no more

    [[nodiscard]] constexpr bool valid() const {
        return options_.slack >= 0 && options_.threshold > 0 && options_.warm_up > 1 &&
               (!given_ || deviation_ > 0);
    }

    constexpr Status learn(T x) {
        level_.update(x);
        mean_ = level_.mean();
        // A level that did not vary at all: any other value is a change.
        deviation_ = max(sqrt(level_.variance()), std::numeric_limits<T>::min());
        return Status::ok;
    }

    Options options_;
    bool given_ = false;
    Change change_ = Change::none;
    T mean_ = 0, deviation_ = 1;
    T high_ = 0, low_ = 0;
    RunningMoments<T> level_{};
};

}  // namespace mote
