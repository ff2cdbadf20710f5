// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/anomaly/extremes.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

struct StreamingLodaConfig {
    std::size_t projections = 50;
    std::size_t bins = 16;      // of each projection's histogram
    std::size_t window = 256;   // samples between two changes of the reference
    std::size_t warm_up = 128;  // samples that tell the range
};

template <StreamingLodaConfig Config>
concept valid_streaming_loda_config =
    Config.projections > 0 && Config.projections <= 4096 && Config.bins > 1 && Config.bins <= 256 &&
    Config.window >= 4 && Config.window <= 32'768 && Config.warm_up >= 4;

/// Loda that follows a stream: the mean surprise over histograms of sparse random projections, each taken
/// from the window before.
///
/// Shapes  x: [Features]. score(): an integer.
/// Units   x: any. Score: bits in 1/256, the mean of -log2(share of the last window in x's bin).
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is every score before the first
///         window is full. An empty bin holds half a sample.
/// Memory  per projection 4 * bins bytes, 8, and 4 for each of sqrt(Features) weights; per feature 8
///         scalars: 4.3 KB for the defaults and 8 features. Time O(projections * sqrt(Features)); the last
///         sample of a window also takes O(projections * bins) logarithms.
/// Source  Pevny 2016, Loda: lightweight on-line detector of anomalies, Machine Learning 102(2):275-304:
///         algorithms 1 and 2, with the two alternating histograms of section 3.2. Deviations: samples,
///         weights and logarithms are whole numbers, so that scores are equal on every target; bins of
///         equal width span one and a half times what the features' ranges project to, and the outer ones
///         all beyond. A range is that of the warm-up, less the lowest and the highest value; at the end of
///         a window it becomes that of the window, where the old one is left or no longer half filled.
template <FloatingScalar T, std::size_t Features, StreamingLodaConfig Config = StreamingLodaConfig{}>
requires valid_streaming_loda_config<Config>
class StreamingLoda {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Score = std::uint32_t;
    static constexpr std::size_t features = Features;

    constexpr explicit StreamingLoda(std::uint64_t seed = 1) : seed_(seed) {
        Random random(seed);
        for (Cut& cut : cuts_) cut.draw(random);
    }

    [[nodiscard]] constexpr Score score(Sample x) const {
        if (!has_reference_ || !all_finite(x)) return 0;
        const Places places = reference_grid_.place(x);
        Score sum = 0;
        for (const Cut& cut : cuts_) sum += cut.surprises[cut.bin_of(places)];
        return sum / static_cast<Score>(Config.projections);
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        if (knows_ranges_) {
            const Places places = latest_grid_.place(x);
            for (Cut& cut : cuts_) ++cut.latest[cut.bin_of(places)];
        }
        count(x);
        return Status::ok;
    }

    /// Scores x against the window before, then counts it, finding its bins once where both windows share
    /// them.
    constexpr Score observe(Sample x) {
        if (!has_reference_ || regridded_ || !all_finite(x)) {
            const Score result = score(x);
            update(x);
            return result;
        }
        const Places places = latest_grid_.place(x);
        Score sum = 0;
        for (Cut& cut : cuts_) {
            const std::size_t bin = cut.bin_of(places);
            sum += cut.surprises[bin];
            ++cut.latest[bin];
        }
        count(x);
        return sum / static_cast<Score>(Config.projections);
    }

    /// Forgets the stream; keeps the projections.
    constexpr void reset() { *this = StreamingLoda(seed_); }

    [[nodiscard]] constexpr bool ready() const { return has_reference_; }

private:
    using Places = std::array<std::int16_t, Features>;
    static constexpr std::int32_t range = 1024;  // steps

    /// The whole part of the square root: so many features are in a projection.
    static constexpr std::size_t used = [] {
        std::size_t root = 1;
        while ((root + 1) * (root + 1) <= Features) ++root;
        return root;
    }();

    /// Whole numbers for samples: so many steps from the low end of each feature's range, at most 8 ranges
    /// beyond it.
    struct Grid {
        std::array<T, Features> low{}, steps{};  // steps to a unit of x; 0: no range yet

        [[nodiscard]] constexpr Places place(Sample x) const {
            Places places{};
            for (std::size_t i = 0; i < Features; ++i) {
                places[i] =
                    static_cast<std::int16_t>(clamp((x[i] - low[i]) * steps[i], T(-8 * range), T(9 * range)));
            }
            return places;
        }

