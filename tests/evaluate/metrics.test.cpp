// SPDX-License-Identifier: MIT
#include <limits>
#include <vector>

#include "mote/evaluate/probability_loss.hpp"
#include "mote/evaluate/ranking.hpp"
#include "mote/evaluate/regression_errors.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/evaluate/reference.hpp"
#include "tests/support/catch.hpp"

using mote::ProbabilityLoss;
using mote::RegressionErrors;
using mote::ScoredLabel;
using mote::Status;
using mote::testing::bytes_of;

namespace {

constexpr double bad_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

// Worked by hand. Positives score 3, 2, 1, negatives 2 and 0: of six pairs, the positives win 2 + 1.5 + 1.
// Thresholds at 3, 2, 1 have precision 1, 2/3, 3/4 and gain one of three positives each.
constexpr std::array<ScoredLabel<double>, 5> worked{
    {{2, false}, {1, true}, {3, true}, {0, false}, {2, true}}};

constexpr double worked_auc() {
    auto rows = worked;
    return mote::roc_auc<double>(rows);
}
constexpr double worked_precision() {
    auto rows = worked;
    return mote::average_precision<double>(rows);
}
constexpr double worked_median() {
    std::array<double, 4> answers{1, 7, 3, 4};
    const std::array<double, 4> truth{0, 2, 0, 4};  // errors 1, 5, 3, 0
    return mote::median_absolute_error<double>(truth, answers);
}

template <class T>
std::vector<ScoredLabel<T>> reference_rows(T scale = 1) {
    std::vector<ScoredLabel<T>> rows;
    for (std::size_t i = 0; i < reference::scores.size(); ++i) {
        rows.push_back({scale * static_cast<T>(reference::scores[i]), reference::positive[i] == 1});
    }
    return rows;
}

}  // namespace

TEST_CASE("roc_auc, average_precision: worked example") {
    STATIC_REQUIRE(worked_auc() == 4.5 / 6);
    STATIC_REQUIRE(worked_precision() == (1 + 2.0 / 3 + 0.75) / 3);
}

TEST_CASE("roc_auc, average_precision: scikit-learn's values with many ties") {
    auto rows = reference_rows<double>();
    REQUIRE(mote::roc_auc<double>(rows) == Approx(reference::roc_auc).epsilon(1e-14));
    REQUIRE(mote::average_precision<double>(rows) == Approx(reference::average_precision).epsilon(1e-14));
    auto single = reference_rows<float>();
    REQUIRE(static_cast<double>(mote::roc_auc<float>(single)) == Approx(reference::roc_auc).epsilon(1e-7));
}

TEST_CASE("roc_auc: the negated score has the complement, a monotone one the same") {
    auto negated = reference_rows<double>(-1), stretched = reference_rows<double>(7);
    REQUIRE(mote::roc_auc<double>(negated) == Approx(1 - reference::roc_auc).epsilon(1e-14));
    REQUIRE(mote::roc_auc<double>(stretched) == Approx(reference::roc_auc).epsilon(1e-14));
}

TEST_CASE("roc_auc, average_precision: undefined is NaN") {
    for (const double bad : {bad_number, infinite, -infinite}) {
        auto rows = worked;
        rows[4].score = bad;
        const auto before = rows;
        REQUIRE(mote::isnan(mote::roc_auc<double>(rows)));
        REQUIRE(mote::isnan(mote::average_precision<double>(rows)));
        REQUIRE(rows[0].score == before[0].score);
    }
    std::array<ScoredLabel<double>, 2> alike{{{1, true}, {2, true}}};
    REQUIRE(mote::isnan(mote::roc_auc<double>(alike)));
    REQUIRE(mote::average_precision<double>(alike) == 1);
    alike = {{{1, false}, {2, false}}};
    REQUIRE(mote::isnan(mote::roc_auc<double>(alike)));
    REQUIRE(mote::isnan(mote::average_precision<double>(alike)));
    REQUIRE(mote::isnan(mote::roc_auc<double>({})));
    REQUIRE(mote::isnan(mote::average_precision<double>({})));
}

TEST_CASE("ProbabilityLoss: worked example") {
    constexpr auto loss = [] {
        ProbabilityLoss<double, 2> result;
        result.update({0.5, 0.5}, 1);
        result.update({0.75, 0.25}, 0);
        return result;
    }();
    STATIC_REQUIRE(loss.brier() == (0.25 + 0.0625) / 2);
    REQUIRE(loss.log_loss() == Approx((std::log(2) + std::log(4.0 / 3)) / 2).epsilon(1e-15));
}

