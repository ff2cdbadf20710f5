// SPDX-License-Identifier: MIT
#include "mote/core/roots.hpp"

#include "tests/core/ulp.hpp"
#include "tests/support/catch.hpp"

using mote::testing::worst_ulps;

TEST_CASE("roots: known values, at compile time") {
    STATIC_REQUIRE(mote::sqrt(9.0f) == 3);
    STATIC_REQUIRE(mote::sqrt(2.0) == 0x1.6a09e667f3bcdp+0);
    STATIC_REQUIRE(mote::sqrt(0x1p-148f) == 0x1p-74f);
    STATIC_REQUIRE(mote::isnan(mote::sqrt(-1.0)));
    STATIC_REQUIRE(mote::rsqrt(0.25f) == 2);
    STATIC_REQUIRE(mote::reciprocal(-4.0) == -0.25);
    STATIC_REQUIRE(mote::reciprocal(-0.0f) == -std::numeric_limits<float>::infinity());
}

TEMPLATE_TEST_CASE("roots: the constant evaluator's square root is the hardware's, bit for bit", "", float,
                   double) {
    int wrong = 0;
    mote::testing::for_many_values<TestType>([&](TestType x) {
        if (x > 0 && mote::isfinite(x)) wrong += mote::detail::square_root_by_digits(x) != std::sqrt(x);
    });
    REQUIRE(wrong == 0);
}

TEMPLATE_TEST_CASE("roots: within the stated error", "", float, double) {
    using T = TestType;
    using W = mote::testing::Wider<T>;
    CHECK(worst_ulps<T>([](T x) { return mote::sqrt(x); }, [](W x) { return std::sqrt(x); }) <= 0.5);
    CHECK(worst_ulps<T>([](T x) { return mote::reciprocal(x); }, [](W x) { return 1 / x; }) <= 0.5);
    CHECK(worst_ulps<T>([](T x) { return mote::rsqrt(x); }, [](W x) { return 1 / std::sqrt(x); }) < 1.5);
}
