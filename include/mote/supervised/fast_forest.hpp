// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/math.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/random_forest.hpp"
#include "mote/supervised/tree.hpp"

namespace mote {

struct FastSize {
    std::size_t nodes = 0;     // questions and leaves of all trees, at most 65,536
    std::size_t widest = 255;  // different thresholds of the feature that has most, at most 255
    std::size_t leaves = 0;    // different ones
    std::size_t together = 5;  // trees that are gone down at the same time
};

template <class Forest>
inline constexpr FastSize fast_enough_for{.nodes = Forest::trees * (2 * Forest::leaves - 1),
                                          .leaves = Forest::trees* Forest::leaves};

template <FastSize Size, std::size_t Features>
concept valid_fast_size = Features <= 127 && Size.nodes <= 0x1'0000 && Size.leaves <= 0x1'0000 &&
                          Size.widest > 0 && Size.widest <= 255 && Size.together > 0;

/// A forest laid out for wide processors with caches, that answers exactly as the forest it was made from.
///
/// As in CompactForest, features become ranks among thresholds. All features are ranked side by side,
/// threshold by threshold, which vectors do well. The steps down a tree wait for each other, so several trees
/// are gone down together; a leaf leads to itself, so that none need know when another is done.
///
/// Shapes  As the forest; up to 127 features.
/// Errors  assign() refuses what exceeds `Size`, and leaves the model as it was. Before it, predict() is 0
/// and so are
///         all shares.
/// Memory  6 bytes a node, 4 bytes a tree, Classes bytes a different leaf, Features * widest scalars. Time
/// O(Features * widest)
///         vector compares and trees * depth steps.
/// Source  Asadi, Lin, de Vries 2014, IEEE Transactions on Knowledge and Data Engineering 26(9):2281-2292:
/// several
///         descents at once, without branches.
template <class Forest, FastSize Size = fast_enough_for<Forest>>
requires valid_fast_size<Size, Forest::features>
class FastForest {
public:
    using Scalar = typename Forest::Scalar;
    using Sample = typename Forest::Sample;
    using Label = typename Forest::Label;
    using Leaf = typename Forest::Leaf;
    using Votes = typename Forest::Votes;
    static constexpr std::size_t features = Forest::features;
    static constexpr std::size_t classes = Forest::classes;

    constexpr Status assign(const Forest& forest) {
        FastForest next;
        for (std::size_t t = 0; t < Forest::trees; ++t) {
            if (!next.collect_thresholds(forest.tree(t))) return Status::capacity_full;
        }
        for (std::size_t t = 0; t < Forest::trees; ++t) {
            next.roots_[t] = next.node_count_;
            if (!next.lay_out(forest.tree(t))) return Status::capacity_full;
        }
        *this = next;
        tree_count_ = Forest::trees;
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        return static_cast<Label>(detail::first_largest(votes(x)));
    }

    [[nodiscard]] constexpr std::array<Scalar, classes> predict_proba(Sample x) const {
        return Forest::shares_of(votes(x));
    }

    /// The forest's votes.
    [[nodiscard]] constexpr Votes votes(Sample x) const {
        const Ranks ranks = rank(x);
        Votes sum{};
        for (std::size_t first = 0; first < tree_count_; first += Size.together) {
            const auto ends = descend(first, ranks);
            const std::size_t count = min(Size.together, std::size_t{tree_count_} - first);
            for (std::size_t j = 0; j < count; ++j) Forest::add(sum, leaves_[leaf_kinds_of_[ends[j]]]);
        }
        return sum;
    }

    /// The least size that holds this forest.
    [[nodiscard]] constexpr FastSize used() const {
        std::size_t widest = 1;
        for (const std::size_t count : counts_) widest = max(widest, count);
        return {node_count_, widest, kind_count_, Size.together};
    }

private:
    /// Each feature's rank with a missing value below, then above all thresholds; last what is above every
    /// rank.
    using Ranks = std::array<std::uint8_t, 2 * features + 1>;
    static constexpr std::uint8_t always_right = 2 * features;

    struct Node {
        std::uint8_t place, rank;  // left, to the next node, unless ranks[place] > rank
        std::uint16_t right;       // a leaf leads to itself
    };

    [[nodiscard]] constexpr Ranks rank(Sample x) const {
        std::array<std::int32_t, features> below{};
        for (std::size_t k = 0; k < widest_; ++k) {
            for (std::size_t i = 0; i < features; ++i) below[i] += x[i] > thresholds_[k][i] ? 1 : 0;
        }
        Ranks ranks{};
        for (std::size_t i = 0; i < features; ++i) {
            const bool missing = is_missing(x[i]);
            ranks[i] = static_cast<std::uint8_t>(missing ? 0 : below[i]);
            ranks[features + i] = static_cast<std::uint8_t>(missing ? 255 : below[i]);
        }
        ranks[always_right] = 255;
        return ranks;
    }

