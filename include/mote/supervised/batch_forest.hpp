// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/forest_answers.hpp"
#include "mote/supervised/threshold_ranks.hpp"

namespace mote {

struct BatchSize {
    std::size_t thresholds = 0;  // different ones, of all features
    std::size_t slots = 0;  // features that are asked for; one with over 255 thresholds counts more than once
    std::size_t questions = 0;  // of all trees
    std::size_t block = 256;    // rows that are asked about together
};

template <class Forest>
inline constexpr BatchSize batch_enough_for{.thresholds = Forest::trees * (Forest::leaves - 1),
                                            .slots = 128,
                                            .questions = Forest::trees*(Forest::leaves - 1)};

/// A forest laid out to answer for many rows at once, exactly as the forest it was made from does for each.
///
/// A block of rows goes through all questions of a tree, in preorder. A row's state is the first leaf below
/// the node it is at, so that the rows at a question are those in the state of its own first leaf: no other
/// subtree has it. Those that go right skip the leaves on the left. That is two compares of bytes and an
/// addition for each row, without a branch, and vectors do many rows at a time.
///
/// Shapes  rows: [n][Features], answers: [n].
/// Errors  assign() refuses trees of more than 256 leaves and what exceeds `Size`, and leaves the model as it
///         was. predict() refuses a different number of answers than rows, and all before assign().
/// Memory  4 bytes a question, sizeof(Leaf) a leaf, 4 (T = float) a threshold. A workspace of block * (2 *
///         slots + sizeof(Votes)) bytes, which the caller owns. Time O(rows * questions) byte compares.
/// Source  Ours; ranks as in ThresholdRanks. Lucchese et al. 2015, QuickScorer, Proceedings of SIGIR 73-82,
///         goes through questions instead of paths as well, feature by feature.
template <class Forest, BatchSize Size = batch_enough_for<Forest>>
class BatchForest : public ForestAnswers<Forest> {
public:
    using Scalar = typename Forest::Scalar;
    using Sample = typename Forest::Sample;
    using Leaf = typename Forest::Leaf;
    using Votes = typename Forest::Votes;
    using Answer = decltype(Forest::answer(Votes{}));
    static constexpr std::size_t features = Forest::features;

    /// What a block of rows needs.
    struct Workspace {
        std::array<std::array<std::uint8_t, Size.block>, 2 * Size.slots> ranks{};
        std::array<Votes, Size.block> votes{};
    };

    constexpr Status assign(const Forest& forest) {
        BatchForest next;
        if (next.quantise_.collect(forest) != Status::ok) return Status::capacity_full;
        for (std::size_t t = 0; t < Forest::trees; ++t) {
            if (!next.lay_out(forest.tree(t), t)) return Status::capacity_full;
        }
        next.assigned_ = true;
        *this = next;
        return Status::ok;
    }

    constexpr Status predict(Rows<Scalar, features> rows, std::span<Answer> answers,
                             Workspace& workspace) const {
        if (!assigned_) return Status::not_trained;
        if (rows.size() != answers.size()) return Status::size_mismatch;
        for (std::size_t first = 0; first < rows.size(); first += Size.block) {
            const std::size_t count = min(Size.block, rows.size() - first);
            vote(rows.subspan(first, count), workspace);
            for (std::size_t i = 0; i < count; ++i) answers[first + i] = Forest::answer(workspace.votes[i]);
        }
        return Status::ok;
    }

    /// The least size that holds this forest.
    [[nodiscard]] constexpr BatchSize used() const {
        return {quantise_.threshold_count(), quantise_.slot_count(), question_count_, Size.block};
    }

private:
    struct Question {
        std::uint8_t place, rank;  // right if ranks[place] > rank
        std::uint8_t first;        // leaf below, by its number in the tree
        std::uint8_t on_the_left;  // leaves
    };

    constexpr void vote(Rows<Scalar, features> rows, Workspace& workspace) const {
        quantise_.rank(rows, workspace.ranks);
        workspace.votes = {};
        const Question* question = questions_.data();
        const Leaf* leaves = leaves_.data();
        for (std::size_t t = 0; t < Forest::trees; ++t) {
            States states{};
            for (std::size_t left = question_counts_[t]; left > 0; --left, ++question) {
                move(*question, workspace.ranks[question->place], states);
            }
            for (std::size_t i = 0; i < rows.size(); ++i)
                Forest::add(workspace.votes[i], leaves[states[i]], t);
            leaves += question_counts_[t] + 1u;
        }
    }

    using States = std::array<std::uint8_t, Size.block>;

    /// Masks of whole bytes, and a function of its own: so that compilers see what vectors can do.
    [[gnu::noinline]] static constexpr void move(Question question, const States& ranks, States& states) {
        const std::uint8_t first = question.first, rank = question.rank, step = question.on_the_left;
        for (std::size_t i = 0; i < Size.block; ++i) {
            const std::uint8_t here = states[i] == first ? 255 : 0;
            const std::uint8_t right = ranks[i] > rank ? 255 : 0;
            states[i] = static_cast<std::uint8_t>(states[i] + (here & right & step));
        }
    }

    template <class SomeTree>
    constexpr bool lay_out(const SomeTree& tree, std::size_t number) {
        if (tree.leaf_count() > 256 || question_count_ + tree.leaf_count() - 1 > Size.questions) return false;
        struct Waiting {
            typename SomeTree::Link link;
            std::uint32_t parent;  // of a right child; else none
        };
        constexpr std::uint32_t none = 0xffff'ffff;
        std::array<Waiting, Forest::depth + 2> waiting{Waiting{tree.root(), none}};
        const std::size_t first_leaf =
            question_count_ + number;  // each tree has one leaf more than questions
        std::size_t seen = 0;
        for (std::size_t count = 1; count > 0;) {
            const Waiting next = waiting[--count];
            if (next.parent != none) {
                Question& parent = questions_[next.parent];
                parent.on_the_left = static_cast<std::uint8_t>(seen - parent.first);
            }
            if (SomeTree::is_leaf(next.link)) {
                leaves_[first_leaf + seen++] = tree.leaf(SomeTree::leaf_index(next.link));
                continue;
            }
            const auto found = quantise_.find(tree.split(next.link));
            waiting[count++] = {tree.right(next.link), question_count_};
            waiting[count++] = {tree.left(next.link), none};
            questions_[question_count_++] = {found.place, found.rank, static_cast<std::uint8_t>(seen), 0};
        }
        question_counts_[number] = static_cast<std::uint8_t>(tree.leaf_count() - 1);
        return true;
    }

    ThresholdRanks<Scalar, features, Size.thresholds, Size.slots> quantise_{};
    std::array<Question, Size.questions> questions_{};
    std::array<std::uint8_t, Forest::trees> question_counts_{};
    std::array<Leaf, Size.questions + Forest::trees> leaves_{};
    std::uint32_t question_count_ = 0;
    bool assigned_ = false;
};

}  // namespace mote
