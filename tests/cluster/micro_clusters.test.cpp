// SPDX-License-Identifier: MIT
#include "mote/cluster/micro_clusters.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "mote/core/random.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::MicroClusters, mote::MicroClustersConfig, mote::Random, mote::Status;

// Memory 4: each sample leaves 3/4 of every weight. 0 and 8 become clusters of weight 3/4 and 1. A third
// sample, 2, finds no room: 0 and 8 are fading to 9/16 and 3/4, and unite to weight 21/16 at 8 * 4/7 = 32/7
// with the mean square 64 * (3/7) * (4/7) = 768/49; 2 takes the place of 8.
constexpr auto united() {
    MicroClusters<double, 1, 2, MicroClustersConfig{.memory = 4}> clusters;
    for (double x : {0.0, 8.0, 2.0}) clusters.update(std::array{x});
    return clusters;
}

TEST_CASE("MicroClusters: worked by hand") {
    constexpr auto clusters = united();
    REQUIRE(clusters.centre(0)[0] == Approx(32.0 / 7));
    REQUIRE(clusters.weight(0) == Approx(21.0 / 16));
    REQUIRE(clusters.deviation(0) == Approx(std::sqrt(768.0 / 49)));
    STATIC_REQUIRE(clusters.centre(1)[0] == 2);
    STATIC_REQUIRE(clusters.weight(1) == 1);
    STATIC_REQUIRE(clusters.predict(std::array{3.0}) == 1);
    STATIC_REQUIRE(clusters.score(std::array{100.0}) == 0);  // nothing is established
}

TEST_CASE("MicroClusters: a faded cluster makes room, a heavy one does not") {
    MicroClusters<double, 1, 2, MicroClustersConfig{.memory = 4}> clusters;
    for (double x : {0.0, 5.0, 5.0, 5.0, 5.0}) clusters.update(std::array{x});  // 0 weighs 81/256 now
    clusters.update(std::array{9.0});
    REQUIRE(clusters.centre(0)[0] == 9);
    REQUIRE(clusters.centre(1)[0] == 5);
}

// Weights, means and squares by their definition: sample i of n weighs (1 - 1/memory)^(n - 1 - i).
TEST_CASE("MicroClusters: centres and deviations are those of the faded samples") {
    constexpr std::uint32_t memory = 100;
    MicroClusters<double, 2, 3, MicroClustersConfig{.radius = 50, .memory = memory}> clusters;
    std::vector<std::array<double, 2>> rows = {{0, 0}, {1000, 0}, {0.1, 0}, {1000.1, 0}, {0, 1000}};
    Random random(3);
    for (int i = 0; i < 600; ++i) {
        const double at = i % 3 ? 1000 : 0;
        rows.push_back({at + random.normal<double>(), random.normal<double>()});
    }
    for (const auto& row : rows) REQUIRE(clusters.update(row) == Status::ok);
    for (const double at : {0.0, 1000.0}) {
        const std::size_t k = clusters.predict(std::array{at, 0.0});
        double weight = 0, x = 0, y = 0, square = 0;
        const auto each = [&](auto add) {
            double share = 1;
            for (auto row = rows.rbegin(); row != rows.rend(); ++row, share *= 1 - 1.0 / memory) {
                if (std::abs((*row)[0] - at) < 100 && (*row)[1] < 100) add(share, *row);
            }
        };
        each([&](double share, const auto& row) {
            weight += share;
            x += share * row[0];
            y += share * row[1];
        });
        x /= weight;
        y /= weight;
        each([&](double share, const auto& row) {
            square += share * (std::pow(row[0] - x, 2) + std::pow(row[1] - y, 2)) / weight;
        });
        CAPTURE(at, k);
        REQUIRE(clusters.weight(k) == Approx(weight).epsilon(1e-12));
        REQUIRE(clusters.centre(k)[0] == Approx(x).epsilon(1e-12).margin(1e-12));
        REQUIRE(clusters.centre(k)[1] == Approx(y).epsilon(1e-12).margin(1e-12));
        REQUIRE(clusters.deviation(k) == Approx(std::sqrt(square)).epsilon(1e-9));
    }
}

TEST_CASE("MicroClusters: groups part the irises that can be parted") {
    auto irises = mote::testing::read_csv<float, 5>("iris");
    Random(5).shuffle(std::span(irises));
    MicroClusters<float, 4, 12> clusters;
    const auto row_of = [](const auto& iris) { return std::array{iris[0], iris[1], iris[2], iris[3]}; };
    for (int pass = 0; pass < 4; ++pass) {
        for (const auto& iris : irises) REQUIRE(clusters.update(row_of(iris)) == Status::ok);
    }
    const auto groups = clusters.groups();
    std::set<unsigned> setosa, others;
    for (const auto& iris : irises) {
        const auto group = groups[clusters.predict(row_of(iris))];
        if (group < 12) (iris[4] < 0.5f ? setosa : others).insert(group);
    }
    REQUIRE(setosa.size() == 1);
    REQUIRE(others.size() == 1);
    REQUIRE(setosa != others);
}

