// SPDX-License-Identifier: MIT
#include "mote/anomaly/subspace_tracker.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "mote/core/random.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::Random;
using mote::SubspaceConfig;
using mote::SubspaceTracker;

// Worked by hand: two features that are always equal vary along (1, 1) only. Standardised with mean 0 and
// variance v = 32 / 31, (1, 1) leaves nothing, (1, -1) all of itself: 2 / v over one dimension.
constexpr auto along_a_line() {
    SubspaceTracker<double, 2, SubspaceConfig{.lags = 1, .rank = 1}> tracker;
    for (int i = 0; i < 32; ++i) {
        const double x = i % 2 ? 1.0 : -1.0;
        tracker.update(std::array{x, x});
    }
    return tracker;
}

TEST_CASE("SubspaceTracker: worked example") {
    STATIC_REQUIRE(along_a_line().score(std::array{1.0, 1.0}) < 1e-12);
    constexpr double crossing = along_a_line().score(std::array{1.0, -1.0});
    REQUIRE(crossing == Approx(2 * 31.0 / 32));
}

namespace {

/// Five features, of which two hidden causes move all, and a little noise.
std::array<double, 5> mixed(Random& random) {
    const double a = 2 * random.normal<double>(), b = random.normal<double>();
    std::array<double, 5> x{a + b, a - b, 0.5 * a, b, a};
    for (double& value : x) value += 0.2 * random.normal<double>();
    return x;
}

}  // namespace

// The directions fluctuate by about sqrt(3 / memory) of the ratio of neighbouring eigenvalues: 0.03 here.
TEST_CASE("SubspaceTracker: finds the eigenvectors that Eigen finds") {
    SubspaceTracker<double, 5, SubspaceConfig{.lags = 1, .rank = 2}> tracker;
    constexpr Eigen::Index rows = 4000;
    Eigen::MatrixXd data(rows, 5);
    Random random(3);
    for (Eigen::Index r = 0; r < rows; ++r) {
        const auto x = mixed(random);
        for (Eigen::Index i = 0; i < 5; ++i) data(r, i) = x[static_cast<std::size_t>(i)];
        tracker.update(x);
    }
    const Eigen::RowVectorXd mean = data.colwise().mean();
    data.rowwise() -= mean;
    const Eigen::RowVectorXd spread = (data.array().square().colwise().sum() / (rows - 1)).sqrt();
    data.array().rowwise() /= spread.array();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(data.transpose() * data / (rows - 1));
    for (std::size_t k = 0; k < 2; ++k) {
        const Eigen::Map<const Eigen::VectorXd> found(tracker.directions()[k].data(), 5);
        const auto column = static_cast<Eigen::Index>(4 - k);
        const double cosine = std::abs(found.normalized().dot(solver.eigenvectors().col(column)));
        CAPTURE(k, cosine, found.norm(), solver.eigenvalues()[column]);
        REQUIRE(cosine > 0.995);
        REQUIRE(found.norm() == Approx(solver.eigenvalues()[column]).epsilon(0.1));
    }
    const auto residual = [&](const std::array<double, 5>& x) {
        const Eigen::VectorXd z =
            (Eigen::Map<const Eigen::RowVectorXd>(x.data(), 5) - mean).cwiseQuotient(spread).transpose();
        const Eigen::MatrixXd top = solver.eigenvectors().rightCols(2);
        return (z - top * (top.transpose() * z)).squaredNorm() / 3;
    };
    const std::array broken{2.0, 2.0, -1.0, 0.0, 2.0};  // the third should follow
    REQUIRE(tracker.score(broken) == Approx(residual(broken)).epsilon(0.05));
}

TEST_CASE("SubspaceTracker: a broken relation stands out though every feature is in its range") {
    SubspaceTracker<float, 5> tracker;
    Random random(4);
    const auto next = [&] {
        const auto x = mixed(random);
        std::array<float, 5> row{};
        std::transform(x.begin(), x.end(), row.begin(), [](double v) { return static_cast<float>(v); });
        return row;
    };
    float usual = 0;
    for (int i = 0; i < 3000; ++i) {
        const float score = tracker.observe(next());
        if (i > 2000) usual = std::max(usual, score);
    }
    CAPTURE(usual);
    REQUIRE(tracker.score(std::array{2.0f, 2.0f, -1.0f, 0.0f, 2.0f}) > 3 * usual);
}

TEST_CASE("SubspaceTracker: over lags, knows a wave from its spoilt form") {
    SubspaceTracker<float, 1, SubspaceConfig{.lags = 12, .rank = 2}> tracker;
    const auto wave = [](int i) { return std::array{std::sin(0.7f * static_cast<float>(i))}; };
    for (int i = 0; i < 2000; ++i) tracker.update(wave(i));
    REQUIRE(tracker.score(wave(2000)) < 0.01f);  // a sine needs two directions
    REQUIRE(tracker.score(std::array{-wave(2000)[0]}) > 0.1f);
}

TEST_CASE("SubspaceTracker: endures, and values of every size") {
    SubspaceTracker<float, 3, SubspaceConfig{.lags = 2, .rank = 2, .memory = 256}> tracker;
    Random random(5);
    for (int i = 0; i < 100'000; ++i) {
        const float size = i % 1000 == 0 ? 1e30f : 1.0f;
        const float score = tracker.observe(
            std::array{size * random.normal<float>(), random.normal<float>(), random.uniform<float>()});
        REQUIRE(mote::isfinite(score));
    }
}

TEST_CASE("SubspaceTracker: keeps the promises of a streaming detector") {
    mote::testing::check_streaming_detector<SubspaceTracker<float, 3>>();
    mote::testing::check_streaming_detector<
        SubspaceTracker<double, 2, SubspaceConfig{.lags = 3, .rank = 1, .memory = 64}>>();
    STATIC_REQUIRE(mote::testing::scores(mote::testing::trained_detector<SubspaceTracker<float, 3>>())[0] >
                   0);
}
