// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/forest_answers.hpp"
#include "mote/supervised/forest_thresholds.hpp"

namespace mote {

struct BatchSize {
    std::size_t thresholds = 0;  // different ones, of all features
    std::size_t questions = 0;   // of all trees
    std::size_t block = 256;     // rows that are asked about together, a multiple of 64
};

template <class Forest>
inline constexpr BatchSize batch_enough_for{.thresholds = Forest::trees * (Forest::leaves - 1),
                                            .questions = Forest::trees*(Forest::leaves - 1)};

template <BatchSize Size>
concept valid_batch_size = Size.block > 0 && Size.block % 64 == 0;

/// A forest laid out to answer for many rows at once, exactly as the forest it was made from does for each.
///
/// A block of rows is a bit for each in a few words. First all thresholds are compared with all rows: (1)
/// above[t] has the bits of the rows above threshold t. Then let from(k) have the bits of the rows that end
/// at the k-th leaf of a tree, counted from the left, or further right. All do from(0), none does
/// from(leaves). A question about threshold t, below which lie the leaves from a to b, those from k on at its
/// right, knows a row more:
///     (2)  from(k) = from(b) | (from(a) & above[t])
/// That is three loads and two operations for all rows of the block, without a branch. In the end each bit of
/// a row's leaf number is a parity: (3) that of from(k) over all multiples k of 1, 2, 4, ...
///
/// Shapes  rows: [n][Features], answers: [n].
/// Errors  assign() refuses what exceeds `Size`, and leaves the model as it was. predict() refuses a
///         different number of answers than rows, and all before assign().
/// Memory  12 bytes a question, sizeof(Leaf) a leaf, 4 (T = float) a threshold. A workspace of block / 8 *
///         (thresholds + leaves) + block * (sizeof(Votes) + 4) bytes and some, which the caller owns. Time
///         for each 64 rows O(64 * thresholds + questions) words.
/// Source  Ours. Lucchese et al. 2015, QuickScorer, Proceedings of SIGIR 73-82, has a bit for each leaf where
///         this has one for each row.
template <class Forest, BatchSize Size = batch_enough_for<Forest>>
requires valid_batch_size<Size>
class BatchForest : public ForestAnswers<Forest> {
public:
    using Scalar = typename Forest::Scalar;
    using Sample = typename Forest::Sample;
    using Leaf = typename Forest::Leaf;
    using Votes = typename Forest::Votes;
    using Answer = decltype(Forest::answer(Votes{}));
    static constexpr std::size_t features = Forest::features;

private:
    using Thresholds = ForestThresholds<Scalar, features, Size.thresholds>;
    using Key = typename Thresholds::Key;
    static constexpr std::size_t words = Size.block / 64;
    static constexpr std::size_t columns = 8;  // features that are fetched together
    static constexpr std::size_t number_bits = std::bit_width(Forest::leaves - 1);  // of a leaf
    using Mask = std::array<std::uint64_t, words>;
    using Number = std::conditional_t<number_bits <= 8, std::uint8_t, std::uint16_t>;

public:
    /// What a block of rows needs.
    struct Workspace {
        std::array<std::uint64_t, Size.thresholds * words> above{};
        std::array<Mask, features + 1> present{};  // last one that is all
        std::array<Mask, Forest::leaves + 1> from{};
        std::array<std::uint64_t, number_bits * words> planes{};
        std::array<Scalar, columns * Size.block> values{};
        std::array<Key, Size.block> keys{};
        std::array<Number, Size.block> numbers{};
        std::array<Votes, Size.block> votes{};
    };

    constexpr Status assign(const Forest& forest) {
        BatchForest next;
        if (next.thresholds_.collect(forest) != Status::ok) return Status::capacity_full;
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
        return {thresholds_.size(), question_count_, Size.block};
    }

private:
    struct Question {
        std::uint32_t threshold;
        std::uint16_t present;             // the feature, where a missing value goes left; else `features`
        std::uint16_t first, second, end;  // leaf below, leaf at the right, leaf beyond
    };

    constexpr void vote(Rows<Scalar, features> rows, Workspace& workspace) const {
        const bool gaps = compare(rows, workspace);
        workspace.votes = {};
        const Question* questions = questions_.data();
        const Leaf* leaves = leaves_.data();
        for (std::size_t t = 0; t < Forest::trees; ++t) {
            const std::size_t count = question_counts_[t];
            gaps ? ask<true>({questions, count}, workspace) : ask<false>({questions, count}, workspace);
            number(count, workspace);
            for (std::size_t i = 0; i < rows.size(); ++i) {
                Forest::add(workspace.votes[i], leaves[workspace.numbers[i]], t);
            }
            questions += count;
            leaves += count + 1;
        }
    }

