// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "mote/core/floating.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"

namespace mote {

/// What isolation forests have in common: trees that cut places, whole numbers of 16 bits, at random until
/// every row of a small sample is alone.
///
/// Shapes  places: [Places], one for each feature or projection that a node may cut.
/// Units   path_length(): cuts times `unit`, summed over the trees; equal on every target, as is attribute().
/// Errors  none: what never varies is never cut. Before grow() path_length() means nothing and trained() is
///         false.
/// Memory  per tree 5 * 2^depth bytes (6 for more than 256 places), depth = ceil(log2(Samples)); grow() 4 *
///         Samples bytes of stack. path_length() takes Trees * depth comparisons; grow() O(Trees * (n +
///         Samples * depth)) calls of `place`.
/// Source  Liu, Ting, Zhou 2008, Isolation forest, ICDM: 413-422, (1) and (2) are its equations, grow() its
///         algorithm 2. attribute() divides the path as Saabas 2014 divides a tree's prediction. Deviations:
///         path lengths have 8 bits behind the point; harmonic numbers are summed up, not approximated; what
///         is constant in a node is passed over.
template <std::size_t Places, std::size_t Trees, std::size_t Samples>
class IsolationTrees {
public:
    using Place = std::uint16_t;
    static constexpr Place highest_place = 0xffff;
    static constexpr std::size_t depth = std::bit_width(Samples - 1);
    static constexpr std::uint32_t unit = 256;  // path_length() of one step in one tree

    /// `place(row, i)` is the place i of a row; `cut(members, i, random)` the highest place i that goes left,
    /// or nothing where the members, row numbers, cannot be told apart.
    template <class PlaceOf, class CutOf>
    constexpr void grow(std::uint32_t rows, std::uint64_t seed, const PlaceOf& place, const CutOf& cut) {
        const std::size_t drawn = min(std::size_t{rows}, Samples);
        Grower<PlaceOf, CutOf> grower(place, cut, seed);
        for (Tree& tree : trees_) grower.grow(tree, rows, drawn);
        usual_ = static_cast<std::uint32_t>(Trees * expected_lengths[drawn]);
    }
    /// Cuts between the lowest and the highest place of the members, as the paper does.
    template <class PlaceOf>
    constexpr void grow(std::uint32_t rows, std::uint64_t seed, const PlaceOf& place) {
        grow(rows, seed, place, [&](Members members, std::size_t i, Random& random) -> std::optional<Place> {
            const Ends ends = ends_of(members, [&](Member member) { return place(member, i); });
            if (ends.low >= ends.high) return std::nullopt;
            return random_place(ends, random);
        });
    }

    using Member = std::uint32_t;
    using Members = std::span<const Member>;
    struct Ends {
        Place low, high;
    };
    template <class PlaceOfMember>
    [[nodiscard]] static constexpr Ends ends_of(Members members, const PlaceOfMember& place) {
        Ends ends{highest_place, 0};
        for (const Member member : members) {
            ends = {min(ends.low, place(member)), max(ends.high, place(member))};
        }
        return ends;
    }
    /// Any but the highest.
    [[nodiscard]] static constexpr Place random_place(Ends ends, Random& random) {
        const auto width = static_cast<std::uint32_t>(ends.high - ends.low);
        return static_cast<Place>(ends.low + random.below(width));
    }

    [[nodiscard]] constexpr std::uint32_t path_length(const std::array<Place, Places>& places) const {
        std::array<std::uint16_t, Trees> nodes{};
        nodes.fill(1);
        // All trees go down level by level, since the steps of one wait for each other.
        for (std::size_t level = 0; level < depth; ++level) {
            for (std::size_t t = 0; t < Trees; ++t) {
                const std::size_t node = nodes[t];
                const bool right = places[trees_[t].cut[node]] > trees_[t].thresholds[node];
                nodes[t] = static_cast<std::uint16_t>(2 * node + (right ? 1 : 0));
            }
        }
        std::uint32_t sum = 0;
        for (std::size_t t = 0; t < Trees; ++t) sum += trees_[t].lengths[nodes[t] - leaves];
        return sum;
    }

    /// (2) 2^(-mean path length / its expectation); for whole numbers how much shorter the paths are than
    /// expected, summed over the trees, times `unit`.
    template <class Score>
    [[nodiscard]] constexpr Score score_of(std::uint32_t length) const {
        if constexpr (FloatingScalar<Score>) {
            constexpr Score ln2 = static_cast<Score>(0.693147180559945309417L);
            return exp(-ln2 * static_cast<Score>(length) / static_cast<Score>(usual_));
        } else {
            return static_cast<Score>(usual_) - static_cast<Score>(length);
        }
    }

    /// Calls `tell(i, saved)` for each cut of place i on the way down each tree: how much shorter the paths
    /// of the rows on this side are than those of all rows that the cut divided, in the mean, times `unit`.
    /// Along a tree it adds up to the mean length of the rows' paths less that of x. A side without rows
    /// counts as one. Takes 2^depth steps for each tree.
    template <class Tell>
    constexpr void attribute(const std::array<Place, Places>& places, const Tell& tell) const {
        for (const Tree& tree : trees_) {
            std::int32_t before = mean_length(rows_below(tree, 1));
            for (std::size_t node = 1; !ends_at(tree, node);) {
                const std::size_t i = tree.cut[node];
                node = 2 * node + (places[i] > tree.thresholds[node] ? 1 : 0);
                const std::int32_t after = mean_length(rows_below(tree, node));
                tell(i, before - after);
                before = after;
            }
        }
    }

