// SPDX-License-Identifier: MIT
#include "mote/supervised/linear_svm.hpp"

#include <limits>
#include <memory>

#include "mote/supervised/hyperplanes.hpp"
#include "tests/contracts/online_classifier.hpp"
#include "tests/supervised/linear_reference.hpp"
#include "tests/supervised/standardised.hpp"
#include "tests/support/catch.hpp"

using mote::LinearSvm;
using mote::Status;
using mote::testing::as_good_as;
using mote::testing::right_answers;
using mote::testing::standardised;
using mote::testing::worst_gap;

// Worked by hand: rows -1 (class 0) and 1 (class 1) with a large C have the widest margin at w = 1, b = 0;
// with C = 0.25 both pushes stop at C, so w = 2 * 0.25.
constexpr double slope_at(double C) {
    const std::array<std::array<double, 1>, 2> rows{{{-1}, {1}}};
    const std::array<std::uint8_t, 2> labels{0, 1};
    LinearSvm<double, 1, 2> model({.C = C, .tolerance = 1e-12});
    LinearSvm<double, 1, 2>::Trainer<2> trainer;
    if (model.fit({rows, labels}, trainer) != Status::ok) return -1;
    return model.planes().weights(0)[0];
}

TEST_CASE("LinearSvm: worked example") {
    STATIC_REQUIRE(slope_at(0.25) == 0.5);
    REQUIRE(slope_at(100) == Approx(1).epsilon(1e-10));
    // One step of 0.5 for a sample within the margin, none for one beyond it.
    LinearSvm<double, 1, 2> online({.learning_rate = 0.5, .alpha = 0});
    REQUIRE(online.update(std::array{4.0}, 1) == Status::ok);
    REQUIRE(online.planes().weights(0)[0] == 2);
    REQUIRE(online.planes().intercept(0) == 0.5);
    REQUIRE(online.update(std::array{4.0}, 1) == Status::ok);
    REQUIRE(online.planes().weights(0)[0] == 2);
    REQUIRE(online.decision_function(std::array{-1.0})[0] == -1.5);
    REQUIRE(online.predict(std::array{-1.0}) == 0);
}

namespace {

template <class T, std::size_t Features, std::size_t Classes>
auto fitted(const mote::testing::Split<T, Features>& split, mote::LinearSvmConfig<T> config) {
    using Model = LinearSvm<T, Features, Classes>;
    auto trainer = std::make_unique<typename Model::template Trainer<1500>>();
    Model model(config);
    REQUIRE(model.fit(split.train(), *trainer) == Status::ok);
    return model;
}

}  // namespace

TEST_CASE("LinearSvm: scikit-learn's coefficients and score") {
    const mote::LinearSvmConfig<double> hinge{.tolerance = 1e-6, .iterations = 20000};
    const mote::LinearSvmConfig<double> squared{.squared = true, .tolerance = 1e-6, .iterations = 20000};
    const auto iris = standardised<double, 4>("iris");
    const auto small = fitted<double, 4, 3>(iris, hinge);
    CHECK(worst_gap(small.planes(), reference::iris_svm_hinge_coefficients,
                    reference::iris_svm_hinge_intercepts) < 1e-4);
    CHECK(right_answers(small, iris.test()) == reference::iris_svm_hinge_right);
    const auto other = fitted<double, 4, 3>(iris, squared);
    CHECK(worst_gap(other.planes(), reference::iris_svm_squared_coefficients,
                    reference::iris_svm_squared_intercepts) < 1e-4);
    CHECK(right_answers(other, iris.test()) == reference::iris_svm_squared_right);

    const auto cancer = standardised<double, 30>("breast_cancer");
    const auto large = fitted<double, 30, 2>(cancer, squared);
    CHECK(worst_gap(large.planes(), reference::breast_cancer_svm_squared_coefficients,
                    reference::breast_cancer_svm_squared_intercepts) < 1e-4);
    CHECK(right_answers(large, cancer.test()) == reference::breast_cancer_svm_squared_right);
}

TEST_CASE("LinearSvm: float and the default settings answer as well") {
    const auto cancer = standardised<float, 30>("breast_cancer");
    const auto hinge = fitted<float, 30, 2>(cancer, {});
    CHECK(as_good_as(right_answers(hinge, cancer.test()), reference::breast_cancer_svm_hinge_right, 114));
    const auto wine = standardised<float, 13>("wine");
    const auto grapes = fitted<float, 13, 3>(wine, {.squared = true});
    CHECK(as_good_as(right_answers(grapes, wine.test()), reference::wine_svm_squared_right, 36));
    const auto digits = standardised<float, 64>("digits");
    const auto figures = fitted<float, 64, 10>(digits, {.squared = true, .iterations = 30});
    CHECK(as_good_as(right_answers(figures, digits.test()), reference::digits_svm_squared_right, 360));
}

TEST_CASE("LinearSvm: a stream teaches as well as the batch") {
    const auto cancer = standardised<float, 30>("breast_cancer");
    LinearSvm<float, 30, 2> model;
    mote::Random random(3);
    for (int step = 0; step < 5000; ++step) {
        const auto row = random.below(static_cast<std::uint32_t>(cancer.rows.size()));
        REQUIRE(model.update(cancer.rows[row], cancer.labels[row]) == Status::ok);
    }
    CHECK(as_good_as(right_answers(model, cancer.test()), reference::breast_cancer_svm_hinge_right, 114));
}

TEST_CASE("LinearSvm: edges") {
    using Row = std::array<float, 2>;
    using Model = LinearSvm<float, 2, 2>;
    const std::array<Row, 3> rows{Row{1, 5}, Row{1, 5}, Row{1, 5}};
    const std::array<std::uint8_t, 3> ones{1, 1, 1}, beyond{1, 2, 1};
    Model model;
    Model::Trainer<3> trainer;
    REQUIRE(model.fit({rows, ones}, trainer) == Status::ok);  // one class and equal rows
    REQUIRE(model.predict(Row{1, 5}) == 1);
    Model::Trainer<2> small;
    const auto before = mote::testing::bytes_of(model);
    REQUIRE(model.fit({rows, ones}, small) == Status::capacity_full);
    REQUIRE(model.fit({rows, beyond}, trainer) == Status::bad_label);
    REQUIRE(model.fit({}, trainer) == Status::too_few_rows);
    const std::array<Row, 3> bad{Row{1, 5}, Row{std::numeric_limits<float>::quiet_NaN(), 1}, Row{0, 0}};
    REQUIRE(model.fit({bad, ones}, trainer) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(model) == before);
    const std::array<Row, 3> far{Row{3e38f, 3e38f}, Row{-3e38f, 3e38f}, Row{0, 0}};
    static_cast<void>(model.fit({far, ones}, trainer));  // whatever it says, it must stay finite
    REQUIRE(model.planes().finite());
    Model refused({.C = 0});
    REQUIRE(refused.fit({rows, ones}, trainer) == Status::bad_parameter);
}

TEST_CASE("LinearSvm: keeps the promises of an online classifier") {
    mote::testing::check_online_classifier<LinearSvm<float, 3, 4>>();
    mote::testing::check_online_classifier<LinearSvm<double, 2, 2>>();
    STATIC_REQUIRE(sizeof(LinearSvm<float, 30, 2>) == 4 * (31 + 7));
}
