// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "mote/core/math.hpp"

namespace mote {

/// The floor of the square root.
/// Source  Woo 1985, by digits in base four.
[[nodiscard]] constexpr std::uint32_t integer_sqrt(std::uint32_t square) {
    std::uint32_t root = 0;
    for (std::uint32_t digit = 1u << 30; digit != 0; digit >>= 2) {
        const std::uint32_t trial = root + digit;
        root >>= 1;
        if (square < trial) continue;
        square -= trial;
        root += digit;
    }
    return root;
}

/// How unusual is a detector's score, among its own scores so far? Scores of different detectors become
/// comparable so. A score is smoothed over 8 samples first: what lasts counts, and a spike still does.
///
/// Shapes  raw: an integer below 2^21.
/// Units   squared: the square of standard deviations above the mean, in 1/256, at most 30^2; 0 at or below
///         the mean and before 20 scores.
/// Memory  32 bytes. Time O(1), without floating point: equal scores give equal bits on every target.
/// Source  mean and variance after Welford 1962, with the weight of a score never below 1/2,048.
class Surprise {
public:
    static constexpr std::uint32_t most = 900 * 256;

    struct Look {
        std::int32_t smoothed;  // in 1/256
        std::uint32_t squared;
    };

    [[nodiscard]] constexpr Look look(std::uint32_t raw) const {
        const auto fine = static_cast<std::int32_t>(raw << fraction_bits);
        const std::int32_t smoothed = count_ == 0 ? fine : smoothed_ + (fine - smoothed_) / 8;
        const std::int64_t above = smoothed - mean();
        if (count_ < 20 || above <= 0) return {smoothed, 0};
        const auto square = static_cast<std::uint64_t>(above * above);
        return {smoothed, static_cast<std::uint32_t>(min<std::uint64_t>(square / (spread() >> 8), most))};
    }

    /// Takes note of what look() returned for the present score.
    constexpr void learn(Look now) {
        if (count_ < slowest) ++count_;
        const std::int64_t gap = now.smoothed - mean();
        const std::int64_t square = gap * gap;
        mean_ += gap * mean_one / count_;
        variance_ += (square - square / count_ - variance_) / count_;
        smoothed_ = now.smoothed;
    }

private:
    static constexpr int fraction_bits = 8;
    static constexpr std::int64_t slowest = 2048;
    static constexpr std::int64_t mean_one = 2048;  // so that steps of 1/2,048 are not lost
    /// Half a step of the score: what varies less does not vary.
    static constexpr std::int64_t least_variance = 128 * 128;

    [[nodiscard]] constexpr std::int64_t mean() const { return mean_ / mean_one; }
    [[nodiscard]] constexpr std::uint64_t spread() const {
        return static_cast<std::uint64_t>(max(variance_, least_variance));
    }

    std::int64_t mean_ = 0;
    std::int64_t variance_ = 0;
    std::int64_t count_ = 0;
    std::int32_t smoothed_ = 0;
};

/// Lets one alarm pass where many would come: after one it is quiet for a while, and the more there were of
/// late the more it takes for the next.
/// Units   scores and level in 1/256; each alarm of late raises the level by a fifth, and counts for about
///         1,024 samples.
/// Memory  12 bytes. Time O(1).
class AlarmGate {
public:
    constexpr explicit AlarmGate(std::uint32_t level, std::uint32_t quiet = 120)
        : level_(level), quiet_(quiet) {}

    /// What is left of a score below 2^19: nothing in a quiet time.
    [[nodiscard]] constexpr std::uint32_t pass(std::uint32_t score) const {
        constexpr std::uint32_t fifth = 5 * 256;
        return waiting_ > 0 ? 0 : score * fifth / (fifth + (recent_ >> 12));
    }

    /// Takes note of what pass() returned for the present score.
    constexpr void learn(std::uint32_t passed) {
        recent_ -= recent_ >> 10;
        if (waiting_ > 0) --waiting_;
        if (passed <= level_) return;
        waiting_ = quiet_;
        recent_ += one_alarm;
    }

private:
    static constexpr std::uint32_t one_alarm = 1u << 20;

    std::uint32_t level_, quiet_;
    std::uint32_t waiting_ = 0;
    std::uint32_t recent_ = 0;  // alarms, each fading
};

}  // namespace mote
