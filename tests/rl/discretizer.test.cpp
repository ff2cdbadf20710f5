// SPDX-License-Identifier: MIT
#include "mote/rl/discretizer.hpp"

#include "mote/core/concepts.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using mote::Status;

namespace {

using Small = Discretizer<double, 4, 3>;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

constexpr Small uniform() {
    Small cells;
    static_cast<void>(cells.set_uniform(std::array{0.0, -3.0}, std::array{8.0, 3.0}));
    return cells;
}

constexpr State state_of(const Small& cells, double a, double b) {
    return cells.state(std::array{a, b});
}

/// 50 values, each of another rank than its place: (37 i mod 101) / 8.
constexpr auto scattered = [] {
    std::array<std::array<double, 2>, 50> rows{};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = {static_cast<double>(37 * i % 101) / 8, -static_cast<double>(37 * i % 101) / 8};
    }
    return rows;
}();

}  // namespace

// By hand: edges at 2, 4, 6 and at -1, 1. (5, 0) is in cells 2 and 1: state 2 * 3 + 1.
TEST_CASE("Discretizer: worked example") {
    constexpr Small cells = uniform();
    STATIC_REQUIRE(Small::states == 12);
    STATIC_REQUIRE(state_of(cells, 5, 0) == 7);
    STATIC_REQUIRE(state_of(cells, 2, 1) == 5);  // an edge belongs to the cell above it
    STATIC_REQUIRE(state_of(cells, -100, 100) == 2);
    STATIC_REQUIRE(mote::PlainValue<Small>);
    CHECK(state_of(cells, infinity, -infinity) == 9);
    CHECK(state_of(cells, not_a_number, not_a_number) == 0);
    CHECK(state_of(Small{}, 0.8, 0.5) == 10);  // over 0 .. 1 at first
}

TEST_CASE("Discretizer: edges of one's own") {
    Small cells = uniform();
    REQUIRE(cells.set_edges(1, std::array{0.0, 10.0}) == Status::ok);
    CHECK(state_of(cells, 0, 9.9) == 1);
    CHECK(state_of(cells, 0, 10) == 2);
    CHECK(cells.edges(0)[2] == 6.0);  // the other number keeps its own
}

// numpy.quantile of the same values (tests/data/classic_control_reference.py).
TEST_CASE("Discretizer: learnt edges are NumPy's quantiles") {
    Discretizer<double, 5, 3> cells;
    REQUIRE(cells.fit(scattered) == Status::ok);
    const std::array expected{2.475, 4.95, 7.425, 10.075};
    for (std::size_t c = 0; c < 4; ++c) CHECK(cells.edges(0)[c] == Approx(expected[c]).margin(1e-12));
    CHECK(cells.edges(1)[0] == Approx(-8.33333333).margin(1e-8));
    CHECK(cells.edges(1)[1] == Approx(-4.25).margin(1e-12));
}

TEST_CASE("Discretizer: learnt cells hold equal shares") {
    Discretizer<double, 5, 1> cells;
    REQUIRE(cells.fit(scattered) == Status::ok);
    std::array<int, 5> seen{};
    for (const auto& row : scattered) ++seen[cells.state(row)];
    CHECK(seen == std::array{10, 10, 10, 10, 10});
}

TEST_CASE("Discretizer: learns from rows that are all alike, and from one") {
    constexpr std::array<std::array<double, 2>, 3> alike{{{2, 7}, {2, 7}, {2, 7}}};
    Small cells;
    REQUIRE(cells.fit(alike) == Status::ok);
    CHECK(state_of(cells, 2, 7) == 11);
    CHECK(state_of(cells, 1.9, 6.9) == 0);
    REQUIRE(cells.fit(std::span(alike).first(1)) == Status::ok);
    STATIC_REQUIRE([] {
        Small learnt;
        return learnt.fit(scattered) == Status::ok && learnt.edges(0)[0] < learnt.edges(0)[1];
    }());
}

TEST_CASE("Discretizer: what it refuses changes nothing") {
    Small cells = uniform();
    constexpr std::array<std::array<double, 2>, 2> broken{{{2, 7}, {2, not_a_number}}};
    CHECK(cells.fit({}) == Status::too_few_rows);
    CHECK(cells.fit(broken) == Status::not_finite);
    CHECK(cells.set_uniform(std::array{0.0, 1.0}, std::array{8.0, 1.0}) == Status::bad_parameter);
    CHECK(cells.set_uniform(std::array{0.0, -infinity}, std::array{8.0, 1.0}) == Status::not_finite);
    CHECK(cells.set_edges(1, std::array{1.0, 0.0}) == Status::bad_parameter);
    CHECK(cells.set_edges(1, std::array{0.0, not_a_number}) == Status::not_finite);
    CHECK(cells.set_edges(1, std::array<double, 1>{}) == Status::bad_parameter);
    CHECK(cells.set_edges(2, std::array{0.0, 1.0}) == Status::bad_parameter);
    CHECK(state_of(cells, 5, 0) == 7);
}
