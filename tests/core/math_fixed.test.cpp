// SPDX-License-Identifier: MIT
#include "mote/core/math_fixed.hpp"

#include <cmath>

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::q16_16, mote::q31, mote::q7;

namespace {

template <class F>
double error(F got, long double exact) {
    const long double wanted = std::ldexp(exact, F::fraction_bits);
    const auto lowest = static_cast<long double>(F::lowest_raw),
               highest = static_cast<long double>(F::highest_raw);
    return static_cast<double>(std::abs(got.raw - std::fmin(std::fmax(wanted, lowest), highest)));
}

/// All of q7; the ends and random values of all sizes of the wider formats.
template <class F, class Visit>
void for_many_values(Visit visit) {
    using Rep = decltype(F::raw);
    mote::Random random(1);
    for (int raw = -128; raw < 128; ++raw) visit(F::from_raw(static_cast<Rep>(raw)));
    visit(F::lowest()), visit(F::highest());
    if constexpr (sizeof(F) > 1) {
        for (int i = 0; i < 10'000; ++i) {
            visit(F::from_raw(
                static_cast<Rep>(static_cast<Rep>(random.next()) >> random.below(8 * sizeof(F)))));
        }
    }
}

template <class F, class Function, class Exact>
double worst(Function function, Exact exact) {
    double result = 0;
    for_many_values<F>([&](F x) {
        const long double value = std::ldexp(static_cast<long double>(x.raw), -F::fraction_bits);
        result = std::fmax(result, error(function(x), exact(value)));
    });
    return result;
}

using Long = long double;
constexpr Long far = 1e30L;

}  // namespace

TEST_CASE("math_fixed: known values, at compile time") {
    STATIC_REQUIRE(mote::exp(q16_16(0)) == q16_16(1));
    STATIC_REQUIRE(mote::log2(q16_16(8)) == q16_16(3));
    STATIC_REQUIRE(mote::sigmoid(q16_16(0)) == q16_16(0.5));
    STATIC_REQUIRE(mote::cos(q16_16(0)) == q16_16(1));
    STATIC_REQUIRE(mote::reciprocal(q16_16(-4)) == q16_16(-0.25));
    STATIC_REQUIRE(mote::rsqrt(q16_16(4)) == q16_16(0.5));
    STATIC_REQUIRE(mote::exp(q16_16(11)) == q16_16::highest());  // 59,874
    STATIC_REQUIRE(mote::log(q16_16(0)) == q16_16::lowest());
    STATIC_REQUIRE(mote::atan2(q16_16(0), q16_16(0)) == q16_16(0));
}

TEMPLATE_TEST_CASE("math_fixed: as good as rounding the exact value", "", q7, q31, q16_16,
                   (mote::Fixed<std::int16_t, 6>), (mote::Fixed<std::int32_t, 24>)) {
    using F = TestType;
    constexpr double bound = 0.51;
    CHECK(worst<F>([](F x) { return mote::exp(x); }, [](Long x) { return std::exp(x); }) < bound);
    CHECK(worst<F>([](F x) { return mote::log(x); }, [](Long x) { return x > 0 ? std::log(x) : -far; }) <
          bound);
    CHECK(worst<F>([](F x) { return mote::log2(x); }, [](Long x) { return x > 0 ? std::log2(x) : -far; }) <
          bound);
    CHECK(worst<F>([](F x) { return mote::sin(x); }, [](Long x) { return std::sin(x); }) < bound);
    CHECK(worst<F>([](F x) { return mote::cos(x); }, [](Long x) { return std::cos(x); }) < bound);
    CHECK(worst<F>([](F x) { return mote::tanh(x); }, [](Long x) { return std::tanh(x); }) < bound);
    CHECK(worst<F>([](F x) { return mote::sigmoid(x); }, [](Long x) { return 1 / (1 + std::exp(-x)); }) <
          bound);
    CHECK(worst<F>([](F x) { return mote::reciprocal(x); }, [](Long x) { return x == 0 ? far : 1 / x; }) <
          bound);
    if constexpr (F::fraction_bits <= 20) {
        CHECK(worst<F>([](F x) { return mote::rsqrt(x); },
                       [](Long x) { return x > 0 ? 1 / std::sqrt(x) : far; }) < bound);
    }
    double largest = 0;
    F last = F::highest();
    for_many_values<F>([&](F x) {
        largest =
            std::fmax(largest, error(mote::atan2(x, last), std::atan2(Long{1} * x.raw, Long{1} * last.raw)));
        last = x;
    });
    CHECK(largest < bound);
}
