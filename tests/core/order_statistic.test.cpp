// SPDX-License-Identifier: MIT
#include "mote/core/order_statistic.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::order_statistic;
using mote::quantile;
using Row = std::array<float, 2>;

constexpr std::array<Row, 5> by_hand = {{{9, 3}, {9, -1}, {9, 0.5f}, {9, 3}, {9, -7}}};

TEST_CASE("order_statistic: worked by hand") {
    constexpr mote::Rows<float, 2> rows(by_hand);  // the second feature in order: -7, -1, 0.5, 3, 3
    STATIC_REQUIRE(order_statistic(rows, 1, 0) == -7);
    STATIC_REQUIRE(order_statistic(rows, 1, 1) == -1);
    STATIC_REQUIRE(order_statistic(rows, 1, 2) == 0.5f);
    STATIC_REQUIRE(order_statistic(rows, 1, 4) == 3);
    STATIC_REQUIRE(quantile(rows, 1, 0.5f) == 0.5f);
    STATIC_REQUIRE(quantile(rows, 1, 0.0f) == -7);
    STATIC_REQUIRE(quantile(rows, 1, 1.0f) == 3);
    STATIC_REQUIRE(quantile(rows, 1, 0.125f) == -4);  // rank 0.5: halfway from -7 to -1
    STATIC_REQUIRE(quantile(rows, 0, 0.3f) == 9);
}

TEST_CASE("order_statistic: is what sorting gives, at every magnitude") {
    mote::Random random(1);
    std::vector<std::array<double, 1>> rows(200);
    std::vector<double> sorted;
    for (auto& row : rows) {
        const double exponent = 600 * random.uniform<double>() - 300;
        row[0] = (random.below(2) == 0 ? -1 : 1) * std::pow(10.0, exponent);
        if (random.below(4) == 0) row[0] = rows[0][0];
    }
    rows[7][0] = std::numeric_limits<double>::max();
    rows[8][0] = std::numeric_limits<double>::lowest();
    rows[9][0] = std::numeric_limits<double>::denorm_min();
    for (const auto& row : rows) sorted.push_back(row[0]);
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t rank = 0; rank < rows.size(); ++rank) {
        REQUIRE(order_statistic(mote::Rows<double, 1>(rows), 0, rank) == sorted[rank]);
    }
}
