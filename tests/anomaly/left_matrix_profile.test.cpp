// SPDX-License-Identifier: MIT
#include "mote/anomaly/left_matrix_profile.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "mote/core/random.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::LeftMatrixProfile;
using mote::LeftMatrixProfileConfig;
using mote::Random;

// Worked by hand: after 0, 1, 3, 2 the shape 10, 20, 40, 30 is the same, ten times as large; turned over it
// is as far as can be, sqrt(2 * 4 * (1 + 1)) = 4. Only the four samples before are told (the history ends
// there).
template <class Profile =
              LeftMatrixProfile<double, LeftMatrixProfileConfig{.window = 4, .history = 4, .warm_up = 2}>>
constexpr Profile after(std::array<double, 3> latest) {
    Profile profile;
    for (double x : {0.0, 1024.0}) profile.update(std::array{x});
    for (double x : {0.0, 1.0, 3.0, 2.0}) profile.update(std::array{x});
    for (double x : latest) profile.update(std::array{x});
    return profile;
}

TEST_CASE("LeftMatrixProfile: worked example") {
    STATIC_REQUIRE(after({10, 20, 40}).score(std::array{30.0}) < 1e-6);
    STATIC_REQUIRE(after({5, 5, 5}).score(std::array{5.0}) == 2);  // flat: sqrt(4) from every shape
}

namespace {

std::vector<double> normalised(const std::vector<double>& x, std::size_t end, std::size_t window) {
    std::vector<double> z(x.begin() + static_cast<std::ptrdiff_t>(end + 1 - window),
                          x.begin() + static_cast<std::ptrdiff_t>(end + 1));
    double mean = 0, square = 0;
    for (double v : z) mean += v / static_cast<double>(window);
    for (double v : z) square += (v - mean) * (v - mean) / static_cast<double>(window);
    for (double& v : z) v = square > 1e-9 ? (v - mean) / std::sqrt(square) : 0;
    return z;
}

/// Every window before, normalised and compared one by one. A flat one against another: sqrt(window), which
/// is what all zeros and a normalised window are apart.
double written_score(const std::vector<double>& x, std::size_t window, std::size_t history) {
    const std::size_t now = x.size() - 1;
    const auto mine = normalised(x, now, window);
    double least = 2 * std::sqrt(static_cast<double>(window));
    for (std::size_t lag = (window + 3) / 4; lag <= history && lag + window <= x.size(); ++lag) {
        const auto other = normalised(x, now - lag, window);
        double sum = 0;
        for (std::size_t k = 0; k < window; ++k) sum += (mine[k] - other[k]) * (mine[k] - other[k]);
        least = std::min(least, std::sqrt(sum));
    }
    return least;
}

}  // namespace

// The range is 0 .. 1,024, so that whole numbers are their own places. A correlation in float is off by some
// 3e-7 and the squared distance by 2 * 12 times that; near zero its root is off by 0.003.
TEST_CASE("LeftMatrixProfile: scores are distances to the nearest normalised window") {
    LeftMatrixProfile<float, LeftMatrixProfileConfig{.window = 12, .history = 40, .warm_up = 2}> profile;
    for (float x : {0.0f, 1024.0f}) profile.update(std::array{x});
    std::vector<double> samples;
    Random random(1);
    int compared = 0;
    for (int i = 0; i < 1500; ++i) {
        const bool flat = i % 200 > 170;
        const double wave = 500 + 200 * std::sin(0.5 * i) + 100 * random.normal<double>();
        samples.push_back(flat ? 512 : std::floor(std::clamp(wave, 0.0, 1024.0)));
        const float score = profile.observe(std::array{static_cast<float>(samples.back())});
        if (samples.size() < 12 + 3) {
            REQUIRE(score == 0);
            continue;
        }
        ++compared;
        const double expected = written_score(samples, 12, 40);
        CAPTURE(i, score, expected);
        REQUIRE(std::abs(static_cast<double>(score) - expected) < 0.004);
    }
    REQUIRE(compared == 1486);
}

TEST_CASE("LeftMatrixProfile: a spoilt beat among beats") {
    LeftMatrixProfile<float> profile;
    Random random(2);
    const auto beat = [&](int i) {
        const float spike = i % 30 == 20 ? 3.0f : i % 30 == 22 ? -1.5f : 0.0f;
        return std::array{spike + 0.05f * random.normal<float>()};
    };
    float usual = 0;
    for (int i = 0; i < 1200; ++i) {
        const float score = profile.observe(beat(i));
        if (i > 600) usual = std::max(usual, score);
    }
    float spoilt = 0;
    for (int i = 1200; i < 1230; ++i) {
        auto x = beat(i);
        if (i % 30 == 20) x[0] = 0.5f;
        spoilt = std::max(spoilt, profile.observe(x));
    }
    CAPTURE(usual, spoilt);
    REQUIRE(spoilt > 1.5f * usual);
}

TEST_CASE("LeftMatrixProfile: running sums do not drift") {
    constexpr LeftMatrixProfileConfig config{.window = 8, .history = 24, .warm_up = 2};
    LeftMatrixProfile<float, config> old, young;
    for (float x : {0.0f, 1024.0f}) {
        old.update(std::array{x});
        young.update(std::array{x});
    }
    Random random(3);
    for (int i = 0; i < 200'000; ++i) old.update(std::array{1024 * random.uniform<float>()});
    for (int i = 0; i < 40; ++i) {
        const std::array x{1024 * random.uniform<float>()};
        old.update(x);
        young.update(x);
    }
    for (int i = 0; i < 40; ++i) {
        const std::array x{1024 * random.uniform<float>()};
        REQUIRE(old.observe(x) == young.observe(x));
    }
}

TEST_CASE("LeftMatrixProfile: keeps the promises of a streaming detector") {
    constexpr LeftMatrixProfileConfig quick{.window = 4, .history = 6, .warm_up = 3};
    mote::testing::check_streaming_detector<LeftMatrixProfile<float, quick>>();
    mote::testing::check_streaming_detector<LeftMatrixProfile<double, quick>>();
    STATIC_REQUIRE(
        mote::testing::scores(mote::testing::trained_detector<LeftMatrixProfile<float, quick>>())[0] > 0);
}
