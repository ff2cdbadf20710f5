// SPDX-License-Identifier: MIT
#include "mote/anomaly/streaming_knn.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "mote/core/random.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::NeighbourMemory;
using mote::Random;
using mote::StreamingKnn;
using mote::StreamingKnnConfig;

// Worked by hand: twenty windows on a line; the oldest goes when the twenty-first comes.
constexpr auto on_a_line(std::int16_t count) {
    NeighbourMemory<2, 20> memory;
    for (std::int16_t i = 0; i < count; ++i) memory.keep({static_cast<std::int16_t>(10 * i), 7});
    return memory;
}

TEST_CASE("NeighbourMemory: worked example") {
    STATIC_REQUIRE(on_a_line(19).nearest({-100, 7}) == 0);  // too few to tell
    STATIC_REQUIRE(on_a_line(20).nearest({-100, 7}) == 100);
    STATIC_REQUIRE(on_a_line(20).nearest({53, 3}) == 3 + 4);
    STATIC_REQUIRE(on_a_line(21).nearest({-100, 7}) == 110);
    STATIC_REQUIRE(on_a_line(21).nearest({200, 7}) == 0);
    STATIC_REQUIRE(on_a_line(40).kept() == 20);
}

namespace {

/// All in doubles and in ranges, the whole stream kept and cut into windows anew for each sample.
double written_score(const std::vector<double>& samples, double low, double range, std::size_t warm_up,
                     std::size_t points) {
    const auto window = [&](std::size_t end) {
        std::array<double, 4> means{};
        for (std::size_t lag = 0; lag < 4; ++lag) {
            for (std::size_t k = 0; k < 3; ++k) means[lag] += (samples[end - 3 * lag - k] - low) / range;
        }
        return means;
    };
    const std::size_t now = samples.size() - 1;
    const std::size_t first = warm_up + 11;  // the first full window ends here, and every third is kept
    std::vector<std::size_t> ends;
    for (std::size_t end = first; end < now; end += 3) ends.push_back(end);
    if (ends.size() < 20) return 0;
    if (ends.size() > points) ends.erase(ends.begin(), ends.end() - static_cast<std::ptrdiff_t>(points));
    double least = 1e9;
    for (std::size_t end : ends) {
        double sum = 0;
        for (std::size_t lag = 0; lag < 4; ++lag) sum += std::abs(window(end)[lag] - window(now)[lag]);
        least = std::min(least, sum / 4);
    }
    return least;
}

}  // namespace

// Places are cut off to whole steps: a sum of three is off by less than 3, the mean of four differences of
// two such by less than 6, and once more by the division.
TEST_CASE("StreamingKnn: scores are distances to the nearest window") {
    constexpr StreamingKnnConfig config{.points = 40, .lags = 4, .warm_up = 32};
    StreamingKnn<float, 1, config> detector;
    Random random(6);
    std::vector<double> samples;
    double low = 0, high = 0, walk = 0;
    for (std::size_t i = 0; i < 400; ++i) {
        walk = 0.8 * walk + random.normal<double>();
        const auto x = static_cast<float>(i % 97 == 96 ? 3 * walk : walk);
        samples.push_back(static_cast<double>(x));
        if (i < 32) low = std::min(i == 0 ? samples[0] : low, samples[i]);
        if (i < 32) high = std::max(i == 0 ? samples[0] : high, samples[i]);
        const auto score = static_cast<double>(detector.observe(std::array{x}));
        const double expected =
            i < 32 + 11 ? 0 : 1024 * written_score(samples, low, high - low, 32, config.points);
        CAPTURE(i, score, expected);
        REQUIRE(std::abs(score - expected) < 7);
    }
    REQUIRE(detector.ready());
}

TEST_CASE("StreamingKnn: keeps the promises of a streaming detector") {
    constexpr StreamingKnnConfig quick{.points = 20, .lags = 2, .warm_up = 4};
    mote::testing::check_streaming_detector<StreamingKnn<float, 1, quick>>();
    mote::testing::check_streaming_detector<StreamingKnn<double, 3, quick>>();
    STATIC_REQUIRE(sizeof(StreamingKnn<float, 1>) <= 2200);
}
