// SPDX-License-Identifier: MIT
#include "mote/core/trigonometry.hpp"

#include "tests/core/ulp.hpp"
#include "tests/support/catch.hpp"

using mote::testing::worst_ulps;

TEST_CASE("trigonometry: known values, at compile time") {
    STATIC_REQUIRE(mote::sin(0.0) == 0);
    STATIC_REQUIRE(mote::cos(0.0f) == 1);
    STATIC_REQUIRE(mote::atan2(1.0, 1.0) == 0x1.921fb54442d18p-1);
    STATIC_REQUIRE(mote::atan2(0.0f, -1.0f) == 0x1.921fb6p+1f);
    STATIC_REQUIRE(mote::isnan(mote::sin(std::numeric_limits<double>::infinity())));
    STATIC_REQUIRE(mote::isnan(mote::cos(std::numeric_limits<float>::quiet_NaN())));
}

// A reduction that keeps fewer than a thousand bits of 2/pi gets not one digit of these right. The first is
// Ng 1992, "Argument reduction for huge arguments"; the others are the double and the float nearest to a
// multiple of pi/2, Muller et al., Handbook of Floating-Point Arithmetic, section 11.3.2.
TEST_CASE("trigonometry: arguments that are hard to reduce") {
    STATIC_REQUIRE(mote::sin(1e22) == -0.8522008497671888018);
    STATIC_REQUIRE(mote::abs(mote::cos(0x1.6ac5b262ca1ffp+849) / -4.6871659242546276111e-19 - 1) < 1e-15);
    STATIC_REQUIRE(mote::sin(0x1.6ac5b262ca1ffp+849) == 1);
    CHECK(mote::testing::ulps(mote::cos(16367173 * 0x1p72f), std::cos(16367173 * 0x1p72)) < 1.5);
}

TEMPLATE_TEST_CASE("trigonometry: within the stated error of the standard library", "", float, double) {
    using T = TestType;
    using W = mote::testing::Wider<T>;
    CHECK(worst_ulps<T>([](T x) { return mote::sin(x); }, [](W x) { return std::sin(x); }) < 1.5);
    CHECK(worst_ulps<T>([](T x) { return mote::cos(x); }, [](W x) { return std::cos(x); }) < 1.5);
    double worst = 0;
    T last = 1;
    mote::testing::for_many_values<T>([&](T y) {
        const T near = y * std::ldexp(last < 0 ? std::fmod(last, T{4}) : T{0.375}, 1);
        for (T x : {last, near, T{1}, -y}) {
            worst = std::max(worst, mote::testing::ulps<T>(mote::atan2(y, x),
                                                           std::atan2(static_cast<W>(y), static_cast<W>(x))));
        }
        last = y;
    });
    CHECK(worst < 2);
}

TEST_CASE("trigonometry: atan2 of zeros and infinities as in C, annex F") {
    constexpr float inf = std::numeric_limits<float>::infinity();
    for (float y : {0.0f, -0.0f, 2.0f, -2.0f, inf, -inf}) {
        for (float x : {0.0f, -0.0f, 3.0f, -3.0f, inf, -inf}) {
            CAPTURE(y, x);
            REQUIRE(mote::atan2(y, x) == std::atan2(y, x));
            REQUIRE(std::signbit(mote::atan2(y, x)) == std::signbit(y));
        }
    }
}

TEST_CASE("trigonometry: the same bits at compile time and at run time") {
    constexpr std::array<double, 4> xs = {0.3, 2.5, -31.4, 1e9};
    constexpr auto all = [](double x) { return std::array{mote::sin(x), mote::cos(x), mote::atan2(x, 2.0)}; };
    constexpr std::array early = {all(xs[0]), all(xs[1]), all(xs[2]), all(xs[3])};
    for (std::size_t i = 0; i < xs.size(); ++i) {
        const volatile double x = xs[i];
        REQUIRE(all(x) == early[i]);
    }
}
