// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/core/floating.hpp"
#include "mote/core/generalized_pareto.hpp"
#include "mote/core/p2_quantile.hpp"
#include "mote/core/sort.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// How many alarms a user wants to see from a sensor on which nothing happens.
struct AlarmRate {
    float per_day = 1;
    float samples_per_day = 86'400;

    /// Samples from one alarm to the next in the mean, 2 .. 2^30.
    [[nodiscard]] constexpr float interval() const {
        if (!(per_day * 0x1p30f > samples_per_day)) return 0x1p30f;  // NaN as well
        return max(samples_per_day / per_day, 2.0f);
    }
};

/// Learns from a stream of scores the threshold that is crossed as often as wanted. Scores above a release
/// level, itself a quantile of the stream, come in clusters, about ten in the mean time between two alarms;
/// the threshold is what the wanted share of the highest scores of the last clusters exceeds: read off them
/// where there are enough, told by their law where there are not. However long clusters last and however
/// correlated the scores are within them, one cluster is one alarm at most.
///
/// Shapes  score: scalar. A cluster begins when a score exceeds the release level and ends when that has not
///         happened for `quiet` samples.
/// Units   release(), threshold(): those of the score. quiet: samples; 0 takes 1 % of the rate's interval.
/// Errors  update() refuses a non-finite score.
/// Memory  364 bytes for float and 64 peaks. Time O(1); a sample that ends a cluster takes O(Peaks log Peaks)
///         and Peaks scalars of stack.
/// Source  Siffer, Fouque, Termier, Largouet 2017, Anomaly detection in streams with extreme value theory,
///         KDD. Deviations: probability-weighted moments for Grimshaw's likelihood, and the peaks themselves
///         as soon as they resolve the threshold; a release level (P2 quantile) that follows the stream;
///         clusters (runs declustering, Leadbetter et al. 1989) in place of samples; alarms are learnt from
///         as well, else their rate would feed on itself, but a peak is taken to exceed the release level no
///         more than twice as far as the threshold does.
template <FloatingScalar T, std::size_t Peaks = 64>
requires(Peaks >= 16) class PeakThreshold {
public:
    using Scalar = T;

    constexpr explicit PeakThreshold(AlarmRate wanted = {}, std::uint32_t quiet = 0)
        : interval_(static_cast<T>(wanted.interval())), quiet_(quiet > 0 ? quiet : one_percent(interval_)) {
        reset();
    }

    constexpr Status update(T score) {
        if (!isfinite(score)) return Status::not_finite;
        score = clamp(score, -largest, largest);
        learn_release(score);
        if (!release_known_) return Status::ok;
        if (gap_ < std::numeric_limits<std::uint32_t>::max()) ++gap_;
        if (score > release_) {
            peak_ = in_cluster() ? max(peak_, score) : score;
            quiet_left_ = quiet_;
        } else if (in_cluster() && --quiet_left_ == 0) {
            keep_cluster();
            find_threshold();
        }
        return Status::ok;
    }

    /// There have been enough clusters to tell a threshold: after about one interval.
    [[nodiscard]] constexpr bool ready() const { return ready_; }
    [[nodiscard]] constexpr bool in_cluster() const { return quiet_left_ > 0; }
    [[nodiscard]] constexpr T release() const { return release_; }
    [[nodiscard]] constexpr T threshold() const { return threshold_; }
    /// Of the clusters whose highest score is the threshold itself, the share that should be alarms.
    [[nodiscard]] constexpr T tie_share() const { return tie_share_; }
    [[nodiscard]] constexpr std::uint32_t quiet() const { return quiet_; }

    /// Forgets the stream; keeps the rate.
    constexpr void reset() {
        level_ = P2Quantile<T>(1 - tail());
        block_highest_ = std::numeric_limits<T>::lowest();
        release_ = threshold_ = tie_share_ = peak_ = mean_gap_ = 0;
        in_block_ = levels_ = gap_ = quiet_left_ = held_ = next_ = 0;
        release_known_ = ready_ = false;
    }

private:
    static constexpr std::size_t fewest = 4;  // excesses for a first threshold
    static constexpr T prior = 4;             // excesses that the assumption of an exponential tail is worth
    static constexpr T resolved = 4;          // peaks above a threshold that is read off the peaks themselves
    static constexpr T clusters_wanted = 10;  // per interval
    static constexpr T blocks_over_release = 5, blocks_over_first = 3;  // on which one release level rests
    static constexpr std::uint32_t level_memory = 16;
    static constexpr T largest = T(0x1p64);  // no score counts for more, so that nothing overflows

    static constexpr std::uint32_t one_percent(T interval) {
        return static_cast<std::uint32_t>(max(interval / 100, T{1}));
    }

    /// The share of blocks, stretches of `quiet` samples, with a score above the release level.
    [[nodiscard]] constexpr T tail() const {
        return min(clusters_wanted * static_cast<T>(quiet_) / interval_, T{0.5});
    }

    /// Takes a quantile of the blocks' highest scores, a new one whenever a few blocks have exceeded it, and
    /// the running mean of these: it settles, and yet follows a stream that changes.
    constexpr void learn_release(T score) {
        block_highest_ = max(block_highest_, score);
        if (++in_block_ < quiet_) return;
        level_.update(block_highest_);
        in_block_ = 0;
        block_highest_ = std::numeric_limits<T>::lowest();
        const T enough = levels_ > 0 ? blocks_over_release : blocks_over_first;
        if (static_cast<T>(level_.count()) * tail() < enough) return;
        // Half of all blocks beyond the threshold: the scores have moved for good, and it begins anew.
        if (ready_ && level_.heights()[1] > threshold_) levels_ = held_ = 0;
        if (levels_ < level_memory) ++levels_;
        release_ += (level_.value() - release_) / static_cast<T>(levels_);
        level_.reset();
        release_known_ = true;
        find_threshold();
    }

    /// Replaces the oldest peak. The mean gap, from end to end, forgets as the peaks do.
    constexpr void keep_cluster() {
        const T bound = ready_ ? 2 * threshold_ - release_ : peak_;
        peaks_[next_] = min(peak_, bound);
        next_ = next_ + 1 == Peaks ? 0 : next_ + 1;
        if (held_ < Peaks) ++held_;
        mean_gap_ += (static_cast<T>(gap_) - mean_gap_) / static_cast<T>(held_);
        gap_ = 0;
    }

    constexpr void find_threshold() {
        std::array<T, Peaks> sorted = peaks_;
        const auto peaks = std::span<T>(sorted).first(held_);
        sort_by(peaks, [](T peak) { return peak; });
        // The rank, from above, of the peak that is exceeded as often as wanted.
        const T rank = mean_gap_ / interval_ * static_cast<T>(held_ + 1);
        if (held_ < fewest || rank < resolved) return extrapolate(peaks);
        threshold_ = max(release_, highest_but(rank, peaks));
        tie_share_ = share_of_ties(rank, peaks);
        ready_ = true;
    }

    /// The peak of that rank from above, 1 the highest, between two where it is not whole.
    static constexpr T highest_but(T rank, std::span<const T> peaks) {
        const T place = static_cast<T>(peaks.size()) - min(rank, static_cast<T>(peaks.size()));
        const auto below = static_cast<std::size_t>(place);
        const T above = peaks[min(below + 1, peaks.size() - 1)];
        return peaks[below] + (above - peaks[below]) * (place - static_cast<T>(below));
    }

    /// Integer scores tie, and a score with a ceiling reaches it often: of the peaks that equal the
    /// threshold, those that are needed besides the higher ones.
    [[nodiscard]] constexpr T share_of_ties(T rank, std::span<const T> peaks) const {
        std::size_t higher = 0, equal = 0;
        for (const T peak : peaks) {
            higher += peak > threshold_ ? 1 : 0;
            equal += peak == threshold_ ? 1 : 0;
        }
        if (equal < 2) return 0;
        return clamp((rank - static_cast<T>(higher)) / static_cast<T>(equal), T{0}, T{1});
    }

    /// By the law of the peaks. The release level has moved while they were gathered, so that the lowest
    /// quarter of them are held by chance: the law is that of the others, beyond the highest of that quarter.
    constexpr void extrapolate(std::span<T> peaks) {
        const T level = peaks.empty() ? release_ : max(release_, peaks[peaks.size() / 4]);
        std::size_t first = 0;
        while (first < peaks.size() && peaks[first] <= level) ++first;
        const auto counted = peaks.subspan(first);
        ready_ = counted.size() >= fewest;
        tie_share_ = 0;
        if (!ready_) return;
        for (T& peak : counted) peak -= level;
        const T gap = mean_gap_ * static_cast<T>(held_) / static_cast<T>(counted.size());
        const auto law = fit_generalized_pareto(std::span<const T>(counted), prior);
        threshold_ = level + law.exceeded_by(min(gap / interval_, T{1}));
    }

    T interval_;
    std::uint32_t quiet_;
    P2Quantile<T> level_;
    T block_highest_ = 0, release_ = 0, threshold_ = 0, tie_share_ = 0, peak_ = 0, mean_gap_ = 0;
    std::array<T, Peaks> peaks_{};
    std::uint32_t in_block_ = 0, levels_ = 0, gap_ = 0, quiet_left_ = 0, held_ = 0, next_ = 0;
    bool release_known_ = false, ready_ = false;
};

}  // namespace mote
