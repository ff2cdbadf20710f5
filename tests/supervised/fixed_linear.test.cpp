// SPDX-License-Identifier: MIT
#include "mote/supervised/fixed_linear.hpp"

#include <cmath>
#include <limits>
#include <memory>

#include "mote/supervised/bernoulli_naive_bayes.hpp"
#include "mote/supervised/linear_svm.hpp"
#include "mote/supervised/logistic_regression.hpp"
#include "mote/supervised/nearest_centroid.hpp"
#include "mote/supervised/passive_aggressive.hpp"
#include "mote/supervised/recursive_least_squares.hpp"
#include "tests/contracts/online_classifier.hpp"
#include "tests/contracts/regressor.hpp"
#include "tests/supervised/q15_split.hpp"
#include "tests/supervised/standardised.hpp"
#include "tests/supervised/standardised_diabetes.hpp"
#include "tests/support/catch.hpp"

using mote::FixedLinearClassifier;
using mote::FixedLinearRegression;
using mote::Hyperplanes;
using mote::LinearSvm;
using mote::q15;
using mote::Status;
using mote::testing::right_answers;

constexpr std::array<q15, 2> at(double a, double b) {
    return {static_cast<q15>(a), static_cast<q15>(b)};
}

// Worked by hand: the plane 3 a - b + 1 > 0 in units of 4 is 12 a' - 4 b' + 1 > 0, crossed at a' = -1 / 12.
constexpr auto worked() {
    Hyperplanes<double, 2, 2> planes;
    planes.set(0, std::array{3.0, -1.0}, 1.0);
    FixedLinearClassifier<2, 2> model;
    static_cast<void>(model.assign(planes, 4.0));
    return model;
}

TEST_CASE("FixedLinearClassifier: worked example") {
    static constexpr auto model = worked();
    STATIC_REQUIRE(model.predict(at(-0.0832, 0)) == 1);
    STATIC_REQUIRE(model.predict(at(-0.0835, 0)) == 0);
    STATIC_REQUIRE(model.predict(at(0, 0.2499)) == 1);
    STATIC_REQUIRE(model.predict(at(0, 0.2502)) == 0);
    // One sample moves a fresh plane by a sixteenth of itself, and the intercept by one of an eighth.
    FixedLinearClassifier<2, 2> online({.rate_shift = 4});
    REQUIRE(online.update(at(0.5, -0.5), 1) == Status::ok);
    REQUIRE(online.score(0, at(0, 0)) == 1 << 23);
    REQUIRE(online.score(0, at(0.5, 0)) == (1 << 23) + 1024 * 16384);
    REQUIRE(online.update(at(0.5, -0.5), 1) == Status::ok);  // beyond the margin: nothing to learn
    REQUIRE(online.score(0, at(0, 0)) == 1 << 23);
}

namespace {

constexpr double unit = 8;

/// Standardised features as q15 in units of 8 deviations.
template <std::size_t Features>
mote::testing::Split<q15, Features> standardised_q15(const char* name) {
    const auto from = mote::testing::standardised<double, Features>(name);
    mote::testing::Split<q15, Features> to;
    to.labels = from.labels;
    to.held_out_labels = from.held_out_labels;
    const auto convert = [](const auto& rows, auto& result) {
        for (const auto& row : rows) {
            auto& other = result.emplace_back();
            for (std::size_t i = 0; i < Features; ++i) other[i] = static_cast<q15>(row[i] / unit);
        }
    };
    convert(from.rows, to.rows);
    convert(from.held_out_rows, to.held_out_rows);
    return to;
}

/// Points of accuracy on the rows held out: what the integers lose, and what learning in integers loses.
template <std::size_t Features, std::size_t Classes>
std::array<double, 2> points_lost(const char* name) {
    const auto floating = mote::testing::standardised<float, Features>(name);
    const auto fixed = standardised_q15<Features>(name);
    using Model = LinearSvm<float, Features, Classes>;
    Model model({.squared = true, .iterations = 20});
    auto trainer = std::make_unique<typename Model::template Trainer<1500>>();
    REQUIRE(model.fit(floating.train(), *trainer) == Status::ok);
    FixedLinearClassifier<Features, Classes> integer, learner;
    REQUIRE(integer.assign(model.planes(), static_cast<float>(unit)) == Status::ok);
    REQUIRE(learner.fit(fixed.train()) == Status::ok);
    const double point = static_cast<double>(fixed.held_out_rows.size()) / 100;
    const int reference = right_answers(model, floating.test());
    return {(reference - right_answers(integer, fixed.test())) / point,
            (reference - right_answers(learner, fixed.test())) / point};
}

}  // namespace

