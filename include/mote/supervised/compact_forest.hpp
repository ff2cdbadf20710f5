// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/core/math.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/forest_answers.hpp"
#include "mote/supervised/threshold_ranks.hpp"

namespace mote {

/// How much a compact forest can hold. Start from what is always enough, and see used() for what is needed.
struct CompactSize {
    std::size_t node_bytes = 0;
    std::size_t thresholds = 0;  // different ones, of all features
    std::size_t slots = 0;  // features that are asked for; one with over 255 thresholds counts more than once
    std::size_t leaves = 0;  // different ones
};

template <class Forest>
inline constexpr CompactSize enough_for{Forest::trees * (5 * Forest::leaves),
                                        Forest::trees*(Forest::leaves - 1), 128,
                                        min(Forest::trees* Forest::leaves, std::size_t{0x10000})};

/// A forest in two bytes a node that answers exactly as the forest it was made from, for every sample.
///
/// Features become ranks among thresholds, once per sample. Nodes are bytes in preorder: a question is three
/// (which rank, its limit, how many questions are on its left), a leaf is one (which of the different leaves
/// there are). A subtree of n questions has n + 1 leaves: its last leaf is 4 n bytes after its first node. So
/// the number of questions is all that is needed to skip it, and a leaf is known by being its own last.
///
/// Shapes  As the forest.
/// Errors  assign() refuses trees of more than 256 leaves, and what exceeds `Size`. Before it, predict() is 0
///         and so are all shares.
/// Memory  4 n - 2 bytes for a tree of n leaves, which is 2 a node; Classes bytes for each different leaf
///         (over 256 of them: one more byte for each leaf); and the thresholds of ThresholdRanks. Time: the
///         ranks, and at most trees * depth compares of bytes.
/// Source  Preorder with an implicit left child: Knuth 1997, The Art of Computer Programming 1, 2.3.3. Ranks
///         for thresholds: Asadi, Lin, de Vries 2014, IEEE Transactions on Knowledge and Data Engineering
///         26(9):2281-2292, on the cost of trees; the rest is ours.
template <class Forest, CompactSize Size = enough_for<Forest>>
class CompactForest : public ForestAnswers<Forest> {
public:
    using Scalar = typename Forest::Scalar;
    using Sample = typename Forest::Sample;
    using Leaf = typename Forest::Leaf;
    using Votes = typename Forest::Votes;
    static constexpr std::size_t features = Forest::features;

    constexpr Status assign(const Forest& forest) {
        CompactForest next;
        Status status = next.quantise_.collect(forest);
        for (std::size_t t = 0; t < Forest::trees && status == Status::ok; ++t) {
            status = next.encode(forest.tree(t), t);
        }
        if (status != Status::ok) return status;
        *this = next;
        tree_count_ = Forest::trees;
        return status;
    }

    [[nodiscard]] constexpr auto predict(Sample x) const { return Forest::answer(votes(x)); }

    [[nodiscard]] constexpr auto predict_proba(Sample x) const requires AnswersWithClasses<Forest> {
        return Forest::shares_of(votes(x));
    }

    /// The forest's votes.
    [[nodiscard]] constexpr Votes votes(Sample x) const { return votes_of(quantise_(x).data()); }

    /// The least size that holds this forest.
    [[nodiscard]] constexpr CompactSize used() const {
        const std::size_t width = leaf_kinds_ <= 256 ? 1 : 2;
        std::size_t bytes = 0;
        for (std::size_t t = 0; t < tree_count_; ++t) {
            bytes += questions_[t] * (question_bytes + width) + width;
        }
        return {bytes, quantise_.threshold_count(), quantise_.slot_count(), leaf_kinds_};
    }

private:
    static constexpr unsigned question_bytes = 3;
    static constexpr unsigned leaf_bytes = Size.leaves <= 256 ? 1 : 2;
    static constexpr unsigned stride = question_bytes + leaf_bytes;  // of one question and one leaf

    using Quantiser = ThresholdRanks<Scalar, features, Size.thresholds, Size.slots>;
    using Ranks = typename Quantiser::Ranks;

