// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/softmax.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/decision_tree.hpp"
#include "mote/supervised/tree.hpp"
#include "mote/supervised/tree_splitter.hpp"
#include "mote/supervised/tree_tally.hpp"
#include "mote/supervised/tree_trainer.hpp"

namespace mote {

struct AdaBoostConfig {
    std::size_t rounds = 50;
    std::size_t depth = 1;  // of a tree: stumps by default
    std::size_t leaves = std::size_t{1} << (depth < 8 ? depth : 8);
};

template <FloatingScalar T>
struct AdaBoostOptions : TreeLimits<T> {
    T learning_rate = 1;
};

namespace detail {

/// A row's label, and how much it matters.
template <FloatingScalar T, class Label>
struct WeightedLabel {
    T weight;
    Label label;
    friend constexpr bool operator==(const WeightedLabel&, const WeightedLabel&) = default;
};

/// Counts classes by the weights of their rows; a leaf takes the heaviest.
template <FloatingScalar T, std::size_t Classes, class Label>
class WeightedTally : public ClassTally<T, Classes, Criterion::gini> {
    using Base = ClassTally<T, Classes, Criterion::gini>;
    using Weighted = WeightedLabel<T, Label>;

public:
    constexpr WeightedTally() : Base(ones) {}
    constexpr void add(const Weighted& row, T times) { Base::add(row.label, row.weight * times); }
    [[nodiscard]] constexpr WeightedTally without(const WeightedTally& part) const {
        return WeightedTally(Base::without(part));
    }
    constexpr void write(Weighted& leaf) const {
        std::array<T, Classes> shares{};
        Base::write(shares);
        leaf = {1, static_cast<Label>(first_largest(shares))};
    }

private:
    constexpr explicit WeightedTally(const Base& base) : Base(base) {}
    static constexpr auto ones = [] {
        std::array<T, Classes> all{};
        all.fill(1);
        return all;
    }();
};

}  // namespace detail

/// The memory in which AdaBoost learns, for at most `Rows` rows: one tree's trainer and the rows' weights.
template <class Splitter, class Weighted, std::size_t Rows>
class AdaBoostTrainer : public TreeTrainer<Splitter> {
public:
    [[nodiscard]] constexpr std::span<Weighted, Rows> weighted() { return weighted_; }

private:
    std::array<Weighted, Rows> weighted_{};
};

/// Trees that vote with weights: each is grown where those before it were wrong (SAMME).
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. predict_proba(): [Classes], sums to one.
/// Units   x: any; only the order of a feature's values matters. NaN is a missing value, at any time.
/// Errors  As DecisionTree, and a learning rate that is not above 0. Before fit() predict() is 0 and the
///         shares are equal.
/// Memory  12 * (leaves - 1) + 8 * leaves bytes a tree in float. predict() takes at most rounds * depth
///         compares. fit() needs one tree's trainer and 8 bytes a row.
/// Source  Zhu, Zou, Rosset, Hastie 2009, Multi-class AdaBoost, Statistics and Its Interface 2:349-360,
///         algorithm 2; (c), (d), (e) mark its steps. Shares as in scikit-learn. A first tree that is no
///         better than chance stays alone, where scikit-learn refuses.
template <FloatingScalar T, std::size_t Features, std::size_t Classes,
          AdaBoostConfig Config = AdaBoostConfig{}, class LabelType = std::uint8_t>
requires can_label<LabelType, Classes> &&(Classes > 1 && Config.rounds > 0) &&
    valid_tree_config<TreeConfig{.depth = Config.depth, .leaves = Config.leaves}> class AdaBoost {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Data = Dataset<T, Features, Label>;
    using Options = AdaBoostOptions<T>;
    using Leaf = detail::WeightedLabel<T, Label>;
    using Votes = std::array<T, Classes>;
    using Tally = detail::WeightedTally<T, Classes, Label>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr std::size_t trees = Config.rounds;
    static constexpr std::size_t leaves = Config.leaves;  // of a tree, at most
    static constexpr std::size_t depth = Config.depth;
    static constexpr TreeShape shape{Features, Config.leaves, Config.depth, Features, false};

    template <std::size_t Rows>
    using Trainer = AdaBoostTrainer<TreeSplitter<Tally, Leaf, shape, Rows>, Leaf, Rows>;

    constexpr AdaBoost() { reset(); }

    template <std::size_t Rows>
    [[nodiscard]] constexpr Status fit(Data data, Trainer<Rows>& trainer,
                                       const Options& options = Options{}) {
        const Status rows = detail::check_labelled_rows(data, Rows, Classes);
        if (rows != Status::ok) return rows;
        if (const Status status = detail::check_limits<T>(options); status != Status::ok) return status;
        if (!(options.learning_rate > 0) || !isfinite(options.learning_rate)) return Status::bad_parameter;
        reset();
        trainer.begin();
        const auto weighted = trainer.weighted().first(data.size());
        for (std::size_t i = 0; i < data.size(); ++i) {
            weighted[i] = {1 / static_cast<T>(data.size()), data.labels[i]};
        }
        Random unused;
        for (rounds_ = 0; rounds_ < Config.rounds; ++rounds_) {
            trainer.splitter().take_all({data.rows, weighted});
            trainer.grow({{data.rows, weighted}, Tally(), options, unused}, trees_[rounds_]);
            if (!boost(data, options.learning_rate, weighted)) break;
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const { return answer(votes(x)); }
    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        return shares_of(votes(x));
    }

    /// The weights of the trees that say so, for each class.
    [[nodiscard]] constexpr Votes votes(Sample x) const {
        Votes sum{};
        for (std::size_t t = 0; t < rounds_; ++t) add(sum, trees_[t].find(x));
        return sum;
    }

    static constexpr void add(Votes& sum, const Leaf& leaf, std::size_t = 0) {
        sum[leaf.label] += leaf.weight;
    }

    [[nodiscard]] static constexpr Label answer(const Votes& votes) {
        return static_cast<Label>(detail::first_largest(votes));
    }

    [[nodiscard]] static constexpr std::array<T, Classes> shares_of(Votes votes) {
        T total = 0;
        for (const T vote : votes) total += vote;
        if (Classes == 2) votes = {(votes[0] - votes[1]) / 2, (votes[1] - votes[0]) / 2};
        for (T& vote : votes) vote = total > 0 ? vote / total / T(Classes - 1) : T(0);
        return softmax(votes);
    }

    /// How many trees vote: fewer than there may be where one was never wrong, or no better than chance.
    [[nodiscard]] constexpr std::size_t rounds() const { return rounds_; }
    [[nodiscard]] constexpr const auto& tree(std::size_t t) const { return trees_[t]; }

    constexpr void reset() {
        rounds_ = 0;
        for (std::size_t t = 0; t < Config.rounds; ++t) silence(t);
    }

private:
    /// Weighs the newest tree and the rows; false where it is the last one.
    constexpr bool boost(const Data& data, T rate, std::span<Leaf> weighted) {
        const auto& tree = trees_[rounds_];
        T wrong = 0, total = 0;
        for (std::size_t i = 0; i < data.size(); ++i) {
            total += weighted[i].weight;
            if (tree.find(data.rows[i]).label != data.labels[i]) wrong += weighted[i].weight;
        }
        const T error = wrong / total;
        const bool no_better_than_chance = error >= 1 - 1 / T(Classes);
        if (no_better_than_chance && rounds_ > 0) {
            silence(rounds_);
            return false;
        }
        if (!(error > 0) || no_better_than_chance) {
            ++rounds_;  // it votes with the weight 1 that its leaves have, and is the last
            return false;
        }
        const T weight = rate * (log((1 - error) / error) + log(T(Classes - 1)));  // (c)
        for (std::size_t i = 0; i < data.size(); ++i) {                            // (d)
            if (tree.find(data.rows[i]).label != data.labels[i]) weighted[i].weight *= exp(weight);
        }
        total = 0;
        for (const Leaf& row : weighted) total += row.weight;
        for (Leaf& row : weighted) row.weight /= total;  // (e)
        for (std::size_t i = 0; i < tree.leaf_count(); ++i) {
            trees_[rounds_].set_leaf(i, {weight, tree.leaf(i).label});
        }
        return true;
    }

    constexpr void silence(std::size_t t) {
        trees_[t].clear();
        trees_[t].add(Leaf{});
    }

    std::array<Tree<T, Features, Leaf, Config.leaves>, Config.rounds> trees_;
    std::uint32_t rounds_ = 0;
};

}  // namespace mote
