// SPDX-License-Identifier: MIT
#pragma once

#include "benchmarks/supervised/tables/judge.hpp"
#include "mote/supervised/ada_boost.hpp"
#include "mote/supervised/bernoulli_naive_bayes.hpp"
#include "mote/supervised/bonsai.hpp"
#include "mote/supervised/decision_tree.hpp"
#include "mote/supervised/elastic_net.hpp"
#include "mote/supervised/gaussian_naive_bayes.hpp"
#include "mote/supervised/gradient_boosting.hpp"
#include "mote/supervised/hyperdimensional_classifier.hpp"
#include "mote/supervised/k_nearest_neighbors.hpp"
#include "mote/supervised/k_nearest_neighbors_regression.hpp"
#include "mote/supervised/kernel_svm.hpp"
#include "mote/supervised/linear_svm.hpp"
#include "mote/supervised/logistic_regression.hpp"
#include "mote/supervised/nearest_centroid.hpp"
#include "mote/supervised/passive_aggressive.hpp"
#include "mote/supervised/proto_nn.hpp"
#include "mote/supervised/quadratic_discriminant.hpp"
#include "mote/supervised/random_forest.hpp"
#include "mote/supervised/recursive_least_squares.hpp"
#include "mote/supervised/regression_forest.hpp"
#include "mote/supervised/support_vector_regression.hpp"

#if __has_include(<Eigen/Core>)
#define EIGEN_STACK_ALLOCATION_LIMIT 0  // a host's stack can take wide tables
#include "mote/supervised/linear_discriminant.hpp"
#include "mote/supervised/linear_regression.hpp"
#include "mote/supervised/ridge_classifier.hpp"
#endif

/// The methods that tables are judged by, a line each: name, what it sees, type, arguments of its
/// constructor.
namespace mote::tables {

inline constexpr TreeConfig tree{.depth = 10};
inline constexpr PassiveAggressiveConfig<float> cautious{.C = 0.01f};
inline constexpr ElasticNetConfig<float> gentle{.alpha = 0.1f};
inline constexpr NeighborsConfig nearer{.weights = NeighborWeights::distance};
inline constexpr HyperdimensionalConfig hypervectors{.passes = 10, .range = 3};
template <std::size_t N>
inline constexpr BonsaiConfig small_tree{.projected = 10, .depth = 2, .kept = 3 * N};
template <std::size_t N, std::size_t Classes>
inline constexpr ProtoNNConfig small_neighbours{
    .projected = 10, .prototypes = 10 + 2 * Classes, .kept = 3 * N};
template <std::size_t Rows>
inline constexpr std::size_t all_rows = Rows < nearer.k ? nearer.k : Rows;
inline constexpr SupportVectorRegressionConfig<float> steeper{.C = 10};
inline constexpr ForestConfig forest{.trees = 50, .depth = 12};
inline constexpr BoostingConfig boosting{.rounds = 100, .leaves = 15, .depth = 14, .bins = 255};

template <std::size_t N, std::size_t Classes, std::size_t Rows>
void classify(const Table& table) {
    Judge<N, Classes, Rows> judge(table);
    using enum Features;
    using Label = typename Judge<N, Classes, Rows>::Label;
    using std::type_identity;
    judge("GaussianNaiveBayes", filled, type_identity<GaussianNaiveBayes<float, N, Classes, Label>>{});
    judge("BernoulliNaiveBayes", scaled, type_identity<BernoulliNaiveBayes<float, N, Classes, Label>>{});
    judge("NearestCentroid", scaled, type_identity<NearestCentroid<float, N, Classes, Label>>{});
    judge("LogisticRegression", scaled, type_identity<LogisticRegression<float, N, Classes, Label>>{});
#if __has_include(<Eigen/Core>)
    judge("LinearDiscriminant", scaled, type_identity<LinearDiscriminant<float, N, Classes, Label>>{}, 0.01f);
    judge("RidgeClassifier", scaled, type_identity<RidgeClassifier<float, N, Classes, Label>>{});
#endif
    judge("QuadraticDiscriminant", scaled, type_identity<QuadraticDiscriminant<float, N, Classes, Label>>{});
    judge("LinearSvm", scaled, type_identity<LinearSvm<float, N, Classes, Label>>{});
    judge("PassiveAggressive", scaled, type_identity<PassiveAggressive<float, N, Classes, Label>>{},
          cautious);
    judge("KernelSvm", scaled, type_identity<KernelSvm<float, N, Classes, Rows, SvmKernel::rbf, Label>>{});
    judge("KNearestNeighbors", scaled,
          type_identity<KNearestNeighbors<float, N, Classes, all_rows<Rows>, nearer, Label>>{});
    judge("HyperdimensionalClassifier", scaled,
          type_identity<HyperdimensionalClassifier<float, N, Classes, 1024, hypervectors, Label>>{});
    judge("Bonsai", scaled, type_identity<Bonsai<float, N, Classes, small_tree<N>, Label>>{});
    judge("ProtoNN", scaled,
          type_identity<ProtoNN<float, N, Classes, small_neighbours<N, Classes>, Label>>{});
    judge("DecisionTree", with_gaps, type_identity<DecisionTree<float, N, Classes, tree, Label>>{});
    judge("RandomForest", with_gaps, type_identity<RandomForest<float, N, Classes, forest, Label>>{});
    judge("ExtraTrees", with_gaps, type_identity<ExtraTrees<float, N, Classes, forest, Label>>{});
    judge("AdaBoost", with_gaps, type_identity<AdaBoost<float, N, Classes, AdaBoostConfig{}, Label>>{});
    judge("GradientBoosting", with_gaps,
          type_identity<GradientBoosting<float, N, Classes, boosting, Label>>{});
}

template <std::size_t N, std::size_t Rows>
void regress(const Table& table) {
    Judge<N, 0, Rows> judge(table);
    using enum Features;
    using std::type_identity;
#if __has_include(<Eigen/Core>)
    judge("LinearRegression", scaled, type_identity<LinearRegression<float, N>>{});
    judge("Ridge", scaled, type_identity<LinearRegression<float, N>>{}, 1.0f);
#endif
    judge("Lasso", scaled, type_identity<Lasso<float, N>>{}, 1.0f);
    judge("ElasticNet", scaled, type_identity<ElasticNet<float, N>>{}, gentle);
    judge("RecursiveLeastSquares", scaled, type_identity<RecursiveLeastSquares<float, N>>{});
    judge("KNearestNeighborsRegression", scaled,
          type_identity<KNearestNeighborsRegression<float, N, all_rows<Rows>, nearer>>{});
    judge("SupportVectorRegression", scaled, type_identity<SupportVectorRegression<float, N, Rows>>{},
          steeper);
    judge("RegressionTree", with_gaps, type_identity<RegressionTree<float, N, tree>>{});
    judge("RegressionForest", with_gaps, type_identity<RegressionForest<float, N, forest>>{});
    judge("RegressionExtraTrees", with_gaps, type_identity<RegressionExtraTrees<float, N, forest>>{});
    judge("RegressionBoosting", with_gaps, type_identity<RegressionBoosting<float, N, boosting>>{});
}

/// One translation unit for each table instantiates this.
template <std::size_t N, std::size_t Classes, std::size_t Rows>
void judge_all(const Table& table) {
    if constexpr (Classes > 0) {
        classify<N, Classes, Rows>(table);
    } else {
        regress<N, Rows>(table);
    }
}

}  // namespace mote::tables
