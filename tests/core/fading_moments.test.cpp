// SPDX-License-Identifier: MIT
#include "mote/core/fading_moments.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "mote/core/concepts.hpp"
#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::FadingMoments;

// By hand: of 1, 2, 6 the mean is 3 and the variance (4 + 1 + 9) / 2; a fourth sample with a memory of three
// moves the mean by (9 - 3) / 3 and the mean square from 14/3 by (6 * 4 - 14/3) / 3.
TEST_CASE("FadingMoments: worked example") {
    constexpr auto after = [](std::initializer_list<double> stream) {
        FadingMoments<double, 1, 3> moments;
        for (const double x : stream) moments.update(x);
        return moments;
    };
    STATIC_REQUIRE(mote::abs(after({1, 2, 6}).mean() - 3) < 1e-15);
    STATIC_REQUIRE(mote::abs(after({1, 2, 6}).variance() - 7) < 1e-14);
    STATIC_REQUIRE(mote::abs(after({1, 2, 6, 9}).mean() - 5) < 1e-15);
    STATIC_REQUIRE(mote::abs(after({1, 2, 6, 9}).variance() - 1.5 * (14.0 / 3 + (24 - 14.0 / 3) / 3)) <
                   1e-14);
    STATIC_REQUIRE(after({1, 2, 6, 9}).count() == 3);
    STATIC_REQUIRE(after({5}).variance() == 0);
    STATIC_REQUIRE(after({}).mean() == 0);
}

TEST_CASE("FadingMoments: all samples weigh the same up to the memory") {
    mote::Random random(1);
    FadingMoments<double, 2, 1000> moments;
    std::vector<std::array<double, 2>> rows;
    for (int i = 0; i < 999; ++i) {
        rows.push_back({1e6 + random.normal<double>(), random.uniform<double>()});
        moments.update(rows.back());
    }
    for (std::size_t f = 0; f < 2; ++f) {
        double sum = 0, squares = 0;
        for (const auto& row : rows) sum += row[f];
        for (const auto& row : rows) squares += (row[f] - sum / 999) * (row[f] - sum / 999);
        REQUIRE(moments.mean(f) == Approx(sum / 999).epsilon(1e-14));
        REQUIRE(moments.variance(f) == Approx(squares / 998).epsilon(1e-10));
    }
}

// Twenty memories after a change nothing is left of what was before: e^-20. A mean of `Memory` samples strays
// by 1 / sqrt(2 Memory) deviations: 0.0028 here, the variance by 0.28 %; five times that is allowed.
TEST_CASE("FadingMoments: forgets, and never stops moving") {
    mote::Random random(2);
    FadingMoments<float> moments;
    for (int i = 0; i < 100'000; ++i) moments.update(100 + 10 * random.normal<float>());
    for (int i = 0; i < 20 * 65'536; ++i) moments.update(random.normal<float>());
    CAPTURE(moments.mean(), moments.variance());
    REQUIRE(std::abs(moments.mean()) < 0.014f);
    REQUIRE(std::abs(moments.variance() - 1) < 0.02f);
}

// After 1,000 values of deviation 1, one of 100 deviations raises the mean square to about 1 + 100^2 / 1,001,
// and nothing else does more. A step so far that it is wild value after value is followed all the same.
TEST_CASE("FadingMoments: one wild value does not outweigh all others, where it is bounded") {
    mote::Random random(3);
    FadingMoments<float> moments;
    const auto learn = [&](float x) { moments.learn_bounded(std::array{x}); };
    for (int i = 0; i < 1000; ++i) learn(random.normal<float>());
    for (const float wild : {1e30f, -1e30f}) {
        FadingMoments<float> after = moments;
        after.learn_bounded(std::array{wild});
        REQUIRE(after.variance() == Approx(1 + 10.0).epsilon(0.15));
        REQUIRE(std::abs(after.mean()) == Approx(0.1).margin(0.11));
    }
    learn(50);  // not wild
    REQUIRE(moments.variance() == Approx(1 + 2.5).epsilon(0.1));
    for (int i = 0; i < 60'000; ++i) learn(1e6f + random.normal<float>());
    REQUIRE(moments.mean() == Approx(1e6).epsilon(0.03));
    FadingMoments<float> constant;
    for (int i = 0; i < 100; ++i) constant.learn_bounded(std::array{5.0f});
    constant.learn_bounded(std::array{6.0f});  // nothing has varied: taken as it is
    REQUIRE(constant.mean() == Approx(5 + 1.0 / 101));
}

TEST_CASE("FadingMoments: what is not a number is refused, the largest numbers do no harm") {
    constexpr float most = std::numeric_limits<float>::max();
    FadingMoments<float, 2> moments;
    REQUIRE(moments.update(std::array{1.0f, std::numeric_limits<float>::quiet_NaN()}) ==
            mote::Status::not_finite);
    REQUIRE(moments.count() == 0);
    for (int i = 0; i < 100; ++i) {
        moments.update(std::array{i % 2 == 0 ? most : -most, 0.0f});
        REQUIRE(mote::isfinite(moments.mean()));
        REQUIRE(mote::isfinite(moments.variance()));
        REQUIRE(mote::isfinite(moments.standardised(0, moments.deviation(0, most))));
    }
    REQUIRE(moments.standardised(1, 5) == 0);
    STATIC_REQUIRE(mote::PlainValue<FadingMoments<float, 2>>);
}