    /// The leaves that the ranks lead to in some trees from `first` on. Which way to go is computed, for a
    /// compiler may turn a choice into a branch. Three steps between two looks at whether all have arrived.
    [[nodiscard]] constexpr auto descend(std::size_t first, const Ranks& ranks) const {
        std::array<std::uint32_t, Size.together> at{};
        for (std::size_t j = 0; j < Size.together; ++j)
            at[j] = roots_[min(first + j, std::size_t{tree_count_} - 1)];
        for (std::uint32_t moved = 1; moved != 0;) {
            step(at, ranks);
            step(at, ranks);
            moved = step(at, ranks);
        }
        return at;
    }

    constexpr std::uint32_t step(std::array<std::uint32_t, Size.together>& at, const Ranks& ranks) const {
        std::uint32_t moved = 0;
        for (std::uint32_t& place : at) {
            const Node node = nodes_[place];
            const auto all_if_right = static_cast<std::uint32_t>((node.rank - ranks[node.place]) >> 31);
            const std::uint32_t left = place + 1;
            const std::uint32_t next = left + (all_if_right & (node.right - left));
            moved |= next ^ place;
            place = next;
        }
        return moved;
    }

    /// Each feature's thresholds rise; what is not used is above everything.
    constexpr bool collect_thresholds(const auto& tree) {
        for (std::size_t i = 0; i + 1 < tree.leaf_count(); ++i) {
            const auto split = tree.split(static_cast<std::uint16_t>(i));
            const std::size_t at = rank_of(split), feature = split.feature;
            if (at < counts_[feature] && thresholds_[at][feature] == split.threshold) continue;
            if (counts_[feature] == Size.widest) return false;
            for (std::size_t k = counts_[feature]++; k > at; --k) {
                thresholds_[k][feature] = thresholds_[k - 1][feature];
            }
            thresholds_[at][feature] = split.threshold;
            widest_ = max(widest_, std::uint32_t{counts_[feature]});
        }
        return true;
    }

    [[nodiscard]] constexpr std::size_t rank_of(const Split<Scalar>& split) const {
        std::size_t rank = 0;
        while (rank < counts_[split.feature] && thresholds_[rank][split.feature] < split.threshold) ++rank;
        return rank;
    }

    /// In preorder, so that the left child follows its parent.
    template <class SomeTree>
    constexpr bool lay_out(const SomeTree& tree) {
        struct Waiting {
            typename SomeTree::Link link;
            std::uint32_t parent;  // of a right child; else none
        };
        constexpr std::uint32_t none = 0xffff'ffff;
        if (node_count_ + 2 * tree.leaf_count() - 1 > Size.nodes) return false;
        std::array<Waiting, Forest::depth + 2> waiting{Waiting{tree.root(), none}};
        for (std::size_t count = 1; count > 0;) {
            const Waiting next = waiting[--count];
            const auto here = static_cast<std::uint16_t>(node_count_++);
            if (next.parent != none) nodes_[next.parent].right = here;
            if (SomeTree::is_leaf(next.link)) {
                nodes_[here] = {always_right, 0, here};
                if (!put_leaf(here, tree.leaf(SomeTree::leaf_index(next.link)))) return false;
                continue;
            }
            const auto split = tree.split(next.link);
            const std::size_t place = split.missing_left ? split.feature : features + split.feature;
            nodes_[here] = {static_cast<std::uint8_t>(place), static_cast<std::uint8_t>(rank_of(split)), 0};
            waiting[count++] = {tree.right(next.link), here};
            waiting[count++] = {tree.left(next.link), none};
        }
        return true;
    }

    constexpr bool put_leaf(std::size_t node, const Leaf& leaf) {
        std::size_t kind = 0;
        while (kind < kind_count_ && leaves_[kind] != leaf) ++kind;
        if (kind == Size.leaves) return false;
        if (kind == kind_count_) leaves_[kind_count_++] = leaf;
        leaf_kinds_of_[node] = static_cast<std::uint16_t>(kind);
        return true;
    }

    using Thresholds = std::array<Scalar, features>;
    static constexpr auto above_everything = [] {
        std::array<Thresholds, Size.widest> rows{};
        for (Thresholds& row : rows) row.fill(std::numeric_limits<Scalar>::infinity());
        return rows;
    }();

    std::array<Thresholds, Size.widest> thresholds_ = above_everything;
    std::array<std::uint8_t, features> counts_{};
    std::array<Node, Size.nodes> nodes_{};
    std::array<std::uint16_t, Size.nodes> leaf_kinds_of_{};
    std::array<Leaf, Size.leaves> leaves_{};
    std::array<std::uint32_t, Forest::trees> roots_{};
    std::uint32_t widest_ = 0;
    std::uint32_t node_count_ = 0;
    std::uint32_t kind_count_ = 0;
    std::uint32_t tree_count_ = 0;  // 0 before assign()
};

}  // namespace mote
