// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/random.hpp"
#include "mote/core/ranges.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

struct LodaConfig {
    std::size_t projections = 100;
    std::size_t bins = 10;  // of each projection's histogram
};

template <LodaConfig Config>
concept valid_loda_config = Config.projections > 0 && Config.bins > 0;

/// Lightweight on-line detector of anomalies: the mean surprise over histograms of sparse random projections.
///
/// Shapes  x: [Features]. score(): scalar. contributions(): [Features].
/// Units   x: one unit for all features; scale them first. Score: nats, the mean of -log(share of the rows in
///         x's bin).
/// Errors  fit() refuses no rows, and values or projections that are not finite. score() is 0 for an x that
///         is not finite and before fit(). An empty bin, and all beyond the range, holds half a row.
/// Memory  per projection Bins + 2 scalars, and a scalar and an index for each of sqrt(Features) weights.
/// Time    O(projections * sqrt(Features)).
/// Source  Pevny 2016, Loda: lightweight on-line detector of anomalies, Machine Learning 102(2):275-304,
///         algorithms 1 and 2. Deviation: bins of equal width in a number that is given, not one per
///         projection chosen by likelihood.
template <FloatingScalar T, std::size_t Features, LodaConfig Config = LodaConfig{}>
requires valid_loda_config<Config>
class Loda {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;

    constexpr explicit Loda(std::uint64_t seed = 1) {
        Random random(seed);
        for (Cut& cut : cuts_) {
            static_cast<void>(random.sample_without_replacement(static_cast<std::uint32_t>(Features),
                                                                std::span(cut.features)));
            for (T& weight : cut.weights) weight = random.normal<T>();
        }
    }

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.empty()) return Status::too_few_rows;
        for (const Cut& cut : cuts_) {
            for (const Row& row : rows) {
                // Half the largest number apart at most from the first row, so that a range is a number.
                const T half_gap = abs(cut.project(row) / 2 - cut.project(rows[0]) / 2);
                const bool usable = half_gap < std::numeric_limits<T>::max() / 4;
                if (!usable || !all_finite(row)) return Status::not_finite;
            }
        }
        for (Cut& cut : cuts_) cut.fit(rows);
        trained_ = true;
        return Status::ok;
    }

    [[nodiscard]] constexpr T score(Sample x) const {
        if (!trained_ || !all_finite(x)) return 0;
        T sum = 0;
        for (const Cut& cut : cuts_) sum += cut.surprise(cut.project(x));
        return sum / static_cast<T>(Config.projections);
    }

    /// How much more surprising the projections with a feature are than those without, in standard errors of
    /// the difference: the paper's one-tailed test, section 3.3. 0 for a feature that is in fewer than two,
    /// or in all but one.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        Row result{};
        if (!trained_ || !all_finite(x)) return result;
        std::array<T, Config.projections> surprises{};
        for (std::size_t k = 0; k < Config.projections; ++k) {
            surprises[k] = cuts_[k].surprise(cuts_[k].project(x));
        }
        for (std::size_t i = 0; i < Features; ++i) {
            RunningMoments<T> with, without;
            for (std::size_t k = 0; k < Config.projections; ++k) {
                static_cast<void>((cuts_[k].uses(i) ? with : without).update(surprises[k]));
            }
            if (with.count() < 2 || without.count() < 2) continue;
            const T error = sqrt(with.variance() / static_cast<T>(with.count()) +
                                 without.variance() / static_cast<T>(without.count()));
            if (error > 0) result[i] = (with.mean() - without.mean()) / error;
        }
        return result;
    }

    /// Forgets the rows; keeps the projections.
    constexpr void reset() {
        for (Cut& cut : cuts_) cut.surprises = {}, cut.low = 0, cut.factor = 0, cut.beyond = 0;
        trained_ = false;
    }

private:
    /// The whole part of the square root: so many features are in a projection.
    static constexpr std::size_t used = [] {
        std::size_t root = 1;
        while ((root + 1) * (root + 1) <= Features) ++root;
        return root;
    }();
    using Index = std::conditional_t<(Features <= 256), std::uint8_t, std::uint16_t>;

    struct Cut {
        std::array<T, used> weights{};
        std::array<T, Config.bins> surprises{};
        T low{}, factor{}, beyond{};
        std::array<Index, used> features{};

        [[nodiscard]] constexpr T project(Sample x) const {
            T sum = 0;
            for (std::size_t i = 0; i < used; ++i) sum += weights[i] * x[features[i]];
            return sum;
        }

        [[nodiscard]] constexpr bool uses(std::size_t feature) const {
            for (const Index used_feature : features) {
                if (used_feature == feature) return true;
            }
            return false;
        }

        [[nodiscard]] constexpr T surprise(T projected) const {
            const T place = (projected - low) * factor;
            if (!(place >= 0 && place <= T(Config.bins))) return beyond;
            return surprises[bin_at(place)];
        }

        [[nodiscard]] static constexpr std::size_t bin_at(T place) {
            return static_cast<std::size_t>(clamp(place, T{0}, T(Config.bins - 1)));
        }

        constexpr void fit(Rows<T, Features> rows) {
            Range<T> range{project(rows[0]), project(rows[0])};
            for (const Row& row : rows) {
                range.low = min(range.low, project(row));
                range.high = max(range.high, project(row));
            }
            low = range.low;
            factor = factor_to(T(Config.bins), range);
            if (factor == 0) factor = T(0x1p40);  // what never varied is in the first bin, all else beyond
            std::array<std::uint32_t, Config.bins> counts{};
            for (const Row& row : rows) ++counts[bin_at((project(row) - low) * factor)];
            const T total = static_cast<T>(rows.size());
            beyond = log(2 * total);
            for (std::size_t bin = 0; bin < Config.bins; ++bin) {
                surprises[bin] = counts[bin] == 0 ? beyond : -log(static_cast<T>(counts[bin]) / total);
            }
        }
    };

    std::array<Cut, Config.projections> cuts_{};
    bool trained_ = false;
};

}  // namespace mote
