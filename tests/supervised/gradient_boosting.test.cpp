// SPDX-License-Identifier: MIT
#include "mote/supervised/gradient_boosting.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "mote/supervised/boosting_loss.hpp"
#include "mote/supervised/boosting_trainer.hpp"
#include "mote/supervised/histogram_bins.hpp"
#include "mote/supervised/histogram_splitter.hpp"
#include "tests/contracts/classifier.hpp"
#include "tests/contracts/regressor.hpp"
#include "tests/supervised/boosting_reference.hpp"
#include "tests/supervised/diabetes.hpp"
#include "tests/supervised/split.hpp"
#include "tests/support/catch.hpp"

using mote::BoostingConfig;
using mote::GradientBoosting;
using mote::QuantileLoss;
using mote::RegressionBoosting;
using mote::Status;
using mote::testing::right_answers;
using mote::testing::Split;

namespace {

constexpr float gap = std::numeric_limits<float>::quiet_NaN();
constexpr double wide_gap = std::numeric_limits<double>::quiet_NaN();

using Row = std::array<float, 1>;
constexpr BoostingConfig stumps{.rounds = 2, .leaves = 2, .depth = 1, .bins = 8};
using Small = GradientBoosting<float, 1, 2, stumps>;
using SmallRegression = RegressionBoosting<float, 1, stumps>;

constexpr std::array<Row, 6> rows{Row{1}, Row{2}, Row{3}, Row{7}, Row{8}, Row{9}};
constexpr std::array<std::uint8_t, 6> labels{0, 0, 0, 1, 1, 1};
constexpr std::array<float, 6> targets{1, 1, 1, 4, 4, 4};

constexpr Small fitted() {
    Small model;
    Small::Trainer<6> trainer;
    static_cast<void>(model.fit({rows, labels}, trainer, {.learning_rate = 0.5f, .min_samples_leaf = 1}));
    return model;
}

constexpr SmallRegression fitted_regression() {
    SmallRegression model;
    SmallRegression::Trainer<6> trainer;
    static_cast<void>(model.fit({rows, targets}, trainer, {.learning_rate = 0.5f, .min_samples_leaf = 1}));
    return model;
}

}  // namespace

// Worked by hand: four values and 8 bins are three cuts half way; eight values and 4 bins are cut at ranks
// 7/4, 14/4 and 21/4, between the neighbours of each.
TEST_CASE("HistogramBins: worked example") {
    mote::HistogramBins<double, 1, 8> fine;
    std::array<double, 6> few{4, 1, 2, 2, 8, 1};
    fine.cut(0, few);
    REQUIRE(fine.count(0) == 4);
    REQUIRE(fine.threshold(0, 0) == 1.5);
    REQUIRE(fine.threshold(0, 2) == 6);
    REQUIRE(fine.find(0, 1.5) == 0);
    REQUIRE(fine.find(0, 1.6) == 1);
    REQUIRE(fine.find(0, 99) == 3);
    REQUIRE(fine.find(0, wide_gap) == fine.missing);
    mote::HistogramBins<double, 1, 4> coarse;
    std::array<double, 8> many{7, 6, 5, 4, 3, 2, 1, 0};
    coarse.cut(0, many);
    REQUIRE(coarse.count(0) == 4);
    REQUIRE(coarse.threshold(0, 0) == 1.5);
    REQUIRE(coarse.threshold(0, 1) == 3.5);
    REQUIRE(coarse.threshold(0, 2) == 5.5);
}

