// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"
#include "mote/core/random.hpp"

namespace mote {

/// A robust random cut tree of a bounded number of points: boxes cut in two at random, the longer a side the
/// likelier there, until every point is alone. Points come and go, and the tree is always one that could
/// have been grown from those that are in it.
///
/// Shapes  point: [Dimensions] of 16-bit integers.
/// Units   codisplacement(): 1/256.
/// Errors  insert() expects size() < Points, forget() a slot below size().
/// Memory  6 * Dimensions + 18 bytes per point. Time O(depth * Dimensions), depth around 2 log2(size).
/// Source  Guha, Mishra, Roy, Schrijvers 2016, Robust random cut forest based anomaly detection on streams,
///         ICML: 2712-2721: definition 1, algorithms 1 (forget) and 2 (insert), codisplacement of section
///         3. Deviations: coordinates and cuts are integers; equal points share a leaf that counts them; a
///         cut that does not part the new point from the box is not drawn, only its probability.
template <std::size_t Dimensions, std::size_t Points>
requires(Dimensions > 0 && Dimensions <= 256 && Points >= 2 && Points <= 16'384) class RandomCutTree {
public:
    using Point = std::array<std::int16_t, Dimensions>;

    [[nodiscard]] constexpr std::size_t size() const { return size_; }

    /// Were x inserted: the most points that would rise by one level for each that went with x, over all
    /// subtrees that x would be in. Takes the draws that insert() would.
    [[nodiscard]] constexpr std::uint32_t codisplacement(const Point& x, Random& random) const {
        if (size_ == 0) return 0;
        std::uint32_t most = 0;
        for (Id node = root_;;) {
            if (parts(node, x, random) != whole) return max<std::uint32_t>(most, counts_[node] * 256u);
            if (is_leaf(node)) return most;
            const Id next = child_towards(node, x);
            const std::uint32_t beside = counts_[node] - counts_[next];
            most = max<std::uint32_t>(most, beside * 256u / (counts_[next] + 1u));
            node = next;
        }
    }

    /// Goes down until a cut parts x from all that is below, and becomes a leaf there.
    constexpr void insert(const Point& x, Random& random) {
        if (size_ == 0) {
            slots_[size_++] = root_ = new_leaf(x);
            return;
        }
        for (Id node = root_;;) {
            const std::int32_t cut = parts(node, x, random);
            if (cut != whole) {
                slots_[size_++] = join(node, x, cut);
                return;
            }
            ++counts_[node];
            if (is_leaf(node)) {
                slots_[size_++] = node;
                return;
            }
            stretch(box(node), x);
            node = child_towards(node, x);
        }
    }

    /// Takes one point out: its sibling takes their parent's place, and the boxes above shrink.
    constexpr void forget(std::size_t slot) {
        const Id leaf = slots_[slot];
        slots_[slot] = slots_[--size_];
        for (Id node = leaf; node != none; node = parents_[node]) --counts_[node];
        if (counts_[leaf] > 0) return;
        const Id parent = parents_[leaf];
        parents_[leaf] = free_leaf_;
        free_leaf_ = leaf;
        if (parent == none) return;
        const Inner& above = inner_[parent - Points];
        replace(parent, above.left == leaf ? above.right : above.left);
        for (Id node = parents_[parent]; node != none; node = parents_[node]) {
            box(node) = joint_box(inner_[node - Points]);
        }
        parents_[parent] = free_inner_;
        free_inner_ = parent;
    }

    /// Every count is that of its children, every box is theirs together, and every cut is between them.
    [[nodiscard]] constexpr bool consistent() const {
        std::size_t points = 0;
        for (std::size_t slot = 0; slot < size_; ++slot) points += counts_[slots_[slot]] > 0 ? 1 : 0;
        if (points != size_ || (size_ > 0 && counts_[root_] != size_)) return false;
        for (std::size_t slot = 0; slot < size_; ++slot) {
            for (Id node = slots_[slot]; node != root_; node = parents_[node]) {
                if (!sound(parents_[node])) return false;
            }
        }
        return true;
    }

private:
    using Id = std::uint16_t;  // leaves first, then inner nodes
    static constexpr Id none = 0xffff;
    static constexpr std::int32_t whole = -1;  // no cut: x stays with the node

    struct Box {
        Point low, high;
    };
    struct Inner {
        Box box;
        Id left, right;
        std::int16_t cut;  // at most this goes left
        std::uint8_t dimension;
    };

    [[nodiscard]] static constexpr bool is_leaf(Id node) { return node < Points; }
    [[nodiscard]] constexpr Box& box(Id node) { return inner_[node - Points].box; }
    [[nodiscard]] constexpr Box box_of(Id node) const {
        return is_leaf(node) ? Box{leaves_[node], leaves_[node]} : inner_[node - Points].box;
    }
    [[nodiscard]] constexpr Id child_towards(Id node, const Point& x) const {
        const Inner& inner = inner_[node - Points];
        return x[inner.dimension] <= inner.cut ? inner.left : inner.right;
    }

    /// Where a random cut of the box around the node and x parts the two: how far along what x adds to the
    /// box's sides. Or `whole` where the cut falls within the node's own box, as likely as that is.
    [[nodiscard]] constexpr std::int32_t parts(Id node, const Point& x, Random& random) const {
        const Point& low = is_leaf(node) ? leaves_[node] : inner_[node - Points].box.low;
        const Point& high = is_leaf(node) ? leaves_[node] : inner_[node - Points].box.high;
        std::int32_t added = 0, sides = 0;
        for (std::size_t i = 0; i < Dimensions; ++i) {
            added += max<std::int32_t>(low[i] - x[i], 0) + max<std::int32_t>(x[i] - high[i], 0);
        }
        if (added == 0) return whole;
        for (std::size_t i = 0; i < Dimensions; ++i) sides += high[i] - low[i];
        const std::uint64_t total = static_cast<std::uint32_t>(sides + added);
        const auto place = static_cast<std::int32_t>(random.next() * total >> 32);
        return place < added ? place : whole;
    }

    /// A new inner node above `node`, cut where parts() told, with x on the other side.
    constexpr Id join(Id node, const Point& x, std::int32_t place) {
        const Id parent = new_inner();
        const Id leaf = new_leaf(x);
        replace(node, parent);
        Inner& inner = inner_[parent - Points];
        inner.box = box_of(node);
        for (std::size_t i = 0; i < Dimensions; ++i) {
            const std::int32_t below = max<std::int32_t>(inner.box.low[i] - x[i], 0);
            const std::int32_t added = below + max<std::int32_t>(x[i] - inner.box.high[i], 0);
            if (place >= added) {
                place -= added;
                continue;
            }
            inner.dimension = static_cast<std::uint8_t>(i);
            inner.cut = static_cast<std::int16_t>((below > 0 ? x[i] : inner.box.high[i]) + place);
            inner.left = below > 0 ? leaf : node;
            inner.right = below > 0 ? node : leaf;
            break;
        }
        stretch(inner.box, x);
        counts_[parent] = static_cast<std::uint16_t>(counts_[node] + 1);
        parents_[node] = parents_[leaf] = parent;
        return leaf;
    }

    /// Hangs `node` where `old` hangs.
    constexpr void replace(Id old, Id node) {
        const Id parent = parents_[old];
        parents_[node] = parent;
        if (parent == none) {
            root_ = node;
        } else {
            Inner& inner = inner_[parent - Points];
            (inner.left == old ? inner.left : inner.right) = node;
        }
    }

    static constexpr void stretch(Box& box, const Point& x) {
        for (std::size_t i = 0; i < Dimensions; ++i) {
            box.low[i] = min(box.low[i], x[i]);
            box.high[i] = max(box.high[i], x[i]);
        }
    }
    [[nodiscard]] constexpr Box joint_box(const Inner& inner) const {
        Box both = box_of(inner.left);
        const Box right = box_of(inner.right);
        stretch(both, right.low);
        stretch(both, right.high);
        return both;
    }
    [[nodiscard]] constexpr bool sound(Id node) const {
        const Inner& inner = inner_[node - Points];
        const Box both = joint_box(inner);
        return both.low == inner.box.low && both.high == inner.box.high &&
               counts_[node] == counts_[inner.left] + counts_[inner.right] &&
               box_of(inner.left).high[inner.dimension] <= inner.cut &&
               box_of(inner.right).low[inner.dimension] > inner.cut;
    }

    /// Freed nodes are a list through their parents; others are taken in order.
    constexpr Id new_leaf(const Point& x) {
        const Id leaf = free_leaf_ == none ? static_cast<Id>(used_leaves_++) : free_leaf_;
        if (leaf == free_leaf_) free_leaf_ = parents_[leaf];
        leaves_[leaf] = x;
        counts_[leaf] = 1;
        parents_[leaf] = none;
        return leaf;
    }
    constexpr Id new_inner() {
        const Id node = free_inner_ == none ? static_cast<Id>(Points + used_inner_++) : free_inner_;
        if (node == free_inner_) free_inner_ = parents_[node];
        return node;
    }

    std::array<Inner, Points - 1> inner_{};
    std::array<Point, Points> leaves_{};
    std::array<std::uint16_t, 2 * Points - 1> counts_{};  // of points below, itself included
    std::array<Id, 2 * Points - 1> parents_{};
    std::array<Id, Points> slots_{};  // the leaf of each point
    std::uint16_t size_ = 0, used_leaves_ = 0, used_inner_ = 0;
    Id root_ = none, free_leaf_ = none, free_inner_ = none;
};

}  // namespace mote
