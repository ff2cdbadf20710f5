// SPDX-License-Identifier: MIT
#include "mote/core/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/support/catch.hpp"

using mote::Random;

// The first line that the demonstration program of the PCG library (O'Neill 2014) prints.
TEST_CASE("Random: the published stream of seed 42, stream 54") {
    constexpr auto draws = [] {
        Random random(42, 54);
        std::array<std::uint32_t, 6> result{};
        for (auto& draw : result) draw = random.next();
        return result;
    }();
    STATIC_REQUIRE(draws == std::array<std::uint32_t, 6>{0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293,
                                                         0xbfa4784b, 0xcbed606e});
}

TEST_CASE("Random: bounded integers are uniform, also where the bound does not divide 2^32") {
    Random random(1);
    constexpr std::uint32_t bound = 3u << 30;  // without rejection the lowest third would come twice as often
    constexpr int draws = 90'000;
    std::array<int, 3> counts{};
    for (int i = 0; i < draws; ++i) ++counts[random.below(bound) >> 30];
    for (const int count : counts) REQUIRE(std::abs(count - draws / 3) < 500);  // 3.5 standard errors of 141
    REQUIRE(random.below(0) == 0);
    REQUIRE(random.below(1) == 0);
    for (int i = 0; i < 1000; ++i) REQUIRE(random.below(7) < 7);
}

TEMPLATE_TEST_CASE("Random: uniform has the moments of the unit interval and never reaches 1", "", float,
                   double) {
    Random random(2);
    constexpr int draws = 100'000;
    double sum = 0, squares = 0;
    TestType largest = 0;
    for (int i = 0; i < draws; ++i) {
        const TestType u = random.uniform<TestType>();
        REQUIRE(u >= 0);
        largest = std::max(largest, u);
        const double centred = static_cast<double>(u) - 0.5;
        sum += centred;
        squares += centred * centred;
    }
    REQUIRE(largest < 1);
    REQUIRE(largest > TestType{0.9375});
    REQUIRE(std::abs(sum / draws) < 3.5 * 0.000913);                 // sqrt(1 / 12 / draws)
    REQUIRE(std::abs(squares / draws - 1.0 / 12) < 3.5 * 0.000236);  // sqrt(1 / 180 / draws)
}

TEMPLATE_TEST_CASE("Random: normal has the moments of the standard normal", "", float, double) {
    Random random(3);
    constexpr int draws = 100'000;
    std::array<double, 4> sums{};
    int within_one = 0;
    for (int i = 0; i < draws; ++i) {
        const auto z = static_cast<double>(random.normal<TestType>());
        double power = 1;
        for (double& sum : sums) sum += power *= z;
        within_one += std::abs(z) < 1;
    }
    // Expected 0, 1, 0, 3 and 0.682689; the standard errors of moment k are sqrt((E z^2k - (E z^k)^2) /
    // draws).
    REQUIRE(std::abs(sums[0] / draws) < 3.5 * 0.00316);
    REQUIRE(std::abs(sums[1] / draws - 1) < 3.5 * 0.00447);
    REQUIRE(std::abs(sums[2] / draws) < 3.5 * 0.01225);
    REQUIRE(std::abs(sums[3] / draws - 3) < 3.5 * 0.03098);
    REQUIRE(std::abs(static_cast<double>(within_one) / draws - 0.682689) < 3.5 * 0.00147);
}

TEST_CASE("Random: a shuffle makes every order equally often") {
    Random random(4);
    constexpr int rounds = 24'000;
    std::array<int, 24> counts{};
    for (int round = 0; round < rounds; ++round) {
        std::array<int, 4> values = {0, 1, 2, 3};
        random.shuffle(std::span(values));
        const std::array<int, 4> order = values;
        std::array<int, 4> candidate = {0, 1, 2, 3};
        std::size_t rank = 0;
        while (candidate != order) {
            REQUIRE(std::next_permutation(candidate.begin(), candidate.end()));
            ++rank;
        }
        ++counts[rank];
    }
    double chi_squared = 0;
    for (const int count : counts) chi_squared += (count - 1000.0) * (count - 1000.0) / 1000;
    REQUIRE(chi_squared < 49.73);  // 23 degrees of freedom, p = 0.001
}

TEST_CASE("Random: sampling without replacement makes every subset equally often, in rising order") {
    Random random(5);
    constexpr int rounds = 20'000;
    std::array<std::array<int, 5>, 5> counts{};
    for (int round = 0; round < rounds; ++round) {
        std::array<std::uint8_t, 2> chosen{};
        REQUIRE(random.sample_without_replacement(5, std::span(chosen)) == mote::Status::ok);
        REQUIRE(chosen[0] < chosen[1]);
        ++counts[chosen[0]][chosen[1]];
    }
    double chi_squared = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t j = i + 1; j < 5; ++j) chi_squared += std::pow(counts[i][j] - 2000.0, 2) / 2000;
    }
    REQUIRE(chi_squared < 27.88);  // 9 degrees of freedom, p = 0.001
}

TEST_CASE("Random: sampling everything, nothing and too much") {
    Random random(6);
    std::array<std::uint32_t, 3> chosen = {9, 9, 9};
    REQUIRE(random.sample_without_replacement(2, std::span(chosen)) == mote::Status::bad_parameter);
    REQUIRE(chosen == std::array<std::uint32_t, 3>{9, 9, 9});
    REQUIRE(random.sample_without_replacement(3, std::span(chosen)) == mote::Status::ok);
    REQUIRE(chosen == std::array<std::uint32_t, 3>{0, 1, 2});
    REQUIRE(random.sample_without_replacement(0, std::span<std::uint32_t>{}) == mote::Status::ok);
}
