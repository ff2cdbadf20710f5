// SPDX-License-Identifier: MIT
#include "mote/evaluate/cross_validate.hpp"

#include <limits>
#include <vector>

#include "mote/core/fixed.hpp"
#include "mote/evaluate/assigned_folds.hpp"
#include "mote/evaluate/permutation_importance.hpp"
#include "mote/evaluate/scorers.hpp"
#include "mote/supervised/gaussian_naive_bayes.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/evaluate/reference.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::cross_validate;
using mote::Dataset;
using mote::GaussianNaiveBayes;
using mote::KFold;
using mote::permutation_importance;
using mote::Random;
using mote::SplitBuffer;
using mote::Status;
using mote::StratifiedKFold;

namespace {

/// The simplest regressor there is: the mean of the targets, whatever x.
struct Mean {
    using Scalar = double;
    using Sample = std::span<const double, 1>;
    using Target = double;
    static constexpr std::size_t features = 1;

    [[nodiscard]] constexpr Status fit(Dataset<double, 1, double> data) {
        if (data.empty()) return Status::too_few_rows;
        mean = 0;
        for (const double target : data.labels) mean += target / static_cast<double>(data.size());
        return Status::ok;
    }
    [[nodiscard]] constexpr double predict(Sample) const { return mean; }

    double mean = 0;
};

/// In fixed point: says what it is asked.
struct Echo {
    using Scalar = mote::q15;
    using Sample = std::span<const mote::q15, 1>;
    using Target = mote::q15;
    static constexpr std::size_t features = 1;

    [[nodiscard]] constexpr mote::q15 predict(Sample x) const { return x[0]; }
};

/// Says 1 where the first feature is positive; the second does not matter.
struct FirstIsPositive {
    using Scalar = float;
    using Sample = std::span<const float, 2>;
    using Label = std::uint8_t;
    static constexpr std::size_t features = 2;
    static constexpr std::size_t classes = 2;

    [[nodiscard]] constexpr Label predict(Sample x) const { return x[0] > 0; }
};

// Targets 0, 2 | 4, 8 in two folds: the means learnt are 6 and 1, the absolute errors 6, 4 and 3, 7.
constexpr std::array<std::array<double, 1>, 4> worked_rows{};
constexpr std::array<double, 4> worked_targets{0, 2, 4, 8};

template <class Score>
constexpr auto worked(const Score& score) {
    SplitBuffer<double, 1, 4, double> buffer{};
    const Dataset<double, 1, double> data{worked_rows, worked_targets};
    return cross_validate(Mean{}, data, KFold<2>(4), score, buffer);
}

template <std::size_t Features>
struct Table {
    std::vector<std::array<double, Features>> rows;
    std::vector<std::uint8_t> labels;

    explicit Table(const char* name) {
        for (const auto& line : mote::testing::read_csv<double, Features + 1>(name)) {
            std::copy_n(line.begin(), Features, rows.emplace_back().begin());
            labels.push_back(static_cast<std::uint8_t>(line.back()));
        }
    }
    [[nodiscard]] Dataset<double, Features> data() const { return {rows, labels}; }
};

template <std::size_t Features, std::size_t Classes, class Accuracies, class Scores>
void require_scores(const char* name, const Accuracies& accuracies, const Scores& macro_f1) {
    static SplitBuffer<double, Features, 600> buffer;
    const Table<Features> table(name);
    const GaussianNaiveBayes<double, Features, Classes> model;
    StratifiedKFold<5, Classes, 600> stratified;
    REQUIRE(stratified.assign(table.data().labels) == Status::ok);
    const auto by_accuracy = cross_validate(model, table.data(), stratified, mote::Accuracy{}, buffer);
    REQUIRE(by_accuracy.status == Status::ok);
    for (std::size_t i = 0; i < 5; ++i)
        REQUIRE(by_accuracy.scores[i] == Approx(accuracies[i]).epsilon(1e-12));
    const KFold<4> blocks(table.rows.size());
    const auto by_f1 = cross_validate(model, table.data(), blocks, mote::MacroF1{}, buffer);
    REQUIRE(by_f1.status == Status::ok);
    for (std::size_t i = 0; i < 4; ++i) REQUIRE(by_f1.scores[i] == Approx(macro_f1[i]).epsilon(1e-12));
}

}  // namespace

TEST_CASE("cross_validate: worked example") {
    constexpr auto absolute = worked(mote::NegatedMeanAbsoluteError{});
    STATIC_REQUIRE(absolute.status == Status::ok);
    STATIC_REQUIRE(absolute.scores == std::array{-5.0, -5.0});
    constexpr auto r2 = worked(mote::R2{});  // mean squares 26 and 29, variances 1 and 4
    STATIC_REQUIRE(r2.scores == std::array{-25.0, -6.25});
    STATIC_REQUIRE(r2.mean() == -15.625);
    STATIC_REQUIRE(r2.deviation() == 9.375);
    constexpr auto root = worked(mote::NegatedRootMeanSquareError{});
    REQUIRE(root.scores[0] == Approx(-std::sqrt(26.0)).epsilon(1e-15));
}

TEST_CASE("cross_validate: scikit-learn's scores on real data") {
    require_scores<4, 3>("iris", reference::iris_naive_bayes, reference::iris_naive_bayes_macro_f1);
    require_scores<30, 2>("breast_cancer", reference::breast_cancer_naive_bayes,
                          reference::breast_cancer_naive_bayes_macro_f1);
}

