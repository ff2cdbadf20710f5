// SPDX-License-Identifier: MIT
#include "mote/evaluate/clustering.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::davies_bouldin, mote::silhouette;
using Pair = std::array<double, 2>;

namespace {

constexpr std::array<Pair, 4> corners = {{{0, 0}, {0, 3}, {4, 0}, {4, 3}}};
constexpr std::array<std::uint8_t, 4> by_side = {0, 0, 1, 1};

constexpr mote::Dataset<double, 2> rectangle{corners, by_side};

template <class T, std::size_t Features>
struct Table {
    std::vector<std::array<T, Features>> rows;
    std::vector<std::uint8_t> labels;

    explicit Table(const char* name) {
        for (const auto& line : mote::testing::read_csv<T, Features + 1>(name)) {
            std::copy_n(line.begin(), Features, rows.emplace_back().begin());
            labels.push_back(static_cast<std::uint8_t>(line.back()));
        }
    }
    [[nodiscard]] mote::Dataset<T, Features> data() const { return {rows, labels}; }
};

}  // namespace

// Each corner is 3 from its mate and 4 and 5 from the others. The middles are 4 apart, rows 1.5 from theirs.
TEST_CASE("silhouette, davies_bouldin: worked by hand") {
    STATIC_REQUIRE(silhouette<2>(rectangle) == (4.5 - 3) / 4.5);
    STATIC_REQUIRE(davies_bouldin<2>(rectangle) == 0.75);
    STATIC_REQUIRE(silhouette<9>(rectangle) == silhouette<2>(rectangle));  // clusters without rows
    STATIC_REQUIRE(davies_bouldin<9>(rectangle) == davies_bouldin<2>(rectangle));
}

// By clustering_reference.py.
TEST_CASE("silhouette, davies_bouldin: scikit-learn's values") {
    const Table<double, 4> iris("iris");
    REQUIRE(silhouette<3>(iris.data()) == Approx(0.503477440693296).epsilon(1e-12));
    REQUIRE(davies_bouldin<3>(iris.data()) == Approx(0.7513707094756782).epsilon(1e-12));
    const Table<double, 13> wine("wine");
    REQUIRE(silhouette<3>(wine.data()) == Approx(0.20008297882823028).epsilon(1e-12));
    REQUIRE(davies_bouldin<3>(wine.data()) == Approx(1.5154862521642138).epsilon(1e-12));
    auto alone = iris;
    alone.labels[0] = 4;
    REQUIRE(silhouette<5>(alone.data()) == Approx(0.13858537657201897).epsilon(1e-12));
    REQUIRE(davies_bouldin<5>(alone.data()) == Approx(2.164716862818946).epsilon(1e-12));
    const Table<float, 4> single("iris");
    REQUIRE(static_cast<double>(silhouette<3>(single.data())) == Approx(0.503477440693296).epsilon(1e-5));
    REQUIRE(static_cast<double>(davies_bouldin<3>(single.data())) ==
            Approx(0.7513707094756782).epsilon(1e-5));
}

TEST_CASE("silhouette, davies_bouldin: neither unit nor place matters") {
    Table<double, 4> iris("iris");
    const double before = silhouette<3>(iris.data()), index_before = davies_bouldin<3>(iris.data());
    for (auto& row : iris.rows) {
        for (double& value : row) value = 25.4 * value - 100;
    }
    REQUIRE(silhouette<3>(iris.data()) == Approx(before).epsilon(1e-12));
    REQUIRE(davies_bouldin<3>(iris.data()) == Approx(index_before).epsilon(1e-12));
}

TEST_CASE("silhouette, davies_bouldin: undefined is NaN, and what copies of rows give") {
    const auto undefined = [](const mote::Dataset<double, 2>& data) {
        return mote::isnan(silhouette<2>(data)) && mote::isnan(davies_bouldin<2>(data));
    };
    REQUIRE(undefined({}));
    REQUIRE(undefined({corners, std::span(by_side).first(3)}));
    REQUIRE(undefined(rectangle.subset(0, 2)));  // one cluster
    const std::array<std::uint8_t, 4> no_such = {0, 1, 2, 0};
    REQUIRE(undefined({corners, no_such}));
    for (const double bad : {std::numeric_limits<double>::quiet_NaN(), 1e200}) {
        auto rows = corners;
        rows[2][1] = bad;
        REQUIRE(undefined({rows, by_side}));
    }
    const std::array<Pair, 4> copies{};
    REQUIRE(silhouette<2>(mote::Dataset<double, 2>{copies, by_side}) == 0);
    REQUIRE(davies_bouldin<2>(mote::Dataset<double, 2>{copies, by_side}) ==
            std::numeric_limits<double>::infinity());
    const std::array<std::uint8_t, 4> each = {0, 1, 2, 3};
    REQUIRE(silhouette<4>(mote::Dataset<double, 2>{corners, each}) == 0);
    REQUIRE(davies_bouldin<4>(mote::Dataset<double, 2>{corners, each}) == 0);
}
