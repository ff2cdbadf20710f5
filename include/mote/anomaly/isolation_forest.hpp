// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "mote/anomaly/isolation_trees.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/ranges.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// The paper's values; for 16 KB of RAM take 20 trees of 64 samples.
struct IsolationForestConfig {
    std::size_t trees = 100;
    std::size_t samples = 256;  // rows that a tree sees, 2 .. 4,096; its depth is the logarithm of that
};

template <IsolationForestConfig Config>
concept valid_isolation_forest_config =
    Config.trees > 0 && Config.trees <= 10'000 && Config.samples >= 2 && Config.samples <= 4096;

/// Isolation forest: random trees cut space until every row of a small sample is alone. A row that few cuts
/// isolate is anomalous.
///
/// Shapes  x: [Features]. score(): 0 .. 1; about 0.5 is usual. path_length(): the integer behind it.
///         contributions(): [Features].
/// Units   x: any, one unit per feature. Raw samples of 16 bits are learnt and judged without floating point;
///         their score is about 0 where usual, how much shorter than that the paths are, in 1/256 cut.
/// Errors  fit() refuses fewer than two rows, values that are not finite and ranges that are not. score() is
///         0 for an x that is not finite and before fit(). A constant feature is never cut.
/// Memory  per tree 5 * 2^depth bytes (6 for more than 256 features), 3 * Features scalars; fit() 4 * samples
///         bytes of stack. score() takes trees * depth comparisons and one exponential; fit() O(trees *
///         (n + samples * depth)).
/// Source  Liu, Ting, Zhou 2008, Isolation forest, ICDM: 413-422, (2) is its equation 2; the rest is in
///         IsolationTrees. Deviation: features have 16 bits over the range they were seen in, so that
///         path_length() is equal on every target.
template <SensorScalar T, std::size_t Features, IsolationForestConfig Config = IsolationForestConfig{}>
requires valid_isolation_forest_config<Config>
class IsolationForest {
    using Trees = IsolationTrees<Features, Config.trees, Config.samples>;
    using Place = typename Trees::Place;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = std::conditional_t<FloatingScalar<T>, T, std::int32_t>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t depth = Trees::depth;
    static constexpr std::uint32_t unit = Trees::unit;  // path_length() of one step in one tree

    constexpr explicit IsolationForest(std::uint64_t seed = 1) : seed_(seed) {}

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.size() < 2) return Status::too_few_rows;
        if (rows.size() > std::numeric_limits<std::uint32_t>::max()) return Status::bad_parameter;
        if (const Status status = check_ranges(rows); status != Status::ok) return status;
        places_.fit(rows);
        trees_.grow(static_cast<std::uint32_t>(rows.size()), seed_,
                    [&](std::size_t row, std::size_t i) { return places_.locate(rows[row][i], i); });
        return Status::ok;
    }

    /// 2^(-mean path length / its expectation), or how much shorter than expected
    [[nodiscard]] constexpr Score score(Sample x) const {
        if (!trees_.trained() || !all_finite(x)) return 0;
        return trees_.template score_of<Score>(path_length(x));
    }

    /// Cuts until x is alone, summed over the trees, times `unit`: lower is more anomalous. x is finite.
    [[nodiscard]] constexpr std::uint32_t path_length(Sample x) const {
        return trees_.path_length(places_of(x));
    }

    /// By how many cuts a tree, in the mean, each feature brought x nearer to being alone than the rows are.
    /// For whole numbers in 1/256 cut.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        if (!trees_.trained() || !all_finite(x)) return {};
        std::array<std::int32_t, Features> saved{};
        trees_.attribute(places_of(x), [&](std::size_t i, std::int32_t steps) { saved[i] += steps; });
        return trees_.template mean_cuts<T>(saved);
    }

    constexpr void reset() { *this = IsolationForest(seed_); }

private:
    [[nodiscard]] constexpr std::array<Place, Features> places_of(Sample x) const {
        std::array<Place, Features> places{};
        for (std::size_t i = 0; i < Features; ++i) places[i] = places_.locate(x[i], i);
        return places;
    }

    Trees trees_;
    PlacesInRange<T, Features> places_;
    std::uint64_t seed_;
};

}  // namespace mote
