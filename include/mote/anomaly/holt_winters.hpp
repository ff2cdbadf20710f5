// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/fading_moments.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// How a season acts on the level: adds to it, or multiplies it (a pattern that grows with the level).
enum class Season : std::uint8_t { additive, multiplicative };

/// How fast each part follows the stream: the share of the last error that it takes over, clamped to [0, 1].
struct HoltWintersRates {
    float level = 0.1f;
    float trend = 0.001f;
    float season = 0.1f;
};

/// Forecasts the next sample from level, trend and season; the score is how far off the forecast was.
///
/// Shapes  x: [1]. Period samples make a season; the first two seasons are for learning.
/// Units   x: any; positive where the season multiplies. Score: standard deviations of the forecast's error.
/// Errors  update() refuses a non-finite x; skip() then keeps the season in step. The score of such an x is
///         0, as is every score before two seasons are over.
/// Memory  Period + 8 scalars. Time O(1); the last sample of the first season takes O(Period).
/// Source  Holt 1957 and Winters 1960, Management Science 6(3):324-342, in the error-correction form of
///         Hyndman, Koehler, Ord, Snyder 2008, Forecasting with Exponential Smoothing, table 2.1: (1) the
///         forecast, (2) level, (3) trend, (4) season. Deviation: as in Gelper, Fried, Croux 2010, Journal of
///         Forecasting 29(3):285-300, an error beyond three standard deviations is learnt from as if it were
///         three, so that an anomaly does not spoil the forecasts after it.
template <FloatingScalar T, std::size_t Period, Season Kind = Season::additive>
requires(Period > 1) class HoltWinters {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, 1>;
    using Score = T;
    static constexpr std::size_t features = 1;

    constexpr explicit HoltWinters(HoltWintersRates rates = {})
        : rates_{share(rates.level), share(rates.trend), share(rates.season)} {}

    [[nodiscard]] constexpr T score(Sample x) const {
        return ready() && all_finite(x) ? errors_.standardised(0, limited(x[0] - forecast())) : 0;
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        observe(x);
        return Status::ok;
    }

    /// Scores x against the forecast made before it, then learns from it.
    constexpr T observe(Sample x) {
        if (!all_finite(x)) return 0;
        T result = 0;
        if (seasons_ == 0) {
            season_[phase_] = limited(x[0]);
        } else {
            const T error = limited(x[0] - forecast());
            const T score = errors_.standardised(0, error);
            if (ready()) result = score;
            learn(ready() && score > trusted ? error * (trusted / score) : error);
        }
        advance();
        if (seasons_ == 1 && phase_ == 0) begin();
        return result;
    }

    /// Lets samples pass that are missing: the forecast takes their place, but no trend is followed for more
    /// than three seasons.
    constexpr void skip(std::uint32_t samples = 1) {
        if (samples >= 3 * Period) samples = static_cast<std::uint32_t>(2 * Period + samples % Period);
        for (; samples > 0; --samples) {
            if (seasons_ == 0) {
                season_[phase_] = phase_ > 0 ? season_[phase_ - 1] : 0;
            } else {
                level_ = limited(level_ + trend_);
            }
            advance();
            if (seasons_ == 1 && phase_ == 0) begin();
        }
    }

    constexpr void reset() { *this = HoltWinters(rates_); }

    [[nodiscard]] constexpr bool ready() const { return seasons_ >= 2; }
    /// What the next sample is expected to be.
    [[nodiscard]] constexpr T forecast() const {
        const T base = level_ + trend_;
        return Kind == Season::additive ? base + season_[phase_] : base * season_[phase_];  // (1)
    }
    [[nodiscard]] constexpr T level() const { return level_; }
    [[nodiscard]] constexpr T trend() const { return trend_; }
    [[nodiscard]] constexpr std::size_t phase() const { return phase_; }

private:
    static constexpr T trusted = 3;                  // standard deviations
    static constexpr T smallest_factor = T(1) / 64;  // of a multiplying season: what is divided by

    static constexpr float share(float rate) { return rate >= 0 ? min(rate, 1.0f) : 0; }
    /// Nothing in here exceeds 2^60, so that no product overflows.
    static constexpr T limited(T value) { return clamp(value, T(-0x1p60), T(0x1p60)); }

    constexpr void advance() {
        phase_ = phase_ + 1 == Period ? 0 : phase_ + 1;
        if (phase_ == 0 && seasons_ < 2) ++seasons_;
    }

    /// Level and season from the first season's samples.
    constexpr void begin() {
        level_ = 0;
        for (const T x : season_) level_ += x / Period;
        for (T& x : season_) {
            if constexpr (Kind == Season::additive) {
                x -= level_;
            } else {
                x = level_ > 0 ? max(x / level_, smallest_factor) : 1;
            }
        }
    }

    constexpr void learn(T error) {
        errors_.learn(std::span<const T, 1>(&error, 1));
        const T base = level_ + trend_;
        T& season = season_[phase_];
        const T of_level = Kind == Season::additive ? error : error / season;
        level_ = limited(base + static_cast<T>(rates_.level) * of_level);    // (2)
        trend_ = limited(trend_ + static_cast<T>(rates_.trend) * of_level);  // (3)
        if constexpr (Kind == Season::additive) {
            season = limited(season + static_cast<T>(rates_.season) * error);  // (4)
        } else if (base > 0) {
            season =
                clamp(season + static_cast<T>(rates_.season) * (error / base), smallest_factor, T(0x1p30));
        }
    }

    HoltWintersRates rates_;
    T level_ = 0, trend_ = 0;
    std::array<T, Period> season_{};
    FadingMoments<T> errors_;
    std::uint32_t phase_ = 0;
    std::uint32_t seasons_ = 0;  // that are over, up to 2
};

}  // namespace mote
