// SPDX-License-Identifier: MIT
#include "mote/cluster/self_organizing_map.hpp"

#include <algorithm>

#include "tests/contracts/transformer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::SelfOrganizingMap, mote::SelfOrganizingMapConfig, mote::Status;

// Units 0 and 1, rows 0 and 1, one pass. First 0, rate 1/2, width 1: the unit at 1 goes to
// 1 - exp(-1/2) / 2 = 0.696735. Then 1, rate 1/4, width 3/4: that unit goes a quarter of the way, to
// 0.772551, and its neighbour to exp(-8/9) / 4 = 0.102778. With 1 first it is the mirror image.
TEST_CASE("SelfOrganizingMap: worked by hand") {
    using Map = SelfOrganizingMap<double, 1, 1, 2, SelfOrganizingMapConfig{.passes = 1}>;
    const std::array<std::array<double, 1>, 2> rows = {{{0}, {1}}};
    int zero_first = 0, one_first = 0, equal_start = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Map map(seed);
        REQUIRE(map.fit(rows) == Status::ok);
        const double low = std::min(map.unit(0, 0)[0], map.unit(0, 1)[0]);
        const double high = std::max(map.unit(0, 0)[0], map.unit(0, 1)[0]);
        const auto end_at = [&](double left, double right) {
            return low == Approx(left).epsilon(1e-10) && high == Approx(right).epsilon(1e-10);
        };
        ++(end_at(0.102778072627, 0.772551002608)           ? zero_first
           : end_at(1 - 0.772551002608, 1 - 0.102778072627) ? one_first
                                                            : equal_start);  // both units drew the same row
    }
    CAPTURE(zero_first, one_first, equal_start);
    REQUIRE(zero_first > 2);  // a quarter of the seeds, 10 +- 2.7
    REQUIRE(one_first > 2);
    REQUIRE(equal_start < 30);  // half of them, 20 +- 3.2
}

namespace {

template <class T>
auto irises() {
    std::vector<std::array<T, 4>> rows;
    for (const auto& line : mote::testing::read_csv<T, 5>("iris")) {
        std::copy_n(line.begin(), 4, rows.emplace_back().begin());
    }
    return rows;
}

}  // namespace

// self_organizing_map_reference.py: the same equations in NumPy.
TEST_CASE("SelfOrganizingMap: reference values") {
    const auto rows = irises<double>();
    SelfOrganizingMap<double, 4, 4, 6, SelfOrganizingMapConfig{.passes = 10}> map(1);
    REQUIRE(map.fit(rows) == Status::ok);
    REQUIRE(map.quantization_error(rows) == Approx(0.396981287463).epsilon(1e-10));
    REQUIRE(map.topographic_error(rows) == Approx(0.04).epsilon(1e-12));
    const std::array expected = {4.860005561213, 3.284723523120, 1.426102537807, 0.230224847193,
                                 6.412103645497, 2.990591759042, 4.956395660172, 1.718657911666,
                                 7.018798552201, 3.085825190939, 5.945429082509, 2.099501333984};
    for (std::size_t i = 0; i < 4; ++i) {
        REQUIRE(map.unit(0, 0)[i] == Approx(expected[i]).epsilon(1e-10));
        REQUIRE(map.unit(1, 4)[i] == Approx(expected[4 + i]).epsilon(1e-10));
        REQUIRE(map.unit(3, 5)[i] == Approx(expected[8 + i]).epsilon(1e-10));
    }
    SelfOrganizingMap<float, 4, 4, 6, SelfOrganizingMapConfig{.passes = 10}> small(1);
    REQUIRE(small.fit(irises<float>()) == Status::ok);
    REQUIRE(small.quantization_error(irises<float>()) == Approx(0.396981287463).epsilon(1e-4));
}

TEST_CASE("SelfOrganizingMap: a row of units on a line is in order, whatever the seed") {
    std::vector<std::array<float, 1>> rows(200);
    mote::Random random(3);
    for (auto& row : rows) row[0] = random.uniform<float>();
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        SelfOrganizingMap<float, 1, 1, 8> map(seed);
        REQUIRE(map.fit(rows) == Status::ok);
        std::array<float, 8> units{};
        for (std::size_t k = 0; k < 8; ++k) units[k] = map.unit(0, k)[0];
        if (units[0] > units[7]) std::reverse(units.begin(), units.end());
        CAPTURE(seed);
        REQUIRE(std::is_sorted(units.begin(), units.end()));
        REQUIRE(map.topographic_error(rows) == 0);
        REQUIRE(map.quantization_error(rows) < 0.05f);  // 1/32 for eight equal parts
    }
}

TEST_CASE("SelfOrganizingMap: predict is the nearest of transform") {
    SelfOrganizingMap<float, 4, 3, 3> map(2);
    const auto rows = irises<float>();
    REQUIRE(map.fit(rows) == Status::ok);
    for (const auto& row : rows) {
        const auto distances = map.transform(row);
        const auto least = std::min_element(distances.begin(), distances.end()) - distances.begin();
        REQUIRE(map.predict(row) == least);
    }
}

TEST_CASE("SelfOrganizingMap: bad input, duplicates") {
    using Row = std::array<float, 2>;
    SelfOrganizingMap<float, 2, 2, 3> map;
    REQUIRE(map.fit(std::array<Row, 3>{{{1, 2}, {1, 2}, {1, 2}}}) == Status::ok);
    REQUIRE(map.unit(1, 2)[1] == 2);
    REQUIRE(map.quantization_error(std::array<Row, 1>{{{4, 6}}}) == 5);
    const auto before = mote::testing::bytes_of(map);
    REQUIRE(map.fit(std::span<const Row>{}) == Status::too_few_rows);
    REQUIRE(map.fit(std::array<Row, 2>{{{0, 0}, {1e19f, 0}}}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(map) == before);
    REQUIRE(map.fit(std::array<Row, 2>{{{-8e18f, 0}, {8e18f, 0}}}) == Status::ok);
    REQUIRE(mote::all_finite(map.unit(0, 0)));
    REQUIRE(map.quantization_error({}) == 0);
    REQUIRE(map.topographic_error({}) == 0);
}

TEST_CASE("SelfOrganizingMap: keeps the promises of a transformer") {
    mote::testing::check_transformer<
        SelfOrganizingMap<float, 3, 2, 3, SelfOrganizingMapConfig{.passes = 3}>>();
    STATIC_REQUIRE(sizeof(SelfOrganizingMap<float, 4, 5, 5>) == 408);
}
