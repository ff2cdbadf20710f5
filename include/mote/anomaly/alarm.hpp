// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "mote/anomaly/alarm_rate.hpp"
#include "mote/core/floating.hpp"

namespace mote {

struct AlarmConfig {
    std::size_t votes = 1;      // an alarm needs so many of the last `of` scores beyond the threshold ...
    std::size_t of = 1;         // ... 1 .. 32
    std::uint32_t quiet = 0;    // samples of calm that end an alarm; 0 takes 1 % of the rate's interval
    std::uint32_t warm_up = 0;  // first scores that are not looked at: those of a detector that still learns
    std::size_t peaks = 64;     // of the score, from which the threshold is told
};

template <AlarmConfig Config>
concept valid_alarm_config =
    Config.votes > 0 && Config.votes <= Config.of&& Config.of <= 32 && Config.peaks >= 16;

/// Turns scores into as many alarms a day as its user wants, whatever the scores' unit and law. An alarm
/// begins when a score exceeds the threshold that the stream itself has taught, and lasts until the scores
/// have stayed below the lower release level for the quiet time: then another may begin.
///
/// Shapes  score: scalar, higher is more anomalous, from any detector.
/// Units   threshold(), release(): those of the score, voted.
/// Errors  observe() passes over a score that is not finite and counts it.
/// Memory  392 bytes for float and the defaults, and a scalar for each of `of`. Time O(of * votes) and
///         PeakThreshold's.
/// Source  PeakThreshold. k of n scores exceed a threshold exactly when the k-th highest does, so that score
///         is what the threshold is learnt from, and voting does not change the rate.
template <FloatingScalar T, AlarmConfig Config = AlarmConfig{}>
requires valid_alarm_config<Config>
class Alarm {
public:
    using Scalar = T;

    constexpr explicit Alarm(AlarmRate wanted = {}) : peaks_(wanted, Config.quiet) { reset(); }

    /// True for the sample with which an alarm begins.
    constexpr bool observe(T score) {
        if (!isfinite(score)) {
            if (missing_ < most) ++missing_;
            return false;
        }
        if (warming_ > 0) {
            --warming_;
            return false;
        }
        const T voted = vote(score);
        // Judged by what was learnt before this sample.
        const bool at_threshold = voted == threshold() && voted > release();
        const bool beyond = ready() && (voted > threshold() || (at_threshold && wins_tie()));
        peaks_.update(voted);
        const bool begins = beyond && !active_;
        active_ = beyond || (active_ && peaks_.in_cluster());
        tie_judged_ = tie_judged_ && peaks_.in_cluster();
        if (begins && alarms_ < most) ++alarms_;
        return begins;
    }

    [[nodiscard]] constexpr bool active() const { return active_; }
    /// The threshold is known: after the warm-up and about one mean time between alarms.
    [[nodiscard]] constexpr bool ready() const { return peaks_.ready(); }
    [[nodiscard]] constexpr T threshold() const { return peaks_.threshold(); }
    [[nodiscard]] constexpr T release() const { return peaks_.release(); }
    [[nodiscard]] constexpr std::uint32_t alarms() const { return alarms_; }
    [[nodiscard]] constexpr std::uint32_t missing() const { return missing_; }

    /// Forgets the stream; keeps the rate.
    constexpr void reset() {
        peaks_.reset();
        latest_ = {};
        next_ = Config.of;
        warming_ = Config.warm_up;
        alarms_ = missing_ = 0;
        tie_credit_ = 0;
        active_ = tie_judged_ = false;
    }

private:
    static constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();

    /// Lets the wanted share of the clusters through whose scores reach the threshold and no further, evenly.
    constexpr bool wins_tie() {
        if (tie_judged_) return false;
        tie_judged_ = true;
        tie_credit_ += peaks_.tie_share();
        if (tie_credit_ < 1) return false;
        tie_credit_ -= 1;
        return true;
    }

    /// The k-th highest of the last n scores.
    constexpr T vote(T score) {
        if constexpr (Config.of == 1) return score;
        if (next_ == Config.of) {  // the first: taken to have lasted
            latest_.fill(score);
            next_ = 0;
        }
        latest_[next_] = score;
        next_ = next_ + 1 == Config.of ? 0 : next_ + 1;
        std::array<T, Config.votes> highest;
        highest.fill(std::numeric_limits<T>::lowest());
        for (T value : latest_) {
            for (T& place : highest) {
                if (value > place) std::swap(value, place);
            }
        }
        return highest.back();
    }

    PeakThreshold<T, Config.peaks> peaks_;
    std::array<T, Config.of> latest_{};
    std::uint32_t next_ = 0;
    std::uint32_t warming_ = 0, alarms_ = 0, missing_ = 0;
    T tie_credit_ = 0;
    bool active_ = false, tie_judged_ = false;
};

}  // namespace mote
