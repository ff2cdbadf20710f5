// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/anomaly/contextual_detector.hpp"
#include "mote/anomaly/stream_window.hpp"
#include "mote/anomaly/streaming_knn.hpp"
#include "mote/anomaly/surprise.hpp"
#include "mote/anomaly/usual_values.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// The recommended detector for a stream of any sensor: nothing to set, nothing to train. Three questions to
/// each sample, one answer: is it far from what is usual at this hour, far from every recent window, or a
/// context never met? Each is asked of the score's own past (Surprise), the root mean square of the three
/// surprises is the score, and an alarm is followed by quiet (AlarmGate).
///
/// Shapes  x: [Features]. score(): an integer, 0 .. highest.
/// Units   x: any. Score: standard deviations in 1/256; above alarm_level is an alarm. 0 for 120 samples
///         after one. time: seconds by the clock on the wall, where there is one.
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is every score in the warm-up
///         of 160 samples (contexts join after 256).
/// Memory  4.0 KB for one feature, 7.7 KB for eight. Time O(1,024 differences of neighbours). Everything
///         behind the first multiplication is integer: equal streams give equal bits on every target.
/// Source  see ContextualDetector, StreamingKnn, Surprise; the constants were chosen by reason and a few
///         trials on half of the Numenta Anomaly Benchmark and then frozen
///         (docs/algorithms/stream_detector.md).
template <FloatingScalar T, std::size_t Features = 1>
class StreamDetector {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Score = std::uint32_t;
    static constexpr std::size_t features = Features;
    static constexpr Score alarm_level = 448;  // 1.75 standard deviations, in all three at once
    static constexpr Score highest = 30 * 256;

    [[nodiscard]] constexpr Score score(Sample x) const { return score_in(nullptr, x); }
    [[nodiscard]] constexpr Score score(Sample x, LocalTime time) const { return score_in(&time, x); }

    constexpr Status update(Sample x) { return update_in(nullptr, x).status; }
    constexpr Status update(Sample x, LocalTime time) { return update_in(&time, x).status; }

    constexpr Score observe(Sample x) { return update_in(nullptr, x).score; }
    constexpr Score observe(Sample x, LocalTime time) { return update_in(&time, x).score; }

    constexpr void reset() { *this = StreamDetector(); }

    [[nodiscard]] constexpr bool ready() const { return recent_.full() && memory_.kept() >= 20; }

private:
    static constexpr std::size_t lags = Features == 1 ? 4 : 2;
    static constexpr std::size_t points = clamp<std::size_t>(1024 / (Features * lags), 32, 256);
    static constexpr std::uint32_t contexts_after = 256;

    using Recent = StreamWindow<T, Features, lags>;
    using Places = typename Recent::Places;
    using Clock = const LocalTime*;  // null where there is none

    /// What is thought of one sample.
    struct Thought {
        Places places;
        typename Recent::Window window;
        std::array<Surprise::Look, Features> residuals;
        Surprise::Look distance, novelty;
        Score score;
    };
    struct Outcome {
        Status status;
        Score score;
    };

    [[nodiscard]] constexpr Thought think(Clock clock, Sample x) const {
        Thought now{};
        now.places = recent_.place(x);
        now.window = recent_.window(now.places);
        const auto slot = clock ? usual_.slot_for(*clock) : usual_.slot_by_count();
        std::uint32_t residual = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            now.residuals[i] = residual_surprise_[i].look(usual_.residual(slot, i, now.places[i]));
            residual = max(residual, now.residuals[i].squared);  // a fault shows in few features
        }
        now.distance = distance_surprise_.look(memory_.nearest(now.window) / static_cast<Score>(lags));
        std::uint32_t mean = (residual + now.distance.squared) / 2;
        if (contexts_known()) {
            now.novelty = novelty_surprise_.look(contexts_.novelty(now.window));
            mean = (residual + now.distance.squared + now.novelty.squared) / 3;
        }
        now.score = gate_.pass(integer_sqrt(mean << 8));
        return now;
    }

    [[nodiscard]] constexpr Score score_in(Clock clock, Sample x) const {
        return recent_.full() && all_finite(x) ? think(clock, x).score : 0;
    }

    constexpr Outcome update_in(Clock clock, Sample x) {
        if (!all_finite(x)) return {Status::not_finite, 0};
        if (!recent_.known()) {
            recent_.learn_range(x);
            return {Status::ok, 0};
        }
        if (!recent_.full()) {
            learn_range_of_contexts(recent_.place(x));
            recent_.push(recent_.place(x));
            return {Status::ok, 0};
        }
        const Thought now = think(clock, x);
        learn(clock, now);
        if (recent_.obsolete()) reset();
        return {Status::ok, now.score};
    }

    constexpr void learn(Clock clock, const Thought& now) {
        for (std::size_t i = 0; i < Features; ++i) residual_surprise_[i].learn(now.residuals[i]);
        distance_surprise_.learn(now.distance);
        if (contexts_known()) {
            novelty_surprise_.learn(now.novelty);
            contexts_.count(now.window);
        } else {
            learn_range_of_contexts(now.places);
        }
        if (clock) {
            usual_.learn(*clock, now.places);
        } else {
            usual_.learn_by_count(now.places);
        }
        if (phase_ == 0) memory_.keep(now.window);
        phase_ = phase_ + 1 == Recent::step ? 0 : phase_ + 1;
        recent_.push(now.places);
        gate_.learn(now.score);
    }

    [[nodiscard]] constexpr bool contexts_known() const { return seen_ == contexts_after; }

    /// Contexts are counted by levels of a range, which they learn from more samples than the rest does.
    constexpr void learn_range_of_contexts(const Places& places) {
        ++seen_;
        for (std::size_t i = 0; i < Features; ++i) {
            low_[i] = min(low_[i], places[i]);
            high_[i] = max(high_[i], places[i]);
            if (contexts_known()) contexts_.divide(i, low_[i], high_[i]);
        }
    }

    static constexpr Places filled(std::int16_t place) {
        Places places{};
        places.fill(place);
        return places;
    }

    Recent recent_{128};
    UsualValues<Features> usual_;
    NeighbourMemory<Features * lags, points> memory_;
    ContextTable<Features, lags, 1024> contexts_;
    std::array<Surprise, Features> residual_surprise_{};
    Surprise distance_surprise_, novelty_surprise_;
    AlarmGate gate_{alarm_level};
    Places low_ = filled(0), high_ = filled(Recent::range);  // the range that recent_ learnt, and what came
    std::uint32_t seen_ = 128;                               // samples the contexts' range was learnt from
    std::uint32_t phase_ = 0;                                // of the samples kept as neighbours
};

}  // namespace mote
