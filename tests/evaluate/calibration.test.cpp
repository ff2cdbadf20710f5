// SPDX-License-Identifier: MIT
#include <limits>
#include <vector>

#include "mote/evaluate/isotonic_regression.hpp"
#include "mote/evaluate/platt_scaling.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/evaluate/reference.hpp"
#include "tests/support/catch.hpp"

using mote::IsotonicRegression;
using mote::IsotonicRow;
using mote::PlattScaling;
using mote::Random;
using mote::Status;
using mote::testing::allocations_in;
using mote::testing::bytes_of;

namespace {

using Limits = std::numeric_limits<double>;

template <std::size_t Steps>
constexpr auto fitted(auto rows) {
    IsotonicRegression<double, Steps> model;
    static_cast<void>(model.fit(rows));
    return model;
}

/// Scores with the labels or the targets of the reference as y.
std::vector<IsotonicRow<double>> rows_of(const auto& y) {
    std::vector<IsotonicRow<double>> rows;
    for (std::size_t i = 0; i < y.size(); ++i) {
        rows.push_back({reference::scores[i], static_cast<double>(y[i])});
    }
    return rows;
}

template <class M>
double squared_error(const M& model, const std::vector<IsotonicRow<double>>& rows) {
    double sum = 0;
    for (const auto& row : rows) sum += (model.predict(row.x) - row.y) * (model.predict(row.x) - row.y);
    return sum;
}

}  // namespace

// Worked by hand: three positives at score 1 and one at -1, three negatives at -1 and one at 1. Each class
// has four rows, so the targets are 5/6 and 1/6, and the best sigmoid passes through their means at the two
// scores: (3 * 5/6 + 1/6) / 4 = 2/3 and 1/3. Its log odds are log 2 at 1: the slope is -log 2.
constexpr std::array<double, 8> worked_scores{1, 1, 1, -1, -1, -1, -1, 1};
constexpr std::array<std::uint8_t, 8> worked_labels{1, 1, 1, 1, 0, 0, 0, 0};

TEST_CASE("PlattScaling: worked example") {
    static constexpr auto scaling = [] {
        PlattScaling<double> result;
        static_cast<void>(result.fit(worked_scores, worked_labels));
        return result;
    }();
    REQUIRE(scaling.slope() == Approx(-std::log(2.0)).epsilon(1e-9));
    REQUIRE(std::abs(scaling.intercept()) < 1e-9);
    REQUIRE(scaling.predict(1) == Approx(2.0 / 3).epsilon(1e-9));
    REQUIRE(PlattScaling<double>{}.predict(7) == 0.5);
}

TEST_CASE("PlattScaling: scikit-learn's line, and the minimum that it stops short of") {
    PlattScaling<double> scaling;
    REQUIRE(scaling.fit(reference::scores, reference::positive) == Status::ok);
    REQUIRE(scaling.slope() == Approx(reference::platt[0]).epsilon(1e-8));
    REQUIRE(scaling.intercept() == Approx(reference::platt[1]).epsilon(1e-8));
    REQUIRE(scaling.slope() == Approx(reference::sklearn_platt[0]).epsilon(1e-5));
    REQUIRE(scaling.intercept() == Approx(reference::sklearn_platt[1]).epsilon(1e-5));
}

TEST_CASE("PlattScaling: scores in other units, in float, far apart or all alike") {
    std::array<float, reference::scores.size()> scores{};
    for (const float scale : {1e-15f, 1.0f, 1e15f}) {
        for (std::size_t i = 0; i < scores.size(); ++i) {
            scores[i] = scale * static_cast<float>(reference::scores[i]);
        }
        PlattScaling<float> scaling;
        REQUIRE(scaling.fit(scores, reference::positive) == Status::ok);
        REQUIRE(static_cast<double>(scaling.slope() * scale) == Approx(reference::platt[0]).epsilon(1e-4));
        REQUIRE(static_cast<double>(scaling.intercept()) == Approx(reference::platt[1]).epsilon(1e-4));
    }
    // Where a threshold parts the classes, the targets still keep the sigmoid finite: 2/3 and 1/3 for one
    // each.
    const std::array<float, 2> apart{-1000, 1000};
    const std::array<std::uint8_t, 2> labels{0, 1};
    PlattScaling<float> scaling;
    REQUIRE(scaling.fit(apart, labels) == Status::ok);
    REQUIRE(scaling.predict(1000) == Approx(2.0f / 3).epsilon(1e-5));
    // Scores that say nothing: the mean of the targets, (2/3 + 1/3) / 2.
    const std::array<float, 2> alike{3, 3};
    REQUIRE(scaling.fit(alike, labels) == Status::ok);
    REQUIRE(scaling.predict(3) == Approx(0.5f).epsilon(1e-5));
    REQUIRE(scaling.slope() == 0);
}

TEST_CASE("PlattScaling: bad input changes nothing") {
    PlattScaling<double> scaling;
    scaling.set(-2, 1);
    const auto before = bytes_of(scaling);
    std::array<double, 2> scores{1, 2};
    std::array<std::uint8_t, 2> labels{0, 1};
    const std::span<const std::uint8_t> one = std::span(labels).first(1);
    REQUIRE(scaling.fit(scores, one) == Status::size_mismatch);
    REQUIRE(scaling.fit({}, {}) == Status::too_few_rows);
    labels = {1, 1};
    REQUIRE(scaling.fit(scores, labels) == Status::missing_class);
    labels = {0, 2};
    REQUIRE(scaling.fit(scores, labels) == Status::bad_label);
    labels = {0, 1};
    for (const double bad : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}) {
        scores[1] = bad;
        REQUIRE(scaling.fit(scores, labels) == Status::not_finite);
    }
    scores = {-1e200, 1e200};  // their squares are not finite
    REQUIRE(scaling.fit(scores, labels) == Status::not_finite);
    REQUIRE(bytes_of(scaling) == before);
    REQUIRE(scaling.predict(Limits::quiet_NaN()) == 0.5);
    REQUIRE(scaling.predict(Limits::infinity()) == 1);
    scaling.reset();
    REQUIRE(scaling.predict(3) == 0.5);
}

