// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/anomaly/stream_window.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

struct LeftMatrixProfileConfig {
    std::size_t window = 32;    // samples in a pattern, at most 1,024
    std::size_t history = 256;  // how far back a match may end
    std::size_t warm_up = 128;  // samples that tell the range
};

template <LeftMatrixProfileConfig Config>
concept valid_matrix_profile_config =
    Config.window >= 4 && Config.window <= 1024 && Config.history > Config.window / 4 && Config.warm_up > 0;

/// Has this shape been seen before? The distance of the last `window` samples to the most similar stretch
/// of the history, whatever its level and its size: both are normalised to mean 0 and variance 1.
///
/// Shapes  x: [1]. score(): scalar, 0 .. 2 sqrt(window).
/// Units   x: any. Score: Euclidean distance of normalised windows; 0 is the same shape, sqrt(2 window) one
///         that has nothing to do with any. A flat window is sqrt(window) from every other, 0 from a flat
///         one.
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is every score before a window
///         lies a quarter of its length behind another.
/// Memory  18 * history + 8 * window bytes (float): 4.9 KB for the defaults. Time O(history).
/// Source  Yeh et al. 2016, Matrix profile I, ICDM: 1317-1322; the streaming products are (1) to (3), after
///         Zhu et al. 2016, Matrix profile II, ICDM: 739-748, equation 3. Deviations: only matches before
///         the window (the left profile), as far as the history reaches; samples are places of 1/1,024
///         range, so that the running sums are whole numbers and never drift.
template <FloatingScalar T, LeftMatrixProfileConfig Config = LeftMatrixProfileConfig{}>
requires valid_matrix_profile_config<Config>
class LeftMatrixProfile {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, 1>;
    using Score = T;
    static constexpr std::size_t features = 1;

    [[nodiscard]] constexpr T score(Sample x) const {
        if (!ready() || !all_finite(x)) return 0;
        const std::int32_t newest = recent_.place(x)[0];
        const Sums now = sums_with(newest);
        const T scale = inverse_deviation(now);
        T best = -1;
        for (std::size_t lag = nearest; lag <= Config.history && lag + window <= seen_ + 1; ++lag) {
            best = max(best, similarity(product_with(newest, lag), now, scale, (at_ + ring - lag) % ring));
        }
        return sqrt(2 * static_cast<T>(window) * max(1 - best, T{0}));
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        if (!recent_.known()) {
            recent_.learn_range(x);
            return Status::ok;
        }
        push(recent_.place(x));
        if (recent_.obsolete()) reset();
        return Status::ok;
    }

    constexpr T observe(Sample x) {
        const T result = score(x);
        update(x);
        return result;
    }

    constexpr void reset() { *this = LeftMatrixProfile(); }

    /// There is a window to compare the next one with.
    [[nodiscard]] constexpr bool ready() const { return seen_ + 1 >= nearest + window; }

private:
    static constexpr std::size_t window = Config.window;
    static constexpr std::size_t nearest = (window + 3) / 4;  // a window matches itself, moved a little
    static constexpr std::size_t ring = Config.history + window;

    struct Sums {
        std::int32_t values;
        std::int64_t squares;
    };

    /// The place `back` samples before the one that comes next, up to the whole ring; zero before the first.
    [[nodiscard]] constexpr std::int32_t before(std::size_t back) const {
        return places_[(at_ + ring - back) % ring];
    }

    [[nodiscard]] constexpr Sums sums_with(std::int32_t newest) const {
        const std::int32_t oldest = before(window);
        return {latest_.values + newest - oldest,
                latest_.squares + std::int64_t{newest} * newest - std::int64_t{oldest} * oldest};  // (1), (2)
    }

    /// The product of the window that ends in `newest` with the one that ends `lag` before.
    [[nodiscard]] constexpr std::int64_t product_with(std::int32_t newest, std::size_t lag) const {
        const std::int64_t gone = std::int64_t{before(window)} * before(window + lag);
        return products_[lag - nearest] + std::int64_t{newest} * before(lag) - gone;  // (3)
    }
    /// Of the window's values from their mean, times sqrt(window): 0 for a flat one.
    [[nodiscard]] static constexpr T inverse_deviation(const Sums& sums) {
        const std::int64_t variance =
            static_cast<std::int64_t>(window) * sums.squares - std::int64_t{sums.values} * sums.values;
        return variance > 0 ? 1 / sqrt(static_cast<T>(variance)) : 0;
    }

    /// The correlation of two windows; for flat ones what gives the distances that the contract tells.
    [[nodiscard]] constexpr T similarity(std::int64_t product, const Sums& now, T scale,
                                         std::size_t other) const {
        const T other_scale = scales_[other];
        if (scale == 0 || other_scale == 0) return scale == other_scale ? T{1} : T{0.5};
        const std::int64_t covariance =
            static_cast<std::int64_t>(window) * product - std::int64_t{now.values} * values_[other];
        return static_cast<T>(covariance) * scale * other_scale;
    }

    constexpr void push(const std::array<std::int16_t, 1>& place) {
        const Sums now = sums_with(place[0]);
        for (std::size_t lag = nearest; lag <= Config.history; ++lag) {
            products_[lag - nearest] = product_with(place[0], lag);
        }
        latest_ = now;
        places_[at_] = place[0];
        values_[at_] = now.values;
        scales_[at_] = inverse_deviation(now);
        at_ = at_ + 1 == ring ? 0 : at_ + 1;
        if (seen_ < ring) ++seen_;
        recent_.push(place);
    }

    StreamWindow<T, 1, 1> recent_{static_cast<std::uint32_t>(Config.warm_up)};
    std::array<std::int64_t, Config.history - nearest + 1> products_{};
    std::array<std::int16_t, ring> places_{};
    std::array<std::int32_t, ring> values_{};  // the sum of the window that ends there
    std::array<T, ring> scales_{};             // and its inverse deviation
    Sums latest_{};
    std::uint32_t at_ = 0;    // where the next place goes
    std::uint32_t seen_ = 0;  // places since the range is known, at most the ring
};

}  // namespace mote