// By finite differences: the slope is that of the loss, the curvature that of the slope.
TEST_CASE("LogLoss, SquaredLoss, QuantileLoss: gradients are derivatives") {
    const auto check = [](const auto& loss, auto scores, auto answer) {
        constexpr double h = 1e-5;
        for (std::size_t k = 0; k < scores.size(); ++k) {
            auto above = scores, below = scores;
            above[k] += h;
            below[k] -= h;
            const auto slope = [&](const auto& at) {
                return loss.gradient(at[k], loss.norm(at), answer, k).slope;
            };
            const auto here = loss.gradient(scores[k], loss.norm(scores), answer, k);
            REQUIRE(here.slope ==
                    Approx((loss(above, answer) - loss(below, answer)) / (2 * h)).epsilon(1e-6));
            if (loss.by_quantile) continue;  // a line on either side
            REQUIRE(here.curvature == Approx((slope(above) - slope(below)) / (2 * h)).epsilon(1e-6));
        }
    };
    for (std::uint8_t label = 0; label < 3; ++label) {
        check(mote::LogLoss<double, 3>{}, std::array{0.3, -1.2, 2.0}, label);
        if (label < 2) check(mote::LogLoss<double, 2>{}, std::array{0.7}, label);
    }
    check(mote::SquaredLoss<double>{}, std::array{3.0}, 5.0);
    check(QuantileLoss<double>{0.8}, std::array{3.0}, 5.0);
    check(QuantileLoss<double>{0.8}, std::array{3.0}, 1.0);
}

// Worked by hand. Regression: the mean is 2.5; each stump leaves 1.5 * 0.5 on both sides, then half of that:
// 2.5 -+ (0.75 + 0.375). Classes: from 0, with slope 1/2 and curvature 1/4 a row, a step of 0.5 * 2 = 1.
TEST_CASE("GradientBoosting: worked example, made at compile time") {
    static constexpr Small model = fitted();
    STATIC_REQUIRE(model.predict(rows[0]) == 0);
    STATIC_REQUIRE(model.predict(rows[5]) == 1);
    REQUIRE(model.tree(0).find(rows[0]) == Approx(-1));
    const float p = 1 / (1 + std::exp(1.0f));  // what the second step starts from
    REQUIRE(model.votes(rows[0])[0] == Approx(-1 - 0.5f / (1 - p)));
    static constexpr SmallRegression regression = fitted_regression();
    STATIC_REQUIRE(regression.predict(rows[0]) == 1.375f);
    STATIC_REQUIRE(regression.predict(Row{7.5f}) == 3.625f);
    STATIC_REQUIRE(regression.predict(Row{5}) == 1.375f);  // 3 and 7 are parted at 5
}

// Worked by hand: missing values go where rows like them are.
TEST_CASE("GradientBoosting: missing values follow what was learnt") {
    const std::array<Row, 6> with_gaps{Row{1}, Row{2}, Row{gap}, Row{gap}, Row{8}, Row{9}};
    Small model;
    Small::Trainer<6> trainer;
    for (const std::uint8_t label : labels) {
        const std::array<std::uint8_t, 6> answers{0, 0, label, label, 1, 1};
        REQUIRE(model.fit({with_gaps, answers}, trainer, {.learning_rate = 0.5f, .min_samples_leaf = 1}) ==
                Status::ok);
        REQUIRE(model.predict(Row{gap}) == label);
        REQUIRE(model.predict(Row{1}) == 0);
        REQUIRE(model.predict(Row{9}) == 1);
    }
    const std::array<std::uint8_t, 6> lacking{0, 0, 1, 1, 0, 0};  // only the gap tells
    REQUIRE(model.fit({with_gaps, lacking}, trainer, {.learning_rate = 0.5f, .min_samples_leaf = 1}) ==
            Status::ok);
    REQUIRE(model.votes(Row{gap})[0] > model.votes(Row{std::numeric_limits<float>::max()})[0]);
    REQUIRE(model.votes(Row{9}) == model.votes(Row{1}));
}