// Worked by hand: 1, 3, 2, 2 becomes 1 and the mean of the rest, 7/3; a fifth row of 4 stays apart. Between
// the steps, which end at x = 3 and begin at 4, the function is straight.
TEST_CASE("IsotonicRegression: worked example") {
    static constexpr auto model =
        fitted<4>(std::array<IsotonicRow<double>, 5>{{{2, 2}, {4, 4}, {1, 3}, {3, 2}, {0, 1}}});
    STATIC_REQUIRE(model.size() == 3);
    STATIC_REQUIRE(model.exact());
    STATIC_REQUIRE(model.predict(0) == 1);
    STATIC_REQUIRE(model.predict(2) == model.predict(3));
    REQUIRE(model.predict(3) == Approx(7.0 / 3).epsilon(1e-15));
    REQUIRE(model.predict(3.5) == Approx(19.0 / 6).epsilon(1e-15));
    STATIC_REQUIRE(model.predict(-9) == 1);
    STATIC_REQUIRE(model.predict(9) == 4);

    // A row of weight 3 counts as three of them; rows of the same x are one row first: (3 * 1 + 5) / 4.
    static constexpr auto weighted =
        fitted<2>(std::array<IsotonicRow<double>, 3>{{{0, 5}, {0, 1, 3}, {1, 6}}});
    STATIC_REQUIRE(weighted.predict(0) == 2);
}

TEST_CASE("IsotonicRegression: scikit-learn's function") {
    auto rows = rows_of(reference::positive);
    IsotonicRegression<double, 20> model;
    REQUIRE(model.fit(rows) == Status::ok);
    REQUIRE(model.exact());
    for (std::size_t i = 0; i < reference::isotonic.size(); ++i) {
        REQUIRE(model.predict(reference::isotonic_at[i]) == Approx(reference::isotonic[i]).epsilon(1e-12));
    }
    rows = rows_of(reference::target);
    REQUIRE(model.fit(rows) == Status::ok);
    for (std::size_t i = 0; i < reference::scores.size(); ++i) {
        REQUIRE(model.predict(reference::scores[i]) == Approx(reference::isotonic_targets[i]).epsilon(1e-12));
    }
}

TEST_CASE("IsotonicRegression: rises everywhere, and bounded memory costs little") {
    // y = sqrt(x) with noise of 0.1 on 1000 rows: far more than 16 steps.
    Random random(6);
    std::vector<IsotonicRow<double>> rows;
    for (int i = 0; i < 1000; ++i) {
        const double x = random.uniform<double>();
        rows.push_back({x, std::sqrt(x) + 0.1 * random.normal<double>()});
    }
    static IsotonicRegression<double, 1000> free;
    IsotonicRegression<double, 16> bounded;
    REQUIRE(free.fit(rows) == Status::ok);
    REQUIRE(bounded.fit(rows) == Status::ok);
    REQUIRE(free.exact());
    REQUIRE(free.size() > 16);
    REQUIRE_FALSE(bounded.exact());
    REQUIRE(bounded.size() <= 16);
    for (double x = -0.1; x < 1.1; x += 0.001) REQUIRE(bounded.predict(x) <= bounded.predict(x + 0.001));
    REQUIRE(squared_error(free, rows) < 10);  // the noise has 1000 * 0.01
    REQUIRE(squared_error(bounded, rows) < 1.1 * squared_error(free, rows));
}

TEST_CASE("IsotonicRegression: bad input changes nothing, and nothing allocates") {
    std::array<IsotonicRow<float>, 3> rows{{{0, 0}, {1, 1}, {2, 2}}};
    IsotonicRegression<float, 8> model;
    REQUIRE(model.predict(1) == 0);
    REQUIRE(allocations_in([&] { static_cast<void>(model.fit(rows)); }) == 0);
    const auto before = bytes_of(model);
    REQUIRE(model.fit({}) == Status::too_few_rows);
    for (float IsotonicRow<float>::*member :
         {&IsotonicRow<float>::x, &IsotonicRow<float>::y, &IsotonicRow<float>::weight}) {
        for (const float bad :
             {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            auto wrong = rows;
            wrong[1].*member = bad;
            REQUIRE(model.fit(wrong) == Status::not_finite);
        }
    }
    auto wrong = rows;
    wrong[2].weight = 0;
    REQUIRE(model.fit(wrong) == Status::bad_parameter);
    REQUIRE(bytes_of(model) == before);
    REQUIRE(model.predict(std::numeric_limits<float>::quiet_NaN()) == 0);
    REQUIRE(model.predict(std::numeric_limits<float>::infinity()) == 2);

    auto single = std::span(rows).first(1);
    single[0] = {3, 4};
    REQUIRE(model.fit(single) == Status::ok);
    REQUIRE(model.predict(-7) == 4);
    model.reset();
    REQUIRE(model.size() == 0);
}
