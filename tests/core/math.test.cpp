// SPDX-License-Identifier: MIT
// Compiled with -ffast-math, under which std::isnan(x) is false for every x.
#include "mote/core/math.hpp"

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

namespace {

/// A value that the optimiser knows nothing about.
template <class T>
T opaque(T value) {
    volatile T kept = value;
    return kept;
}

}  // namespace

TEST_CASE("math: NaN and infinity are seen under -ffast-math") {
    const float zero = opaque(0.0f);
    const float infinity = std::bit_cast<float>(opaque(0x7f800000u));
    const float nan_value = std::bit_cast<float>(opaque(0x7fc00000u));
    REQUIRE(mote::isfinite(zero));
    REQUIRE_FALSE(mote::isfinite(infinity));
    REQUIRE_FALSE(mote::isfinite(nan_value));
    REQUIRE(mote::isnan(nan_value));
    REQUIRE(mote::isinf(-infinity));
    REQUIRE_FALSE(mote::all_finite(std::array{zero, nan_value}));
    REQUIRE_FALSE(mote::isfinite(mote::sin(infinity)));
    REQUIRE_FALSE(mote::isfinite(mote::exp(nan_value)));
}

TEMPLATE_TEST_CASE("math: the identities of analysis hold under -ffast-math", "", float, double) {
    using T = TestType;
    constexpr T step = std::numeric_limits<T>::epsilon();
    mote::Random random(1);
    for (int i = 0; i < 2000; ++i) {
        const T x = 8 * (random.uniform<T>() - T{0.5});  // every function's error is below 3 steps; |x| <= 4
        CAPTURE(x);
        REQUIRE(mote::abs(mote::log(mote::exp(x)) - x) <= 8 * step);
        REQUIRE(mote::abs(mote::sin(x) * mote::sin(x) + mote::cos(x) * mote::cos(x) - 1) <= 6 * step);
        REQUIRE(mote::abs(mote::tanh(x) - (2 * mote::sigmoid(2 * x) - 1)) <= 6 * step);
        REQUIRE(mote::abs(mote::log2(mote::abs(x)) - mote::log(mote::abs(x)) / mote::log(T{2})) <= 30 * step);
        if (x > 0) REQUIRE(mote::abs(mote::rsqrt(x) * mote::sqrt(x) - 1) <= 4 * step);
        const T angle = mote::atan2(mote::sin(x / 2), mote::cos(x / 2));
        REQUIRE(mote::abs(angle - x / 2) <= 6 * step);
    }
}
