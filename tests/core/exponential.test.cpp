// SPDX-License-Identifier: MIT
#include "mote/core/exponential.hpp"

#include "tests/core/ulp.hpp"
#include "tests/support/catch.hpp"

using mote::testing::worst_ulps;

TEST_CASE("exponential: known values, at compile time") {
    STATIC_REQUIRE(mote::exp(0.0) == 1);
    STATIC_REQUIRE(mote::exp(1.0f) == 0x1.5bf0a8p+1f);
    STATIC_REQUIRE(mote::log(1.0f) == 0);
    STATIC_REQUIRE(mote::log(2.0) == 0x1.62e42fefa39efp-1);
    STATIC_REQUIRE(mote::log2(8.0f) == 3);
    STATIC_REQUIRE(mote::log2(0x1p-1074) == -1074);
    STATIC_REQUIRE(mote::tanh(20.0f) == 1);
    STATIC_REQUIRE(mote::sigmoid(0.0) == 0.5);
}

TEST_CASE("exponential: the ends, at compile time") {
    STATIC_REQUIRE(mote::isinf(mote::exp(100.0f)));
    STATIC_REQUIRE(mote::exp(-200.0f) == 0);
    STATIC_REQUIRE(mote::exp(-745.0) == 0x1p-1074);
    STATIC_REQUIRE(mote::log(0.0f) == -std::numeric_limits<float>::infinity());
    STATIC_REQUIRE(mote::isnan(mote::log(-1.0f)));
    STATIC_REQUIRE(mote::isnan(mote::exp(std::numeric_limits<float>::quiet_NaN())));
    STATIC_REQUIRE(mote::sigmoid(-1e9f) == 0);
    STATIC_REQUIRE(mote::sigmoid(1e9f) == 1);
    STATIC_REQUIRE(mote::tanh(-std::numeric_limits<double>::infinity()) == -1);
}

TEMPLATE_TEST_CASE("exponential: within the stated error of the standard library", "", float, double) {
    using T = TestType;
    using W = mote::testing::Wider<T>;
    CHECK(worst_ulps<T>([](T x) { return mote::exp(x); }, [](W x) { return std::exp(x); }) < 1.1);
    CHECK(worst_ulps<T>([](T x) { return mote::log(x); }, [](W x) { return std::log(x); }) < 1);
    CHECK(worst_ulps<T>([](T x) { return mote::log2(x); }, [](W x) { return std::log2(x); }) < 1.5);
    CHECK(worst_ulps<T>([](T x) { return mote::tanh(x); }, [](W x) { return std::tanh(x); }) < 1.5);
    CHECK(worst_ulps<T>([](T x) { return mote::sigmoid(x); }, [](W x) { return 1 / (1 + std::exp(-x)); }) <
          2.5);
}

TEST_CASE("exponential: the same bits at compile time and at run time") {
    constexpr std::array<float, 6> xs = {-87.3f, -0.7f, 1e-3f, 0.4f, 3.25f, 77.7f};
    constexpr auto all = [](float x) {
        return std::array{mote::exp(x), mote::log(mote::abs(x)), mote::log2(mote::abs(x)), mote::tanh(x),
                          mote::sigmoid(x)};
    };
    constexpr std::array early = {all(xs[0]), all(xs[1]), all(xs[2]), all(xs[3]), all(xs[4]), all(xs[5])};
    for (std::size_t i = 0; i < xs.size(); ++i) {
        const volatile float x = xs[i];
        REQUIRE(all(x) == early[i]);
    }
}
