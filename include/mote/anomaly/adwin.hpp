// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/change.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/exponential.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/status.hpp"

namespace mote {

template <FloatingScalar T>
struct AdwinOptions {
    T detected = constant<T>(0.002);  // probability of a false alarm at one test
    T warning = constant<T>(0.002);   // warns where larger than that
    Direction direction = Direction::both;
    std::uint32_t clock = 32;    // values from test to test
    std::uint32_t shortest = 5;  // values on either side of a cut
    std::uint32_t warm_up = 10;  // values before the first test
};

/// Counts are kept in T: all of them must be whole numbers there.
template <class T, std::size_t Levels, std::size_t PerLevel>
concept window_can_be_counted = (Levels > 0) && (Levels <= 20) && (PerLevel > 1) && (PerLevel <= 10) &&
                                ((PerLevel + 1) * ((std::size_t{1} << Levels) - 1) <= (std::size_t{1} << 24));

/// Adaptive windowing: keeps the longest window of the latest values whose average has not changed, and
/// reports where it had to cut the window. What it keeps are averages of 1, 2, 4, ... values.
///
/// Shapes  x: scalar.
/// Units   x: any; the bound is proved for values in 0 .. 1, such as 1 for a learner's error.
/// Errors  update() refuses an x that is not finite or whose squares are not; bad_parameter where not
///         0 < detected <= warning < 1, or clock or shortest is 0.
/// Memory  2 * Levels * (PerLevel + 1) scalars, Levels bytes and 9 words; the window holds at most
///         PerLevel * (2^Levels - 1) values, then forgets the oldest. Time O(1), and O(Levels * PerLevel) at
///         every clock-th value.
/// Source  Bifet and Gavalda 2007, Learning from time-changing data with adaptive windowing, SDM: ADWIN2, its
///         exponential histogram, its cut by the variance of the window (1) with delta' = delta / ln n.
/// Endless The window's average and variance are merged anew from the buckets at each test; no sum runs on.
template <FloatingScalar T, std::size_t Levels = 16, std::size_t PerLevel = 5>
requires window_can_be_counted<T, Levels, PerLevel>
class Adwin {
public:
    using Scalar = T;
    using Options = AdwinOptions<T>;

    constexpr explicit Adwin(const Options& options = Options{}) : options_(options) {}

    constexpr Status update(T x) {
        const T scaled = x * T(0x1p13);  // so that no sum of squares can overflow
        if (!isfinite(scaled * scaled)) return Status::not_finite;
        if (!valid()) return Status::bad_parameter;
        if (change_ == Change::detected) change_ = Change::none;  // a warning holds until the next test
        insert({x, 0});
        if (++tick_ < options_.clock) return Status::ok;
        tick_ = 0;
        if (width_ > options_.warm_up) shrink();
        return Status::ok;
    }

    constexpr Change observe(T x) { return update(x) == Status::ok ? change_ : Change::none; }
    [[nodiscard]] constexpr Change change() const { return change_; }
    constexpr void reset() { *this = Adwin(options_); }

    /// How many of the latest values the window holds, and their mean and variance.
    [[nodiscard]] constexpr std::uint32_t width() const { return width_; }
    [[nodiscard]] constexpr T mean() const { return window().mean; }
    [[nodiscard]] constexpr T variance() const {
        return width_ == 0 ? T(0) : window().squares / static_cast<T>(width_);
    }

private:
    struct Bucket {
        T mean = 0, squares = 0;  // squares of deviations from the mean
    };
    struct Summary {
        T count = 0, mean = 0, squares = 0;

        constexpr void merge(const Bucket& bucket, T size) {
            const T gap = bucket.mean - mean;
            const T share = size / (count + size);
            mean += gap * share;
            squares += bucket.squares + gap * gap * share * count;
            count += size;
        }
    };
    struct Cut {
        Change change = Change::none;
        bool rise = false;
    };

    [[nodiscard]] constexpr bool valid() const {
        return options_.detected > 0 && options_.detected <= options_.warning && options_.warning < 1 &&
               options_.clock > 0 && options_.shortest > 0;
    }

