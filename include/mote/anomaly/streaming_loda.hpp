// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/anomaly/stream_window.hpp"
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
    Config.window > 1 && Config.window <= 32'768 && Config.warm_up > 0;

/// Loda that follows a stream: the mean surprise over histograms of sparse random projections, each taken
/// from the window before.
///
/// Shapes  x: [Features]. score(): an integer.
/// Units   x: any. Score: bits in 1/256, the mean of -log2(share of the last window in x's bin).
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is every score before the first
///         window is full. An empty bin holds half a sample.
/// Memory  per projection 4 * bins bytes, 8, and 4 for each of sqrt(Features) weights: 4.3 KB for the
///         defaults and 8 features. Time O(projections * sqrt(Features)); the last sample of a window also
///         takes O(projections * bins) logarithms.
/// Source  Pevny 2016, Loda: lightweight on-line detector of anomalies, Machine Learning 102(2):275-304:
///         algorithms 1 and 2, with the two alternating histograms of section 3.2. Deviations: samples,
///         weights and logarithms are whole numbers, so that scores are equal on every target; bins of
///         equal width span one and a half times what the range of the warm-up projects to, and the outer
///         ones all beyond.
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
        const auto places = recent_.place(x);
        Score sum = 0;
        for (const Cut& cut : cuts_) sum += cut.surprises[cut.bin_of(places)];
        return sum / static_cast<Score>(Config.projections);
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        if (!recent_.known()) {
            recent_.learn_range(x);
            return Status::ok;
        }
        const auto places = recent_.place(x);
        for (Cut& cut : cuts_) ++cut.latest[cut.bin_of(places)];
        if (++seen_ == Config.window) turn_over();
        recent_.push(places);
        if (recent_.obsolete()) reset();
        return Status::ok;
    }

    constexpr Score observe(Sample x) {
        const Score result = score(x);
        update(x);
        return result;
    }

    /// Forgets the stream; keeps the projections.
    constexpr void reset() { *this = StreamingLoda(seed_); }

    [[nodiscard]] constexpr bool ready() const { return has_reference_; }

private:
    using Places = typename StreamWindow<T, Features, 1>::Places;
    static constexpr std::int32_t range = StreamWindow<T, Features, 1>::range;

    /// The whole part of the square root: so many features are in a projection.
    static constexpr std::size_t used = [] {
        std::size_t root = 1;
        while ((root + 1) * (root + 1) <= Features) ++root;
        return root;
    }();

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

    /// The window that is full becomes the reference.
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
        seen_ = 0;
        has_reference_ = true;
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
    StreamWindow<T, Features, 1> recent_{static_cast<std::uint32_t>(Config.warm_up)};
    std::uint64_t seed_;
    std::uint32_t seen_ = 0;  // samples in the latest window
    bool has_reference_ = false;
};

}  // namespace mote