    /// What attribute() told of each feature, for one tree: in cuts, or for whole numbers times `unit`.
    template <class T, std::size_t Features>
    [[nodiscard]] static constexpr std::array<T, Features> mean_cuts(
        const std::array<std::int32_t, Features>& saved) {
        std::array<T, Features> result{};
        for (std::size_t i = 0; i < Features; ++i) {
            if constexpr (FloatingScalar<T>) {
                result[i] = static_cast<T>(saved[i]) / static_cast<T>(Trees * unit);
            } else {
                result[i] = static_cast<T>(saved[i] / static_cast<std::int32_t>(Trees));
            }
        }
        return result;
    }

    [[nodiscard]] constexpr bool trained() const { return usual_ != 0; }
    /// The path length that is expected where nothing stands out; 0 before grow().
    [[nodiscard]] constexpr std::uint32_t usual() const { return usual_; }

private:
    static constexpr std::size_t leaves = std::size_t{1} << depth;
    using Length = std::uint16_t;  // of a path, times unit
    using Index = std::conditional_t<(Places <= 256), std::uint8_t, std::uint16_t>;

    /// A heap: the root is node 1, the children of n are 2 n and 2 n + 1. Below a leaf above the last level
    /// no place exceeds the thresholds, so that every way ends on the last level, in its leftmost leaf.
    struct Tree {
        std::array<Place, leaves> thresholds{};
        std::array<Length, leaves> lengths{};
        std::array<Index, leaves> cut{};
    };

    /// (1) c(n) * unit: the mean length of an unsuccessful search among n, 2 H(n - 1) - 2 (n - 1) / n.
    static constexpr auto expected_lengths = [] {
        std::array<Length, Samples + 1> result{};
        double harmonic = 0;
        for (std::size_t n = 2; n <= Samples; ++n) {
            harmonic += 1.0 / static_cast<double>(n - 1);
            const double expected = 2 * harmonic - 2 * static_cast<double>(n - 1) / static_cast<double>(n);
            result[n] = static_cast<Length>(expected * unit + 0.5);
        }
        return result;
    }();

    [[nodiscard]] static constexpr std::size_t level_of(std::size_t node) {
        return static_cast<std::size_t>(std::bit_width(node)) - 1;
    }
    /// No cut has the highest place for its threshold.
    [[nodiscard]] static constexpr bool ends_at(const Tree& tree, std::size_t node) {
        return node >= leaves || tree.thresholds[node] == highest_place;
    }

    struct RowsBelow {
        std::uint32_t rows, lengths;  // the latter summed over the rows
    };
    [[nodiscard]] static constexpr std::int32_t mean_length(RowsBelow below) {
        return static_cast<std::int32_t>((below.lengths + below.rows / 2) / below.rows);
    }
    /// From the lengths alone: a leaf's tells how many rows ended there, exactly up to 256 of them.
    [[nodiscard]] static constexpr RowsBelow rows_below(const Tree& tree, std::size_t node) {
        if (!ends_at(tree, node)) {
            const RowsBelow left = rows_below(tree, 2 * node), right = rows_below(tree, 2 * node + 1);
            return {left.rows + right.rows, left.lengths + right.lengths};
        }
        const std::size_t level = level_of(node);
        const std::uint32_t length = tree.lengths[(node << (depth - level)) - leaves];
        std::uint32_t rows = 1;
        while (rows < Samples && level * unit + expected_lengths[rows] < length) ++rows;
        return {rows, rows * length};
    }

    template <class PlaceOf, class CutOf>
    class Grower {
    public:
        constexpr Grower(const PlaceOf& place, const CutOf& cut, std::uint64_t seed)
            : place_(place), cut_(cut), random_(seed) {}

        constexpr void grow(Tree& tree, std::uint32_t rows, std::size_t samples) {
            for (std::size_t i = 0; i < Places; ++i) order_[i] = static_cast<Index>(i);
            const auto members = std::span(drawn_).first(samples);
            static_cast<void>(random_.sample_without_replacement(rows, members));
            tree.thresholds.fill(highest_place);
            divide(tree, 1, members);
        }

    private:
        /// Recursive, `depth` deep.
        constexpr void divide(Tree& tree, std::size_t node, std::span<Member> members) {
            const std::size_t level = level_of(node);
            if (level == depth || members.size() < 2 || !choose_cut(tree, node, members)) {
                const std::size_t leaf = (node << (depth - level)) - leaves;
                tree.lengths[leaf] = static_cast<Length>(level * unit + expected_lengths[members.size()]);
                return;
            }
            std::size_t left = 0;
            for (Member& member : members) {
                if (place_(member, tree.cut[node]) <= tree.thresholds[node]) {
                    std::swap(member, members[left++]);
                }
            }
            divide(tree, 2 * node, members.first(left));
            divide(tree, 2 * node + 1, members.subspan(left));
        }

        /// Anything that can tell the members apart, in random order.
        constexpr bool choose_cut(Tree& tree, std::size_t node, Members members) {
            for (std::size_t left = Places; left > 0; --left) {
                std::swap(order_[left - 1], order_[random_.below(static_cast<std::uint32_t>(left))]);
                const std::size_t i = order_[left - 1];
                const std::optional<Place> cut = cut_(members, i, random_);
                if (!cut) continue;
                tree.cut[node] = static_cast<Index>(i);
                tree.thresholds[node] = *cut;
                return true;
            }
            return false;
        }

        const PlaceOf& place_;
        const CutOf& cut_;
        Random random_;
        std::array<Member, Samples> drawn_{};
        std::array<Index, Places> order_{};  // of trying what to cut
    };

    std::array<Tree, Trees> trees_{};
    std::uint32_t usual_ = 0;
};

}  // namespace mote
