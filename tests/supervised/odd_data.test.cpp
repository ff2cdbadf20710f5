// SPDX-License-Identifier: MIT
#include "tests/contracts/odd_data.hpp"

#include "mote/core/fixed.hpp"
#include "mote/supervised/bernoulli_naive_bayes.hpp"
#include "mote/supervised/bonsai.hpp"
#include "mote/supervised/categorical_naive_bayes.hpp"
#include "mote/supervised/fixed_linear.hpp"
#include "mote/supervised/gaussian_naive_bayes.hpp"
#include "mote/supervised/gaussian_naive_bayes_q15.hpp"
#include "mote/supervised/hyperdimensional_classifier.hpp"
#include "mote/supervised/k_nearest_neighbors.hpp"
#include "mote/supervised/kernel_svm.hpp"
#include "mote/supervised/linear_discriminant.hpp"
#include "mote/supervised/linear_svm.hpp"
#include "mote/supervised/logistic_regression.hpp"
#include "mote/supervised/nearest_centroid.hpp"
#include "mote/supervised/passive_aggressive.hpp"
#include "mote/supervised/proto_nn.hpp"
#include "mote/supervised/quadratic_discriminant.hpp"
#include "mote/supervised/ridge_classifier.hpp"

using namespace mote;
using namespace mote::testing;

namespace {

/// What counts classes wants rows of all of them.
constexpr OddAnswers needs_every_class{.empty_class = Status::missing_class,
                                       .one_row = Status::missing_class};

constexpr BonsaiConfig tree{.projected = 3, .depth = 1, .kept = 6};
constexpr ProtoNNConfig prototypes{.projected = 2, .prototypes = 3, .kept = 6};

}  // namespace

TEST_CASE("Odd data: naive Bayes and hypervectors") {
    check_odd_data<GaussianNaiveBayes<float, 3, 3>>(needs_every_class);
    check_odd_data<GaussianNaiveBayes<q15, 3, 3>>(needs_every_class);
    check_odd_data<BernoulliNaiveBayes<float, 3, 3>>(needs_every_class);
    check_odd_data<CategoricalNaiveBayes<float, 3, 10, 3>>(needs_every_class);
    check_odd_data<NearestCentroid<float, 3, 3>>(needs_every_class);
    check_odd_data<HyperdimensionalClassifier<float, 3, 3, 256>>(needs_every_class);
}

TEST_CASE("Odd data: linear classifiers") {
    check_odd_data<LogisticRegression<float, 3, 3>>();
    check_odd_data<LinearSvm<float, 3, 3>>({.too_many_rows = Status::capacity_full});
    check_odd_data<PassiveAggressive<float, 3, 3>>();
    check_odd_data<FixedLinearClassifier<3, 3>>();
    check_odd_data<RidgeClassifier<double, 3, 3>>();
    check_odd_data<LinearDiscriminant<double, 3, 3>>(needs_every_class,
                                                     LinearDiscriminant<double, 3, 3>(0.1));
    check_odd_data<QuadraticDiscriminant<double, 3, 3>>(needs_every_class);
}

TEST_CASE("Odd data: what keeps rows, and what is trained on the host") {
    check_odd_data<KNearestNeighbors<float, 3, 3, odd_rows, NeighborsConfig{.k = 3}>>();
    check_odd_data<KernelSvm<float, 3, 3, odd_rows>>({.too_many_rows = Status::capacity_full});
    check_odd_data<Bonsai<float, 3, 3, tree>>();
    check_odd_data<ProtoNN<float, 3, 3, prototypes>>();
}
