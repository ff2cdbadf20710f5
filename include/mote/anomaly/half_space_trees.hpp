// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// The paper's values but for the depth, which is 15 there: 6 fits a microcontroller.
struct HalfSpaceConfig {
    std::size_t trees = 25;
    std::size_t depth = 6;        // 1 .. 12
    std::size_t window = 250;     // samples between two changes of the reference, at most 65,535
    std::size_t size_limit = 25;  // a node with less mass is not looked into
};

template <HalfSpaceConfig Config>
concept valid_half_space_config = Config.trees > 0 && Config.depth > 0 && Config.depth <= 12 &&
                                  Config.window > 0 && Config.window <= 65'535 &&
                                  Config.trees <= (0xffff'ffff >> Config.depth) / Config.window;

/// Half-space trees: random trees, built before any data, that count how much of the last window fell where.
/// A sample in sparsely filled space is anomalous. Follows a changing stream one window behind.
///
/// Shapes  x: [Features]. score(): an integer, 0 .. highest.
/// Units   x: any. The range of each feature is given, or learnt from the first window and then kept.
///         Score: highest - sum over trees of mass * 2^level.
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is every score before the first
///         reference window is full (the second window where ranges are learnt).
/// Memory  per tree 5 * 2^depth + 4 * Features bytes: 8.5 KB for the defaults and 4 features. Time
///         O(trees * depth); the last sample of a window takes O(trees * 2^depth) and 8 * 2^depth bytes of
///         stack.
/// Source  Tan, Ting, Liu 2011, Fast anomaly detection for streaming data, IJCAI: algorithms 1 to 3 and the
///         score of section 3.3, turned over so that higher is more anomalous. Deviations: coordinates have
///         14 bits over the range, so that scores are integers and equal on every target; only leaves
///         count, and the masses above them are summed when a window is full, which gives the same scores.
template <FloatingScalar T, std::size_t Features, HalfSpaceConfig Config = HalfSpaceConfig{}>
requires valid_half_space_config<Config>
class HalfSpaceTrees {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = std::uint32_t;
    static constexpr std::size_t features = Features;
    static constexpr Score highest = static_cast<Score>(Config.trees * (Config.window << Config.depth));

    /// Learns the ranges from the first window.
    constexpr explicit HalfSpaceTrees(std::uint64_t seed = 1) { grow(seed); }

    /// Knows the ranges: scores from the second window on. Values beyond a range are as good as any others.
    constexpr HalfSpaceTrees(const Row& lowest_values, const Row& highest_values, std::uint64_t seed = 1)
        : low_(lowest_values), high_(highest_values), ranges_given_(true) {
        grow(seed);
        keep_ranges();
    }

    [[nodiscard]] constexpr Score score(Sample x) const {
        if (!has_reference_ || !all_finite(x)) return 0;
        const auto leaf = leaves_of(x);
        Score mass = 0;
        for (std::size_t t = 0; t < Config.trees; ++t) mass += trees_[t].reference[leaf[t]];
        return highest - mass;
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        if (ranges_known_) {
            const auto leaf = leaves_of(x);
            for (std::size_t t = 0; t < Config.trees; ++t) ++trees_[t].latest[leaf[t]];
        } else {
            widen(x);
        }
        count();
        return Status::ok;
    }

    /// Scores x against the window before, then learns from it, going down each tree once.
    constexpr Score observe(Sample x) {
        if (!has_reference_ || !all_finite(x)) {
            update(x);
            return 0;
        }
        const auto leaf = leaves_of(x);
        Score mass = 0;
        for (std::size_t t = 0; t < Config.trees; ++t) {
            mass += trees_[t].reference[leaf[t]];
            ++trees_[t].latest[leaf[t]];
        }
        count();
        return highest - mass;
    }

    /// Forgets the stream; keeps the trees and the ranges that were given.
    constexpr void reset() {
        for (Tree& tree : trees_) tree.latest = {};
        seen_ = 0;
        has_reference_ = false;
        ranges_known_ = ranges_given_;
    }

    [[nodiscard]] constexpr bool ready() const { return has_reference_; }

private:
    static constexpr std::size_t leaves = std::size_t{1} << Config.depth;
    static constexpr int coordinate_bits = 14;  // of a feature's own range
    static constexpr std::int32_t coordinate_one = 1 << coordinate_bits;
    static constexpr std::uint32_t one = 1u << 16;  // of a tree's space

    using Position = std::array<std::int32_t, Features>;  // 0 .. coordinate_one within the range
    using Places = std::array<std::uint16_t, Features>;   // 0 .. one - 1 within a tree's space
    using Mass = std::uint16_t;
    /// A mass times 2^level, in 16 bits where a whole window in one leaf fits them.
    using Weight =
        std::conditional_t<(Config.window << Config.depth) <= 0xffff, std::uint16_t, std::uint32_t>;

    /// Where an inner node divides: which feature, and which bit of its place in the tree's space. Halving an
    /// interval again and again is reading the place bit by bit, so that no threshold need be stored.
    using Split = std::conditional_t<Features <= 16, std::uint8_t, std::uint16_t>;
    static constexpr unsigned bit_field = 4;
    static_assert(Features <= 4096, "mote: HalfSpaceTrees takes up to 4,096 features");

    /// Splits are a heap: the root is node 1, the children of n are 2 n and 2 n + 1. A tree's space is wider
    /// than the range and moved at random, so that no two trees halve the data at the same place: a
    /// coordinate becomes (coordinate * scale >> 14) + offset of 65,536.
    struct Tree {
        std::array<std::uint16_t, Features> scales{}, offsets{};
        std::array<Weight, leaves> reference{};  // what a sample scores in this leaf
        std::array<Mass, leaves> latest{};
        std::array<Split, leaves> splits{};
    };

    constexpr void grow(std::uint64_t seed) {
        Random random(seed);
        for (Tree& tree : trees_) {
            for (std::size_t i = 0; i < Features; ++i) place_axis(tree, i, random);
            for (std::size_t node = 1; node < leaves; ++node) {
                const auto feature = random.below(static_cast<std::uint32_t>(Features));
                tree.splits[node] =
                    static_cast<Split>(feature << bit_field | unread_bit(tree, node, feature));
            }
        }
    }

    /// Algorithm 1: s uniform over the range, the space reaches 2 max(s, 1 - s) to both sides of it.
    static constexpr void place_axis(Tree& tree, std::size_t i, Random& random) {
        const std::uint32_t s = random.below(one);
        const std::uint32_t reach = max(s, one - s);
        tree.scales[i] = static_cast<std::uint16_t>((one << 14) / reach);
        tree.offsets[i] = static_cast<std::uint16_t>(((2 * reach - s) << 14) / reach);
    }

    /// The highest bit of this feature's place that no node above has read.
    static constexpr std::uint32_t unread_bit(const Tree& tree, std::size_t node, std::uint32_t feature) {
        std::uint32_t bit = 15;
        for (node /= 2; node > 0; node /= 2) bit -= tree.splits[node] >> bit_field == feature ? 1 : 0;
        return bit;
    }

    /// Coordinates from 1.5 ranges below to 1.5 above; beyond that all is equally far out.
    [[nodiscard]] constexpr Position locate(Sample x) const {
        Position position{};
        for (std::size_t i = 0; i < Features; ++i) {
            const T place = (x[i] - low_[i]) * scales_[i];
            position[i] =
                static_cast<std::int32_t>(clamp(place, T(-1.5) * coordinate_one, T(2.5) * coordinate_one));
        }
        return position;
    }

    [[nodiscard]] static constexpr Places places_in(const Tree& tree, const Position& position) {
        Places places{};
        for (std::size_t i = 0; i < Features; ++i) {
            const std::int32_t place = (position[i] * tree.scales[i] >> coordinate_bits) + tree.offsets[i];
            places[i] = static_cast<std::uint16_t>(clamp<std::int32_t>(place, 0, one - 1));
        }
        return places;
    }

    /// The leaf of x in each tree. All go down level by level, since the steps of one wait for each other.
    [[nodiscard]] constexpr std::array<std::uint16_t, Config.trees> leaves_of(Sample x) const {
        const Position position = locate(x);
        std::array<Places, Config.trees> places{};
        std::array<std::uint16_t, Config.trees> nodes{};
        for (std::size_t t = 0; t < Config.trees; ++t) {
            places[t] = places_in(trees_[t], position);
            nodes[t] = 1;
        }
        for (std::size_t level = 0; level < Config.depth; ++level) {
            for (std::size_t t = 0; t < Config.trees; ++t) {
                const unsigned split = trees_[t].splits[nodes[t]];
                const unsigned side = unsigned{places[t][split >> bit_field]} >> (split & 15) & 1;
                nodes[t] = static_cast<std::uint16_t>(2 * nodes[t] + side);
            }
        }
        for (std::uint16_t& node : nodes) node = static_cast<std::uint16_t>(node - leaves);
        return nodes;
    }

    /// Algorithm 3: when a window is full, it becomes the reference and a new one begins.
    constexpr void count() {
        if (++seen_ < Config.window) return;
        seen_ = 0;
        has_reference_ = ranges_known_;
        if (!ranges_known_) return keep_ranges();
        for (Tree& tree : trees_) refer(tree);
    }

    /// Section 3.3: a leaf weighs mass * 2^level of the first node on the way to it that holds less than the
    /// limit, or of itself.
    static constexpr void refer(Tree& tree) {
        std::array<Mass, 2 * leaves> masses{};
        std::array<Weight, 2 * leaves> weights{};
        for (std::size_t leaf = 0; leaf < leaves; ++leaf) masses[leaves + leaf] = tree.latest[leaf];
        for (std::size_t node = leaves - 1; node > 0; --node) {
            masses[node] = static_cast<Mass>(masses[2 * node] + masses[2 * node + 1]);
        }
        weights[1] = masses[1];
        for (std::size_t node = 2; node < 2 * leaves; ++node) {
            const bool ended_above = masses[node / 2] < Config.size_limit;
            const auto level = std::bit_width(node) - 1;
            weights[node] = ended_above ? weights[node / 2] : static_cast<Weight>(masses[node] << level);
        }
        for (std::size_t leaf = 0; leaf < leaves; ++leaf) tree.reference[leaf] = weights[leaves + leaf];
        tree.latest = {};
    }

    constexpr void widen(Sample x) {
        for (std::size_t i = 0; i < Features; ++i) {
            low_[i] = seen_ == 0 ? x[i] : min(low_[i], x[i]);
            high_[i] = seen_ == 0 ? x[i] : max(high_[i], x[i]);
        }
    }

    /// A feature that has never varied is far out as soon as it does.
    constexpr void keep_ranges() {
        for (std::size_t i = 0; i < Features; ++i) {
            const T range = high_[i] - low_[i];
            scales_[i] = range > 0 ? T(coordinate_one) / range : T(coordinate_one) * T(0x1p40);
        }
        ranges_known_ = true;
    }

    std::array<Tree, Config.trees> trees_{};
    Row low_{}, high_{}, scales_{};
    std::uint16_t seen_ = 0;  // samples in the latest window
    bool ranges_given_ = false;
    bool ranges_known_ = false;
    bool has_reference_ = false;
};

}  // namespace mote