    /// (1), a few features at a time. True where a value is missing.
    constexpr bool compare(Rows<Scalar, features> rows, Workspace& workspace) const {
        bool gaps = false;
        for (std::size_t first = 0; first < features; first += columns) {
            const std::size_t count = min(columns, features - first);
            kernels::columns(rows, first, count, workspace.values.data(), Size.block);
            for (std::size_t c = 0; c < count; ++c) {
                const auto values = std::span(workspace.values).subspan(c * Size.block, Size.block);
                if (thresholds_.of(first + c).empty()) continue;
                if (compare(first + c, values, workspace)) gaps = true;
            }
        }
        workspace.present[features] = all();
        return gaps;
    }

    /// A missing value is above all thresholds.
    constexpr bool compare(std::size_t feature, std::span<const Scalar> values, Workspace& workspace) const {
        int missing = 0;
        for (std::size_t i = 0; i < Size.block; ++i) {
            missing |= is_missing(values[i]) ? 1 : 0;
            workspace.keys[i] =
                is_missing(values[i]) ? std::numeric_limits<Key>::max() : ordered_bits(values[i]);
        }
        kernels::exceed(std::span<const Key>(workspace.keys), thresholds_.of(feature),
                        workspace.above.data() + thresholds_.first(feature) * words);
        workspace.present[feature] = all();
        for (std::size_t i = 0; missing != 0 && i < Size.block; ++i) {
            if (is_missing(values[i])) workspace.present[feature][i / 64] &= ~(std::uint64_t{1} << i % 64);
        }
        return missing != 0;
    }

    /// (2), level by level, so that what a question needs was known long before.
    template <bool Gaps>
    static constexpr void ask(std::span<const Question> questions, Workspace& workspace) {
        workspace.from[0] = all();
        workspace.from[questions.size() + 1] = {};
        for (const Question& question : questions) {
            const std::uint64_t* above = workspace.above.data() + question.threshold * words;
            const Mask &first = workspace.from[question.first], &end = workspace.from[question.end];
            const Mask& present = workspace.present[question.present];
            Mask second{};  // written at once, so that compilers see that the words do not depend on each
                            // other
            for (std::size_t w = 0; w < words; ++w) {
                second[w] = end[w] | (first[w] & above[w] & (Gaps ? present[w] : ~std::uint64_t{0}));
            }
            workspace.from[question.second] = second;
        }
    }

    /// (3), for `last` leaves and one. A multiple of 2^(b + 1) is one of 2^b as well.
    static constexpr void number(std::size_t last, Workspace& workspace) {
        Mask parity{};
        for (std::size_t b = number_bits; b-- > 0;) {
            const std::size_t step = std::size_t{1} << b;
            for (std::size_t k = step; k <= last; k += 2 * step) {
                for (std::size_t w = 0; w < words; ++w) parity[w] ^= workspace.from[k][w];
            }
            for (std::size_t w = 0; w < words; ++w) workspace.planes[b * words + w] = parity[w];
        }
        kernels::gather_bits(std::span<const std::uint64_t>(workspace.planes),
                             std::span<Number>(workspace.numbers));
    }

    [[nodiscard]] static constexpr Mask all() {
        Mask mask{};
        for (auto& word : mask) word = ~std::uint64_t{0};
        return mask;
    }

    template <class SomeTree>
    constexpr bool lay_out(const SomeTree& tree, std::size_t number) {
        const std::size_t leaves = tree.leaf_count(), first = question_count_;
        if (first + leaves - 1 > Size.questions) return false;
        for (std::size_t i = 0; i < leaves; ++i) leaves_[first + number + i] = tree.leaf(i);
        std::array<typename SomeTree::Link, Forest::leaves> links{};  // of the questions
        const auto put = [&](auto link, std::size_t from, std::size_t end) {
            if (SomeTree::is_leaf(link)) return;
            links[question_count_ - first] = link;
            questions_[question_count_++] = question(tree, link, from, end);
        };
        put(tree.root(), 0, leaves);
        for (std::size_t i = first; i < question_count_; ++i) {
            const Question asked = questions_[i];
            put(tree.left(links[i - first]), asked.first, asked.second);
            put(tree.right(links[i - first]), asked.second, asked.end);
        }
        question_counts_[number] = static_cast<std::uint16_t>(leaves - 1);
        return true;
    }

    template <class SomeTree>
    [[nodiscard]] constexpr Question question(const SomeTree& tree, typename SomeTree::Link link,
                                              std::size_t first, std::size_t end) const {
        const auto split = tree.split(link);
        auto leaf = tree.right(link);
        while (!SomeTree::is_leaf(leaf)) leaf = tree.left(leaf);
        return {static_cast<std::uint32_t>(thresholds_.find(split)),
                static_cast<std::uint16_t>(split.missing_left ? split.feature : features),
                static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(SomeTree::leaf_index(leaf)),
                static_cast<std::uint16_t>(end)};
    }

    Thresholds thresholds_{};
    std::array<Question, Size.questions> questions_{};
    std::array<std::uint16_t, Forest::trees> question_counts_{};
    std::array<Leaf, Size.questions + Forest::trees> leaves_{};
    std::uint32_t question_count_ = 0;
    bool assigned_ = false;
};

}  // namespace mote