namespace {

constexpr BoostingConfig as_scikit_learn(std::size_t rounds) {
    return {.rounds = rounds, .leaves = 31, .depth = 30, .bins = 255};
}

template <class Rows>
void put_gaps(Rows& table) {
    const std::size_t width = table[0].size();
    for (std::size_t i = 0; i < table.size() * width; i += 3) table[i / width][i % width] = gap;
}

/// How far the shares of one class are from those of scikit-learn, on the rows held out; with gaps, on those
/// learnt.
template <std::size_t Features, std::size_t Classes, std::size_t Rounds>
double farthest(const std::string& name, const auto& expected, std::size_t label) {
    const Split<double, Features> split(name);
    using Model = GradientBoosting<double, Features, Classes, as_scikit_learn(Rounds)>;
    static Model model;
    static typename Model::template Trainer<500> trainer;
    REQUIRE(model.fit(split.train(), trainer) == Status::ok);
    double most = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto shares = model.predict_proba(split.held_out_rows[i]);
        most = std::max(most, std::abs(shares[label] - expected[i]));
    }
    return most;
}

template <class Model>
int right_of(const std::string& name, bool gaps = false) {
    Split<float, Model::features> split(name);
    if (gaps) {
        put_gaps(split.rows);
        put_gaps(split.held_out_rows);
    }
    static Model model;
    static typename Model::template Trainer<1500> trainer;
    REQUIRE(model.fit(split.train(), trainer) == Status::ok);
    return right_answers(model, split.test());
}

template <class Model>
double farthest_on_diabetes(const auto& expected, const auto& loss) {
    const mote::testing::Diabetes<double> data;
    static Model model;
    static typename Model::template Trainer<400> trainer;
    REQUIRE(model.fit({data.rows, data.targets}, trainer, {}, loss) == Status::ok);
    double most = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        most = std::max(most, std::abs(model.predict(data.held_out_rows[i]) - expected[i]));
    }
    return most;
}

}  // namespace

// scikit-learn rounds gradients, at most 1, to 32 bits: 455 rows of them are 1.4e-5 from the true sum at
// most, a step of a tenth of that over a curvature of 1 is 1.4e-6 from ours, and ten such steps 1.4e-5.
TEST_CASE("GradientBoosting: scikit-learn's shares") {
    CHECK(farthest<4, 3, 20>("iris", reference::iris_shares, 1) < 1.4e-5);
    CHECK(farthest<13, 3, 20>("wine", reference::wine_shares, 2) < 1.4e-5);
    CHECK(farthest<30, 2, 10>("breast_cancer", reference::cancer_shares, 1) < 1.4e-5);
}

TEST_CASE("RegressionBoosting: scikit-learn's answers") {
    using Squared = RegressionBoosting<double, 10, as_scikit_learn(20)>;
    CHECK(farthest_on_diabetes<Squared>(reference::diabetes_squared, mote::SquaredLoss<double>{}) < 1e-3);
}

// In float, and with ties that fall otherwise than in scikit-learn: one standard error is 1.0 rows of 30, 1.0
// of 36, 2.2 of 114 and 2.8 of 360.
TEST_CASE("GradientBoosting: scikit-learn's scores") {
    constexpr BoostingConfig config{.rounds = 100, .leaves = 31, .depth = 30, .bins = 64};
    using namespace reference;
    CHECK(std::abs(right_of<GradientBoosting<float, 4, 3, config>>("iris") - iris_right) <= 1);
    CHECK(std::abs(right_of<GradientBoosting<float, 13, 3, config>>("wine") - wine_right) <= 1);
    using Cancer = GradientBoosting<float, 30, 2, config>;
    CHECK(std::abs(right_of<Cancer>("breast_cancer") - breast_cancer_right) <= 2);
    CHECK(std::abs(right_of<Cancer>("breast_cancer", true) - cancer_with_gaps_right) <= 2);
    using Digits = GradientBoosting<float, 64, 10, BoostingConfig{10, 31, 30, 17}>;
    CHECK(std::abs(right_of<Digits>("digits") - digits_right) <= 3);
}

TEST_CASE("RegressionBoosting: scikit-learn's score") {
    const mote::testing::Diabetes<double> data;
    using Model = RegressionBoosting<double, 10, as_scikit_learn(100)>;
    static Model model;
    static Model::Trainer<400> trainer;
    REQUIRE(model.fit(data.train(), trainer) == Status::ok);
    CHECK(data.r2(model) == Approx(reference::diabetes_hundred_r2).margin(0.005));
}

