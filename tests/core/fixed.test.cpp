// SPDX-License-Identifier: MIT
#include "mote/core/fixed.hpp"

#include <cmath>
#include <vector>

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::Fixed, mote::q7, mote::q15, mote::q31, mote::q16_16;

namespace {

__extension__ using Exact = __int128;

/// numerator / denominator to nearest, ties upwards: floor of the value plus one half.
Exact nearest(Exact numerator, Exact denominator) {
    if (denominator < 0) numerator = -numerator, denominator = -denominator;
    const Exact n = 2 * numerator + denominator;
    const Exact d = 2 * denominator;
    return n / d - (n % d < 0 ? 1 : 0);
}

template <class F>
Exact clipped(Exact raw) {
    return raw < F::lowest_raw ? F::lowest_raw : raw > F::highest_raw ? F::highest_raw : raw;
}

/// Every value of q7; the ends, the neighbours of zero and one, and random ones of all sizes for the others.
template <class F>
std::vector<F> values() {
    std::vector<F> result;
    if constexpr (sizeof(F) == 1) {
        for (int raw = -128; raw < 128; ++raw) result.push_back(F::from_raw(static_cast<std::int8_t>(raw)));
    } else {
        using Rep = decltype(F::raw);
        const auto add = [&](std::int64_t raw) { result.push_back(F::from_raw(static_cast<Rep>(raw))); };
        constexpr std::int64_t one = std::int64_t{1} << F::fraction_bits;
        for (std::int64_t centre : {std::int64_t{0}, one / 2, -one / 2, one, -one}) {
            for (int step = -2; step <= 2; ++step) add(static_cast<std::int64_t>(clipped<F>(centre + step)));
        }
        for (int step = 0; step < 3; ++step) add(F::lowest_raw + step), add(F::highest_raw - step);
        mote::Random random(1);
        for (int i = 0; i < 400; ++i) add(static_cast<Rep>(random.next()) >> random.below(8 * sizeof(Rep)));
    }
    return result;
}

}  // namespace

TEST_CASE("Fixed: worked by hand") {
    STATIC_REQUIRE(q15(0.5).raw == 16384);
    STATIC_REQUIRE(q15(0.5) * q15(-0.25) == q15(-0.125));
    STATIC_REQUIRE(q7(0.75) + q7(0.75) == q7::highest());
    STATIC_REQUIRE(-q7(-1) == q7::highest());  // 1 is not in the range
    STATIC_REQUIRE(q7(-1) * q7(-1) == q7::highest());
    STATIC_REQUIRE(q16_16(7) / q16_16(2) == q16_16(3.5));
    STATIC_REQUIRE(q7::from_raw(1) * q7(0.5) == q7::from_raw(1));   // half a step: a tie, upwards
    STATIC_REQUIRE(q7::from_raw(-1) * q7(0.5) == q7::from_raw(0));  // and upwards again
    STATIC_REQUIRE(q16_16(3) / q16_16(0) == q16_16::highest());
    STATIC_REQUIRE(q16_16(0) / q16_16(0) == q16_16::highest());
    STATIC_REQUIRE(q16_16(-3) / q16_16(0) == q16_16::lowest());
    STATIC_REQUIRE(static_cast<int>(q16_16(-2.5)) == -2);
    STATIC_REQUIRE(static_cast<int>(q16_16(2.5)) == 3);
    STATIC_REQUIRE(static_cast<std::uint8_t>(q16_16(-2.5)) == 0);
    STATIC_REQUIRE(static_cast<std::int8_t>(q16_16(1000)) == 127);
    STATIC_REQUIRE(static_cast<float>(q7(-0.5)) == -0.5f);
    STATIC_REQUIRE(mote::abs(q15(-0.5)) == q15(0.5));
    STATIC_REQUIRE(mote::clamp(q15(0.9), q15(-0.5), q15(0.5)) == q15(0.5));
}

TEST_CASE("Fixed: a plain value, a scalar, and usable as a template argument") {
    STATIC_REQUIRE(sizeof(q7) == 1);
    STATIC_REQUIRE(sizeof(q15) == 2);
    STATIC_REQUIRE(mote::PlainValue<q31>);
    STATIC_REQUIRE(mote::Scalar<q16_16>);
    STATIC_REQUIRE_FALSE(mote::FloatingScalar<q15>);
    STATIC_REQUIRE_FALSE(std::convertible_to<float, q15>);
    STATIC_REQUIRE_FALSE(std::convertible_to<q15, float>);
    STATIC_REQUIRE_FALSE(std::convertible_to<q15, q31>);
    STATIC_REQUIRE(std::integral_constant<q15, q15(0.25)>::value.raw == 8192);
    STATIC_REQUIRE(std::numeric_limits<q7>::max() == q7::highest());
    STATIC_REQUIRE(std::numeric_limits<q7>::digits == 7);
}

