// SPDX-License-Identifier: MIT
#include "mote/anomaly/extremes.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::Extremes;
using mote::Random;

TEST_CASE("Extremes: worked example") {
    constexpr auto seen = [] {
        Extremes<float, 2> extremes;
        for (const auto& x : {std::array{3.0f, 1.0f}, std::array{-1e30f, 1.0f}, std::array{5.0f, 1.0f},
                              std::array{4.0f, 1e30f}, std::array{4.5f, 2.0f}}) {
            extremes.take(x);
        }
        return extremes;
    }();
    STATIC_REQUIRE(seen.lowest == std::array{-1e30f, 1.0f});
    STATIC_REQUIRE(seen.low == std::array{3.0f, 1.0f});
    STATIC_REQUIRE(seen.high == std::array{4.5f, 2.0f});
    STATIC_REQUIRE(seen.highest == std::array{5.0f, 1e30f});
}

TEST_CASE("Extremes: the ends of what is sorted") {
    Random random(1);
    for (int round = 0; round < 200; ++round) {
        Extremes<std::int16_t, 1> extremes;
        std::vector<std::int16_t> values;
        for (std::uint32_t i = 0; i < 2 + random.below(6); ++i) {
            values.push_back(static_cast<std::int16_t>(static_cast<int>(random.below(9)) - 4));
            extremes.take(std::array{values.back()});
        }
        std::sort(values.begin(), values.end());
        REQUIRE(extremes.lowest[0] == values[0]);
        REQUIRE(extremes.low[0] == values[1]);
        REQUIRE(extremes.high[0] == values[values.size() - 2]);
        REQUIRE(extremes.highest[0] == values.back());
    }
}
