// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/decision_tree.hpp"
#include "mote/supervised/tree.hpp"
#include "mote/supervised/tree_tally.hpp"
#include "mote/supervised/tree_trainer.hpp"

namespace mote {

struct ForestConfig {
    std::size_t trees = 10;
    std::size_t depth = 6;
    std::size_t leaves = std::size_t{1} << (depth < 8 ? depth : 8);  // of a tree, those that gain most
    std::size_t tried_features = 0;                                  // at each node; 0: the square root
    Criterion criterion = Criterion::gini;
    bool bootstrap = true;           // each tree sees rows drawn with replacement
    bool random_thresholds = false;  // one per tried feature, where the best would be searched for
};

template <ForestConfig Config, std::size_t Features>
concept valid_forest_config =
    Config.trees > 0 && Config.trees <= 0xff'ffff &&
    Config.tried_features <=
        Features&& valid_tree_config<TreeConfig{.depth = Config.depth, .leaves = Config.leaves}>;

template <FloatingScalar T, std::size_t Classes>
struct ForestOptions : ClassTreeOptions<T, Classes> {
    std::uint64_t seed = 1;
};

/// The memory in which forests grow: a tree's trainer, and one bit per row and tree for who saw what.
template <class Tally, class Answer, TreeShape Shape, std::size_t Rows, std::size_t Bags>
class ForestTrainer : public TreeTrainer<TreeSplitter<Tally, Answer, Shape, Rows>> {
public:
    [[nodiscard]] constexpr bool saw(std::size_t tree, std::size_t row) const {
        return (bags_[tree * words + row / 32] >> row % 32 & 1) != 0;
    }

    /// Remembers which rows the splitter has taken.
    constexpr void note_bag(std::size_t tree) {
        for (std::size_t i = 0; i < words; ++i) bags_[tree * words + i] = 0;
        this->splitter().for_each_row(
            [&](std::size_t row) { bags_[tree * words + row / 32] |= 1u << row % 32; });
    }

private:
    static constexpr std::size_t words = (Rows + 31) / 32;
    std::array<std::uint32_t, Bags * words> bags_{};
};

/// A forest of classification trees, each grown from rows and features drawn at random; they vote by the
/// shares of their leaves.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. predict_proba(): [Classes], sums to one.
/// Units   x: any; only the order of a feature's values matters. NaN is a missing value, at any time.
/// Errors  As DecisionTree. Before fit() predict() is 0 and the shares are equal to 1 / 255.
/// Memory  per tree 12 * (leaves - 1) + Classes * leaves bytes in float. predict() takes at most trees *
///         depth compares and trees * Classes additions of integers: the same on every target. fit() needs
///         one tree's trainer and a bit for each row and tree.
/// Source  Breiman 2001, Random forests, Machine Learning 45:5-32; votes by shares as in scikit-learn.
///         Deviation: shares are rounded to 255ths, so that votes are integers.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, ForestConfig Config = ForestConfig{},
          class LabelType = std::uint8_t>
requires can_label<LabelType, Classes> && valid_forest_config<Config, Features>
class RandomForest {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Data = Dataset<T, Features, Label>;
    using Leaf = std::array<std::uint8_t, Classes>;  // shares in 255ths
    using Votes = std::array<std::uint32_t, Classes>;
    using Options = ForestOptions<T, Classes>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr std::size_t trees = Config.trees;
    static constexpr std::size_t leaves = Config.leaves;  // of a tree, at most
    static constexpr std::size_t depth = Config.depth;

    static constexpr std::size_t tried_features = [] {
        std::size_t root = 1;
        while ((root + 1) * (root + 1) <= Features) ++root;
        return Config.tried_features > 0 ? Config.tried_features : root;
    }();
    static constexpr TreeShape shape{Features, Config.leaves, Config.depth, tried_features,
                                     Config.random_thresholds};
    using Tally = ClassTally<T, Classes, Config.criterion>;

    template <std::size_t Rows>
    using Trainer = ForestTrainer<Tally, Label, shape, Rows, Config.bootstrap ? Config.trees : 0>;

    constexpr RandomForest() { reset(); }

