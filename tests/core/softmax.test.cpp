// SPDX-License-Identifier: MIT
#include "mote/core/softmax.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using mote::softmax;

TEST_CASE("softmax: worked example") {
    // exp(log 1), exp(log 3) share four parts.
    const auto share = softmax(std::array{0.0, std::log(3.0)});
    REQUIRE(share[0] == Approx(0.25).epsilon(1e-15));
    REQUIRE(share[1] == Approx(0.75).epsilon(1e-15));
    STATIC_REQUIRE(softmax(std::array{7.0f, 7.0f}) == std::array{0.5f, 0.5f});
}

TEST_CASE("softmax: only differences count, and none is too large") {
    const auto low = softmax(std::array{-1.0f, 0.0f, 2.5f});
    const auto high = softmax(std::array{1023.0f, 1024.0f, 1026.5f});
    REQUIRE(low == high);
    STATIC_REQUIRE(softmax(std::array{-3e38f, 3e38f}) == std::array{0.0f, 1.0f});
}

TEST_CASE("softmax: sums to one whatever comes") {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    constexpr float infinity = std::numeric_limits<float>::infinity();
    STATIC_REQUIRE(softmax(std::array{nan, 0.0f}) == std::array{0.0f, 1.0f});
    STATIC_REQUIRE(softmax(std::array{nan, nan}) == std::array{0.5f, 0.5f});
    STATIC_REQUIRE(softmax(std::array{infinity, infinity, 0.0f}) == std::array{0.5f, 0.5f, 0.0f});
    STATIC_REQUIRE(softmax(std::array{-infinity, 0.0f}) == std::array{0.0f, 1.0f});
}
