// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/core/dataset.hpp"
#include "mote/core/random.hpp"
#include "mote/supervised/tree.hpp"
#include "mote/supervised/tree_splitter.hpp"

namespace mote {

/// The memory in which trees grow, for at most `Rows` rows: the caller owns it, the compiler knows its size.
/// The leaf that gains most is split first, so that the leaves there may be are well spent. Nothing recurses.
///
/// How splits are found is the splitter's business: TreeSplitter looks at every value, HistogramSplitter at
/// bins. Memory  that of the splitter, and 24 bytes (T = float) for each of 2 * leaves - 1 nodes. Time that
/// of the splitter per level of the tree. Source  Breiman, Friedman, Olshen, Stone 1984, Classification and
/// Regression Trees, section 3.3: pruning
///         by cost and complexity. Best leaf first: Friedman, Hastie, Tibshirani 2000, The Annals of
///         Statistics 28(2):337-407, section 8.
template <class SplitterType>
class TreeTrainer {
public:
    using Splitter = SplitterType;
    using Task = typename Splitter::Task;
    using T = typename Splitter::T;
    static constexpr TreeShape shape = Splitter::shape;

    /// Forgets which features were of use.
    constexpr void begin() { importances_ = {}; }

    /// Which rows to learn from: take() them before grow().
    [[nodiscard]] constexpr Splitter& splitter() { return splitter_; }

    /// Grows a tree from the rows taken.
    template <class Leaf>
    constexpr void grow(const Task& task, Tree<T, shape.features, Leaf, shape.leaves>& tree) {
        node_count_ = 0;
        open(task, 0, splitter_.size(), 0);
        for (std::size_t leaves = 1; leaves < shape.leaves; ++leaves) {
            const std::size_t best = most_gaining_leaf();
            if (best == node_count_) break;
            part(task, best);
        }
        prune(task.limits.ccp_alpha * splitter_.tally(task, 0, splitter_.size()).weight());
        note_importances();
        copy_to(tree, task);
    }

    /// What each feature gained, as shares that sum to one; the mean of the trees grown since begin().
    [[nodiscard]] constexpr std::array<T, shape.features> feature_importances() const {
        return shares(importances_);
    }

private:
    using Index = typename Splitter::Index;

    struct Node {
        GainingSplit<T> split{};  // the best one
        T worth = 0;              // of the tree below, when pruning
        Index begin = 0, end = 0;
        std::uint16_t left = 0;  // the right child follows; 0 for a leaf
        std::uint8_t depth = 0;
    };

    /// A leaf of the rows from begin to end, with the best split of it.
    constexpr void open(const Task& task, std::size_t begin, std::size_t end, std::size_t depth) {
        Node& node = nodes_[node_count_++];
        node = Node{.begin = static_cast<Index>(begin), .end = static_cast<Index>(end)};
        node.depth = static_cast<std::uint8_t>(depth);
        const auto all = splitter_.tally(task, begin, end);
        const bool last = depth == shape.depth || end - begin < task.limits.min_samples_split || all.pure();
        if (!last) node.split = splitter_.find(task, all, begin, end);
    }

    [[nodiscard]] constexpr std::size_t most_gaining_leaf() const {
        std::size_t best = node_count_;
        T most = GainingSplit<T>{}.gain;
        for (std::size_t i = 0; i < node_count_; ++i) {
            if (nodes_[i].left != 0 || !(nodes_[i].split.gain > most)) continue;
            most = nodes_[i].split.gain;
            best = i;
        }
        return best;
    }

    /// Gives the leaf its two children.
    constexpr void part(const Task& task, std::size_t index) {
        const Node node = nodes_[index];
        const std::size_t middle = splitter_.part(task, node.split, node.begin, node.end);
        nodes_[index].left = static_cast<std::uint16_t>(node_count_);
        open(task, node.begin, middle, node.depth + 1u);
        open(task, middle, node.end, node.depth + 1u);
    }

    /// The subtree that costs least when every leaf costs `price`, and of those the smallest. Children have
    /// higher numbers than their parents, so one pass from the last node to the first goes up the tree.
    constexpr void prune(T price) {
        if (!(price > 0)) return;
        for (std::size_t i = node_count_; i-- > 0;) {
            Node& node = nodes_[i];
            if (node.left == 0) continue;
            node.worth = node.split.gain - price + nodes_[node.left].worth + nodes_[node.left + 1u].worth;
            if (node.worth > 0) continue;
            node.worth = 0;
            cut_below(i);
        }
    }

    /// The nodes below have later numbers and rows within the node's.
    constexpr void cut_below(std::size_t index) {
        const Node top = nodes_[index];
        for (std::size_t i = index; i < node_count_; ++i) {
            if (nodes_[i].begin >= top.begin && nodes_[i].end <= top.end) nodes_[i].left = 0;
        }
    }

    constexpr void note_importances() {
        std::array<T, shape.features> gains{};
        for (std::size_t i = 0; i < node_count_; ++i) {
            if (nodes_[i].left != 0) gains[nodes_[i].split.feature] += nodes_[i].split.gain;
        }
        gains = shares(gains);
        for (std::size_t i = 0; i < shape.features; ++i) importances_[i] += gains[i];
    }

    [[nodiscard]] static constexpr auto shares(std::array<T, shape.features> values) {
        T total = 0;
        for (const T value : values) total += value;
        for (T& value : values) value = total > 0 ? value / total : T(0);
        return values;
    }

    /// Preorder: what waits is at most one right child for each level, and one left.
    template <class SomeTree>
    constexpr void copy_to(SomeTree& tree, const Task& task) const {
        struct Waiting {
            std::size_t node;
            typename SomeTree::Link parent;
            bool right;
        };
        std::array<Waiting, shape.depth + 2> waiting{};
        std::size_t count = 1;
        tree.clear();
        while (count > 0) {
            const Waiting next = waiting[--count];
            const Node& node = nodes_[next.node];
            typename SomeTree::Link link{};
            if (node.left == 0) {
                std::remove_cvref_t<decltype(tree.leaf(0))> leaf{};
                splitter_.tally(task, node.begin, node.end).write(leaf);
                link = tree.add(leaf);
            } else {
                link = tree.add(Split<T>(node.split));
                waiting[count++] = {node.left + 1u, link, true};
                waiting[count++] = {node.left, link, false};
            }
            if (next.node != 0) tree.attach(next.parent, next.right, link);
        }
    }

    Splitter splitter_{};
    std::array<Node, 2 * shape.leaves - 1> nodes_{};
    std::array<T, shape.features> importances_{};
    std::size_t node_count_ = 0;
};

}  // namespace mote
