// SPDX-License-Identifier: MIT
#include "mote/evaluate/pairwise_calibration.hpp"

#include <cmath>
#include <limits>
#include <memory>

#include "mote/supervised/kernel_svm.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/supervised/standardised.hpp"
#include "tests/support/catch.hpp"

using mote::PairwiseCalibration, mote::Status;

namespace {

/// A model whose decisions are its samples.
struct Given {
    using Label = std::uint8_t;
    static constexpr std::size_t features = 1;
    [[nodiscard]] constexpr std::array<double, 1> decision_function(mote::Sample<double, 1> x) const {
        return {x[0]};
    }
};

/// Each pair's decision is the logarithm of the odds of its second class, the scaling the plain sigmoid.
template <class T, std::size_t Classes>
double gap_of(const std::array<T, Classes>& shares) {
    PairwiseCalibration<T, Classes> calibration;
    typename PairwiseCalibration<T, Classes>::Scores scores{};
    std::size_t pair = 0;
    for (std::size_t i = 0; i < Classes; ++i) {
        for (std::size_t j = i + 1; j < Classes; ++j, ++pair) {
            mote::PlattScaling<T> sigmoid;
            sigmoid.set(-1, 0);
            calibration.set(pair, sigmoid);
            scores[pair] = std::log(shares[j] / shares[i]);
        }
    }
    const auto found = calibration.predict_proba(scores);
    double worst = 0;
    for (std::size_t i = 0; i < Classes; ++i) {
        worst = std::max(worst, std::abs(static_cast<double>(found[i] - shares[i])));
    }
    return worst;
}

}  // namespace

TEST_CASE("PairwiseCalibration: pairs that agree give the shares that they come from") {
    CHECK(gap_of(std::array{0.25, 0.75}) < 1e-12);
    CHECK(gap_of(std::array{0.2, 0.7, 0.1}) < 1e-10);
    CHECK(gap_of(std::array{0.01, 0.04, 0.05, 0.1, 0.2, 0.03, 0.07, 0.3, 0.08, 0.12}) < 1e-10);
    CHECK(gap_of(std::array{0.2f, 0.7f, 0.1f}) < 1e-5);
}

// Three pairs in a circle, each won by 0.8: no class is preferred.
TEST_CASE("PairwiseCalibration: pairs that contradict each other") {
    PairwiseCalibration<double, 3> calibration;
    mote::PlattScaling<double> sigmoid;
    sigmoid.set(-1, 0);
    for (std::size_t pair = 0; pair < 3; ++pair) calibration.set(pair, sigmoid);
    const double four_to_one = std::log(4.0);
    for (const double share : calibration.predict_proba({four_to_one, -four_to_one, four_to_one})) {
        CHECK(share == Approx(1.0 / 3).epsilon(1e-12));
    }
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const auto sure = calibration.predict_proba({infinity, infinity, -infinity});
    CHECK(sure[1] > 0.999);
    CHECK(sure[0] + sure[1] + sure[2] == Approx(1).epsilon(1e-12));
}

// pairwise_reference.py
TEST_CASE("PairwiseCalibration: scikit-learn's probabilities") {
    constexpr std::array expected{0.003685902, 0.953912599, 0.967263652, 0.931427123,
                                  0.993690466, 0.973357908, 0.067848330, 0.001831396};
    const auto cancer = mote::testing::standardised<double, 30>("breast_cancer");
    using Model = mote::KernelSvm<double, 30, 2, 455>;
    const auto model = std::make_unique<Model>(mote::KernelSvmConfig<double>{.tolerance = 1e-8});
    const auto trainer = std::make_unique<Model::Trainer<455>>();
    REQUIRE(model->fit(cancer.train(), *trainer) == Status::ok);
    PairwiseCalibration<double, 2> calibration;
    PairwiseCalibration<double, 2>::Memory<60> memory;
    REQUIRE(calibration.fit(*model, cancer.test().subset(0, 60), memory) == Status::ok);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto scores = model->decision_function(cancer.held_out_rows[60 + i]);
        CHECK(calibration.predict_proba(scores)[1] == Approx(expected[i]).margin(2e-5));
    }
}

// Each pair must meet its own rows: with two of them exchanged the answers would be no better than chance.
TEST_CASE("PairwiseCalibration: three classes of wine") {
    const auto wine = mote::testing::standardised<float, 13>("wine");
    using Model = mote::KernelSvm<float, 13, 3, 142>;
    const auto model = std::make_unique<Model>();
    const auto trainer = std::make_unique<Model::Trainer<142>>();
    REQUIRE(model->fit(wine.train(), *trainer) == Status::ok);
    PairwiseCalibration<float, 3> calibration;
    PairwiseCalibration<float, 3>::Memory<36> memory;
    REQUIRE(calibration.fit(*model, wine.test(), memory) == Status::ok);
    int right = 0;
    for (std::size_t i = 0; i < wine.held_out_rows.size(); ++i) {
        const auto shares = calibration.predict_proba(model->decision_function(wine.held_out_rows[i]));
        CHECK(shares[0] + shares[1] + shares[2] == Approx(1).epsilon(1e-5));
        right += shares[wine.held_out_labels[i]] > 0.5f;
    }
    CHECK(right >= 34);
}

TEST_CASE("PairwiseCalibration: edges") {
    using Row = std::array<double, 1>;
    constexpr std::array<Row, 4> rows{Row{-2}, Row{1}, Row{-1}, Row{2}};
    constexpr std::array<std::uint8_t, 4> labels{0, 0, 1, 1}, zeros{0, 0, 0, 0}, beyond{0, 1, 2, 1};
    PairwiseCalibration<double, 2> calibration;
    PairwiseCalibration<double, 2>::Memory<4> memory;
    REQUIRE(calibration.predict_proba({7.0})[1] == 0.5);
    REQUIRE(calibration.fit(Given{}, {rows, labels}, memory) == Status::ok);
    REQUIRE(calibration.predict_proba({2.0})[1] > calibration.predict_proba({-2.0})[1]);
    const auto before = mote::testing::bytes_of(calibration);
    REQUIRE(calibration.fit(Given{}, {rows, zeros}, memory) == Status::missing_class);
    REQUIRE(calibration.fit(Given{}, {rows, beyond}, memory) == Status::bad_label);
    PairwiseCalibration<double, 2>::Memory<3> small;
    REQUIRE(calibration.fit(Given{}, {rows, labels}, small) == Status::capacity_full);
    REQUIRE(mote::testing::bytes_of(calibration) == before);
    REQUIRE(calibration.predict_proba({std::numeric_limits<double>::quiet_NaN()})[0] == 0.5);
    calibration.reset();
    REQUIRE(calibration.predict_proba({7.0})[0] == 0.5);
}
