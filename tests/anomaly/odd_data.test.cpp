// SPDX-License-Identifier: MIT
// What no detector may stumble over: few rows, equal rows, features that never vary or are copies of others,
// values that are none, rows beyond the capacity, samples far away.
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "mote/anomaly/copod.hpp"
#include "mote/anomaly/ecod.hpp"
#include "mote/anomaly/ensemble.hpp"
#include "mote/anomaly/extended_isolation_forest.hpp"
#include "mote/anomaly/gaussian_mixture_detector.hpp"
#include "mote/anomaly/hbos.hpp"
#include "mote/anomaly/integer_hbos.hpp"
#include "mote/anomaly/integer_loda.hpp"
#include "mote/anomaly/isolation_forest.hpp"
#include "mote/anomaly/k_means_distance.hpp"
#include "mote/anomaly/k_nearest_distance.hpp"
#include "mote/anomaly/local_outlier_factor.hpp"
#include "mote/anomaly/loda.hpp"
#include "mote/anomaly/mahalanobis.hpp"
#include "mote/anomaly/one_class_svm.hpp"
#include "mote/anomaly/pca_reconstruction.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/support/catch.hpp"

using mote::Status;

namespace {

struct Expected {
    std::size_t rows_needed;
    Status of_equal_rows = Status::ok;
};

template <class Detector>
using RowsOf = std::vector<typename Detector::Row>;

/// 60 rows of three features, the third made of the first two by `third`.
template <class Detector, class Third>
RowsOf<Detector> rows_with(const Third& third) {
    using T = typename Detector::Scalar;
    RowsOf<Detector> rows(60);
    mote::Random random(2);
    for (auto& row : rows) {
        const auto a = static_cast<T>(random.below(200)), b = static_cast<T>(random.below(200));
        row = {a, b, static_cast<T>(third(a, b))};
    }
    return rows;
}

template <class Detector>
void expect_finite_scores(const Detector& detector, const RowsOf<Detector>& rows) {
    using T = typename Detector::Scalar;
    const auto finite = [&](const typename Detector::Row& x) {
        return std::isfinite(static_cast<double>(detector.score(x)));
    };
    for (const auto& row : rows) CHECK(finite(row));
    constexpr T largest = std::numeric_limits<T>::max(), lowest = std::numeric_limits<T>::lowest();
    CHECK(finite({largest, lowest, largest}));
    CHECK(finite({0, 0, largest}));
}

/// Learns from the rows or says why not, and then is as it was.
template <class Detector>
void expect_fit(const RowsOf<Detector>& rows, Status expected) {
    const auto detector = std::make_unique<Detector>();
    const auto before = mote::testing::bytes_of(*detector);
    CHECK(detector->fit(rows) == expected);
    if (expected == Status::ok) {
        expect_finite_scores(*detector, rows);
    } else {
        CHECK(mote::testing::bytes_of(*detector) == before);
    }
}

template <class Detector>
void check_odd_data(Expected expected) {
    using T = typename Detector::Scalar;
    const auto usual = rows_with<Detector>([](auto a, auto) { return 50 + a / 2; });
    const auto needed = static_cast<std::ptrdiff_t>(expected.rows_needed);
    expect_fit<Detector>({usual.begin(), usual.begin() + needed - 1}, Status::too_few_rows);
    expect_fit<Detector>({usual.begin(), usual.begin() + needed}, Status::ok);
    expect_fit<Detector>(RowsOf<Detector>(60, usual[0]), expected.of_equal_rows);
    expect_fit<Detector>(rows_with<Detector>([](auto, auto) { return 7; }), Status::ok);        // constant
    expect_fit<Detector>(rows_with<Detector>([](auto a, auto) { return 2 * a; }), Status::ok);  // a copy
    auto twice = usual;
    twice.insert(twice.end(), usual.begin(), usual.end());  // beyond every capacity below, too
    expect_fit<Detector>(twice, Status::ok);
    if constexpr (mote::FloatingScalar<T>) {
        for (const T bad : {std::numeric_limits<T>::quiet_NaN(), std::numeric_limits<T>::infinity()}) {
            auto spoilt = usual;
            spoilt.back()[1] = bad;
            expect_fit<Detector>(spoilt, Status::not_finite);
        }
        const auto detector = std::make_unique<Detector>();
        REQUIRE(detector->fit(usual) == Status::ok);
        CHECK(detector->score(typename Detector::Row{0, std::numeric_limits<T>::quiet_NaN(), 0}) == 0);
    }
}

}  // namespace

TEST_CASE("Detectors of distributions take odd data") {
    check_odd_data<mote::Hbos<float, 3>>({1});
    check_odd_data<mote::IntegerHbos<3>>({1});
    check_odd_data<mote::Ecod<float, 3, 16>>({1});
    check_odd_data<mote::Copod<float, 3, 16>>({1});
    check_odd_data<mote::Loda<float, 3, mote::LodaConfig{.projections = 10}>>({1});
    check_odd_data<mote::IntegerLoda<3, mote::LodaConfig{.projections = 10}>>({1});
    check_odd_data<mote::Mahalanobis<float, 3>>({2, Status::not_converged});  // nothing varies
    check_odd_data<mote::PcaReconstruction<float, 3, 1>>({2});
    constexpr mote::GaussianMixtureConfig quick{.starts = 1, .iterations = 20};
    check_odd_data<mote::GaussianMixtureDetector<float, 3, 2, mote::Covariance::diagonal, quick>>({2});
    check_odd_data<mote::GaussianMixtureDetector<float, 3, 2, mote::Covariance::full, quick>>({2});
}

TEST_CASE("Detectors of neighbours and trees take odd data") {
    check_odd_data<mote::IsolationForest<float, 3, mote::IsolationForestConfig{10, 16}>>({2});
    check_odd_data<mote::IsolationForest<std::int16_t, 3, mote::IsolationForestConfig{10, 16}>>({2});
    check_odd_data<mote::ExtendedIsolationForest<float, 3, mote::ExtendedIsolationForestConfig{10, 16, 16}>>(
        {2});
    check_odd_data<mote::KNearestDistance<float, 3, 20, 5>>({5});
    check_odd_data<mote::LocalOutlierFactor<float, 3, 20, 5>>({6});
    check_odd_data<mote::OneClassSvm<float, 3, 20>>({2});
    check_odd_data<mote::KMeansDistance<float, 3, 4>>({4});
    using Both = mote::Ensemble<mote::Hbos<float, 3>, mote::KNearestDistance<float, 3, 20, 5>>;
    check_odd_data<Both>({5});  // what the more demanding of them needs
}
