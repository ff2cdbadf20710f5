// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <limits>

#include "mote/core/change.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/running_mean.hpp"
#include "mote/core/status.hpp"

namespace mote {

template <FloatingScalar T>
struct PageHinkleyOptions {
    T delta = constant<T>(0.005);  // a rise that does not matter, in units of x
    T threshold = 50;              // of the sums, in units of x
    T keep = constant<T>(0.9999);  // what a sum keeps of itself from value to value
    std::uint32_t warm_up = 30;
    Direction direction = Direction::up;
};

/// Page-Hinkley test: sums up how far values lie above (or below) the mean so far.
///
/// Shapes  x: scalar.
/// Units   x: any; delta, threshold and the sums: those of x.
/// Errors  update() refuses a non-finite x, and any x (bad_parameter) where threshold is not positive or keep
///         not in 0 .. 1. Nothing is detected before `warm_up` values; all begins anew after a change.
/// Memory  10 words. Time O(1).
/// Source  Page 1954, Biometrika 41(1/2):100-115; Hinkley 1971, Biometrika 58(3):509-523; m_T - M_T of
///         Gama, Sebastiao and Rodrigues 2013, Machine Learning 90:317-346, as the recurrence (1), with the
///         forgetting factor that MOA and River add.
template <FloatingScalar T>
class PageHinkley {
public:
    using Scalar = T;
    using Options = PageHinkleyOptions<T>;

    constexpr explicit PageHinkley(const Options& options = Options{}) : options_(options) {}

    constexpr Status update(T x) {
        if (!isfinite(4 * x)) return Status::not_finite;  // or no difference would be finite
        if (!(options_.threshold > 0 && options_.keep >= 0 && options_.keep <= 1))
            return Status::bad_parameter;
        if (change_ == Change::detected) reset();
        level_.update(x);
        const T apart = x - level_.mean;
        high_ = bounded(options_.keep * high_ + apart - options_.delta);  // (1)
        low_ = bounded(options_.keep * low_ - apart - options_.delta);
        const bool changed = (rises(options_.direction) && high_ >= options_.threshold) ||
                             (falls(options_.direction) && low_ >= options_.threshold);
        if (changed && level_.count >= options_.warm_up) change_ = Change::detected;
        return Status::ok;
    }

    constexpr Change observe(T x) { return update(x) == Status::ok ? change_ : Change::none; }
    [[nodiscard]] constexpr Change change() const { return change_; }
    constexpr void reset() { *this = PageHinkley(options_); }

    [[nodiscard]] constexpr T mean() const { return level_.mean; }

private:
    /// A sum that nobody asks for must not grow beyond what T holds.
    static constexpr T bounded(T sum) { return clamp(sum, T(0), std::numeric_limits<T>::max() / 4); }

    Options options_;
    Change change_ = Change::none;
    RunningMean<T> level_{};
    T high_ = 0, low_ = 0;
};

}  // namespace mote
