// SPDX-License-Identifier: MIT
#include "mote/core/histogram.hpp"

#include <cmath>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::Status;
using Histogram = mote::Histogram<float, 4>;

TEST_CASE("Histogram: worked by hand") {
    constexpr auto histogram = [] {
        Histogram result(0, 8);
        for (float x : {0.0f, 1.9f, 2.0f, 3.0f, 3.5f, 7.99f, 8.0f, -0.1f, 100.0f}) (void)result.update(x);
        return result;
    }();
    STATIC_REQUIRE(histogram[0] == 2);
    STATIC_REQUIRE(histogram[1] == 3);
    STATIC_REQUIRE(histogram[2] == 0);
    STATIC_REQUIRE(histogram[3] == 1);
    STATIC_REQUIRE(histogram.below() == 1);
    STATIC_REQUIRE(histogram.above() == 2);
    STATIC_REQUIRE(histogram.count() == 9);
    // Of 9 values 4.5 lie below the median: 1 below, 2 in the first bin, 1.5 of the 3 in the second.
    STATIC_REQUIRE(histogram.quantile(0.5f) == 3.0f);
    STATIC_REQUIRE(histogram.quantile(0.0f) == 0.0f);
    STATIC_REQUIRE(histogram.quantile(1.0f) == 8.0f);
    STATIC_REQUIRE(Histogram(2, 3).quantile(0.5f) == 2.0f);
}

TEST_CASE("Histogram: the float just below the end belongs to the last bin") {
    mote::Histogram<float, 3> histogram(0.1f, 0.7f);
    REQUIRE(histogram.update(std::nextafter(0.7f, 0.0f)) == Status::ok);
    REQUIRE(histogram[2] == 1);
    REQUIRE(histogram.above() == 0);
}

TEST_CASE("Histogram: merging equals counting everything, in either order") {
    mote::Random random(1);
    Histogram left(-1, 1), right(-1, 1), both(-1, 1);
    for (int i = 0; i < 1000; ++i) {
        const float x = random.normal<float>();
        REQUIRE((i % 3 == 0 ? left : right).update(x) == Status::ok);
        REQUIRE(both.update(x) == Status::ok);
    }
    Histogram other_way = right;
    REQUIRE(left.merge(right) == Status::ok);
    for (std::size_t i = 0; i < 4; ++i) REQUIRE(left[i] == both[i]);
    REQUIRE(left.below() == both.below());
    REQUIRE(left.above() == both.above());
    REQUIRE(other_way.merge(Histogram(-1, 2)) == Status::bad_parameter);
    STATIC_REQUIRE(mote::Mergeable<Histogram>);
}

TEST_CASE("Histogram: bad input changes nothing") {
    Histogram histogram(0, 1);
    REQUIRE(histogram.update(std::numeric_limits<float>::quiet_NaN()) == Status::not_finite);
    REQUIRE(histogram.update(std::numeric_limits<float>::infinity()) == Status::not_finite);
    REQUIRE(histogram.count() == 0);
    REQUIRE(Histogram(1, 1).update(1.0f) == Status::bad_parameter);
    REQUIRE(Histogram(std::numeric_limits<float>::quiet_NaN(), 1).update(1.0f) == Status::bad_parameter);
    REQUIRE(histogram.update(0.5f) == Status::ok);
    histogram.reset();
    REQUIRE(histogram.count() == 0);
    REQUIRE(histogram.update(2.0f) == Status::ok);  // the range is kept
    REQUIRE(histogram.above() == 1);
}
