// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "mote/core/change.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/roots.hpp"
#include "mote/core/running_mean.hpp"
#include "mote/core/status.hpp"

namespace mote {

template <FloatingScalar T>
struct DdmOptions {
    T warning = 2;  // standard deviations above the lowest error rate
    T detected = 3;
    std::uint32_t warm_up = 30;
};

/// Drift detection method: warns when a learner's error rate rises above its lowest.
///
/// Shapes  x: 1 for an error, 0 for a right answer.
/// Errors  update() refuses any other x: not_finite or bad_parameter. Nothing is said before more than
///         `warm_up` values; all begins anew after a change.
/// Memory  8 words. Time O(1): a square root.
/// Source  Gama, Medas, Castillo and Rodrigues 2004, Learning with drift detection, SBIA: p and s of
///         a binomial rate, warning and drift levels above the least p + s.
template <FloatingScalar T>
class Ddm {
public:
    using Scalar = T;
    using Options = DdmOptions<T>;

    constexpr explicit Ddm(const Options& options = Options{}) : options_(options) {}

    constexpr Status update(T x) {
        if (!isfinite(x)) return Status::not_finite;
        if (x != 0 && x != 1) return Status::bad_parameter;
        if (change_ == Change::detected) reset();
        rate_.update(x);
        if (rate_.count > options_.warm_up) judge();
        return Status::ok;
    }

    constexpr Change observe(T x) { return update(x) == Status::ok ? change_ : Change::none; }
    [[nodiscard]] constexpr Change change() const { return change_; }
    constexpr void reset() { *this = Ddm(options_); }

    [[nodiscard]] constexpr T rate() const { return rate_.mean; }

private:
    constexpr void judge() {
        const T p = clamp(rate_.mean, T(0), T(1));
        const T s = sqrt(p * (1 - p) / static_cast<T>(rate_.count));
        if (p + s <= lowest_rate_ + lowest_deviation_) {
            lowest_rate_ = p;
            lowest_deviation_ = s;
        }
        const T above = p + s - lowest_rate_;
        change_ = above > options_.detected * lowest_deviation_  ? Change::detected
                  : above > options_.warning * lowest_deviation_ ? Change::warning
                                                                 : Change::none;
    }

    Options options_;
    Change change_ = Change::none;
    RunningMean<T> rate_{};
    T lowest_rate_ = 1, lowest_deviation_ = 1;  // above what any rate gives
};

}  // namespace mote
