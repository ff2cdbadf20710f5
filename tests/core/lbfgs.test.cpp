// SPDX-License-Identifier: MIT
#include "mote/core/lbfgs.hpp"

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::minimise_lbfgs;
using mote::Status;

// Worked by hand: (x - 3)^2 + 10 (y + 1)^2 is least at (3, -1).
constexpr double bowl(const std::array<double, 2>& x, std::array<double, 2>& gradient) {
    gradient = {2 * (x[0] - 3), 20 * (x[1] + 1)};
    return (x[0] - 3) * (x[0] - 3) + 10 * (x[1] + 1) * (x[1] + 1);
}

TEST_CASE("minimise_lbfgs: worked example, at compile time") {
    constexpr auto result = [] {
        std::array<double, 2> x{};
        const Status status = minimise_lbfgs(x, bowl);
        return status == Status::ok ? x : std::array{0.0, 0.0};
    }();
    STATIC_REQUIRE(mote::abs(result[0] - 3) < 1e-6);
    STATIC_REQUIRE(mote::abs(result[1] + 1) < 1e-6);
}

// Rosenbrock 1960, The Computer Journal 3(3):175-184: a curved valley with its floor at (1, 1).
TEST_CASE("minimise_lbfgs: Rosenbrock's valley from the customary start") {
    std::array<double, 2> x{-1.2, 1.0};
    const auto valley = [](const std::array<double, 2>& at, std::array<double, 2>& gradient) {
        const double bend = at[1] - at[0] * at[0];
        gradient = {-400 * at[0] * bend - 2 * (1 - at[0]), 200 * bend};
        return 100 * bend * bend + (1 - at[0]) * (1 - at[0]);
    };
    REQUIRE(minimise_lbfgs(x, valley, {.tolerance = 1e-9}) == Status::ok);
    REQUIRE(x[0] == Approx(1).epsilon(1e-8));
    REQUIRE(x[1] == Approx(1).epsilon(1e-8));
}

TEST_CASE("minimise_lbfgs: a stretched quadratic in many dimensions") {
    std::array<double, 50> x{};
    const auto stretched = [](const std::array<double, 50>& at, std::array<double, 50>& gradient) {
        double value = 0;
        for (std::size_t i = 0; i < at.size(); ++i) {
            const double stretch = 1 + static_cast<double>(i) * 20;
            gradient[i] = stretch * (at[i] - 1);
            value += stretch * (at[i] - 1) * (at[i] - 1) / 2;
        }
        return value;
    };
    REQUIRE(minimise_lbfgs(x, stretched) == Status::ok);
    for (const double value : x) REQUIRE(value == Approx(1).epsilon(1e-5));
}

TEST_CASE("minimise_lbfgs: says when it has not arrived") {
    std::array<double, 2> x{};
    REQUIRE(minimise_lbfgs(x, bowl, {.iterations = 1}) == Status::not_converged);
    REQUIRE(x != std::array<double, 2>{});  // but nearer
    const auto undefined = [](const std::array<double, 2>&, std::array<double, 2>& gradient) {
        gradient = {1, 1};
        return std::numeric_limits<double>::quiet_NaN();
    };
    const auto before = x;
    REQUIRE(minimise_lbfgs(x, undefined) == Status::diverged);
    REQUIRE(x == before);
    const auto endless = [](const std::array<double, 2>& at, std::array<double, 2>& gradient) {
        gradient = {1, 0};
        return at[0];
    };
    REQUIRE(minimise_lbfgs(x, endless, {.iterations = 20}) == Status::not_converged);
}
