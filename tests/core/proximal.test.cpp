// SPDX-License-Identifier: MIT
#include "mote/core/proximal.hpp"

#include <limits>

#include "tests/support/catch.hpp"

using mote::minimise_with_l1;
using mote::Status;
using Point = std::array<double, 2>;

/// (x - 3)^2 / 2 + 50 (y - 0.01)^2
constexpr double bowl(const Point& x, Point& gradient) {
    gradient = {x[0] - 3, 100 * (x[1] - 0.01)};
    return (x[0] - 3) * (x[0] - 3) / 2 + 50 * (x[1] - 0.01) * (x[1] - 0.01);
}

constexpr Point lowest(Point penalties) {
    Point x{};
    const Status status = minimise_with_l1(x, bowl, penalties, {.tolerance = 1e-12, .iterations = 2000});
    return status == Status::ok ? x : Point{-1, -1};
}

// Worked by hand: each component is shrunk by its penalty over its curvature, x to 3 - 2 and y, where 0.01 is
// less than 2 / 100, to 0.
TEST_CASE("minimise_with_l1: worked example") {
    STATIC_REQUIRE(lowest({2, 2})[1] == 0);
    CHECK(lowest({2, 2})[0] == Approx(1).epsilon(1e-10));
    CHECK(lowest({2, 0})[1] == Approx(0.01).epsilon(1e-9));
    CHECK(lowest({0, 0.5})[1] == Approx(0.005).epsilon(1e-9));
    CHECK(lowest({5, 0})[0] == 0);
}

TEST_CASE("minimise_with_l1: says when it did not succeed") {
    Point x{};
    REQUIRE(minimise_with_l1(x, bowl, Point{2, 2}, {.tolerance = 1e-12, .iterations = 1}) ==
            Status::not_converged);
    const auto broken = [](const Point&, Point& gradient) {
        gradient = {};
        return std::numeric_limits<double>::quiet_NaN();
    };
    REQUIRE(minimise_with_l1(x, broken, Point{}) == Status::diverged);
}
