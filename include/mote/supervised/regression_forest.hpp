// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/decision_tree.hpp"
#include "mote/supervised/random_forest.hpp"
#include "mote/supervised/tree.hpp"
#include "mote/supervised/tree_tally.hpp"

namespace mote {

template <FloatingScalar T>
struct RegressionForestOptions : TreeLimits<T> {
    std::uint64_t seed = 1;
};

/// A forest of regression trees, each grown from rows drawn at random; the answer is their mean.
///
/// Shapes  x: [Features]; target and predict(): scalar.
/// Units   x: any; NaN is a missing value. Target: any; predict() never leaves the range of the targets seen.
/// Errors  fit() refuses infinite values, targets that are not finite, an empty dataset, more rows than the
///         trainer holds, and options out of range. Before fit() predict() is 0.
/// Memory  per tree 12 * (leaves - 1) + 4 * leaves bytes in float; time as RandomForest. `tried_features` of
///         0 are all of them, as in scikit-learn; `criterion` is not asked for.
/// Source  Breiman 2001, Random forests, Machine Learning 45:5-32, section 11.
template <FloatingScalar T, std::size_t Features, ForestConfig Config = ForestConfig{}>
requires valid_forest_config<Config, Features>
class RegressionForest {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Target = T;
    using Data = Dataset<T, Features, Target>;
    using Leaf = T;
    using Votes = std::array<T, 1>;  // the sum of what the trees say
    using Options = RegressionForestOptions<T>;
    using Tally = TargetTally<T>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t trees = Config.trees;
    static constexpr std::size_t leaves = Config.leaves;  // of a tree, at most
    static constexpr std::size_t depth = Config.depth;
    static constexpr TreeShape shape{Features, Config.leaves, Config.depth,
                                     Config.tried_features > 0 ? Config.tried_features : Features,
                                     Config.random_thresholds};

    template <std::size_t Rows>
    using Trainer = ForestTrainer<Tally, Target, shape, Rows, Config.bootstrap ? Config.trees : 0>;

    constexpr RegressionForest() { reset(); }

    /// Tree t draws from a stream of its own: it does not depend on how many others there are.
    template <std::size_t Rows>
    [[nodiscard]] constexpr Status fit(Data data, Trainer<Rows>& trainer,
                                       const Options& options = Options{}) {
        if (const Status status = detail::check_targets(data, Rows); status != Status::ok) return status;
        if (const Status status = detail::check_limits<T>(options); status != Status::ok) return status;
        const T mean = mean_of(data);
        trainer.begin();
        for (std::size_t t = 0; t < Config.trees; ++t) {
            Random random(options.seed, t);
            if constexpr (Config.bootstrap) {
                trainer.splitter().take_bootstrap(data, random);
                trainer.note_bag(t);
            } else {
                trainer.splitter().take_all(data);
            }
            trainer.grow({data, Tally(mean), options, random}, trees_[t]);
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr T predict(Sample x) const { return answer(votes(x)); }

    [[nodiscard]] constexpr Votes votes(Sample x) const {
        Votes sum{};
        for (const auto& tree : trees_) add(sum, tree.find(x));
        return sum;
    }

    static constexpr void add(Votes& sum, Leaf leaf, std::size_t = 0) { sum[0] += leaf; }
    [[nodiscard]] static constexpr T answer(const Votes& votes) { return votes[0] / T(Config.trees); }

    /// The share of the targets' variance that is explained (R^2) when each row is asked only of the trees
    /// that have not seen it. Takes the data and the trainer of the last fit(); rows that all trees saw are
    /// left out.
    template <std::size_t Rows>
    requires(Config.bootstrap) [[nodiscard]] constexpr T
        out_of_bag_score(Data data, const Trainer<Rows>& trainer) const {
        const T mean = mean_of(data);
        T left = 0, all = 0;
        for (std::size_t row = 0; row < data.size(); ++row) {
            T sum = 0, count = 0;
            for (std::size_t t = 0; t < Config.trees; ++t) {
                if (trainer.saw(t, row)) continue;
                sum += trees_[t].find(data.rows[row]);
                count += 1;
            }
            if (count == 0) continue;
            const T target = data.labels[row], error = sum / count - target;
            left += error * error;
            all += (target - mean) * (target - mean);
        }
        return all > 0 ? 1 - left / all : T(0);
    }

    constexpr void reset() {
        for (auto& tree : trees_) {
            tree.clear();
            tree.add(T(0));
        }
    }

    [[nodiscard]] constexpr const auto& tree(std::size_t t) const { return trees_[t]; }

private:
    [[nodiscard]] static constexpr T mean_of(const Data& data) {
        T mean = 0;
        for (const T target : data.labels) mean += target / static_cast<T>(data.size());
        return mean;
    }

    std::array<Tree<T, Features, T, Config.leaves>, Config.trees> trees_;
};

/// Extremely randomised regression trees: every tree sees all rows, and each tried feature is split at one
/// random threshold. Source  Geurts, Ernst, Wehenkel 2006, Extremely randomized trees, Machine Learning
/// 63:3-42.
template <FloatingScalar T, std::size_t Features, ForestConfig Config = ForestConfig{}>
using RegressionExtraTrees =
    RegressionForest<T, Features,
                     ForestConfig{Config.trees, Config.depth, Config.leaves, Config.tried_features,
                                  Config.criterion, false, true}>;

}  // namespace mote
