// SPDX-License-Identifier: MIT
#include "mote/core/p2_quantile.hpp"

#include <algorithm>
#include <vector>

#include "mote/core/concepts.hpp"
#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::P2Quantile;

// Jain and Chlamtac 1985, table I: the median of 20 observations.
constexpr std::array observations = {0.02,  0.15,  0.74, 3.39, 0.83, 22.37, 10.15, 15.43, 38.62, 15.92,
                                     34.60, 10.28, 1.47, 0.40, 0.05, 11.39, 0.27,  0.42,  0.09,  11.37};

TEST_CASE("P2Quantile: the worked example of the paper") {
    constexpr auto after = [](std::size_t count) {
        P2Quantile<double> median(0.5);
        for (std::size_t i = 0; i < count; ++i) (void)median.update(observations[i]);
        return median;
    };
    constexpr auto agrees = [](const P2Quantile<double>& median, const std::array<double, 5>& row) {
        for (std::size_t i = 0; i < 5; ++i) {
            if (mote::abs(median.heights()[i] - row[i]) > 0.005) return false;  // the table has two decimals
        }
        return true;
    };
    STATIC_REQUIRE(agrees(after(5), {0.02, 0.15, 0.74, 0.83, 3.39}));
    STATIC_REQUIRE(agrees(after(8), {0.02, 0.15, 2.18, 8.59, 22.37}));
    STATIC_REQUIRE(agrees(after(13), {0.02, 2.13, 9.27, 21.57, 38.62}));
    STATIC_REQUIRE(agrees(after(20), {0.02, 0.49, 4.44, 17.20, 38.62}));
    STATIC_REQUIRE(after(20).count() == 20);
}

TEST_CASE("P2Quantile: few samples give the nearest rank") {
    P2Quantile<float> median;
    REQUIRE(median.value() == 0);
    for (float x : {7.0f, -1.0f, 3.0f}) REQUIRE(median.update(x) == mote::Status::ok);
    REQUIRE(median.value() == 3);
    P2Quantile<float> least(0.0f), greatest(1.0f);
    for (float x : {7.0f, -1.0f, 3.0f, 9.0f, 4.0f, -8.0f, 2.0f}) {
        REQUIRE(least.update(x) == mote::Status::ok);
        REQUIRE(greatest.update(x) == mote::Status::ok);
    }
    REQUIRE(least.heights().front() == -8);
    REQUIRE(greatest.heights().back() == 9);
}

// The paper measures errors of a few hundredths of the quantile's own sampling spread; a rank within one
// percent of the wanted one is far inside what losing a marker would cost.
TEST_CASE("P2Quantile: comes near the sample's own quantile") {
    mote::Random random(9);
    for (const double probability : {0.05, 0.5, 0.9, 0.99}) {
        P2Quantile<double> estimate(probability);
        std::vector<double> seen;
        for (int i = 0; i < 20'000; ++i) {
            seen.push_back(random.normal<double>());
            REQUIRE(estimate.update(seen.back()) == mote::Status::ok);
        }
        const auto lower =
            std::count_if(seen.begin(), seen.end(), [&](double x) { return x < estimate.value(); });
        CAPTURE(probability);
        REQUIRE(std::abs(static_cast<double>(lower) / 20'000 - probability) < 0.01);
        REQUIRE(std::is_sorted(estimate.heights().begin(), estimate.heights().end()));
    }
}

TEST_CASE("P2Quantile: bad input changes nothing, reset keeps the probability") {
    P2Quantile<float> quantile(0.75f);
    for (int i = 0; i < 9; ++i) REQUIRE(quantile.update(static_cast<float>(i * i)) == mote::Status::ok);
    const auto before = quantile.heights();
    REQUIRE(quantile.update(std::numeric_limits<float>::quiet_NaN()) == mote::Status::not_finite);
    REQUIRE(quantile.update(-std::numeric_limits<float>::infinity()) == mote::Status::not_finite);
    REQUIRE(quantile.heights() == before);
    REQUIRE(quantile.count() == 9);
    quantile.reset();
    REQUIRE(quantile.count() == 0);
    REQUIRE(quantile.probability() == 0.75f);
    STATIC_REQUIRE(mote::PlainValue<P2Quantile<float>>);
}