TEMPLATE_TEST_CASE("Fixed: every operation is the exact result, rounded and clipped once", "", q7, q15, q31,
                   q16_16, (Fixed<std::int8_t, 0>), (Fixed<std::int32_t, 0>)) {
    using F = TestType;
    const Exact one = Exact{1} << F::fraction_bits;
    for (const F a : values<F>()) {
        int wrong = 0;
        for (const F b : values<F>()) {
            const Exact x = a.raw, y = b.raw;
            const Exact by_zero = x < 0 ? F::lowest_raw : F::highest_raw;
            wrong += (a + b).raw != clipped<F>(x + y);
            wrong += (a - b).raw != clipped<F>(x - y);
            wrong += (a * b).raw != clipped<F>(nearest(x * y, one));
            wrong += (a / b).raw != (y == 0 ? by_zero : clipped<F>(nearest(x * one, y)));
            wrong += (a == b) != (x == y) || (a != b) != (x != y) || (a < b) != (x < y);
            wrong += (a > b) != (x > y) || (a <= b) != (x <= y) || (a >= b) != (x >= y);
            F sum = a, difference = a, product = a, quotient = a;
            wrong += (sum += b) != a + b || (difference -= b) != a - b;
            wrong += (product *= b) != a * b || (quotient /= b) != a / b;
        }
        CAPTURE(static_cast<int>(a.raw));
        REQUIRE(wrong == 0);
        REQUIRE((+a).raw == a.raw);
        REQUIRE((-a).raw == clipped<F>(-Exact{a.raw}));
        REQUIRE(mote::abs(a).raw == clipped<F>(a.raw < 0 ? -Exact{a.raw} : Exact{a.raw}));
    }
}

TEMPLATE_TEST_CASE("Fixed: conversions round to nearest and clip", "", q7, q15, q31, q16_16) {
    using F = TestType;
    const Exact one = Exact{1} << F::fraction_bits;
    int wrong = 0;
    for (const F a : values<F>()) {
        const double exact = std::ldexp(static_cast<double>(a.raw), -F::fraction_bits);
        wrong += static_cast<double>(a) != exact;
        wrong += static_cast<float>(a) != static_cast<float>(exact);
        wrong += F(exact) != a;
        wrong += static_cast<std::int64_t>(a) != nearest(a.raw, one);
        wrong += q7(a).raw != clipped<q7>(nearest(Exact{a.raw} * 128, one));
        wrong += q31(a).raw != clipped<q31>(nearest(Exact{a.raw} << 31, one));
        wrong += q16_16(a).raw != clipped<q16_16>(nearest(Exact{a.raw} * 65536, one));
        for (const double part : {-0.75, -0.5, -0.25, 0.25, 0.5, 0.75}) {
            const double between = std::ldexp(a.raw + part, -F::fraction_bits);  // exact in a double
            wrong += F(between).raw != clipped<F>(nearest(Exact{a.raw} * 4 + static_cast<int>(part * 4), 4));
        }
    }
    for (int whole = -70000; whole < 70000; whole += 7) wrong += F(whole).raw != clipped<F>(whole * one);
    REQUIRE(wrong == 0);
}

TEST_CASE("Fixed: numbers from far outside") {
    STATIC_REQUIRE(q15(1e30f) == q15::highest());
    STATIC_REQUIRE(q15(-1e300) == q15::lowest());
    STATIC_REQUIRE(q31(std::numeric_limits<float>::infinity()) == q31::highest());
    STATIC_REQUIRE(q31(-std::numeric_limits<double>::infinity()) == q31::lowest());
    STATIC_REQUIRE(q7(std::numeric_limits<float>::quiet_NaN()) == q7{});
    STATIC_REQUIRE(q16_16(std::numeric_limits<std::uint64_t>::max()) == q16_16::highest());
    STATIC_REQUIRE(q16_16(std::numeric_limits<std::int64_t>::lowest()) == q16_16::lowest());
    STATIC_REQUIRE(q15(0x1.fffffep-2f / 32768) == q15{});  // just below half a step
}
