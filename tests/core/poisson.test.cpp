// SPDX-License-Identifier: MIT
#include "mote/core/poisson.hpp"

#include <array>

#include "tests/support/catch.hpp"

// P(k) = 6^k / k! e^-6: scipy.stats.poisson(6).pmf. Of 100,000 draws each count has a standard deviation of
// at most sqrt(n p (1 - p)) = 116.
TEST_CASE("Poisson: values come as often as they should") {
    constexpr std::array<double, 8> expected{0.0024787521766663585, 0.014872513059998154, 0.04461753917999445,
                                             0.08923507835998890,   0.13385261753998332,  0.16062314104797998,
                                             0.16062314104797998,   0.13767697804112569};
    mote::Random random(2);
    std::array<int, 60> counts{};
    double sum = 0, squares = 0;
    for (int i = 0; i < 100000; ++i) {
        const std::uint32_t value = mote::Poisson<6>::draw(random);
        REQUIRE(value < counts.size());
        ++counts[value];
        sum += value;
        squares += value * value;
    }
    for (std::size_t k = 0; k < expected.size(); ++k) {
        CAPTURE(k);
        REQUIRE(counts[k] == Approx(100000 * expected[k]).margin(4 * 116));
    }
    const double mean = sum / 100000;
    REQUIRE(mean == Approx(6).margin(0.03));                            // four standard errors of 0.0077
    REQUIRE(squares / 100000 - mean * mean == Approx(6).margin(0.12));  // of 0.028
}

TEST_CASE("Poisson: the same at compile time") {
    constexpr auto drawn = [] {
        mote::Random random(3);
        std::array<std::uint32_t, 4> values{};
        for (auto& value : values) value = mote::Poisson<1>::draw(random);
        return values;
    }();
    mote::Random random(3);
    for (const auto value : drawn) REQUIRE(mote::Poisson<1>::draw(random) == value);
}
