// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/softmax.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/boosting_loss.hpp"
#include "mote/supervised/boosting_trainer.hpp"
#include "mote/supervised/decision_tree.hpp"
#include "mote/supervised/tree.hpp"

namespace mote {

/// What a boosted ensemble may become at most; this fixes its memory.
struct BoostingConfig {
    std::size_t rounds = 50;  // of one tree, or where there are more than two classes one tree a class
    std::size_t leaves = 8;   // of a tree, those that gain most
    std::size_t depth = 8;
    std::size_t bins = 64;  // that a feature's values are sorted into to learn, at most 255
};

template <BoostingConfig Config>
concept valid_boosting_config = Config.rounds > 0 && Config.bins > 1 && Config.bins <= 255 &&
                                valid_tree_config<TreeConfig{.depth = Config.depth, .leaves = Config.leaves}>;

namespace detail {

/// The trees of a boosted ensemble. The leaves of the first round hold the scores to start from as well.
template <class Loss, FloatingScalar T, std::size_t Features, BoostingConfig Config>
class BoostedTrees {
public:
    static constexpr std::size_t outputs = Loss::outputs;
    static constexpr std::size_t trees = Config.rounds * outputs;
    static constexpr TreeShape shape{Features, Config.leaves, Config.depth, Features, false};
    using Leaf = T;
    using Votes = std::array<T, outputs>;

    template <std::size_t Rows>
    using Trainer = BoostingTrainer<Loss, T, shape, Config.bins, Rows>;

    template <class Data, std::size_t Rows>
    constexpr void fit(const Data& data, const Loss& loss, Trainer<Rows>& trainer,
                       const BoostingOptions<T>& options) {
        Votes start{};
        rounds_ = static_cast<std::uint32_t>(trainer.boost(data, loss, options, start, trees_));
        for (std::size_t t = rounds_ * outputs; t < trees; ++t) empty(trees_[t]);
        for (std::size_t t = 0; t < outputs; ++t) {
            auto& tree = trees_[t];
            for (std::size_t i = 0; i < tree.leaf_count(); ++i) tree.set_leaf(i, tree.leaf(i) + start[t]);
        }
    }

    [[nodiscard]] constexpr Votes votes(mote::Sample<T, Features> x) const {
        Votes sum{};
        const std::size_t count = max(std::size_t{rounds_}, std::size_t{1}) * outputs;
        for (std::size_t t = 0; t < count; ++t) add(sum, trees_[t].find(x), t);
        return sum;
    }

    static constexpr void add(Votes& sum, Leaf leaf, std::size_t tree) { sum[tree % outputs] += leaf; }
    [[nodiscard]] constexpr const auto& tree(std::size_t t) const { return trees_[t]; }
    [[nodiscard]] constexpr std::size_t rounds() const { return rounds_; }

    constexpr void reset() {
        rounds_ = 0;
        for (auto& tree : trees_) empty(tree);
    }

private:
    static constexpr void empty(auto& tree) {
        tree.clear();
        tree.add(T(0));
    }

    std::array<Tree<T, Features, T, Config.leaves>, trees> trees_{};
    std::uint32_t rounds_ = 0;
};

}  // namespace detail

/// A classifier of boosted trees: each tree takes a step that lessens the loss left by those before it.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. predict_proba(): [Classes], sums to one.
/// Units   x: any; only the order of a feature's values matters. NaN is a missing value, at any time.
/// Errors  fit() refuses infinite values, labels out of range, an empty dataset, more rows than the trainer
///         holds, and options out of range. Before fit() predict() is 0 and the shares are equal.
/// Memory  16 * leaves - 8 bytes a tree in float; rounds trees for two classes, rounds * Classes for more.
///         predict() takes at most depth compares and one addition a tree. fit() takes O(features * rows *
///         depth) a tree and works in the trainer.
/// Source  Friedman 2001, Greedy function approximation, The Annals of Statistics 29(5):1189-1232; Friedman
///         2002, Stochastic gradient boosting, for `subsample`; bins and Newton steps as in scikit-learn's
///         HistGradientBoosting. Deviations: features are cut by all rows, those kept apart as well, and
///         stopping early keeps the rounds up to the best one.
template <FloatingScalar T, std::size_t Features, std::size_t Classes,
          BoostingConfig Config = BoostingConfig{}, class LabelType = std::uint8_t>
requires can_label<LabelType, Classes> && valid_boosting_config<Config>
class GradientBoosting {
    using Ensemble = detail::BoostedTrees<LogLoss<T, Classes>, T, Features, Config>;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Data = Dataset<T, Features, Label>;
    using Options = BoostingOptions<T>;
    using Leaf = typename Ensemble::Leaf;
    using Votes = typename Ensemble::Votes;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr std::size_t trees = Ensemble::trees;
    static constexpr std::size_t leaves = Config.leaves;  // of a tree, at most
    static constexpr std::size_t depth = Config.depth;

