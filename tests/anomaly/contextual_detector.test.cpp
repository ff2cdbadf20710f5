// SPDX-License-Identifier: MIT
#include "mote/anomaly/contextual_detector.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mote/core/random.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::ContextTable;
using mote::ContextualConfig;
using mote::ContextualDetector;
using mote::Random;

// Worked by hand: with two lags a window is two contexts. One met never scores 1,024, once 512, twice 341.
using Table = ContextTable<1, 2, 1024>;
constexpr Table after(int times) {
    Table table;
    table.divide(0, 0, 1024);
    for (int i = 0; i < times; ++i) table.count({0, 3072});
    return table;
}

TEST_CASE("ContextTable: worked example") {
    STATIC_REQUIRE(after(0).novelty({0, 3072}) == 2 * 1024);
    STATIC_REQUIRE(after(1).novelty({0, 3072}) == 2 * 512);
    STATIC_REQUIRE(after(2).novelty({0, 3072}) == 2 * 341);
    STATIC_REQUIRE(after(2).novelty({0, 0}) == 341 + 1024);         // the value is known, not after this one
    STATIC_REQUIRE(after(2).novelty({3072, 3072}) == 2 * 1024);     // unknown after anything
    STATIC_REQUIRE(after(2).novelty({1, 3072}) == 2 * 341);         // of the same level as 0
    STATIC_REQUIRE(after(2).novelty({-30'000, 3072}) == 2 * 1024);  // below the padded range
}

TEST_CASE("ContextTable: what comes no more is forgotten, and counts do not wrap") {
    Table table = after(10'000);
    REQUIRE(table.novelty({0, 3072}) <= 2 * 1024 / 200);
    for (int i = 0; i < 40 * 1024; ++i) table.count({3072, 0});
    REQUIRE(table.novelty({0, 3072}) >= 1024);  // at least one of the two contexts is gone
}

namespace {

/// Levels and contexts as the page tells them: doubles, strings of levels, no hash and no forgetting.
class Written {
public:
    explicit Written(std::size_t warm_up) : warm_up_(warm_up) {}

    std::uint32_t observe(double x) {
        samples_.push_back(x);
        const std::size_t n = samples_.size();
        if (n < warm_up_) return 0;
        if (n == warm_up_) {
            const auto [low, high] = std::minmax_element(samples_.begin(), samples_.end());
            low_ = *low;
            range_ = *high - *low;
        }
        if (n < warm_up_ + 12) return 0;
        std::uint32_t score = 0;
        std::string context;
        for (std::size_t lag = 0; lag < 4; ++lag) {
            double mean = 0;
            for (std::size_t k = 0; k < 3; ++k) mean += samples_[n - 1 - 3 * lag - k] / 3;
            const double level = std::floor(((mean - low_) / range_ + 0.75) / 2.5 * 8);
            context += static_cast<char>('0' + std::clamp(level, 0.0, 7.0));
            std::uint32_t& count = counts_[context];
            score += 1024 / (1 + count);
            count = std::min(count + 1, 255u);
        }
        return score;
    }

private:
    std::vector<double> samples_;
    std::map<std::string, std::uint32_t> counts_;
    std::size_t warm_up_;
    double low_ = 0, range_ = 1;
};

}  // namespace

// Not to the bit: places are cut off to whole steps, so that a mean next to a border may get the other level
// (at most 3 of the 960 steps of a level), and counts of the two contexts differ by one from then on.
TEST_CASE("ContextualDetector: scores are those of contexts counted one by one") {
    constexpr ContextualConfig large{.cells = 65'536, .lags = 4, .warm_up = 64};
    auto detector = std::make_unique<ContextualDetector<float, 1, large>>();
    Written expected(64);
    Random random(5);
    double walk = 0;
    int equal = 0;
    double gap = 0;
    constexpr int rows = 3000;
    for (int i = 0; i < rows; ++i) {
        walk = 0.9 * walk + random.normal<double>();
        const auto written = expected.observe(walk);
        const auto score = detector->observe(std::array{static_cast<float>(walk)});
        equal += written == score ? 1 : 0;
        gap += std::abs(static_cast<double>(written) - static_cast<double>(score)) / rows;
    }
    CAPTURE(equal, gap);
    REQUIRE(equal > rows * 0.9);
    REQUIRE(gap < 0.005 * detector->highest);
}

TEST_CASE("ContextualDetector: an old value at the wrong time is new") {
    ContextualDetector<float, 1> detector;
    const auto wave = [](int i) { return std::array{i / 6 % 2 ? 1.0f : -1.0f}; };
    for (int i = 0; i < 2400; ++i) detector.observe(wave(i));
    std::uint32_t usual = 0, skipped = 0;
    for (int i = 2400; i < 2448; ++i) usual = std::max(usual, detector.observe(wave(i)));
    for (int i = 0; i < 12; ++i) skipped = std::max(skipped, detector.observe(wave(0)));  // no other half
    CAPTURE(usual, skipped);
    REQUIRE(skipped > 4 * usual);
}

TEST_CASE("ContextualDetector: keeps the promises of a streaming detector") {
    constexpr ContextualConfig quick{.cells = 64, .lags = 2, .warm_up = 4};
    mote::testing::check_streaming_detector<ContextualDetector<float, 1, quick>>();
    mote::testing::check_streaming_detector<ContextualDetector<double, 3, quick>>();
    STATIC_REQUIRE(
        mote::testing::scores(mote::testing::trained_detector<ContextualDetector<float, 3, quick>>())[0] > 0);
    STATIC_REQUIRE(sizeof(ContextualDetector<float, 1>) <= 1100);
}
