// SPDX-License-Identifier: MIT
#include "mote/supervised/gaussian_naive_bayes.hpp"

#include <limits>

#include "tests/contracts/mergeable.hpp"
#include "tests/contracts/online_classifier.hpp"
#include "tests/supervised/reference.hpp"
#include "tests/supervised/split.hpp"
#include "tests/support/catch.hpp"

using mote::GaussianNaiveBayes;
using mote::Status;
using mote::testing::right_answers;
using mote::testing::Split;

// Worked by hand: class 0 is -1, 1 (mean 0, variance 1), class 1 is 3, 5, 3, 5 (mean 4, variance 1). At x the
// log odds of class 1 are log(4 / 2) + (x^2 - (x - 4)^2) / 2 = log 2 + 4 x - 8: they cross zero at
// x = 2 - log(2) / 4 = 1.8267, and at x = 2 the odds are the priors' 2 to 1.
constexpr GaussianNaiveBayes<double, 1, 2> worked() {
    GaussianNaiveBayes<double, 1, 2> model(0);
    for (double value : {-1.0, 1.0}) model.update(std::array{value}, 0);
    for (double value : {3.0, 5.0, 3.0, 5.0}) model.update(std::array{value}, 1);
    return model;
}

TEST_CASE("GaussianNaiveBayes: worked example") {
    static constexpr auto model = worked();
    STATIC_REQUIRE(model.predict(std::array{1.82}) == 0);
    STATIC_REQUIRE(model.predict(std::array{1.83}) == 1);
    STATIC_REQUIRE(model.mean(1)[0] == 4.0);
    const auto share = model.predict_proba(std::array{2.0});
    REQUIRE(share[1] == Approx(2.0 / 3.0).epsilon(1e-12));
    const auto joint = model.predict_joint_log_proba(std::array{0.0});
    REQUIRE(joint[0] == Approx(std::log(1.0 / 3.0) - 0.5 * std::log(2 * 3.14159265358979)).epsilon(1e-12));
    REQUIRE(joint[1] ==
            Approx(std::log(2.0 / 3.0) - 0.5 * std::log(2 * 3.14159265358979) - 8).epsilon(1e-12));
}

TEST_CASE("GaussianNaiveBayes: scikit-learn's log probabilities and score") {
    const Split<double, 4> iris("iris");
    GaussianNaiveBayes<double, 4, 3> small;
    REQUIRE(small.fit(iris.train()) == Status::ok);
    for (std::size_t i = 0; i < 3; ++i) {
        const auto joint = small.predict_joint_log_proba(iris.test().rows[i]);
        for (std::size_t k = 0; k < 3; ++k) {
            REQUIRE(joint[k] == Approx(reference::iris_joint_log_proba[i][k]).epsilon(1e-10));
        }
    }
    REQUIRE(right_answers(small, iris.test()) == reference::iris_naive_bayes_right);

    const Split<double, 30> cancer("breast_cancer");
    GaussianNaiveBayes<double, 30, 2> large;
    REQUIRE(large.fit(cancer.train()) == Status::ok);
    for (std::size_t i = 0; i < 3; ++i) {
        const auto joint = large.predict_joint_log_proba(cancer.test().rows[i]);
        for (std::size_t k = 0; k < 2; ++k) {
            REQUIRE(joint[k] == Approx(reference::breast_cancer_joint_log_proba[i][k]).epsilon(1e-10));
        }
    }
    REQUIRE(right_answers(large, cancer.test()) == reference::breast_cancer_naive_bayes_right);
}

TEST_CASE("GaussianNaiveBayes: float answers as double does") {
    const Split<float, 30> cancer("breast_cancer");
    GaussianNaiveBayes<float, 30, 2> model;
    REQUIRE(model.fit(cancer.train()) == Status::ok);
    REQUIRE(right_answers(model, cancer.test()) == reference::breast_cancer_naive_bayes_right);
}

TEST_CASE("GaussianNaiveBayes: the order and the way of learning do not matter") {
    const Split<double, 4> iris("iris");
    const auto data = iris.train();
    GaussianNaiveBayes<double, 4, 3> batch, online, left, right;
    REQUIRE(batch.fit(data) == Status::ok);
    for (std::size_t i = data.size(); i-- > 0;) {
        REQUIRE(online.update(data.rows[i], data.labels[i]) == Status::ok);
        REQUIRE((i % 3 == 0 ? left : right).update(data.rows[i], data.labels[i]) == Status::ok);
    }
    left.merge(right);
    for (const auto& x : iris.test().rows) {
        REQUIRE(mote::testing::agree(online.predict_proba(x), batch.predict_proba(x)));
        REQUIRE(mote::testing::agree(left.predict_proba(x), batch.predict_proba(x)));
    }
}

TEST_CASE("GaussianNaiveBayes: scaling and moving a feature changes nothing") {
    const Split<double, 4> iris("iris");
    auto moved = iris;
    for (auto* rows : {&moved.rows, &moved.held_out_rows}) {
        for (auto& row : *rows) row[2] = 1000 - 8 * row[2];
    }
    GaussianNaiveBayes<double, 4, 3> plain(0), other(0);
    REQUIRE(plain.fit(iris.train()) == Status::ok);
    REQUIRE(other.fit(moved.train()) == Status::ok);
    for (std::size_t i = 0; i < iris.test().size(); ++i) {
        const auto expected = plain.predict_proba(iris.test().rows[i]);
        const auto share = other.predict_proba(moved.test().rows[i]);
        for (std::size_t k = 0; k < 3; ++k) REQUIRE(share[k] == Approx(expected[k]).margin(1e-9));
    }
}

TEST_CASE("GaussianNaiveBayes: classes that were never seen are never predicted") {
    GaussianNaiveBayes<float, 1, 3> model;
    REQUIRE(model.predict(std::array{5.0f}) == 0);
    REQUIRE(model.predict_proba(std::array{5.0f})[1] == Approx(1.0 / 3.0));
    model.update(std::array{1.0f}, 1);
    REQUIRE(model.predict(std::array{-100.0f}) == 1);
    REQUIRE(model.predict_proba(std::array{-100.0f})[1] == 1.0f);
}

TEST_CASE("GaussianNaiveBayes: bad input is refused") {
    using Row = std::array<float, 1>;
    const std::array<Row, 3> rows{Row{0}, Row{1}, Row{2}};
    const std::array<std::uint8_t, 3> labels{0, 0, 0};
    GaussianNaiveBayes<float, 1, 2> model;
    REQUIRE(model.fit({rows, labels}) == Status::missing_class);
    REQUIRE(model.update(Row{3e38f}, 0) == Status::not_finite);  // cannot be squared
    REQUIRE(model.update(Row{0}, 2) == Status::bad_label);
    REQUIRE(model.count(0) == 0);
    REQUIRE(model.predict(Row{std::numeric_limits<float>::infinity()}) == 0);
}

TEST_CASE("GaussianNaiveBayes: keeps the promises of its concepts") {
    mote::testing::check_online_classifier<GaussianNaiveBayes<float, 3, 4>>();
    mote::testing::check_online_classifier<GaussianNaiveBayes<double, 1, 2>>();
    mote::testing::check_mergeable<GaussianNaiveBayes<double, 4, 3>>();
    mote::testing::check_mergeable<GaussianNaiveBayes<float, 2, 2>>();
    STATIC_REQUIRE(sizeof(GaussianNaiveBayes<float, 30, 2>) == 4 * (3 * 2 * 30 + 2 * 2 + 1));
}