namespace {

/// Two modes of a machine, or something else, never quite the same.
std::array<float, 2> machine(Random& random, float shift, bool odd) {
    const float mode = random.below(2) ? 10.0f : 0.0f;
    const float x = mode + shift + random.normal<float>(),
                y = odd ? 20 + 200 * random.uniform<float>() : random.normal<float>();
    return {x, y};
}

}  // namespace

TEST_CASE("MicroClusters: outliers score high, and a stream that moves is followed") {
    MicroClusters<float, 2, 16, MicroClustersConfig{.memory = 500}> clusters;
    Random random(7);
    int right = 0, wrong = 0, odd_ones = 0;
    for (int i = 0; i < 10'000; ++i) {
        const float shift = i < 5000 ? 0.0f : 100.0f;
        const bool odd = i % 50 == 49;
        const float score = clusters.observe(machine(random, shift, odd));
        if (i % 5000 < 2000) continue;
        odd_ones += odd;
        (odd ? right : wrong) += score > 4;
    }
    CAPTURE(right, wrong, odd_ones);
    REQUIRE(odd_ones == 120);
    REQUIRE(right >= 114);
    REQUIRE(wrong < 60);                                   // of 5880
    REQUIRE(clusters.score(std::array{0.0f, 0.0f}) > 10);  // where it was at first is forgotten
}

TEST_CASE("MicroClusters: a few wild values do not widen what is usual") {
    MicroClusters<float, 2, 8> clusters;
    Random random(13);
    for (int i = 0; i < 3000; ++i) {
        const float wild = i % 300 == 299 ? 1e6f : 1.0f;
        clusters.update(std::array{wild * random.normal<float>(), wild * random.normal<float>()});
    }
    REQUIRE(clusters.score(std::array{0.0f, 0.0f}) < 2);
    REQUIRE(clusters.score(std::array{0.0f, 30.0f}) > 8);
}

// One cluster takes all: after so many samples its weight is `memory`, its centre within the deviation of a
// faded mean, 1 / sqrt(2 memory) per feature: 0.0055 for 2^14, and the float's last place 6e-5.
TEST_CASE("MicroClusters: endless streams lose no precision") {
    MicroClusters<float, 1, 2, MicroClustersConfig{.radius = 10, .memory = 1u << 14}> clusters;
    clusters.update(std::array{900.0f});
    clusters.update(std::array{900.0f});
    clusters.update(std::array{1100.0f});
    Random random(9);
    for (int i = 0; i < 400'000; ++i) clusters.update(std::array{1000 + random.normal<float>()});
    const std::size_t k = clusters.predict(std::array{1000.0f});
    REQUIRE(clusters.weight(k) + clusters.weight(1 - k) == Approx(1u << 14).epsilon(1e-3));
    REQUIRE(clusters.centre(k)[0] == Approx(1000).margin(0.03));
    REQUIRE(clusters.deviation(k) == Approx(1).epsilon(0.03));
}

TEST_CASE("MicroClusters: duplicates, and values of every size") {
    MicroClusters<float, 2, 4> clusters;
    for (int i = 0; i < 100; ++i) REQUIRE(clusters.update(std::array{3.0f, 4.0f}) == Status::ok);
    REQUIRE(clusters.score(std::array{3.0f, 4.0f}) == 0);
    REQUIRE(clusters.score(std::array{3.0f, 4.5f}) == 0x1p60f);  // without any spread, no distance is small
    const auto before = mote::testing::bytes_of(clusters);
    REQUIRE(clusters.update(std::array{3e38f, 0.0f}) == Status::not_finite);
    REQUIRE(clusters.update(std::array{0.0f, 2e15f}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(clusters) == before);
    REQUIRE(clusters.score(std::array{3e38f, 3e38f}) == 0x1p60f);
    Random random(11);
    for (int i = 0; i < 20'000; ++i) {
        const float size = i % 100 == 0 ? 1e15f : i % 7 == 0 ? 1e-30f : 1.0f;
        const float score =
            clusters.observe(std::array{size * random.uniform<float>(), random.normal<float>()});
        REQUIRE(mote::isfinite(score));
        REQUIRE(score >= 0);
    }
    for (std::size_t k = 0; k < 4; ++k) {
        REQUIRE(mote::isfinite(clusters.deviation(k)));
        REQUIRE(mote::all_finite(clusters.centre(k)));
    }
}

TEST_CASE("MicroClusters: keeps the promises of a streaming detector") {
    mote::testing::check_streaming_detector<MicroClusters<float, 3, 4>>();
    mote::testing::check_streaming_detector<MicroClusters<double, 2, 3, MicroClustersConfig{.memory = 16}>>();
    STATIC_REQUIRE(mote::testing::scores(mote::testing::trained_detector<MicroClusters<float, 3, 4>>(40))[0] >
                   0);
    STATIC_REQUIRE(sizeof(MicroClusters<float, 2, 16>) == 256);
}