    /// Not inlined, so that Cortex-M keeps the address of the ranks in a register of its own.
    [[nodiscard, gnu::noinline]] constexpr Votes votes_of(const std::uint8_t* ranks) const {
        const Leaf* leaves = leaves_.data();
        const std::uint8_t* at = nodes_.data();
        Votes sum{};
        for (std::size_t t = 0; t < tree_count_; ++t) {
            const std::uint8_t* last = at + stride * questions_[t];
            Forest::add(sum, leaves[descend(at, last, ranks)], t);
            at = last + leaf_bytes;
        }
        return sum;
    }

    /// The number of the leaf that the ranks lead to, in the tree from its root to its last leaf. Which way
    /// to go is a choice of two values, not of two branches: nothing could foretell it.
    [[nodiscard]] static constexpr std::size_t descend(const std::uint8_t* at, const std::uint8_t* last,
                                                       const std::uint8_t* ranks) {
        if (at == last) return leaf_number(at);
        do {
            const unsigned limit = at[1], on_the_left = at[2];
            const bool right = ranks[*at] > limit;
            at += question_bytes;
            const std::uint8_t* last_left = at + stride * on_the_left;
            at = right ? last_left + leaf_bytes : at;
            last = right ? last : last_left;
        } while (at != last);
        return leaf_number(at);
    }

    [[nodiscard]] static constexpr std::size_t leaf_number(const std::uint8_t* at) {
        const std::size_t low = at[0];
        return leaf_bytes == 1 ? low : low + 256u * at[1];
    }

    template <class SomeTree>
    constexpr Status encode(const SomeTree& tree, std::size_t number) {
        if (tree.leaf_count() > 256) return Status::capacity_full;
        if (used_ + stride * tree.leaf_count() - question_bytes > Size.node_bytes)
            return Status::capacity_full;
        questions_[number] = static_cast<std::uint8_t>(tree.leaf_count() - 1);
        struct Waiting {
            typename SomeTree::Link link;
            std::size_t parent;  // for a right child: where its parent is,
            std::size_t seen;    // and how many leaves had been met there; else at_the_left
        };
        constexpr std::size_t at_the_left = ~std::size_t{0};
        std::array<Waiting, Forest::depth + 2> waiting{Waiting{tree.root(), 0, at_the_left}};
        std::size_t seen = 0;
        for (std::size_t count = 1; count > 0;) {
            const Waiting next = waiting[--count];
            if (next.seen != at_the_left)
                nodes_[next.parent + 2] = static_cast<std::uint8_t>(seen - next.seen - 1);
            if (SomeTree::is_leaf(next.link)) {
                if (put_leaf(tree.leaf(SomeTree::leaf_index(next.link))) != Status::ok)
                    return Status::capacity_full;
                ++seen;
                continue;
            }
            const auto question = quantise_.find(tree.split(next.link));
            waiting[count++] = {tree.right(next.link), used_, seen};
            waiting[count++] = {tree.left(next.link), 0, at_the_left};
            nodes_[used_] = question.place;
            nodes_[used_ + 1] = question.rank;
            used_ += question_bytes;
        }
        return Status::ok;
    }

    constexpr Status put_leaf(const Leaf& leaf) {
        std::size_t kind = 0;
        while (kind < leaf_kinds_ && leaves_[kind] != leaf) ++kind;
        if (kind == Size.leaves) return Status::capacity_full;
        if (kind == leaf_kinds_) leaves_[leaf_kinds_++] = leaf;
        nodes_[used_++] = static_cast<std::uint8_t>(kind);
        if constexpr (leaf_bytes == 2) nodes_[used_++] = static_cast<std::uint8_t>(kind >> 8);
        return Status::ok;
    }

    Quantiser quantise_{};
    std::array<std::uint8_t, Forest::trees> questions_{};  // of each tree
    std::array<std::uint8_t, Size.node_bytes> nodes_{};
    std::array<Leaf, Size.leaves> leaves_{};
    std::uint32_t tree_count_ = 0;  // 0 before assign()
    std::uint32_t used_ = 0;
    std::uint32_t leaf_kinds_ = 0;
};

/// The smallest CompactForest of a forest that the compiler knows: `constexpr auto small =
/// compact<forest>();`
template <const auto& Source>
[[nodiscard]] consteval auto compact() {
    using Forest = std::remove_cvref_t<decltype(Source)>;
    constexpr CompactSize size = [] {
        CompactForest<Forest> roomy;
        static_cast<void>(roomy.assign(Source));
        return roomy.used();
    }();
    CompactForest<Forest, size> result;
    static_cast<void>(result.assign(Source));
    return result;
}

}  // namespace mote