TEST_CASE("ProbabilityLoss: scikit-learn's values, certain and wrong answers among them") {
    ProbabilityLoss<double, 3> loss;
    ProbabilityLoss<double, 2> binary;
    for (std::size_t i = 0; i < reference::truth.size(); ++i) {
        REQUIRE(loss.update(reference::probabilities[i], reference::truth[i]) == Status::ok);
        const double p = reference::probabilities[i][0];
        REQUIRE(binary.update({1 - p, p}, reference::positive[i]) == Status::ok);
    }
    REQUIRE(loss.log_loss() == Approx(reference::log_loss).epsilon(1e-13));
    REQUIRE(loss.brier() == Approx(reference::brier).epsilon(1e-13));
    REQUIRE(binary.log_loss() == Approx(reference::binary_log_loss).epsilon(1e-13));
    REQUIRE(binary.brier() == Approx(reference::binary_brier).epsilon(1e-13));
}

TEST_CASE("ProbabilityLoss: bad input changes nothing") {
    ProbabilityLoss<float, 2> loss;
    using Limits = std::numeric_limits<float>;
    REQUIRE(loss.log_loss() == 0);
    REQUIRE(loss.update({0.5f, 0.5f}, 0) == Status::ok);
    const auto before = bytes_of(loss);
    REQUIRE(loss.update({0.5f, 0.5f}, 2) == Status::bad_label);
    REQUIRE(loss.update({Limits::quiet_NaN(), 0.5f}, 0) == Status::not_finite);
    REQUIRE(loss.update({0.5f, Limits::infinity()}, 0) == Status::not_finite);
    REQUIRE(loss.update({-0.1f, 0.5f}, 0) == Status::bad_parameter);
    REQUIRE(loss.update({0.5f, 1.1f}, 0) == Status::bad_parameter);
    REQUIRE(loss.update({0, 0}, 0) == Status::bad_parameter);
    REQUIRE(bytes_of(loss) == before);
}

TEST_CASE("RegressionErrors, median_absolute_error: worked example") {
    constexpr auto errors = [] {
        RegressionErrors<double> result;
        result.update(1, 2);
        result.update(5, 2);  // errors 1 and 3; the truth has mean 3 and variance 4
        return result;
    }();
    STATIC_REQUIRE(errors.mean_absolute() == 2);
    STATIC_REQUIRE(errors.mean_square() == 5);
    STATIC_REQUIRE(errors.largest() == 3);
    STATIC_REQUIRE(errors.r2() == 1 - 5.0 / 4);
    STATIC_REQUIRE(worked_median() == 2);
}

TEST_CASE("RegressionErrors, median_absolute_error: scikit-learn's values") {
    RegressionErrors<double> errors;
    RegressionErrors<float> single;
    for (std::size_t i = 0; i < reference::target.size(); ++i) {
        REQUIRE(errors.update(reference::target[i], reference::estimate[i]) == Status::ok);
        single.update(static_cast<float>(reference::target[i]), static_cast<float>(reference::estimate[i]));
    }
    REQUIRE(errors.mean_absolute() == Approx(reference::mean_absolute).epsilon(1e-13));
    REQUIRE(errors.root_mean_square() == Approx(reference::root_mean_square).epsilon(1e-13));
    REQUIRE(errors.largest() == Approx(reference::largest_error).epsilon(1e-13));
    REQUIRE(errors.r2() == Approx(reference::r2).epsilon(1e-13));
    REQUIRE(static_cast<double>(single.r2()) == Approx(reference::r2).epsilon(1e-5));

    auto answers = reference::estimate;
    REQUIRE(mote::median_absolute_error<double>(reference::target, answers) ==
            Approx(reference::median_absolute).epsilon(1e-13));
    answers = reference::estimate;
    const std::span<const double> truth = reference::target;
    REQUIRE(mote::median_absolute_error<double>(truth.first(59), std::span(answers).first(59)) ==
            Approx(reference::median_absolute_of_59).epsilon(1e-13));
}

TEST_CASE("RegressionErrors, median_absolute_error: bad input and edges") {
    RegressionErrors<float> errors;
    REQUIRE(errors.mean_absolute() == 0);
    REQUIRE(mote::isnan(errors.r2()));
    REQUIRE(errors.update(4, 4) == Status::ok);
    REQUIRE(mote::isnan(errors.r2()));
    const auto before = bytes_of(errors);
    using Limits = std::numeric_limits<float>;
    for (const float bad : {Limits::quiet_NaN(), Limits::infinity(), 1e20f}) {
        REQUIRE(errors.update(bad, 0) == Status::not_finite);
        REQUIRE(errors.update(0, bad) == Status::not_finite);
    }
    REQUIRE(bytes_of(errors) == before);
    REQUIRE(errors.update(4, 4) == Status::ok);
    REQUIRE(errors.r2() == 1);  // a constant truth, every answer right
    REQUIRE(errors.update(4, 5) == Status::ok);
    REQUIRE(errors.r2() == 0);

    std::array<double, 2> answers{1, bad_number};
    const std::array<double, 2> truth{0, 0};
    REQUIRE(mote::isnan(mote::median_absolute_error<double>(truth, answers)));
    REQUIRE(answers[0] == 1);
    REQUIRE(mote::isnan(mote::median_absolute_error<double>(truth, std::span(answers).first(1))));
    REQUIRE(mote::isnan(mote::median_absolute_error<double>({}, {})));
}
