// SPDX-License-Identifier: MIT
#include "mote/core/floating.hpp"

#include "tests/core/ulp.hpp"
#include "tests/support/catch.hpp"

constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();

TEMPLATE_TEST_CASE("floating: classification agrees with the standard library", "", float, double) {
    int wrong = 0;
    mote::testing::for_many_values<TestType>([&](TestType x) {
        wrong += mote::isnan(x) != std::isnan(x);
        wrong += mote::isinf(x) != std::isinf(x);
        wrong += mote::isfinite(x) != std::isfinite(x);
    });
    REQUIRE(wrong == 0);
}

TEMPLATE_TEST_CASE_SIG("floating: one bad value among many is found wherever it is", "",
                       ((class T, int N), T, N), (float, 5), (double, 5), (float, 64), (double, 77)) {
    using Limits = std::numeric_limits<T>;
    constexpr std::array ends{Limits::max(), -Limits::max(), Limits::denorm_min(), T(-0.0)};
    constexpr std::array bad{Limits::quiet_NaN(), -Limits::quiet_NaN(), Limits::infinity(),
                             -Limits::infinity()};
    for (std::size_t place = 0; place < N; ++place) {
        std::array<T, N> values{};
        for (std::size_t i = 0; i < N; ++i) values[i] = ends[i % ends.size()];
        REQUIRE(mote::all_finite(values));
        values[place] = bad[place % bad.size()];
        REQUIRE_FALSE(mote::all_finite(values));
        REQUIRE_FALSE(mote::all_finite(std::span<const T>(values)));
    }
    STATIC_REQUIRE(mote::all_finite(std::span<const T, 0>{}));
}

TEST_CASE("floating: abs, copysign, min, max and clamp") {
    STATIC_REQUIRE(mote::abs(-2.5) == 2.5);
    REQUIRE_FALSE(std::signbit(mote::abs(-0.0f)));
    STATIC_REQUIRE(mote::copysign(3.0f, -0.0f) == -3.0f);
    STATIC_REQUIRE(mote::min(2, 1) == 1);
    STATIC_REQUIRE(mote::max(2.0f, 3.0f) == 3.0f);
    STATIC_REQUIRE(mote::max(2.0f, nan_value) == 2.0f);
    STATIC_REQUIRE(mote::clamp(-7, -5, 5) == -5);
    STATIC_REQUIRE(mote::clamp(9.0, -5.0, 5.0) == 5.0);
    STATIC_REQUIRE(mote::clamp(1, -5, 5) == 1);
}

TEMPLATE_TEST_CASE("floating: the nearest whole number, halves away from zero", "", float, double) {
    using T = TestType;
    STATIC_REQUIRE(mote::nearest_integer<std::int16_t>(T(2.25)) == 2);
    STATIC_REQUIRE(mote::nearest_integer<std::int16_t>(T(2.5)) == 3);
    STATIC_REQUIRE(mote::nearest_integer<std::int16_t>(T(-2.25)) == -2);
    STATIC_REQUIRE(mote::nearest_integer<std::int16_t>(T(-2.5)) == -3);
    STATIC_REQUIRE(mote::nearest_integer<std::uint16_t>(T(65535.25)) == 65535);
}

TEMPLATE_TEST_CASE("floating: unpacking loses nothing", "", float, double) {
    int wrong = 0;
    mote::testing::for_many_values<TestType>([&](TestType x) {
        if (!(x > 0) || !mote::isfinite(x)) return;
        const auto [significand, exponent] = mote::detail::unpack(x);
        wrong += std::ldexp(static_cast<TestType>(significand), exponent) != x;
        wrong += std::bit_width(significand) != std::numeric_limits<TestType>::digits;
    });
    REQUIRE(wrong == 0);
}