// The share of targets below the answer is the quantile, give or take three standard errors of 353 rows
// learnt by heart and the leaves' 20 rows, one of which is on the quantile itself.
TEST_CASE("RegressionBoosting: a quantile has that share of the targets below, and scikit-learn's loss") {
    const mote::testing::Diabetes<double> data;
    using Model = RegressionBoosting<double, 10, as_scikit_learn(30), QuantileLoss<double>>;
    static Model model;
    static Model::Trainer<400> trainer;
    for (const double quantile : {0.1, 0.5, 0.9}) {
        REQUIRE(model.fit({data.rows, data.targets}, trainer, {}, {quantile}) == Status::ok);
        double below = 0;
        for (std::size_t i = 0; i < data.rows.size(); ++i)
            below += data.targets[i] <= model.predict(data.rows[i]);
        const double count = static_cast<double>(data.rows.size());
        CHECK(std::abs(below / count - quantile) < 0.05);
        const auto& expected = quantile < 0.5   ? reference::diabetes_pinball_10
                               : quantile > 0.5 ? reference::diabetes_pinball_90
                                                : reference::diabetes_pinball_50;
        double loss = 0;
        for (std::size_t i = 0; i < data.held_out_rows.size(); ++i) {
            loss +=
                QuantileLoss<double>{quantile}(model.votes(data.held_out_rows[i]), data.held_out_targets[i]);
        }
        CHECK(std::abs(loss / static_cast<double>(data.held_out_rows.size()) - expected[0]) <
              expected[1] / 2);
    }
    REQUIRE(model.fit({data.rows, data.targets}, trainer, {}, {0.0}) == Status::bad_parameter);
    REQUIRE(model.fit({data.rows, data.targets}, trainer, {}, {1.0}) == Status::bad_parameter);
}

namespace {

/// Two features, of which the first tells the label, but for a fifth of the rows whose label is a coin.
struct Noisy {
    std::array<std::array<float, 2>, 300> rows{};
    std::array<std::uint8_t, 300> labels{};

    constexpr explicit Noisy(std::uint64_t seed) {
        mote::Random random(seed);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i] = {random.uniform<float>(), random.uniform<float>()};
            const bool coin = random.below(5) == 0;
            labels[i] = coin ? static_cast<std::uint8_t>(random.below(2)) : rows[i][0] > 0.5f;
        }
    }
};

using NoisyModel = GradientBoosting<float, 2, 2, BoostingConfig{.rounds = 60, .leaves = 16}>;

float loss_on(const NoisyModel& model, const Noisy& data) {
    float sum = 0;
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
        sum += mote::LogLoss<float, 2>{}(model.votes(data.rows[i]), data.labels[i]);
    }
    return sum / static_cast<float>(data.rows.size());
}

}  // namespace

TEST_CASE("GradientBoosting: stopping early keeps what helps on new rows") {
    const Noisy seen(1), unseen(2);
    static NoisyModel all, stopped;
    static NoisyModel::Trainer<300> trainer;
    REQUIRE(all.fit({seen.rows, seen.labels}, trainer, {.min_samples_leaf = 2}) == Status::ok);
    REQUIRE(stopped.fit({seen.rows, seen.labels}, trainer,
                        {.min_samples_leaf = 2, .validation_fraction = 0.3f, .n_iter_no_change = 5}) ==
            Status::ok);
    REQUIRE(all.rounds() == 60);
    REQUIRE(stopped.rounds() > 2);
    REQUIRE(stopped.rounds() < 40);
    REQUIRE(loss_on(all, seen) < loss_on(stopped, seen));
    REQUIRE(loss_on(stopped, unseen) < loss_on(all, unseen));
}