    /// A level that overflows passes its two oldest on, as one of twice the size.
    constexpr void insert(Bucket bucket) {
        ++width_;
        for (std::size_t level = 0; level < Levels; ++level) {
            auto& buckets = buckets_[level];
            buckets[filled_[level]++] = bucket;
            if (filled_[level] <= PerLevel) return;
            const T gap = buckets[1].mean - buckets[0].mean;
            const T size = static_cast<T>(std::uint32_t{1} << level);
            bucket.mean = buckets[0].mean + gap / 2;
            bucket.squares = buckets[0].squares + buckets[1].squares + gap * gap * size / 2;
            if (level + 1 == Levels) return drop(level, 1);
            take(level, 2);
        }
    }

    constexpr void take(std::size_t level, std::size_t count) {
        filled_[level] = static_cast<std::uint8_t>(filled_[level] - count);
        for (std::size_t i = 0; i < filled_[level]; ++i) buckets_[level][i] = buckets_[level][i + count];
    }

    constexpr void drop(std::size_t level, std::size_t count) {
        take(level, count);
        width_ -= static_cast<std::uint32_t>(count) << level;
    }

    constexpr void drop_oldest() {
        std::size_t level = Levels - 1;
        while (filled_[level] == 0) --level;
        drop(level, 1);
    }

    [[nodiscard]] constexpr Summary window() const {
        Summary all;
        for (std::size_t level = 0; level < Levels; ++level) {
            const T size = static_cast<T>(std::uint32_t{1} << level);
            for (std::size_t i = filled_[level]; i > 0; --i) all.merge(buckets_[level][i - 1], size);
        }
        return all;
    }

    /// Drops the oldest while some cut divides the window.
    constexpr void shrink() {
        Cut cut = find_cut();
        const bool wanted = cut.rise ? rises(options_.direction) : falls(options_.direction);
        change_ = wanted ? cut.change : Change::none;
        while (cut.change == Change::detected) {
            drop_oldest();
            cut = width_ > options_.warm_up ? find_cut() : Cut{};
        }
    }

    /// Goes from the newest bucket back. Neither side's average comes from a difference of two sums: that of
    /// the older side is told from how far the newer one's is from the average of all.
    [[nodiscard]] constexpr Cut find_cut() const {
        const Summary all = window();
        const T variance = all.squares / all.count;
        const T log_n = 2 * log(all.count);
        const T certain = log(log_n / options_.detected), likely = log(log_n / options_.warning);
        const T shortest = static_cast<T>(options_.shortest);
        Summary recent;
        Cut found;
        for (std::size_t level = 0; level < Levels; ++level) {
            const T size = static_cast<T>(std::uint32_t{1} << level);
            for (std::size_t i = filled_[level]; i > 0; --i) {
                recent.merge(buckets_[level][i - 1], size);
                const T before = all.count - recent.count;
                if (before < shortest) return found;
                if (recent.count < shortest) continue;
                const T gap = (recent.mean - all.mean) * (all.count / before);
                const T inverse_m = 1 / before + 1 / recent.count;
                if (!exceeds(gap, inverse_m, variance, likely)) continue;
                const bool sure = exceeds(gap, inverse_m, variance, certain);
                found = {sure ? Change::detected : Change::warning, gap > 0};
                if (sure) return found;
            }
        }
        return found;
    }

    /// (1) |gap| > sqrt(2 / m * variance * log) + 2 / (3 m) * log.
    [[nodiscard]] static constexpr bool exceeds(T gap, T inverse_m, T variance, T log) {
        const T rest = abs(gap) - T(2) / 3 * inverse_m * log;
        return rest > 0 && rest * rest > 2 * inverse_m * variance * log;
    }

    Options options_;
    std::array<std::array<Bucket, PerLevel + 1>, Levels> buckets_{};  // oldest first in each level
    std::array<std::uint8_t, Levels> filled_{};
    std::uint32_t width_ = 0;
    std::uint32_t tick_ = 0;
    Change change_ = Change::none;
};

}  // namespace mote
