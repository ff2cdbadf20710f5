// SPDX-License-Identifier: MIT
#include "mote/anomaly/one_class_svm.hpp"

#include "tests/anomaly/neighbours.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::OneClassSvm, mote::OneClassSvmConfig, mote::Status;
using Row = std::array<double, 1>;

constexpr OneClassSvmConfig sharp{.nu = 0.6, .gamma = 1, .tolerance = 1e-12};

// Two rows 1 apart share the weight by symmetry. With gamma 1 each lies at (1 + 1/e) / 2, the offset; between
// them it is e^-1/4 there, inside.
TEST_CASE("OneClassSvm: worked by hand") {
    constexpr auto machine = [] {
        OneClassSvm<double, 1, 4, sharp> result;
        static_cast<void>(result.fit(std::array<Row, 2>{{{0}, {1}}}));
        return result;
    }();
    const double offset = (1 + std::exp(-1)) / 2;
    REQUIRE(std::abs(machine.score(Row{0})) < 1e-12);
    REQUIRE(machine.score(Row{0.5}) == Approx(offset - std::exp(-0.25)).epsilon(1e-9));
    REQUIRE(machine.score(Row{50}) == Approx(offset).epsilon(1e-9));
    REQUIRE(machine.vectors() == 2);
}

// From (3, 2) the vectors (0, 0) and (1, 0) are gaps of 3 and 1 * 2 away along feature 0, both 2 along
// feature 1, and their kernels are as e^-5 to 1. Far out the nearer one answers alone.
TEST_CASE("OneClassSvm: contributions worked by hand") {
    using Pair = std::array<double, 2>;
    OneClassSvm<double, 2, 4, sharp> machine;
    REQUIRE(machine.contributions(Pair{3, 2}) == Pair{});
    REQUIRE(machine.fit(std::array<Pair, 2>{{{0, 0}, {1, 0}}}) == Status::ok);
    const double far = std::exp(-5);
    const Pair parts = machine.contributions(Pair{3, 2});
    REQUIRE(parts[0] == Approx((4 + 9 * far) / (1 + far)).epsilon(1e-9));
    REQUIRE(parts[1] == Approx(4).epsilon(1e-12));
    REQUIRE(machine.contributions(Pair{101, 3})[0] == Approx(1e4).epsilon(1e-12));  // e^-10,009 is 0
    REQUIRE(machine.contributions(Pair{101, 3})[1] == Approx(9).epsilon(1e-12));
    REQUIRE(std::isfinite(machine.contributions(Pair{1e300, 0})[0]));
    REQUIRE(machine.contributions(Pair{NAN, 2}) == Pair{});
}

TEST_CASE("OneClassSvm: reference values") {
    const mote::testing::HalfOfIris iris;
    OneClassSvm<double, 4, 75, OneClassSvmConfig{.nu = 0.1, .tolerance = 1e-10}> few;
    OneClassSvm<double, 4, 75, OneClassSvmConfig{.nu = 0.5, .tolerance = 1e-10}> half;
    REQUIRE((few.fit(iris.usual) == Status::ok && half.fit(iris.usual) == Status::ok));
    REQUIRE(few.gamma() == Approx(0.064411549).epsilon(1e-7));
    REQUIRE(few.vectors() == 11);
    REQUIRE(half.vectors() == 38);
    const std::array of_few = {-0.015144385, 0.025300528, -0.048498847, 0.061469786, 0.060236829};
    const std::array of_half = {0.007987574, 0.058539325, -0.054399588, 0.146477894, 0.139225513};
    for (std::size_t n = 0; n < of_few.size(); ++n) {
        REQUIRE(few.score(iris.asked[n]) == Approx(of_few[n]).margin(2e-9));
        REQUIRE(half.score(iris.asked[n]) == Approx(of_half[n]).margin(2e-9));
    }
}

// Schoelkopf et al., proposition 3: at most a share nu of the rows is outside, at least that share are
// vectors.
TEST_CASE("OneClassSvm: nu bounds the rows outside and the vectors") {
    const mote::testing::HalfOfIris iris;
    OneClassSvm<double, 4, 75, OneClassSvmConfig{.nu = 0.2, .tolerance = 1e-9}> machine;
    REQUIRE(machine.fit(iris.usual) == Status::ok);
    int outside = 0;
    for (const auto& row : iris.usual) outside += machine.score(row) > 1e-9;
    REQUIRE(outside <= 15);
    REQUIRE(machine.vectors() >= 15);
}

TEST_CASE("OneClassSvm: equal rows, bad input, and no time to converge") {
    OneClassSvm<double, 1, 4> machine;
    REQUIRE(machine.score(Row{1}) == 0);
    REQUIRE(machine.fit(std::array<Row, 3>{{{5}, {5}, {5}}}) == Status::ok);
    REQUIRE(std::abs(machine.score(Row{5})) < 1e-12);
    REQUIRE(machine.score(Row{9}) == Approx(1).epsilon(1e-6));
    const auto before = mote::testing::bytes_of(machine);
    REQUIRE(machine.fit(std::array<Row, 1>{{{0}}}) == Status::too_few_rows);
    REQUIRE(machine.fit(std::array<Row, 3>{{{0}, {1e160}, {-1e160}}}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(machine) == before);
    REQUIRE(machine.score(Row{1e300}) == Approx(1));
    OneClassSvm<double, 1, 4, OneClassSvmConfig{.nu = 0.3, .iterations = 1}> hurried;
    REQUIRE(hurried.fit(std::array<Row, 4>{{{0}, {1}, {2}, {9}}}) == Status::not_converged);
    machine.reset();
    REQUIRE(machine.score(Row{1}) == 0);
}

TEST_CASE("OneClassSvm: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<OneClassSvm<float, 3, 10>>();
}
