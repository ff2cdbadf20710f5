// SPDX-License-Identifier: MIT
#include "mote/core/normal.hpp"

#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"

using mote::normal_cdf;

// scipy.stats.norm.cdf, SciPy 1.10.1.
TEST_CASE("normal_cdf: reference values") {
    STATIC_REQUIRE(normal_cdf(0.0) > 0.5 - 7.5e-8);
    STATIC_REQUIRE(normal_cdf(0.0) < 0.5 + 7.5e-8);
    REQUIRE(normal_cdf(1.0) == Approx(0.8413447460685429).margin(7.5e-8));
    REQUIRE(normal_cdf(-1.96) == Approx(0.024997895148220435).margin(7.5e-8));
    REQUIRE(normal_cdf(3.5) == Approx(0.9997673709209645).margin(7.5e-8));
    REQUIRE(static_cast<double>(normal_cdf(-2.5f)) == Approx(0.006209665325776132).margin(1.5e-7));
}

TEST_CASE("normal_cdf: agrees with erfc everywhere, and rises") {
    double before = 0;
    for (int i = -800; i <= 800; ++i) {
        const double z = i / 100.0;
        const double here = normal_cdf(z);
        REQUIRE(std::abs(here - std::erfc(-z / std::sqrt(2.0)) / 2) < 7.5e-8);
        REQUIRE(here >= before - 1.5e-7);
        before = here;
    }
    constexpr double infinite = std::numeric_limits<double>::infinity();
    REQUIRE(normal_cdf(infinite) == 1);
    REQUIRE(normal_cdf(-infinite) == 0);
    REQUIRE(normal_cdf(-1e30f) == 0);
}