TEST_CASE("FixedLinearClassifier: loses less than a point, and learns nearly as well") {
    for (const auto& [made, learnt] : {points_lost<4, 3>("iris"), points_lost<13, 3>("wine"),
                                       points_lost<30, 2>("breast_cancer"), points_lost<64, 10>("digits")}) {
        CHECK(made <= 1);
        CHECK(learnt <= 4);
    }
}

namespace {

/// The same of any model that has planes().
template <class Model, std::size_t Features, std::size_t Classes>
double points_lost_by(const char* name) {
    const auto floating = mote::testing::standardised<float, Features>(name);
    const auto fixed = standardised_q15<Features>(name);
    Model model;
    REQUIRE(model.fit(floating.train()) == Status::ok);
    FixedLinearClassifier<Features, Classes> integer;
    REQUIRE(integer.assign(model.planes(), static_cast<float>(unit)) == Status::ok);
    return 100.0 * (right_answers(model, floating.test()) - right_answers(integer, fixed.test())) /
           static_cast<double>(fixed.held_out_rows.size());
}

template <template <class, std::size_t, std::size_t> class Model>
void check_loss() {
    CHECK(std::abs(points_lost_by<Model<float, 4, 3>, 4, 3>("iris")) <= 1);
    CHECK(std::abs(points_lost_by<Model<float, 13, 3>, 13, 3>("wine")) <= 1);
    CHECK(std::abs(points_lost_by<Model<float, 30, 2>, 30, 2>("breast_cancer")) <= 1);
    CHECK(std::abs(points_lost_by<Model<float, 64, 10>, 64, 10>("digits")) <= 1);
}

template <class T, std::size_t Features, std::size_t Classes>
using Logistic = mote::LogisticRegression<T, Features, Classes>;
template <class T, std::size_t Features, std::size_t Classes>
using Aggressive = mote::PassiveAggressive<T, Features, Classes>;
template <class T, std::size_t Features, std::size_t Classes>
using Centroid = mote::NearestCentroid<T, Features, Classes>;

}  // namespace

TEST_CASE("FixedLinearClassifier: loses less than a point by any model that has planes") {
    check_loss<Logistic>();
    check_loss<Aggressive>();
    check_loss<Centroid>();
}

TEST_CASE("FixedLinearClassifier: decides on bits as BernoulliNaiveBayes does") {
    const auto digits = mote::testing::standardised<float, 64>("digits");
    mote::BernoulliNaiveBayes<float, 64, 10> model;
    REQUIRE(model.fit(digits.train()) == Status::ok);
    FixedLinearClassifier<64, 10> integer;
    REQUIRE(integer.assign(model.planes()) == Status::ok);
    int differ = 0;
    for (const auto& row : digits.held_out_rows) {
        std::array<q15, 64> bits{};
        for (std::size_t i = 0; i < 64; ++i) bits[i] = row[i] > 0 ? q15::highest() : q15(0);
        differ += integer.predict(bits) != model.predict(row);
    }
    CHECK(differ <= 3);  // of 360: less than a point
}

TEST_CASE("FixedLinearRegression: estimates diabetes as the float model it was made from") {
    const mote::testing::StandardisedDiabetes<float> diabetes;
    mote::RecursiveLeastSquares<float, 10> model;
    for (std::size_t i = 0; i < diabetes.rows.size(); ++i) {
        REQUIRE(model.update(diabetes.rows[i], diabetes.targets[i]) == Status::ok);
    }
    FixedLinearRegression<10> fixed;
    REQUIRE(fixed.assign(model.coefficients(), model.intercept(), 8.0f, 512.0f) == Status::ok);
    for (const auto& row : diabetes.held_out_rows) {
        std::array<q15, 10> x{};
        for (std::size_t i = 0; i < 10; ++i) x[i] = static_cast<q15>(row[i] / 8);
        const auto estimate = static_cast<double>(model.predict(row));
        CHECK(512 * static_cast<double>(fixed.predict(x)) == Approx(estimate).margin(0.5));  // of some 150
    }
}

