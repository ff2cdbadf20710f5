// SPDX-License-Identifier: MIT
#include "mote/core/sample.hpp"

#include <array>
#include <vector>

#include "tests/support/catch.hpp"

using Three = mote::Sample<float, 3>;

namespace {

constexpr float sum(Three x) {
    float total = 0;
    for (const float value : x) total += value;
    return total;
}

template <class R>
concept samples_three = std::is_convertible_v<R, Three>;

}  // namespace

TEST_CASE("Sample: arrays and spans of its length convert by themselves") {
    constexpr std::array<float, 3> array{1, 2, 4};
    STATIC_REQUIRE(sum(array) == 7.0f);
    float plain[] = {1, 2, 5};
    REQUIRE(sum(plain) == 8.0f);
    REQUIRE(sum(std::span<float, 3>(plain)) == 8.0f);
    const Three copy = array;
    REQUIRE(copy.data() == array.data());
    REQUIRE(sum(copy) == 7.0f);
}

TEST_CASE("Sample: nothing else converts") {
    STATIC_REQUIRE(samples_three<std::array<float, 3>>);
    STATIC_REQUIRE_FALSE(samples_three<std::array<float, 4>>);
    STATIC_REQUIRE_FALSE(samples_three<std::array<double, 3>>);
    STATIC_REQUIRE_FALSE(samples_three<std::span<const float>>);
    STATIC_REQUIRE_FALSE(samples_three<std::vector<float>>);
    STATIC_REQUIRE_FALSE(samples_three<int>);
}

TEST_CASE("Sample: is a trivially copyable span") {
    STATIC_REQUIRE(std::is_trivially_copyable_v<Three>);
    STATIC_REQUIRE(sizeof(Three) == sizeof(std::span<const float, 3>));
    STATIC_REQUIRE(Three::extent == 3);
}
