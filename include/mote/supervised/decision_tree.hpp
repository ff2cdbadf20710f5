// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/tree.hpp"
#include "mote/supervised/tree_splitter.hpp"
#include "mote/supervised/tree_tally.hpp"
#include "mote/supervised/tree_trainer.hpp"

namespace mote {

/// What a tree may become at most; this fixes its memory. Fewer leaves than 2^depth: those that gain most.
struct TreeConfig {
    std::size_t depth = 6;
    std::size_t leaves = std::size_t{1} << (depth < 10 ? depth : 10);
    Criterion criterion = Criterion::gini;  // classification only
};

template <TreeConfig Config>
concept valid_tree_config =
    Config.depth > 0 && Config.depth <= 255 && Config.leaves > 1 && Config.leaves <= 0x8000;

namespace detail {

template <FloatingScalar T, std::size_t Classes>
[[nodiscard]] constexpr std::array<T, Classes> equal_weights() {
    std::array<T, Classes> ones{};
    ones.fill(1);
    return ones;
}

}  // namespace detail

/// How to learn, by scikit-learn's names.
template <FloatingScalar T, std::size_t Classes>
struct ClassTreeOptions : TreeLimits<T> {
    std::array<T, Classes> class_weight = detail::equal_weights<T, Classes>();
};

/// The same for a single tree. Seed 0: of equally good splits the first feature's. Any other: chance decides.
template <FloatingScalar T, std::size_t Classes>
struct DecisionTreeOptions : TreeLimits<T> {
    std::array<T, Classes> class_weight = detail::equal_weights<T, Classes>();
    std::uint64_t seed = 0;
};

template <FloatingScalar T>
struct RegressionTreeOptions : TreeLimits<T> {
    std::uint64_t seed = 0;  // as that of DecisionTreeOptions
};

namespace detail {

template <FloatingScalar T>
[[nodiscard]] constexpr Status check_limits(const TreeLimits<T>& limits) {
    const bool good = limits.min_samples_split >= 2 && limits.min_samples_leaf >= 1 &&
                      limits.ccp_alpha >= 0 && isfinite(limits.ccp_alpha);
    return good ? Status::ok : Status::bad_parameter;
}

/// NaN is a missing value, infinity a fault.
template <class Data>
[[nodiscard]] constexpr Status check_rows(const Data& data, std::size_t most) {
    if (const Status status = data.check(); status != Status::ok) return status;
    if (data.empty()) return Status::too_few_rows;
    if (data.size() > most) return Status::capacity_full;
    for (const auto& row : data.rows) {
        for (const auto value : row) {
            if (!isfinite(value) && !is_missing(value)) return Status::not_finite;
        }
    }
    return Status::ok;
}

template <class Data>
[[nodiscard]] constexpr Status check_labelled_rows(const Data& data, std::size_t most, std::size_t classes) {
    if (const Status status = check_rows(data, most); status != Status::ok) return status;
    for (const auto label : data.labels) {
        if (label >= classes) return Status::bad_label;
    }
    return Status::ok;
}

template <class Data>
[[nodiscard]] constexpr Status check_targets(const Data& data, std::size_t most) {
    if (const Status status = check_rows(data, most); status != Status::ok) return status;
    return all_finite(data.labels) ? Status::ok : Status::not_finite;
}

template <FloatingScalar T, class Data, class Options>
[[nodiscard]] constexpr Status check_classes(const Data& data, std::size_t most, const Options& options) {
    const std::size_t classes = options.class_weight.size();
    if (const Status status = check_labelled_rows(data, most, classes); status != Status::ok) return status;
    for (const T weight : options.class_weight) {
        if (!(weight > 0) || !isfinite(weight)) return Status::bad_parameter;
    }
    return check_limits<T>(options);
}

template <class Values>
constexpr std::size_t first_largest(const Values& values) {
    return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace detail

/// A classification tree (CART): questions "is x[i] at most t?" down to a leaf, which knows its classes'
/// shares.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. predict_proba(): [Classes], sums to one.
/// Units   x: any; only the order of a feature's values matters. NaN is a missing value, at any time.
/// Errors  fit() refuses infinite values, labels out of range, an empty dataset, more rows than the trainer
///         holds, and options out of range. Before fit() predict() is 0 and the shares are equal.
/// Memory  12 * (leaves - 1) + 4 * Classes * leaves bytes in float. predict() takes at most depth compares.
///         fit() takes O(depth * Features * rows * log(rows)) and works in the trainer.
/// Source  Breiman, Friedman, Olshen, Stone 1984, Classification and Regression Trees. Among equally good
///         splits the first feature's, at its lowest threshold, is taken; with a seed a random feature's, as
///         in scikit-learn.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, TreeConfig Config = TreeConfig{},
          class LabelType = std::uint8_t>
requires can_label<LabelType, Classes> && valid_tree_config<Config>
class DecisionTree {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Shares = std::array<T, Classes>;
    using Options = DecisionTreeOptions<T, Classes>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    using Tally = ClassTally<T, Classes, Config.criterion>;
    static constexpr TreeShape shape{Features, Config.leaves, Config.depth, Features, false};

    template <std::size_t Rows>
    using Trainer = TreeTrainer<TreeSplitter<Tally, Label, shape, Rows>>;

    constexpr DecisionTree() { reset(); }

    template <std::size_t Rows>
    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data, Trainer<Rows>& trainer,
                                       const Options& options = Options{}) {
        const Status status = detail::check_classes<T>(data, Rows, options);
        if (status != Status::ok) return status;
        Random random(options.seed);
        trainer.begin();
        trainer.splitter().take_all(data);
        trainer.grow({data, Tally(options.class_weight), options, random, options.seed != 0}, tree_);
        return status;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        return static_cast<Label>(detail::first_largest(tree_.find(x)));
    }

    [[nodiscard]] constexpr Shares predict_proba(Sample x) const { return tree_.find(x); }

    constexpr void reset() {
        Shares equal{};
        equal.fill(T(1) / T(Classes));
        tree_.clear();
        tree_.add(equal);
    }

    [[nodiscard]] constexpr const auto& tree() const { return tree_; }

private:
    Tree<T, Features, Shares, Config.leaves> tree_;
};

/// A regression tree (CART): as DecisionTree, but a leaf is the mean of its targets, and splits lessen the
/// squared error.
///
/// Shapes  x: [Features]; target and predict(): scalar.
/// Units   x: any; NaN is a missing value. Target: any; predict() never leaves the range of the targets seen.
/// Errors  fit() refuses infinite values, targets that are not finite, an empty dataset, more rows than the
///         trainer holds, and options out of range. Before fit() predict() is 0.
/// Memory  12 * (leaves - 1) + 4 * leaves bytes in float; time as DecisionTree.
/// Source  Breiman, Friedman, Olshen, Stone 1984, chapter 8.
template <FloatingScalar T, std::size_t Features, TreeConfig Config = TreeConfig{}>
requires valid_tree_config<Config>
class RegressionTree {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Target = T;
    using Options = RegressionTreeOptions<T>;
    using Tally = TargetTally<T>;
    static constexpr std::size_t features = Features;
    static constexpr TreeShape shape{Features, Config.leaves, Config.depth, Features, false};

    template <std::size_t Rows>
    using Trainer = TreeTrainer<TreeSplitter<Tally, Target, shape, Rows>>;

    constexpr RegressionTree() { reset(); }

    template <std::size_t Rows>
    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Target> data, Trainer<Rows>& trainer,
                                       const Options& options = Options{}) {
        if (const Status status = detail::check_targets(data, Rows); status != Status::ok) return status;
        if (const Status status = detail::check_limits<T>(options); status != Status::ok) return status;
        T mean = 0;
        for (const T target : data.labels) mean += target / static_cast<T>(data.size());
        Random random(options.seed);
        trainer.begin();
        trainer.splitter().take_all(data);
        trainer.grow({data, Tally(mean), options, random, options.seed != 0}, tree_);
        return Status::ok;
    }

    [[nodiscard]] constexpr T predict(Sample x) const { return tree_.find(x); }

    constexpr void reset() {
        tree_.clear();
        tree_.add(T(0));
    }

    [[nodiscard]] constexpr const auto& tree() const { return tree_; }

private:
    Tree<T, Features, T, Config.leaves> tree_;
};

}  // namespace mote