    template <std::size_t Rows>
    using Trainer = typename Ensemble::template Trainer<Rows>;

    constexpr GradientBoosting() { reset(); }

    template <std::size_t Rows>
    [[nodiscard]] constexpr Status fit(Data data, Trainer<Rows>& trainer,
                                       const Options& options = Options{}) {
        const Status rows = detail::check_labelled_rows(data, Rows, Classes);
        if (rows != Status::ok) return rows;
        if (const Status status = options.check(data.size()); status != Status::ok) return status;
        ensemble_.fit(data, LogLoss<T, Classes>{}, trainer, options);
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const { return answer(votes(x)); }
    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        return shares_of(votes(x));
    }

    /// The classes' logits; of two classes that of the second, where the first one's is 0.
    [[nodiscard]] constexpr Votes votes(Sample x) const { return ensemble_.votes(x); }

    [[nodiscard]] static constexpr Label answer(const Votes& votes) {
        if constexpr (Classes == 2) return votes[0] > 0 ? 1 : 0;
        return static_cast<Label>(detail::first_largest(votes));
    }

    [[nodiscard]] static constexpr std::array<T, Classes> shares_of(const Votes& votes) {
        if constexpr (Classes == 2)
            return softmax(std::array<T, 2>{0, votes[0]});
        else
            return softmax(votes);
    }

    static constexpr void add(Votes& sum, Leaf leaf, std::size_t tree) { Ensemble::add(sum, leaf, tree); }
    [[nodiscard]] constexpr const auto& tree(std::size_t t) const { return ensemble_.tree(t); }

    /// How many were made, and are in use.
    [[nodiscard]] constexpr std::size_t rounds() const { return ensemble_.rounds(); }

    constexpr void reset() { ensemble_.reset(); }

private:
    Ensemble ensemble_;
};

/// Boosted trees for a number: as GradientBoosting, for the squared error or a quantile of the target.
///
/// Shapes  x: [Features]; target and predict(): scalar.
/// Errors  fit() refuses infinite values, targets that are not finite, an empty dataset, more rows than the
///         trainer holds, and options out of range. Before fit() predict() is 0.
/// Memory  as GradientBoosting of two classes.
/// Source  as GradientBoosting; QuantileLoss.
template <FloatingScalar T, std::size_t Features, BoostingConfig Config = BoostingConfig{},
          class Loss = SquaredLoss<T>>
requires valid_boosting_config<Config>
class RegressionBoosting {
    using Ensemble = detail::BoostedTrees<Loss, T, Features, Config>;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Target = T;
    using Data = Dataset<T, Features, Target>;
    using Options = BoostingOptions<T>;
    using Leaf = typename Ensemble::Leaf;
    using Votes = typename Ensemble::Votes;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t trees = Ensemble::trees;
    static constexpr std::size_t leaves = Config.leaves;  // of a tree, at most
    static constexpr std::size_t depth = Config.depth;

    template <std::size_t Rows>
    using Trainer = typename Ensemble::template Trainer<Rows>;

    constexpr RegressionBoosting() { reset(); }

    template <std::size_t Rows>
    [[nodiscard]] constexpr Status fit(Data data, Trainer<Rows>& trainer, const Options& options = Options{},
                                       const Loss& loss = Loss{}) {
        if (const Status status = detail::check_targets(data, Rows); status != Status::ok) return status;
        if (const Status status = options.check(data.size()); status != Status::ok) return status;
        if constexpr (Loss::by_quantile) {
            if (!(loss.quantile > 0 && loss.quantile < 1)) return Status::bad_parameter;
        }
        ensemble_.fit(data, loss, trainer, options);
        return Status::ok;
    }

    [[nodiscard]] constexpr T predict(Sample x) const { return answer(votes(x)); }

    [[nodiscard]] constexpr Votes votes(Sample x) const { return ensemble_.votes(x); }
    [[nodiscard]] static constexpr T answer(const Votes& votes) { return votes[0]; }
    static constexpr void add(Votes& sum, Leaf leaf, std::size_t tree) { Ensemble::add(sum, leaf, tree); }
    [[nodiscard]] constexpr const auto& tree(std::size_t t) const { return ensemble_.tree(t); }
    [[nodiscard]] constexpr std::size_t rounds() const { return ensemble_.rounds(); }

    constexpr void reset() { ensemble_.reset(); }

private:
    Ensemble ensemble_;
};

}  // namespace mote