TEST_CASE("FixedLinearClassifier: no sum leaves 32 bits, however long it learns") {
    FixedLinearClassifier<64, 3> model({.rate_shift = 6, .margin = 0x7fff'ffff});
    mote::Random random(5);
    std::array<q15, 64> x{};
    for (int step = 0; step < 3000; ++step) {
        const auto label = static_cast<std::uint8_t>(step % 3);
        for (q15& value : x) value = q15::from_raw(static_cast<std::int16_t>(random.next()));
        x[label] = q15::highest();
        REQUIRE(model.update(x, label) == Status::ok);  // undefined behaviour is caught where sanitised
    }
    // And it has not forgotten how to learn.
    int right = 0;
    for (int step = 0; step < 3000; ++step) {
        const auto label = static_cast<std::uint8_t>(step % 3);
        for (q15& value : x) value = q15::from_raw(static_cast<std::int16_t>(random.next() % 4096));
        x[label] = q15(0.5);
        if (step >= 2700) right += model.predict(x) == label;
        REQUIRE(model.update(x, label) == Status::ok);
    }
    CHECK(right > 270);  // of 300, by chance 100
}

TEST_CASE("FixedLinearClassifier: steps that are too large for 32 bits are made smaller") {
    FixedLinearClassifier<64, 2> model({.rate_shift = 0, .margin = 0x7fff'ffff});
    std::array<q15, 64> x{};
    x.fill(q15::lowest());
    for (int step = 0; step < 100; ++step) REQUIRE(model.update(x, 1) == Status::ok);
    REQUIRE(model.score(0, x) > 0);
    REQUIRE(model.predict(x) == 1);
}

TEST_CASE("FixedLinearClassifier: bad input is refused") {
    FixedLinearClassifier<2, 2> model = worked();
    const auto before = mote::testing::bytes_of(model);
    Hyperplanes<double, 2, 2> planes;
    planes.set(0, std::array{1.0, 2.0}, std::numeric_limits<double>::infinity());
    REQUIRE(model.assign(planes) == Status::not_finite);
    planes.set(0, std::array{1.0, 2.0}, 0.0);
    REQUIRE(model.assign(planes, 0.0) == Status::bad_parameter);
    REQUIRE(model.update(at(0, 0), 2) == Status::bad_label);
    REQUIRE(mote::testing::bytes_of(model) == before);
    REQUIRE(model.assign(Hyperplanes<double, 2, 2>{}) == Status::ok);  // a plane that knows nothing
    REQUIRE(model.predict(at(0.5, 0.5)) == 0);
}

TEST_CASE("FixedLinearRegression: answers in its units") {
    // y = 3 a - 50 b + 20 with features in units of 2 and answers in units of 256.
    FixedLinearRegression<2> model;
    REQUIRE(model.assign<double>(std::array{3.0, -50.0}, 20.0, 2.0, 256.0) == Status::ok);
    for (const double a : {-0.9, 0.0, 0.4}) {
        for (const double b : {-0.7, 0.1, 0.8}) {
            const double expected = 3 * 2 * a - 50 * 2 * b + 20;
            REQUIRE(static_cast<double>(model.predict(at(a, b))) * 256 == Approx(expected).margin(0.02));
        }
    }
    REQUIRE(model.assign<double>(std::array{3.0, -50.0}, 20.0, 2.0, 4.0) == Status::ok);
    REQUIRE(model.predict(at(0, 0)) == q15::highest());  // 20 is more than 4
    REQUIRE(model.assign<double>(std::array{3.0, -5e6}, 20.0, 2.0, 4.0) == Status::bad_parameter);
    REQUIRE(model.assign<double>(std::array{3.0, 1.0}, 20.0, 2.0, -4.0) == Status::bad_parameter);
    REQUIRE(model.assign<double>(std::array{3.0, std::nan("")}, 20.0, 2.0, 4.0) == Status::not_finite);
    model.reset();
    REQUIRE(model.predict(at(0.5, 0.5)) == q15(0));
}

TEST_CASE("FixedLinear: keeps the promises of its concepts") {
    mote::testing::check_online_classifier<FixedLinearClassifier<3, 4>>();
    mote::testing::check_online_classifier<FixedLinearClassifier<2, 2>>();
    mote::testing::check_regressor<FixedLinearRegression<3>>();
    STATIC_REQUIRE(sizeof(FixedLinearClassifier<30, 2>) == 2 * 30 + 4 + 16);
}