TEST_CASE("cross_validate: never allocates") {
    static SplitBuffer<double, 4, 150> buffer;
    const Table<4> iris("iris");
    const GaussianNaiveBayes<double, 4, 3> model;
    double mean = 0;
    const auto run = [&] {
        StratifiedKFold<10, 3, 150> folds;
        static_cast<void>(folds.assign(iris.data().labels));
        mean = cross_validate(model, iris.data(), folds, mote::NegatedLogLoss{}, buffer).mean();
    };
    REQUIRE(mote::testing::allocations_in(run) == 0);
    REQUIRE(mean < 0);
}

TEST_CASE("cross_validate: bad input") {
    static SplitBuffer<double, 4, 100> small;
    static SplitBuffer<double, 4, 150> buffer;
    const Table<4> iris("iris");
    const GaussianNaiveBayes<double, 4, 3> model;
    const auto validate = [&](auto data, auto splitter, auto& memory) {
        return cross_validate(model, data, splitter, mote::Accuracy{}, memory).status;
    };
    REQUIRE(validate(iris.data(), KFold<5>(150), small) == Status::capacity_full);
    REQUIRE(validate(iris.data(), KFold<5>(149), buffer) == Status::size_mismatch);
    REQUIRE(validate(iris.data().subset(0, 4), KFold<5>(4), buffer) == Status::too_few_rows);
    auto uneven = iris.data();
    uneven.labels = uneven.labels.first(10);
    REQUIRE(validate(uneven, KFold<5>(150), buffer) == Status::size_mismatch);

    // Sorted by class, so the second of three blocks is all that there is of class 1.
    const auto result = cross_validate(model, iris.data(), KFold<3>(150), mote::Accuracy{}, buffer);
    REQUIRE(result.status == Status::missing_class);
    REQUIRE(result.scores == std::array{0.0, 0.0, 0.0});
}

TEST_CASE("Scorers: a model in fixed point is scored in float") {
    const std::array<std::array<mote::q15, 1>, 2> rows{{{mote::q15(0.5)}, {mote::q15(-0.25)}}};
    const std::array<mote::q15, 2> targets{mote::q15(0.25), mote::q15(-0.25)};
    const Dataset<mote::q15, 1, mote::q15> data{rows, targets};
    const auto error = mote::NegatedMeanAbsoluteError{}(Echo{}, data);
    STATIC_REQUIRE(std::same_as<decltype(error), const float>);
    REQUIRE(error == -0.125f);
    REQUIRE(mote::R2{}(Echo{}, data) == 0.5f);  // mean square 1 / 32, variance 1 / 16
}

TEST_CASE("Scorers: NaN where the truth is not what the figure is defined for") {
    const std::array<std::array<double, 1>, 1> row{};
    const std::array<double, 1> target{std::numeric_limits<double>::quiet_NaN()};
    REQUIRE(mote::isnan(mote::NegatedMeanAbsoluteError{}(Mean{}, Dataset<double, 1, double>{row, target})));
    const std::array<std::array<float, 2>, 1> pair{};
    const std::array<std::uint8_t, 1> label{2};
    REQUIRE(mote::isnan(mote::Accuracy{}(FirstIsPositive{}, Dataset<float, 2>{pair, label})));
    REQUIRE(mote::isnan(mote::BalancedAccuracy{}(FirstIsPositive{}, Dataset<float, 2>{pair, label})));
}

// Ten rows, four of them positive, every answer right. A shuffled row keeps its label with a chance of
// 0.4^2 + 0.6^2 = 0.52, so the accuracy falls by 0.48 on average. The number of labels kept in place is
// 2 + 2 K with K hypergeometric of variance 4 * 0.4 * 0.6 * 6 / 9 = 0.64, so a fall deviates by 0.16.
TEST_CASE("permutation_importance: the expected fall, and 0 for a feature that is not looked at") {
    std::array<std::array<float, 2>, 10> rows{};
    std::array<std::uint8_t, 10> labels{};
    for (std::size_t i = 0; i < 10; ++i) {
        labels[i] = i % 5 < 2;
        rows[i] = {labels[i] == 1 ? 1.0f : -1.0f, static_cast<float>(i)};
    }
    const Dataset<float, 2> data{rows, labels};
    SplitBuffer<float, 2, 10> buffer{};
    Random random(4);
    const auto of = permutation_importance(FirstIsPositive{}, data, mote::Accuracy{}, 2500, random, buffer);
    REQUIRE(of.status == Status::ok);
    REQUIRE(of.baseline == 1);
    REQUIRE(std::abs(of.mean[0] - 0.48f) < 3 * 0.16f / 50);
    REQUIRE(std::abs(of.deviation[0] - 0.16f) < 3 * 0.16f / std::sqrt(5000.0f));
    REQUIRE(of.mean[1] == 0);
    REQUIRE(of.deviation[1] == 0);
}

TEST_CASE("permutation_importance: bad input and edges") {
    std::array<std::array<float, 2>, 3> rows{{{1, 1}, {-1, 1}, {1, 1}}};
    std::array<std::uint8_t, 3> labels{1, 0, 1};
    SplitBuffer<float, 2, 2> buffer{};
    Random random(4);
    const auto importance = [&](Dataset<float, 2> data, std::size_t repeats) {
        return permutation_importance(FirstIsPositive{}, data, mote::Accuracy{}, repeats, random, buffer);
    };
    REQUIRE(importance({rows, labels}, 5).status == Status::capacity_full);
    REQUIRE(importance({std::span(rows).first(2), labels}, 5).status == Status::size_mismatch);
    REQUIRE(importance({}, 5).status == Status::too_few_rows);
    const Dataset<float, 2> two{std::span(rows).first(2), std::span(labels).first(2)};
    REQUIRE(importance(two, 0).status == Status::bad_parameter);
    REQUIRE(importance(two, 5).status == Status::ok);
    REQUIRE(importance(two.subset(0, 1), 5).mean[0] == 0);  // one row cannot be shuffled
}
