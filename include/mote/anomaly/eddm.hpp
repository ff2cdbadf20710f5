// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "mote/core/change.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/roots.hpp"
#include "mote/core/status.hpp"

namespace mote {

template <FloatingScalar T>
struct EddmOptions {
    T warning = constant<T>(0.95);  // of the longest distance between errors
    T detected = constant<T>(0.9);
    std::uint32_t warm_up = 30;  // errors
};

/// Early drift detection method: watches the distance between two errors of a learner, which shrinks
/// slowly and early when a concept changes gradually.
///
/// Shapes  x: 1 for an error, 0 for a right answer.
/// Errors  update() refuses any other x: not_finite or bad_parameter. Nothing is said before more than
///         `warm_up` errors; all begins anew after a change.
/// Memory  10 words. Time O(1): a square root at an error.
/// Source  Baena-Garcia et al. 2006, Early drift detection method, ECML PKDD workshop on knowledge discovery
///         from data streams: (p' + 2 s') / (p'max + 2 s'max) below alpha, below beta.
/// Endless At 2^16 errors (2^24 in double) the weight of all before is halved.
template <FloatingScalar T>
class Eddm {
public:
    using Scalar = T;
    using Options = EddmOptions<T>;

    constexpr explicit Eddm(const Options& options = Options{}) : options_(options) {}

    constexpr Status update(T x) {
        if (!isfinite(x)) return Status::not_finite;
        if (x != 0 && x != 1) return Status::bad_parameter;
        if (change_ == Change::detected) reset();
        if (distance_ < longest) ++distance_;
        if (seen_ <= options_.warm_up) ++seen_;
        if (x != 0) judge();
        return Status::ok;
    }

    constexpr Change observe(T x) { return update(x) == Status::ok ? change_ : Change::none; }
    [[nodiscard]] constexpr Change change() const { return change_; }
    constexpr void reset() { *this = Eddm(options_); }

    /// The mean distance between errors.
    [[nodiscard]] constexpr T distance() const { return mean_; }

private:
    static constexpr std::uint32_t longest = std::uint32_t{1} << (sizeof(T) > 4 ? 24 : 16);

    constexpr void judge() {
        note_distance();
        if (seen_ <= options_.warm_up) return;
        const T spread = sqrt(squares_ / static_cast<T>(errors_));
        const T reach = mean_ + 2 * spread;
        if (reach > highest_) {
            highest_ = reach;
        } else if (errors_ > options_.warm_up) {
            const T level = reach / highest_;
            change_ = level < options_.detected  ? Change::detected
                      : level < options_.warning ? Change::warning
                                                 : Change::none;
        }
    }

    constexpr void note_distance() {
        if (errors_ == longest) {
            errors_ /= 2;
            squares_ /= 2;
        }
        ++errors_;
        const T before = static_cast<T>(distance_) - mean_;
        mean_ += before / static_cast<T>(errors_);
        squares_ += before * (static_cast<T>(distance_) - mean_);
        distance_ = 0;
    }

    Options options_;
    Change change_ = Change::none;
    std::uint32_t seen_ = 0;  // values, up to one more than the warm-up
    std::uint32_t errors_ = 0, distance_ = 0;
    T mean_ = 0, squares_ = 0;  // of the distances; squares of deviations
    T highest_ = 0;
};

}  // namespace mote
