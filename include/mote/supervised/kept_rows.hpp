// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "mote/cluster/nearest_rows.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/math_q15.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"

namespace mote {

/// What becomes of the rows that are kept when there is room for no more.
enum class WhenFull : std::uint8_t {
    reservoir,   // each row so far stays with the same probability
    oldest_out,  // the last rows stay: for what changes
    condensed,   // what the others answer rightly goes: the rows along the boundary stay
};

/// How neighbours count: alike, or the nearer the more.
enum class NeighborWeights : std::uint8_t { uniform, distance };

/// What KNearestNeighbors and KNearestNeighborsRegression are made of.
struct NeighborsConfig {
    std::size_t k = 5;
    NeighborWeights weights = NeighborWeights::uniform;
    Metric metric = Metric::l2;
    WhenFull when_full = WhenFull::reservoir;
};

namespace detail {

/// What each neighbour counts: 1, or in proportion to 1 / distance, where neighbours at distance 0 leave
/// nothing to the others. The nearest has weight 1; a neighbour that does not exist has none.
template <NeighborsConfig config, FloatingScalar T>
[[nodiscard]] constexpr std::array<T, config.k> weights_of(
    const std::array<Neighbour<T>, config.k>& neighbours) {
    const T nearest = neighbours[0].distance;
    std::array<T, config.k> weights{};
    for (std::size_t i = 0; i < config.k; ++i) {
        const T distance = neighbours[i].distance;
        if (distance == std::numeric_limits<T>::max()) break;
        if (config.weights == NeighborWeights::uniform || distance == nearest) {
            weights[i] = 1;
        } else {
            weights[i] = config.metric == Metric::l2 ? sqrt(nearest / distance) : nearest / distance;
        }
    }
    return weights;
}

/// The same in integers: the nearest has weight 2^15.
template <NeighborsConfig config>
[[nodiscard]] constexpr std::array<std::uint32_t, config.k> weights_of(
    const std::array<Neighbour<std::uint64_t>, config.k>& neighbours) {
    const std::uint64_t nearest = neighbours[0].distance;
    std::array<std::uint32_t, config.k> weights{};
    for (std::size_t i = 0; i < config.k; ++i) {
        std::uint64_t distance = neighbours[i].distance, least = nearest;
        if (distance == std::numeric_limits<std::uint64_t>::max()) break;
        if (config.weights == NeighborWeights::uniform || distance == nearest) {
            weights[i] = 1 << 15;
        } else if (config.metric == Metric::l1) {
            weights[i] = static_cast<std::uint32_t>((least << 15) / distance);
        } else {
            for (; distance >> 32 != 0; distance >>= 1) least >>= 1;
            weights[i] = static_cast<std::uint32_t>(integer_square_root((least << 30) / distance));
        }
    }
    return weights;
}

/// In what weights are added up.
template <Scalar T>
using WeightOf = std::conditional_t<FloatingScalar<T>, T, std::uint32_t>;

}  // namespace detail

/// Labelled rows of a stream in fixed memory, as models that compare with them keep them.
///
/// Shapes  x: [Features]; one target a row.
/// Errors  none: the model has checked x and y.
/// Memory  Capacity rows and targets, two counts and a random source. Time O(Features) for keep(), for
///         `condensed` on average 2 * Capacity * Features multiply-accumulates once it is full.
/// Source  reservoir: Vitter 1985, ACM Transactions on Mathematical Software 11(1):37-57, algorithm R.
///         condensed: Gates 1972, The reduced nearest neighbor rule, IEEE Transactions on Information Theory
///         18(3):431-433. Deviation: the oldest rows are asked first, and only until half of the room is
///         free; where no row can be spared, the oldest goes.
template <Scalar T, std::size_t Features, class Target, std::size_t Capacity, WhenFull when_full>
requires(Capacity > 0 && Capacity <= std::numeric_limits<std::uint32_t>::max()) class KeptRows {
public:
    using Sample = mote::Sample<T, Features>;

    constexpr explicit KeptRows(std::uint64_t seed) : random_(seed) {}

    /// redundant(i) says whether the other rows answer row i rightly.
    template <class Redundant>
    constexpr void keep(Sample x, Target y, Redundant redundant) {
        if (when_full == WhenFull::condensed && count_ == Capacity) condense(redundant);
        std::uint32_t place = count_;
        if (count_ < Capacity) {
            ++count_;
        } else if (when_full == WhenFull::oldest_out) {
            place = seen_ % static_cast<std::uint32_t>(Capacity);
        } else {
            place = random_.below(seen_ + 1);
        }
        count_seen();
        if (place >= Capacity) return;
        for (std::size_t i = 0; i < Features; ++i) rows_[place][i] = x[i];
        targets_[place] = y;
    }

    /// Forgets the rows in place: a copy of many would not fit on the stack.
    constexpr void reset(std::uint64_t seed) {
        count_ = 0;
        seen_ = 0;
        random_ = Random(seed);
    }

    template <NeighborsConfig config, class Isa>
    [[nodiscard]] constexpr auto nearest(Sample x, std::size_t without = Capacity) const {
        return nearest_rows<config.k, config.metric, Isa>(x, rows(), without);
    }

    [[nodiscard]] constexpr std::size_t count() const { return count_; }
    [[nodiscard]] constexpr Rows<T, Features> rows() const { return Rows<T, Features>(rows_).first(count_); }
    [[nodiscard]] constexpr Target target(std::size_t i) const { return targets_[i]; }

private:
    /// The reservoir stops counting at the last number, the place of the oldest row turns round before it.
    constexpr void count_seen() {
        constexpr std::uint32_t last = std::numeric_limits<std::uint32_t>::max() - 1;
        if (when_full == WhenFull::oldest_out) {
            seen_ = (seen_ + 1) % static_cast<std::uint32_t>(Capacity);
        } else if (seen_ < last) {
            ++seen_;
        }
    }

    template <class Redundant>
    constexpr void condense(Redundant redundant) {
        for (std::size_t i = 0; i < count_ && count_ > Capacity / 2;) {
            if (redundant(i)) {
                erase(i);
            } else {
                ++i;
            }
        }
        if (count_ == Capacity) erase(0);
    }

    constexpr void erase(std::size_t place) {
        --count_;
        for (std::size_t i = place; i < count_; ++i) {
            rows_[i] = rows_[i + 1];
            targets_[i] = targets_[i + 1];
        }
    }

    std::array<std::array<T, Features>, Capacity> rows_{};
    std::array<Target, Capacity> targets_{};
    std::uint32_t count_ = 0;
    std::uint32_t seen_ = 0;
    Random random_;
};

}  // namespace mote