TEST_CASE("GradientBoosting: subsamples differ by seed, and learn as well") {
    const Noisy seen(1), unseen(2);
    static NoisyModel model, other;
    static NoisyModel::Trainer<300> trainer;
    REQUIRE(model.fit({seen.rows, seen.labels}, trainer, {.subsample = 0.5f, .seed = 1}) == Status::ok);
    REQUIRE(other.fit({seen.rows, seen.labels}, trainer, {.subsample = 0.5f, .seed = 2}) == Status::ok);
    REQUIRE(model.votes(seen.rows[0]) != other.votes(seen.rows[0]));
    const float bayes = 0.1f * -std::log(0.1f) + 0.9f * -std::log(0.9f);  // the least loss there is
    REQUIRE(loss_on(model, unseen) < bayes + 0.1f);
    REQUIRE(trainer.feature_importances()[0] > trainer.feature_importances()[1]);
}

TEST_CASE("GradientBoosting: bad input is refused and changes nothing; fit never allocates") {
    Small model = fitted();
    Small::Trainer<6> trainer;
    const auto before = mote::testing::bytes_of(model);
    auto bad = rows;
    bad[5][0] = std::numeric_limits<float>::infinity();
    REQUIRE(model.fit({bad, labels}, trainer) == Status::not_finite);
    REQUIRE(model.fit({rows, std::array<std::uint8_t, 6>{0, 1, 2}}, trainer) == Status::bad_label);
    REQUIRE(model.fit({rows, std::span(labels).first(5)}, trainer) == Status::size_mismatch);
    REQUIRE(model.fit({}, trainer) == Status::too_few_rows);
    Small::Trainer<5> small_trainer;
    REQUIRE(model.fit({rows, labels}, small_trainer) == Status::capacity_full);
    using Options = Small::Options;
    for (const Options& options :
         {Options{.learning_rate = 0}, Options{.l2_regularization = -1}, Options{.min_samples_leaf = 0},
          Options{.subsample = 0}, Options{.subsample = 1.5f}, Options{.validation_fraction = 1},
          Options{.n_iter_no_change = 0}, Options{.tol = -1}}) {
        REQUIRE(model.fit({rows, labels}, trainer, options) == Status::bad_parameter);
    }
    REQUIRE(model.fit({rows, labels}, trainer, {.validation_fraction = 0.99f}) == Status::too_few_rows);
    REQUIRE(mote::testing::bytes_of(model) == before);
    bad[5][0] = std::numeric_limits<float>::quiet_NaN();  // missing is not bad
    const auto fit = [&] { static_cast<void>(model.fit({bad, labels}, trainer, {.min_samples_leaf = 1})); };
    REQUIRE(mote::testing::allocations_in(fit) == 0);
    REQUIRE(model.predict(Row{8}) == 1);
    model.reset();
    REQUIRE(model.predict_proba(Row{8})[0] == 0.5f);
    std::array<float, 6> unusable = targets;
    unusable[2] = std::numeric_limits<float>::infinity();
    SmallRegression regression = fitted_regression();
    SmallRegression::Trainer<6> regression_trainer;
    REQUIRE(regression.fit({rows, unusable}, regression_trainer) == Status::not_finite);
    REQUIRE(regression.predict(rows[0]) == 1.375f);
}

/// The batteries train by fit(data); boosting wants a trainer as well, so these come trained.
template <>
struct mote::testing::Recipe<Small> {
    static constexpr Small fresh() { return fitted(); }
};
template <>
struct mote::testing::Recipe<SmallRegression> {
    static constexpr SmallRegression fresh() { return fitted_regression(); }
};

TEST_CASE("GradientBoosting, RegressionBoosting: keep the promises of a classifier and a regressor") {
    const Small model = fitted();
    mote::testing::Findings findings;
    findings.expect_plain_value<Small>();
    findings.expect_plain_value<SmallRegression>();
    mote::testing::examine_predict_proba(findings, model);
    CHECK(findings.all() == mote::testing::Violations{});
    mote::testing::check_classifier<GradientBoosting<double, 3, 4, stumps>>();
    mote::testing::check_regressor<RegressionBoosting<double, 3, stumps>>();
}