    /// Tree t draws from a stream of its own: it does not depend on how many others there are.
    template <std::size_t Rows>
    [[nodiscard]] constexpr Status fit(Data data, Trainer<Rows>& trainer,
                                       const Options& options = Options{}) {
        const Status status = detail::check_classes<T>(data, Rows, options);
        if (status != Status::ok) return status;
        trainer.begin();
        for (std::size_t t = 0; t < Config.trees; ++t) {
            Random random(options.seed, t);
            if constexpr (Config.bootstrap) {
                trainer.splitter().take_bootstrap(data, random);
                trainer.note_bag(t);
            } else {
                trainer.splitter().take_all(data);
            }
            trainer.grow({data, Tally(options.class_weight), options, random}, trees_[t]);
        }
        return status;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const { return answer(votes(x)); }

    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        return shares_of(votes(x));
    }

    /// The sum of the trees' shares, in 255ths.
    [[nodiscard]] constexpr Votes votes(Sample x) const {
        Votes sum{};
        for (const auto& tree : trees_) add(sum, tree.find(x));
        return sum;
    }

    [[nodiscard]] static constexpr Label answer(const Votes& votes) {
        return static_cast<Label>(detail::first_largest(votes));
    }

    [[nodiscard]] static constexpr std::array<T, Classes> shares_of(const Votes& votes) {
        std::array<T, Classes> shares{};
        for (std::size_t k = 0; k < Classes; ++k) shares[k] = T(votes[k]) / T(255 * Config.trees);
        return shares;
    }

    /// For the layouts of a forest: what a tree's leaf adds, and what the sum says.
    static constexpr void add(Votes& sum, const Leaf& leaf, std::size_t = 0) {
        if constexpr (Classes < 8) {  // too few for a vector
            for (std::size_t k = 0; k < Classes; ++k) sum[k] += leaf[k];
        } else {
            kernels::add_bytes(std::span<const std::uint8_t, Classes>(leaf), std::span(sum));
        }
    }

    /// The share of right answers when each row is asked only of the trees that have not seen it: an estimate
    /// of what new rows will score. Takes the data and the trainer of the last fit(); rows that all trees saw
    /// are left out.
    template <std::size_t Rows>
    requires(Config.bootstrap) [[nodiscard]] constexpr T
        out_of_bag_score(Data data, const Trainer<Rows>& trainer) const {
        std::size_t asked = 0, right = 0;
        for (std::size_t row = 0; row < data.size(); ++row) {
            Votes sum{};
            for (std::size_t t = 0; t < Config.trees; ++t) {
                if (!trainer.saw(t, row)) add(sum, trees_[t].find(data.rows[row]));
            }
            const std::size_t label = detail::first_largest(sum);
            if (sum[label] == 0) continue;
            ++asked;
            right += label == data.labels[row] ? 1u : 0u;
        }
        return asked == 0 ? T(0) : T(right) / T(asked);
    }

    constexpr void reset() {
        Leaf equal{};
        for (std::size_t k = 0; k < Classes; ++k) {
            equal[k] = static_cast<std::uint8_t>(255 / Classes + (k < 255 % Classes ? 1 : 0));
        }
        for (auto& tree : trees_) {
            tree.clear();
            tree.add(equal);
        }
    }

    [[nodiscard]] constexpr const auto& tree(std::size_t t) const { return trees_[t]; }

    /// For a forest that has grown elsewhere.
    using Tree = mote::Tree<T, Features, Leaf, Config.leaves>;
    constexpr void set_tree(std::size_t t, const Tree& tree) { trees_[t] = tree; }

private:
    std::array<Tree, Config.trees> trees_;
};

/// Extremely randomised trees: every tree sees all rows, and each tried feature is split at one random
/// threshold. Faster to grow than a random forest, since nothing is sorted. Source  Geurts, Ernst, Wehenkel
/// 2006, Extremely randomized trees, Machine Learning 63:3-42.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, ForestConfig Config = ForestConfig{},
          class LabelType = std::uint8_t>
using ExtraTrees = RandomForest<T, Features, Classes,
                                ForestConfig{Config.trees, Config.depth, Config.leaves, Config.tried_features,
                                             Config.criterion, false, true},
                                LabelType>;

}  // namespace mote
