// SPDX-License-Identifier: MIT
#include "mote/core/math_q15.hpp"

#include <cmath>
#include <numbers>

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::q15, mote::q2_13, mote::q3_12, mote::q4_11, mote::q16_15;

namespace {

/// How far a result is from the exact value, in units of its last place; beyond the range, from its end.
template <class F>
double error(F got, long double exact) {
    const long double wanted = std::ldexp(exact, F::fraction_bits);
    const auto lowest = static_cast<long double>(F::lowest_raw),
               highest = static_cast<long double>(F::highest_raw);
    return static_cast<double>(std::abs(got.raw - std::fmin(std::fmax(wanted, lowest), highest)));
}

/// The largest error over all arguments from the first on.
template <class Argument = q15, class Function, class Exact>
double worst(Function function, Exact exact, int first = -32768) {
    double result = 0;
    for (int raw = first; raw < 32768; ++raw) {
        const auto x = Argument::from_raw(static_cast<std::int16_t>(raw));
        result =
            std::fmax(result, error(function(x), exact(std::ldexp(1.0L * raw, -Argument::fraction_bits))));
    }
    return result;
}

constexpr long double pi = std::numbers::pi_v<long double>;

}  // namespace

TEST_CASE("math_q15: worked by hand") {
    STATIC_REQUIRE(mote::sqrt(q15(0.25)) == q15(0.5));
    STATIC_REQUIRE(mote::exp(q15{}) == q2_13(1));
    STATIC_REQUIRE(mote::log2(q15(0.125)) == q4_11(-3));
    STATIC_REQUIRE(mote::sin(q15(0.25)) == q15::highest());  // a quarter of a turn
    STATIC_REQUIRE(mote::cos(q15(0.5)) == q15(-1));
    STATIC_REQUIRE(mote::sigmoid(q3_12{}) == q15(0.5));
    STATIC_REQUIRE(mote::tanh(q3_12{}) == q15{});
    STATIC_REQUIRE(mote::reciprocal(q15(-0.5)) == q16_15(-2));
    STATIC_REQUIRE(mote::rsqrt(q15(0.0625)) == q16_15(4));
    STATIC_REQUIRE(mote::atan2(q15(0.5), q15(0.5)).raw == 6434);  // round(2^13 pi / 4)
}

TEST_CASE("math_q15: within one unit of the last place for all 65,536 arguments") {
    CHECK(worst([](q15 x) { return mote::sqrt(x); }, [](long double x) { return std::sqrt(x); }, 0) <= 0.5);
    CHECK(worst([](q15 x) { return mote::exp(x); }, [](long double x) { return std::exp(x); }) < 0.55);
    CHECK(worst([](q15 x) { return mote::log(x); }, [](long double x) { return std::log(x); }, 1) < 0.65);
    CHECK(worst([](q15 x) { return mote::log2(x); }, [](long double x) { return std::log2(x); }, 1) < 0.7);
    CHECK(worst([](q15 x) { return mote::sin(x); }, [](long double x) { return std::sin(2 * pi * x); }) <
          0.55);
    CHECK(worst([](q15 x) { return mote::cos(x); }, [](long double x) { return std::cos(2 * pi * x); }) <
          0.55);
    CHECK(worst([](q15 x) { return mote::rsqrt(x); }, [](long double x) { return 1 / std::sqrt(x); }, 1) <=
          0.5);
    CHECK(worst([](q15 x) { return mote::reciprocal(x); },
                [](long double x) { return x == 0 ? 1e9L : 1 / x; }) <= 0.5);
}

TEMPLATE_TEST_CASE("math_q15: tanh and sigmoid within one unit for all arguments of each format", "", q15,
                   q3_12, (mote::Fixed<std::int16_t, 9>)) {
    const auto logistic = [](long double x) { return 1 / (1 + std::exp(-x)); };
    CHECK(worst<TestType>([](TestType x) { return mote::tanh(x); },
                          [](long double x) { return std::tanh(x); }) < 0.77);
    CHECK(worst<TestType>([](TestType x) { return mote::sigmoid(x); }, logistic) < 0.77);
}

TEST_CASE("math_q15: atan2 within one unit on a grid, its edges and at random") {
    double largest = 0;
    const auto check = [&](int y, int x) {
        const auto up = q15::from_raw(static_cast<std::int16_t>(y)),
                   across = q15::from_raw(static_cast<std::int16_t>(x));
        largest = std::fmax(largest, error(mote::atan2(up, across), std::atan2(1.0L * y, 1.0L * x)));
    };
    for (int y = -32768; y < 32768; y += 127) {
        for (int x = -32768; x < 32768; x += 127) check(y, x);
    }
    for (int y = -100; y < 100; ++y) {
        for (int x = -100; x < 100; ++x) check(y, x);
    }
    for (int edge : {-32768, -1, 0, 1, 32767}) {
        for (int other = -32768; other < 32768; ++other) check(edge, other), check(other, edge);
    }
    mote::Random random(3);
    for (int i = 0; i < 500'000; ++i) {
        check(static_cast<std::int16_t>(random.next()), static_cast<std::int16_t>(random.next()));
    }
    CHECK(largest < 0.77);
}

TEST_CASE("math_q15: outside the domain") {
    STATIC_REQUIRE(mote::sqrt(q15(-0.5)) == q15{});
    STATIC_REQUIRE(mote::log(q15{}) == q4_11::lowest());
    STATIC_REQUIRE(mote::log2(q15(-0.5)) == q4_11::lowest());
    STATIC_REQUIRE(mote::rsqrt(q15{}) == q16_15::highest());
    STATIC_REQUIRE(mote::reciprocal(q15{}) == q16_15::highest());
    STATIC_REQUIRE(mote::atan2(q15{}, q15{}) == q2_13{});
}

TEMPLATE_TEST_CASE("math_q15: the square root of every format is correctly rounded", "", mote::q7, mote::q31,
                   mote::q16_16) {
    mote::Random random(4);
    for (int i = 0; i < 20'000; ++i) {
        const auto raw = static_cast<decltype(TestType::raw)>(random.next() >> random.below(32));
        const auto x = TestType::from_raw(raw);
        const long double exact =
            raw <= 0 ? 0.0L : std::sqrt(std::ldexp(static_cast<long double>(raw), -TestType::fraction_bits));
        REQUIRE(error(mote::sqrt(x), exact) <= 0.5);
    }
}
