// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>

#include "mote/anomaly/isolation_trees.hpp"
#include "mote/anomaly/sparse_direction.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/ranges.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

struct ExtendedIsolationForestConfig {
    std::size_t trees = 100;
    std::size_t samples = 256;     // rows that a tree sees, 2 .. 4,096; its depth is the logarithm of that
    std::size_t directions = 256;  // that cuts choose from
    std::size_t terms = 2;         // features in each direction: the paper's extension level and one
};

template <ExtendedIsolationForestConfig Config>
concept valid_extended_isolation_forest_config =
    Config.trees > 0 && Config.trees <= 10'000 && Config.samples >= 2 && Config.samples <= 4096 &&
    Config.directions > 0 && Config.terms > 0 && Config.terms <= 256;

/// Isolation forest whose cuts are slanted: each falls across a random combination of a few features. Where
/// features go together it has no blind stripes along the axes.
///
/// Shapes  x: [Features]. score(): 0 .. 1; about 0.5 is usual. path_length(): the integer behind it.
///         contributions(): [Features].
/// Units   x: any, one unit per feature; raw samples of 16 bits as with IsolationForest.
/// Errors  as IsolationForest. A constant feature is in no direction.
/// Memory  as IsolationTrees, and per direction a 16-bit weight and an index for each term; 2 * Features
///         scalars and as many bytes. score() takes directions * terms multiply-accumulates, trees * depth
///         comparisons and one exponential.
/// Source  Hariri, Carrasco Kind, Brunner 2021, Extended isolation forest, IEEE Transactions on Knowledge and
///         Data Engineering 33(4):1479-1489. Deviations: cuts choose from a pool of directions, so that x is
///         projected once and not in each node; features weigh as if divided by their mean deviation; normals
///         are sums of four uniform numbers. All of it is done in whole numbers, so that path_length() is
///         equal on every target.
template <SensorScalar T, std::size_t Features,
          ExtendedIsolationForestConfig Config = ExtendedIsolationForestConfig{}>
requires valid_extended_isolation_forest_config<Config>
class ExtendedIsolationForest {
    using Trees = IsolationTrees<Config.directions, Config.trees, Config.samples>;
    using Place = typename Trees::Place;
    using Members = typename Trees::Members;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = std::conditional_t<FloatingScalar<T>, T, std::int32_t>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t depth = Trees::depth;
    static constexpr std::uint32_t unit = Trees::unit;  // path_length() of one step in one tree

    constexpr explicit ExtendedIsolationForest(std::uint64_t seed = 1) : seed_(seed) {}

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.size() < 2) return Status::too_few_rows;
        if (rows.size() > std::numeric_limits<std::uint32_t>::max()) return Status::bad_parameter;
        if (const Status status = check_ranges(rows); status != Status::ok) return status;
        places_.fit(rows);
        choose_directions(rows);
        const auto place = [&](std::size_t row, std::size_t i) { return places_.locate(rows[row][i], i); };
        trees_.grow(
            static_cast<std::uint32_t>(rows.size()), seed_,
            [&](std::size_t row, std::size_t k) {
                const Direction& direction = directions_[k];
                return project(direction, [&](std::size_t j) { return place(row, direction.feature(j)); });
            },
            [&](Members members, std::size_t k, Random& random) {
                return cut(directions_[k], members, place, random);
            });
        return Status::ok;
    }

    /// 2^(-mean path length / its expectation), or how much shorter than expected
    [[nodiscard]] constexpr Score score(Sample x) const {
        if (!trees_.trained() || !all_finite(x)) return 0;
        return trees_.template score_of<Score>(path_length(x));
    }

    /// Cuts until x is alone, summed over the trees, times `unit`: lower is more anomalous. x is finite.
    [[nodiscard]] constexpr std::uint32_t path_length(Sample x) const {
        return trees_.path_length(projected(places_of(x)));
    }

    /// By how many cuts a tree, in the mean, each feature brought x nearer to being alone than the rows are.
    /// The features of a direction share by how far x is from the mean along each. For whole numbers in 1/256
    /// cut.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        if (!trees_.trained() || !all_finite(x)) return {};
        const std::array<Place, Features> places = places_of(x);
        std::array<std::int32_t, Features> saved{};
        trees_.attribute(projected(places), [&](std::size_t k, std::int32_t steps) {
            const std::array<std::int64_t, terms> gaps = gaps_along(directions_[k], places);
            std::int64_t all = 0;
            for (const std::int64_t gap : gaps) all += gap;
            for (std::size_t j = 0; j < terms; ++j) {
                saved[directions_[k].feature(j)] += static_cast<std::int32_t>(steps * gaps[j] / all);
            }
        });
        return trees_.template mean_cuts<T>(saved);
    }

    constexpr void reset() { *this = ExtendedIsolationForest(seed_); }

