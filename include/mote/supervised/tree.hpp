// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"

namespace mote {

/// NaN stands for a value that is not there. Asked of the bits, so that -ffast-math cannot forget it.
template <FloatingScalar T>
constexpr bool is_missing(T value) {
    return detail::magnitude_bits(value) > detail::exponent_mask<T>;
}

namespace detail {

/// Half way from low to high, and below high however close they are.
template <FloatingScalar T>
constexpr T between(T low, T high) {
    const T middle = low / 2 + high / 2;
    return middle >= low && middle < high ? middle : low;
}

}  // namespace detail

/// A question: is x[feature] at most the threshold? What is missing goes to a side of its own choice.
template <FloatingScalar T>
struct Split {
    T threshold = 0;
    std::uint16_t feature = 0;
    bool missing_left = false;

    [[nodiscard]] constexpr bool goes_left(T value) const {
        return is_missing(value) ? missing_left : value <= threshold;
    }
};

/// A binary tree with at most `Leaves` leaves as a plain value: the nodes that ask in one array, in preorder,
/// the leaves in another. What all trees and forests are made of.
///
/// Shapes  x: [Features]; a NaN in it is a missing value.
/// Memory  12 bytes (T = float) for each of Leaves - 1 questions, sizeof(Leaf) for each leaf.
template <FloatingScalar T, std::size_t Features, class Leaf, std::size_t Leaves>
requires(Features<0x8000 && Leaves> 0 && Leaves <= 0x8000) class Tree {
public:
    using Sample = mote::Sample<T, Features>;
    using Link = std::uint16_t;
    static constexpr std::size_t leaves = Leaves;

    /// The leaf that x falls into.
    [[nodiscard]] constexpr const Leaf& find(Sample x) const { return leaves_[find_index(x)]; }

    /// Its number. Leaves are numbered from left to right.
    [[nodiscard]] constexpr std::size_t find_index(Sample x) const {
        Link at = root();
        while (!is_leaf(at)) at = next(nodes_[at], x);
        return leaf_index(at);
    }

    [[nodiscard]] constexpr std::size_t leaf_count() const { return leaf_count_; }
    [[nodiscard]] constexpr const Leaf& leaf(std::size_t index) const { return leaves_[index]; }
    constexpr void set_leaf(std::size_t index, const Leaf& leaf) { leaves_[index] = leaf; }

    /// To walk the tree: links name a question or a leaf.
    [[nodiscard]] constexpr Link root() const { return leaf_count_ < 2 ? first_leaf : 0; }
    [[nodiscard]] static constexpr bool is_leaf(Link link) { return link >= first_leaf; }
    [[nodiscard]] static constexpr std::size_t leaf_index(Link link) { return link - first_leaf; }
    [[nodiscard]] constexpr Link left(Link node) const { return nodes_[node].left; }
    [[nodiscard]] constexpr Link right(Link node) const { return nodes_[node].right; }
    [[nodiscard]] constexpr Split<T> split(Link node) const {
        const Node& asked = nodes_[node];
        return {asked.threshold, static_cast<std::uint16_t>(asked.question >> 1), (asked.question & 1) != 0};
    }

    /// To build one: clear(), then add in preorder, each node attached to its parent.
    constexpr void clear() { *this = Tree{}; }
    constexpr Link add(const Split<T>& split) {
        const auto question = static_cast<std::uint16_t>(split.feature << 1 | (split.missing_left ? 1 : 0));
        nodes_[split_count_] = {split.threshold, question, 0, 0};
        return split_count_++;
    }
    constexpr Link add(const Leaf& leaf) {
        leaves_[leaf_count_] = leaf;
        return static_cast<Link>(first_leaf + leaf_count_++);
    }
    constexpr void attach(Link parent, bool to_the_right, Link child) {
        (to_the_right ? nodes_[parent].right : nodes_[parent].left) = child;
    }

private:
    static constexpr Link first_leaf = 0x8000;  // links from here on name leaves

    struct Node {
        T threshold;
        std::uint16_t question;  // the feature, and in the lowest bit whether missing values go left
        Link left, right;
    };

    [[nodiscard]] static constexpr Link next(const Node& node, Sample x) {
        const T value = x[node.question >> 1];
        const bool left = is_missing(value) ? (node.question & 1) != 0 : value <= node.threshold;
        return left ? node.left : node.right;
    }

    std::array<Node, Leaves - 1> nodes_{};
    std::array<Leaf, Leaves> leaves_{};
    std::uint16_t split_count_ = 0;
    std::uint16_t leaf_count_ = 0;
};

}  // namespace mote
