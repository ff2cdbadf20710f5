// SPDX-License-Identifier: MIT
#include "mote/core/error_function.hpp"

#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"

TEST_CASE("erf: table 7.1 of Abramowitz and Stegun, at compile time") {
    STATIC_REQUIRE(mote::erf(0.0) == 0);
    STATIC_REQUIRE(mote::abs(mote::erf(0.5) - 0.5204998778) < 5e-11);
    STATIC_REQUIRE(mote::abs(mote::erf(-1.0) + 0.8427007929) < 5e-11);
    STATIC_REQUIRE(mote::abs(mote::erf(1.98) - 0.9948920004) < 5e-11);
}

TEST_CASE("erf: the standard library's, everywhere") {
    double worst = 0, worst_single = 0;
    for (double x = -7; x < 7; x += 0x1p-9) {
        worst = mote::max(worst, std::fabs(mote::erf(x) - std::erf(x)));
        const auto single = static_cast<float>(x);
        const double gap = static_cast<double>(mote::erf(single)) - std::erf(static_cast<double>(single));
        worst_single = mote::max(worst_single, std::fabs(gap));
    }
    REQUIRE(worst < 6 * 0x1p-53);
    REQUIRE(worst_single < 6 * 0x1p-24);
}

TEST_CASE("erf: infinities and NaN") {
    constexpr double endless = std::numeric_limits<double>::infinity();
    REQUIRE(mote::erf(endless) == 1);
    REQUIRE(mote::erf(-endless) == -1);
    REQUIRE(std::isnan(mote::erf(std::numeric_limits<double>::quiet_NaN())));
    REQUIRE(std::signbit(mote::erf(-0.0)));
}
