// SPDX-License-Identifier: MIT
#include "mote/nn/permutation.hpp"

#include <cstdint>
#include <vector>

#include "tests/support/catch.hpp"

using namespace mote;

TEST_CASE("Permutation: visits each row once, in an order that the seed decides") {
    for (const std::uint32_t n : {1u, 2u, 3u, 16u, 17u, 1000u}) {
        Random random(n);
        const nn::Permutation first(n, random), second(n, random);
        std::vector<int> visits(n, 0);
        std::uint32_t agreements = 0;
        for (std::uint32_t i = 0; i < n; ++i) {
            ++visits[first(i)];
            agreements += first(i) == second(i) ? 1u : 0u;
        }
        for (const int count : visits) REQUIRE(count == 1);
        // Two random orders agree in one place on average (standard deviation one).
        if (n >= 16) REQUIRE(agreements <= 6);
    }
}
