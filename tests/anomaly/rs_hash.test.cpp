// SPDX-License-Identifier: MIT
#include "mote/anomaly/rs_hash.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <vector>

#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::Random;
using mote::RsHash;
using mote::RsHashConfig;

// Worked by hand: one grid, one place. A cell met n times takes log2(1 + n) from 16; 3 is 2, 2 is a little
// more than 1.5 (linear between the powers of two: exactly 1.5).
constexpr auto after(int times) {
    RsHash<float, 1, RsHashConfig{.grids = 1, .cells = 64, .memory = 100, .warm_up = 2}> detector;
    for (float x : {0.0f, 1.0f}) detector.update(std::array{x});
    for (int i = 0; i < times; ++i) detector.update(std::array{0.5f});
    return detector.score(std::array{0.5f});
}

TEST_CASE("RsHash: worked example") {
    STATIC_REQUIRE(after(0) == 16 * 256);
    STATIC_REQUIRE(after(1) == 15 * 256);
    STATIC_REQUIRE(after(2) == 16 * 256 - 384);
    STATIC_REQUIRE(after(3) == 14 * 256);
}

namespace {

constexpr std::size_t features = 5;
using Row = std::array<float, features>;

/// The paper with doubles, real logarithms and a map for each grid, which forgets nothing and confuses
/// nothing.
class Written {
public:
    Written(std::size_t grids, std::uint64_t seed, double memory) : grids_(grids) {
        Random random(seed);
        for (Grid& grid : grids_) {
            const int least = static_cast<int>(1024 / std::floor(std::sqrt(memory)));
            const auto choices = static_cast<std::uint32_t>(1024 - 2 * least + 1);
            grid.width = least + static_cast<int>(random.below(choices));
            const double base = std::max(2, 1024 / grid.width);
            const auto log = static_cast<std::uint32_t>(std::log(memory) / std::log(base) + 1e-9);
            const std::uint32_t fewest = std::min(1 + log / 2, log);
            const std::uint32_t drawn = fewest + random.below(log - fewest + 1);
            grid.chosen.resize(std::min<std::size_t>(drawn, features));
            REQUIRE(random.sample_without_replacement(features, std::span(grid.chosen)) == mote::Status::ok);
            for (double& shift : grid.shifts) shift = random.below(static_cast<std::uint32_t>(grid.width));
        }
    }

    /// The mean of log2(1 + count); then counts. x within 0 .. 1.
    double observe(const Row& x) {
        double sum = 0;
        for (Grid& grid : grids_) {
            std::vector<double> cell;
            for (std::size_t k = 0; k < grid.chosen.size(); ++k) {
                const double place = std::trunc(1024 * static_cast<double>(x[grid.chosen[k]])) + 32 * 1024;
                cell.push_back(std::floor((place + grid.shifts[k]) / grid.width));
            }
            sum += std::log2(1.0 + grid.counts[cell]++);
        }
        return sum / static_cast<double>(grids_.size());
    }

private:
    struct Grid {
        int width = 0;
        std::vector<std::uint16_t> chosen;
        std::array<double, features> shifts{};
        std::map<std::vector<double>, int> counts;
    };
    std::vector<Grid> grids_;
};

Row two_clusters(Random& random) {
    Row row{};
    const float centre = random.below(2) ? 0.3f : 0.6f;
    for (float& value : row) value = centre + 0.1f * random.uniform<float>();
    return row;
}

}  // namespace

// Mitchell's logarithm is at most 0.086 too low, and within 600 samples of tables of 4,096 cells, a cell
// forgets once with probability 0.15, an eighth: 0.03 on average. Hashes seldom meet in both tables.
TEST_CASE("RsHash: scores are the paper's") {
    constexpr RsHashConfig config{.grids = 20, .cells = 4096, .memory = 1000, .warm_up = 2};
    const auto detector = std::make_unique<RsHash<float, features, config>>(7);
    Written expected(20, 7, 1000);
    for (float x : {0.0f, 1.0f}) detector->update(Row{x, x, x, x, x});
    Random random(1);
    double sum = 0;
    for (int i = 0; i < 600; ++i) {
        const Row x = i % 20 == 19 ? Row{0.9f, 0.1f, 0.5f, 0.9f, 0.2f} : two_clusters(random);
        const double usual = static_cast<double>(detector->highest - detector->observe(x)) / 256 / 20;
        const double written = expected.observe(x);
        CAPTURE(i, usual, written);
        REQUIRE(std::abs(usual - written) < 0.25);
        sum += std::abs(usual - written) / 600;
    }
    REQUIRE(sum < 0.1);
}

TEST_CASE("RsHash: what mixes two clusters stands out, and what stays is forgotten") {
    RsHash<float, features> detector;
    Random random(2);
    for (int i = 0; i < 2000; ++i) detector.observe(two_clusters(random));
    std::uint32_t usual = 0;
    for (int i = 0; i < 100; ++i) usual = std::max(usual, detector.observe(two_clusters(random)));
    const Row mixed{0.35f, 0.65f, 0.35f, 0.65f, 0.35f};  // every feature is in its range
    CAPTURE(usual);
    REQUIRE(detector.score(mixed) > usual);
    for (int i = 0; i < 4000; ++i) detector.observe(mixed);
    REQUIRE(detector.score(two_clusters(random)) > detector.score(mixed));
}

TEST_CASE("RsHash: keeps the promises of a streaming detector") {
    constexpr RsHashConfig quick{.grids = 3, .cells = 16, .memory = 50, .warm_up = 4};
    mote::testing::check_streaming_detector<RsHash<float, 1, quick>>();
    mote::testing::check_streaming_detector<RsHash<double, 20, quick>>();
    STATIC_REQUIRE(sizeof(RsHash<float, 4>) <= 10'800);
}