        /// Takes the range of a window for a feature that left its own by more than a quarter, or filled less
        /// than a half of it. One that did not vary fills enough; its range is a sixteenth of its value.
        constexpr bool follow(const Extremes<T, Features>& seen) {
            const Places from = place(seen.low), to = place(seen.high);
            bool moved = false;
            for (std::size_t i = 0; i < Features; ++i) {
                const bool constant = seen.low[i] == seen.high[i];
                const bool inside = from[i] >= -range / 4 && to[i] <= range + range / 4;
                if (steps[i] > 0 && inside && (constant || to[i] - from[i] >= range / 2)) continue;
                const T span = constant ? (seen.low[i] == 0 ? T{1} : abs(seen.low[i]) / 16)
                                        : min(seen.high[i] - seen.low[i], std::numeric_limits<T>::max());
                low[i] = seen.low[i];
                steps[i] = T(range) / max(span, T(range) * std::numeric_limits<T>::min());
                moved = true;
            }
            return moved;
        }
    };

    struct Cut {
        std::array<std::uint16_t, Config.bins> latest{}, surprises{};
        std::array<std::uint16_t, used> chosen{};
        std::array<std::int16_t, used> weights{};
        std::int32_t low = 0, span = 1;  // of the bins together

        /// Normal weights in 1/64, none of them zero; a quarter of the projected range to either side.
        constexpr void draw(Random& random) {
            static_cast<void>(
                random.sample_without_replacement(static_cast<std::uint32_t>(Features), std::span(chosen)));
            std::int32_t high = 0;
            for (std::int16_t& weight : weights) {
                const auto drawn = static_cast<std::int16_t>(64 * random.template normal<float>());
                weight = drawn == 0 ? std::int16_t{1} : drawn;
                (weight < 0 ? low : high) += weight * range;
            }
            span = (high - low) / 2 * 3;
            low -= (high - low) / 4;
        }

        [[nodiscard]] constexpr std::size_t bin_of(const Places& places) const {
            std::int32_t height = -low;
            for (std::size_t k = 0; k < used; ++k) height += weights[k] * places[chosen[k]];
            const std::int32_t width = max<std::int32_t>(span / static_cast<std::int32_t>(Config.bins), 1);
            return static_cast<std::size_t>(
                clamp<std::int32_t>(height / width, 0, static_cast<std::int32_t>(Config.bins) - 1));
        }
    };

    /// The window that is full becomes the reference, and its ranges, where need be, those of the next.
    constexpr void count(Sample x) {
        if (seen_ == 0) extremes_ = {};
        extremes_.take(x);
        if (++seen_ < (knows_ranges_ ? Config.window : Config.warm_up)) return;
        seen_ = 0;
        has_reference_ = knows_ranges_;
        if (knows_ranges_) turn_over();
        reference_grid_ = latest_grid_;
        regridded_ = latest_grid_.follow(extremes_);
        knows_ranges_ = true;
    }

    constexpr void turn_over() {
        const std::uint32_t all = log2_of(Config.window);
        for (Cut& cut : cuts_) {
            for (std::size_t bin = 0; bin < Config.bins; ++bin) {
                const std::uint32_t count = cut.latest[bin];
                cut.surprises[bin] =
                    static_cast<std::uint16_t>(count == 0 ? all + 256 : all - log2_of(count));
                cut.latest[bin] = 0;
            }
        }
    }

    /// In 1/256, rounded down: squaring brings one digit after the other in front of the point.
    [[nodiscard]] static constexpr std::uint32_t log2_of(std::uint32_t n) {
        const auto whole = static_cast<std::uint32_t>(std::bit_width(n) - 1);
        std::uint64_t mantissa = std::uint64_t{n} << (31 - whole);
        std::uint32_t log = whole;
        for (int digit = 0; digit < 8; ++digit) {
            mantissa = mantissa * mantissa >> 31;
            const std::uint32_t carry = mantissa >= std::uint64_t{1} << 32 ? 1 : 0;
            mantissa >>= carry;
            log = 2 * log + carry;
        }
        return log;
    }

    std::array<Cut, Config.projections> cuts_{};
    Grid reference_grid_{}, latest_grid_{};
    Extremes<T, Features> extremes_{};
    std::uint64_t seed_;
    std::uint32_t seen_ = 0;  // samples in the latest window, or in the warm-up
    bool knows_ranges_ = false;
    bool has_reference_ = false;
    bool regridded_ = false;  // the latest window's bins are not those of the reference
};

}  // namespace mote
