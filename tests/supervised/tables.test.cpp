// SPDX-License-Identifier: MIT
#include "benchmarks/supervised/tables/table.hpp"

#include <cmath>
#include <fstream>

#include "tests/support/catch.hpp"

using mote::tables::read_table;
using mote::tables::Table;

namespace {

Table read(const char* text) {
    std::ofstream("tables_test.csv") << text;
    return read_table("tables_test.csv", "test");
}

}  // namespace

TEST_CASE("Tables: classes, gaps, text and lines that are not whole") {
    const Table table = read(
        "a,colour,b,kind\n"
        "1,red,2,x\n"
        "?,blue,\"3\",y\r\n"
        "5,red\n"
        "\n"
        "4,red,NA,x\n");
    CHECK(table.features == 3);
    CHECK(table.classes == 2);
    CHECK(table.skipped == 1);
    REQUIRE(table.rows.size() == 3);
    CHECK(table.rows[0] == std::vector<double>{1, 1, 2});  // blue is 0, red 1
    CHECK((std::isnan(table.rows[1][0]) && table.rows[1][1] == 0 && table.rows[1][2] == 3));
    CHECK(std::isnan(table.rows[2][2]));
    CHECK(table.targets == std::vector<double>{0, 1, 0});
    CHECK(table.folds.empty());
}

TEST_CASE("Tables: a first column named fold says which rows answer, and is no feature") {
    const Table table = read("fold;a;y\n-1;0.5;1.5\n0;0.6;2.5\n1;0.7;3.5\n;0.8;4.5\n");
    CHECK(table.features == 1);
    CHECK(table.classes == 0);
    CHECK(table.folds == std::vector<int>{-1, 0, 1, -1});  // without a number: only learnt from
    CHECK(table.rows[3] == std::vector<double>{0.8});
    CHECK(table.targets == std::vector<double>{1.5, 2.5, 3.5, 4.5});
}
