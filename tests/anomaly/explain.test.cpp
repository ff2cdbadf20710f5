// SPDX-License-Identifier: MIT
#include "mote/anomaly/explain.hpp"

#include "mote/anomaly/copod.hpp"
#include "mote/anomaly/ecod.hpp"
#include "mote/anomaly/ensemble.hpp"
#include "mote/anomaly/extended_isolation_forest.hpp"
#include "mote/anomaly/gaussian_mixture_detector.hpp"
#include "mote/anomaly/hbos.hpp"
#include "mote/anomaly/isolation_forest.hpp"
#include "mote/anomaly/k_means_distance.hpp"
#include "mote/anomaly/k_nearest_distance.hpp"
#include "mote/anomaly/local_outlier_factor.hpp"
#include "mote/anomaly/loda.hpp"
#include "mote/anomaly/one_class_svm.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/support/catch.hpp"

using mote::explain, mote::ExplainingDetector, mote::Status;

using Near = mote::KNearestDistance<float, 3, 2, 1>;

TEST_CASE("explain: detectors that can, and one that cannot") {
    STATIC_REQUIRE(ExplainingDetector<Near>);
    STATIC_REQUIRE(ExplainingDetector<mote::Hbos<float, 3>>);
    STATIC_REQUIRE(!ExplainingDetector<mote::Ensemble<Near>>);  // its score is of detectors, not of features
}

// From (3, 1, 2) the nearest row is the origin; squares are 9, 1, 4.
TEST_CASE("explain: worked by hand") {
    constexpr auto detector = [] {
        Near result;
        static_cast<void>(result.fit(std::array<Near::Row, 1>{{{0, 0, 0}}}));
        return result;
    }();
    constexpr auto reasons = explain<2>(detector, Near::Row{3, 1, 2});
    STATIC_REQUIRE(reasons[0] == mote::Reason<float>{0, 9});
    STATIC_REQUIRE(reasons[1] == mote::Reason<float>{2, 4});
    STATIC_REQUIRE(explain<3>(detector, Near::Row{1, 1, 1})[2] ==
                   mote::Reason<float>{2, 1});  // ties in order
}

template <ExplainingDetector Detector>
void find_the_spoilt_feature(std::size_t at_least = 98) {
    using Row = typename Detector::Row;
    mote::Random random(7);
    static std::array<Row, 300> rows;
    for (Row& row : rows) {
        for (auto& value : row) value = random.normal<float>();
    }
    static Detector detector;
    REQUIRE(detector.fit(rows) == Status::ok);
    std::size_t right = 0;
    for (std::size_t n = 0; n < 100; ++n) {
        Row x = rows[n];
        x[n % x.size()] = 6;
        right += explain<1>(detector, x)[0].feature == n % x.size();
    }
    CHECK(right >= at_least);
}

TEST_CASE("explain: names the feature that was spoilt, with every detector that has features to name") {
    find_the_spoilt_feature<mote::Hbos<float, 8>>(80);  // beyond is as rare as the emptiest bin: ties
    find_the_spoilt_feature<mote::Ecod<float, 8>>();
    find_the_spoilt_feature<mote::Copod<float, 8>>(80);  // the tail off the skewness counts half
    find_the_spoilt_feature<mote::KNearestDistance<float, 8, 100>>();
    find_the_spoilt_feature<mote::KMeansDistance<float, 8, 2>>();
    find_the_spoilt_feature<mote::GaussianMixtureDetector<float, 8, 2>>();
    find_the_spoilt_feature<mote::GaussianMixtureDetector<float, 8, 2, mote::Covariance::full>>();
    find_the_spoilt_feature<mote::Loda<float, 8>>(80);  // a test over random projections; chance finds 12
    find_the_spoilt_feature<mote::LocalOutlierFactor<float, 8, 100>>();
    find_the_spoilt_feature<mote::OneClassSvm<float, 8, 100>>();
    find_the_spoilt_feature<mote::IsolationForest<float, 8, mote::IsolationForestConfig{100, 128}>>(
        85);  // other cuts on the way
    find_the_spoilt_feature<
        mote::ExtendedIsolationForest<float, 8, mote::ExtendedIsolationForestConfig{100, 128, 128}>>(85);
}
