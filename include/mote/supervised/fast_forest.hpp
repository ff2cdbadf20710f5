// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "mote/core/math.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/forest_answers.hpp"
#include "mote/supervised/threshold_ranks.hpp"
#include "mote/supervised/tree.hpp"

namespace mote {

struct FastSize {
    std::size_t nodes = 0;      // questions and leaves of all trees, at most 65,536
    std::size_t leaves = 0;     // different ones
    std::size_t together = 10;  // trees that are gone down at the same time
};

template <class Forest>
inline constexpr FastSize fast_enough_for{.nodes = Forest::trees * (2 * Forest::leaves - 1),
                                          .leaves = Forest::trees* Forest::leaves};

template <FastSize Size, class Forest>
concept valid_fast_size = sizeof(typename Forest::Scalar) == 4 && Size.nodes <= 0x1'0000 &&
                          Size.leaves <= 0x1'0000 && Size.together > 0 && Size.together <= 16;

/// A forest laid out for processors with many instructions in flight, that answers exactly as the forest it
/// was made from. The steps down a tree wait for each other, so several trees are gone down together, without
/// a branch; a leaf leads to itself, so that none need know when another is done.
///
/// Shapes  As the forest. float only.
/// Errors  assign() refuses what exceeds `Size`, and leaves the model as it was. Before it predict() answers
///         as a forest whose trees have nothing to say.
/// Memory  8 bytes a node, 4 a tree, sizeof(Leaf) a different leaf. Time O(trees * depth) steps.
/// Source  Asadi, Lin, de Vries 2014, IEEE Transactions on Knowledge and Data Engineering 26(9):2281-2292:
///         several descents at once, without branches.
template <class Forest, FastSize Size = fast_enough_for<Forest>>
requires valid_fast_size<Size, Forest>
class FastForest : public ForestAnswers<Forest> {
public:
    using Scalar = typename Forest::Scalar;
    using Sample = typename Forest::Sample;
    using Leaf = typename Forest::Leaf;
    using Votes = typename Forest::Votes;
    static constexpr std::size_t features = Forest::features;

    constexpr Status assign(const Forest& forest) {
        FastForest next;
        for (std::size_t t = 0; t < Forest::trees; ++t) {
            next.roots_[t] = next.node_count_;
            if (!next.lay_out(forest.tree(t), t)) return Status::capacity_full;
        }
        *this = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr auto predict(Sample x) const { return Forest::answer(votes(x)); }

    [[nodiscard]] constexpr auto predict_proba(Sample x) const requires AnswersWithClasses<Forest> {
        return Forest::shares_of(votes(x));
    }

    /// The forest's votes.
    [[nodiscard]] constexpr Votes votes(Sample x) const {
        const Keys keys = keys_of(x);
        Votes sum{};
        for (std::size_t group = 0; group < groups; ++group) {
            add(group, keys, sum, std::make_index_sequence<Size.together>{});
        }
        if constexpr (rest > 0) add(groups, keys, sum, std::make_index_sequence<rest>{});
        return sum;
    }

    /// The least size that holds this forest.
    [[nodiscard]] constexpr FastSize used() const { return {node_count_, kind_count_, Size.together}; }

private:
    static constexpr std::size_t groups = Forest::trees / Size.together;  // whole ones
    static constexpr std::size_t rest = Forest::trees % Size.together;

    /// Each feature with a missing value below, then above all limits; last what is above every limit.
    using Keys = std::array<std::int32_t, 2 * features + 1>;
    static constexpr std::uint16_t always_right = 2 * features;
    static constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
    static constexpr std::int32_t highest = std::numeric_limits<std::int32_t>::max();

    /// A missing value goes left where its place is below `features`. A leaf asks what leads to itself; its
    /// limit is the number of its kind.
    using Node = kernels::Fork;

    [[nodiscard]] static constexpr Keys keys_of(Sample x) {
        Keys keys{};
        for (std::size_t i = 0; i < features; ++i) {
            const std::int32_t key = ordered_bits(x[i]);
            keys[i] = is_missing(x[i]) ? lowest : key;
            keys[features + i] = is_missing(x[i]) ? highest : key;
        }
        keys[always_right] = highest;
        return keys;
    }

    /// Adds what the trees of a group say. The pack keeps each place in a register, and the sum as well.
    template <std::size_t... J>
    constexpr void add(std::size_t group, const Keys& keys, Votes& sum, std::index_sequence<J...>) const {
        const std::size_t first = group * Size.together;
        std::array<std::size_t, sizeof...(J)> at{roots_[first + J]...};
        for (unsigned steps = depths_[group]; steps > 0; --steps) {
            ((at[J] = kernels::step(nodes_.data(), keys.data(), at[J])), ...);
        }
        Votes more = sum;
        (Forest::add(more, leaf(at[J]), first + J), ...);
        sum = more;
    }

    [[nodiscard]] constexpr const Leaf& leaf(std::size_t node) const {
        return leaves_[static_cast<std::size_t>(nodes_[node].limit)];
    }

    /// In preorder, so that the left child follows its parent.
    template <class SomeTree>
    constexpr bool lay_out(const SomeTree& tree, std::size_t number) {
        struct Waiting {
            typename SomeTree::Link link;
            std::uint32_t parent;  // of a right child; else none
            std::uint8_t depth;
        };
        constexpr std::uint32_t none = 0xffff'ffff;
        if (node_count_ + 2 * tree.leaf_count() - 1 > Size.nodes) return false;
        std::array<Waiting, Forest::depth + 2> waiting{Waiting{tree.root(), none, 0}};
        for (std::size_t count = 1; count > 0;) {
            const Waiting next = waiting[--count];
            const auto here = static_cast<std::uint16_t>(node_count_++);
            if (next.parent != none) nodes_[next.parent].right = here;
            depths_[number / Size.together] = max(depths_[number / Size.together], next.depth);
            if (SomeTree::is_leaf(next.link)) {
                const std::size_t kind = kind_of(tree.leaf(SomeTree::leaf_index(next.link)));
                if (kind == Size.leaves) return false;
                nodes_[here] = {static_cast<std::int32_t>(kind), always_right, here};
                continue;
            }
            const auto split = tree.split(next.link);
            const std::size_t place = split.missing_left ? split.feature : features + split.feature;
            nodes_[here] = {threshold_key(split.threshold), static_cast<std::uint16_t>(place), 0};
            const auto below = static_cast<std::uint8_t>(next.depth + 1);
            waiting[count++] = {tree.right(next.link), here, below};
            waiting[count++] = {tree.left(next.link), none, below};
        }
        return true;
    }

    /// The number of this leaf among the different ones; Size.leaves where there is no room for it.
    constexpr std::size_t kind_of(const Leaf& leaf) {
        std::size_t kind = 0;
        while (kind < kind_count_ && leaves_[kind] != leaf) ++kind;
        if (kind == kind_count_ && kind < Size.leaves) leaves_[kind_count_++] = leaf;
        return kind;
    }

    std::array<Node, Size.nodes> nodes_{};
    std::array<Leaf, Size.leaves> leaves_{};
    std::array<std::uint32_t, Forest::trees> roots_{};
    std::array<std::uint8_t, groups + 1> depths_{};  // of the deepest tree in each group
    std::uint32_t node_count_ = 0;
    std::uint32_t kind_count_ = 0;
};

}  // namespace mote
