// SPDX-License-Identifier: MIT
#include "mote/rl/rate.hpp"

#include "tests/support/catch.hpp"

using mote::q15;
using mote::rl::discounted;
using mote::rl::moved_towards;
using mote::rl::Rate;

namespace {

constexpr Rate half{0.5};
constexpr Rate eighth{0.125};
constexpr Rate tenth{0.1};
constexpr Rate all{1};
constexpr Rate none{0};

constexpr q15 raw(int value) {
    return q15::from_raw(static_cast<std::int16_t>(value));
}

// The nearest integer to value * rate in exact arithmetic: rate is fraction / 2^15.
std::int64_t nearest(std::int64_t value, std::int64_t fraction) {
    const std::int64_t doubled = 2 * value * fraction + (1 << 15);
    return doubled >= 0 ? doubled >> 16 : -((-doubled + (1 << 16) - 1) >> 16);
}

template <Rate R>
void check_every_target(std::int64_t fraction) {
    for (int value : {-32768, -12345, -1, 0, 1, 20000, 32767}) {
        for (int target = -32768; target <= 32767; ++target) {
            const auto moved = moved_towards<R>(raw(value), raw(target)).raw;
            const auto expected = value + nearest(target - value, fraction);
            if (moved != expected)
                FAIL(value << " towards " << target << ": " << moved << ", not " << expected);
        }
    }
    SUCCEED();
}

}  // namespace

TEST_CASE("Rate: a power of two is a shift, anything else a 15-bit fraction") {
    STATIC_REQUIRE(all.shift() == 0);
    STATIC_REQUIRE(eighth.shift() == 3);
    STATIC_REQUIRE(tenth.shift() == -1);
    STATIC_REQUIRE(none.shift() == -1);
    STATIC_REQUIRE(tenth.fraction() == 3277);
    STATIC_REQUIRE_FALSE(Rate{1.5}.valid());
    STATIC_REQUIRE_FALSE(Rate{-0.1}.valid());
    STATIC_REQUIRE_FALSE(Rate{std::numeric_limits<double>::quiet_NaN()}.valid());
}

TEST_CASE("Rate: worked examples") {
    STATIC_REQUIRE(discounted<half>(1.0f, 4.0f) == 3.0f);
    STATIC_REQUIRE(moved_towards<eighth>(1.0f, 9.0f) == 2.0f);
    STATIC_REQUIRE(discounted<half>(raw(100), raw(11)).raw == 106);     // 105.5 rounds up
    STATIC_REQUIRE(discounted<half>(raw(-100), raw(-11)).raw == -105);  // -105.5 as well
    STATIC_REQUIRE(moved_towards<eighth>(raw(0), raw(81)).raw == 10);   // 10.1
    STATIC_REQUIRE(moved_towards<all>(raw(-32768), raw(32767)).raw == 32767);
    STATIC_REQUIRE(moved_towards<none>(raw(-5), raw(32767)).raw == -5);
}

TEST_CASE("Rate: fixed point saturates where the return leaves the range") {
    STATIC_REQUIRE(discounted<all>(raw(30000), raw(30000)).raw == 32767);
    STATIC_REQUIRE(discounted<all>(raw(-30000), raw(-30000)).raw == -32768);
}

TEST_CASE("Rate: a step is the exact one, rounded to nearest, for every target") {
    check_every_target<all>(32768);
    check_every_target<half>(16384);
    check_every_target<eighth>(4096);
    check_every_target<tenth>(3277);
}

TEST_CASE("Rate: stochastic rounding is right in the mean") {
    // From 0 towards 3 by an eighth is 0.375: over all 2^15 noises, up in exactly that share.
    int ups = 0;
    for (std::int32_t noise = 0; noise < 32768; ++noise)
        ups += moved_towards<eighth>(raw(0), raw(3), noise).raw;
    REQUIRE(ups == 32768 * 3 / 8);
    ups = 0;
    for (std::int32_t noise = 0; noise < 32768; ++noise)
        ups += moved_towards<tenth>(raw(0), raw(3), noise).raw;
    REQUIRE(ups == 3 * 3277);
}