private:
    static constexpr std::size_t terms = min(Config.terms, Features);
    using Direction = SparseDirection<Features, terms>;
    using Index = typename Direction::Index;

    [[nodiscard]] constexpr std::array<Place, Features> places_of(Sample x) const {
        std::array<Place, Features> places{};
        for (std::size_t i = 0; i < Features; ++i) places[i] = places_.locate(x[i], i);
        return places;
    }
    [[nodiscard]] constexpr std::array<Place, Config.directions> projected(
        const std::array<Place, Features>& places) const {
        std::array<Place, Config.directions> result{};
        for (std::size_t k = 0; k < Config.directions; ++k) {
            const Direction& direction = directions_[k];
            result[k] = project(direction, [&](std::size_t j) { return places[direction.feature(j)]; });
        }
        return result;
    }

    /// From the mean, along each feature of a direction; at least 1, so that there is something to share.
    [[nodiscard]] constexpr std::array<std::int64_t, terms> gaps_along(
        const Direction& direction, const std::array<Place, Features>& places) const {
        std::array<std::int64_t, terms> gaps{};
        for (std::size_t j = 0; j < terms; ++j) {
            const std::size_t i = direction.feature(j);
            const std::int64_t gap = std::int64_t{direction.weight(j)} * (places[i] - mean_places_[i]);
            gaps[j] = max<std::int64_t>(1, gap < 0 ? -gap : gap);
        }
        return gaps;
    }

    /// `place(j)` is that of term j.
    template <class PlaceOf>
    [[nodiscard]] static constexpr Place project(const Direction& direction, const PlaceOf& place) {
        return static_cast<Place>((direction.sum(place) >> 16) + 0x8000);
    }

    /// Through a random point of the smallest box that holds the members. Where they go together it may miss
    /// them, and then tells them from their surroundings.
    template <class PlaceOf>
    [[nodiscard]] static constexpr std::optional<Place> cut(const Direction& direction, Members members,
                                                            const PlaceOf& place, Random& random) {
        std::array<Place, terms> point{};
        bool varies = false;
        for (std::size_t j = 0; j < terms; ++j) {
            const std::size_t i = direction.feature(j);
            const auto ends = Trees::ends_of(members, [&](std::size_t row) { return place(row, i); });
            point[j] = Trees::random_place(ends, random);
            varies = varies || (ends.low < ends.high && direction.weight(j) != 0);
        }
        if (!varies) return std::nullopt;
        return project(direction, [&](std::size_t j) { return point[j]; });
    }

    [[nodiscard]] constexpr Place mean_place(Rows<T, Features> rows, std::size_t i) const {
        std::uint64_t sum = 0;
        for (const Row& row : rows) sum += places_.locate(row[i], i);
        return static_cast<Place>(sum / rows.size());
    }
    /// How far a row's place is from the mean, in the mean; at least 1 where the feature varies, 0 elsewhere.
    [[nodiscard]] constexpr std::uint32_t mean_deviation(Rows<T, Features> rows, std::size_t i) const {
        std::uint64_t gaps = 0;
        bool varies = false;
        for (const Row& row : rows) {
            const std::int32_t place = places_.locate(row[i], i), gap = place - mean_places_[i];
            gaps += static_cast<std::uint32_t>(gap < 0 ? -gap : gap);
            varies = varies || place > 0;  // the highest row of what varies is not at 0
        }
        return varies ? static_cast<std::uint32_t>(max<std::uint64_t>(1, gaps / rows.size())) : 0;
    }

    constexpr void choose_directions(Rows<T, Features> rows) {
        std::array<Index, Features> varying{};
        std::array<std::uint32_t, Features> deviations{};
        std::size_t count = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            mean_places_[i] = mean_place(rows, i);
            deviations[count] = mean_deviation(rows, i);
            varying[count] = static_cast<Index>(i);
            if (deviations[count] > 0) ++count;
        }
        Random random(seed_, 1);
        for (Direction& direction : directions_) {
            direction.draw(random, std::span(varying).first(count), std::span(deviations).first(count));
        }
    }

    Trees trees_;
    std::array<Direction, Config.directions> directions_{};
    PlacesInRange<T, Features> places_;
    std::array<Place, Features> mean_places_{};
    std::uint64_t seed_;
};

}  // namespace mote
