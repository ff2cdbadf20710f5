// SPDX-License-Identifier: MIT
#include "mote/cluster/nearest_rows.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::Metric, mote::nearest_rows;

namespace {

constexpr std::array<std::array<double, 2>, 4> rows{{{0, 0}, {3, 0}, {0, 4}, {3, 4}}};
template <Metric metric>
constexpr auto nearest_of(std::array<double, 2> x, std::size_t without = 9) {
    return nearest_rows<2, metric>(mote::Sample<double, 2>(x), mote::Rows<double, 2>(rows), without);
}

}  // namespace

TEST_CASE("nearest_rows: worked by hand") {
    STATIC_REQUIRE(nearest_of<Metric::l2>({3, 1})[0].place == 1);
    STATIC_REQUIRE(nearest_of<Metric::l2>({3, 1})[0].distance == 1);
    STATIC_REQUIRE(nearest_of<Metric::l2>({3, 1})[1].distance == 9);
    STATIC_REQUIRE(nearest_of<Metric::l1>({3, 1})[1].distance == 3);
    STATIC_REQUIRE(nearest_of<Metric::l1>({3, 1}, 1)[0].place == 3);
    STATIC_REQUIRE(nearest_of<Metric::l2>({1.5, 0})[0].place == 0);  // as near as row 1: the earlier
}

TEST_CASE("nearest_rows: as sorting finds them, at every number of rows around a block") {
    mote::Random random(7);
    std::vector<std::array<float, 3>> many(131);
    for (auto& row : many) {
        for (float& value : row) value = float(random.below(8));  // many ties
    }
    for (std::size_t count = 0; count <= many.size(); ++count) {
        const std::array<float, 3> x{float(random.below(8)), 2, 5};
        const std::size_t without = random.below(131);
        std::vector<std::pair<float, std::size_t>> sorted;
        for (std::size_t i = 0; i < count; ++i) {
            float distance = 0;
            for (std::size_t k = 0; k < 3; ++k) distance += (x[k] - many[i][k]) * (x[k] - many[i][k]);
            if (i != without) sorted.emplace_back(distance, i);
        }
        std::sort(sorted.begin(), sorted.end());
        sorted.resize(7, {std::numeric_limits<float>::max(), 0});
        const auto found =
            nearest_rows<7>(mote::Sample<float, 3>(x), mote::Rows<float, 3>(many).first(count), without);
        for (std::size_t i = 0; i < 7; ++i) {
            REQUIRE(found[i].distance == sorted[i].first);
            REQUIRE(found[i].place == sorted[i].second);
        }
    }
}
