// SPDX-License-Identifier: MIT
#include "mote/anomaly/streaming_loda.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::Random;
using mote::StreamingLoda;
using mote::StreamingLodaConfig;

// Worked by hand: one projection of one feature, and 0 .. 1 spans two thirds of 12 bins, so 0 and 1 are in
// two of them. After 0, 0, 0, 1 (which in itself is no reason to cut the bins anew): log2(4 / 3) = 0.415 bits
// (in 1/256, from 512 - 405), 2 bits, and 3 for an empty bin.
constexpr auto after_four() {
    StreamingLoda<float, 1, StreamingLodaConfig{.projections = 1, .bins = 12, .window = 4, .warm_up = 4}>
        detector;
    for (float x : {0.0f, 1.0f, 0.0f, 1.0f}) detector.update(std::array{x});
    for (float x : {0.0f, 0.0f, 0.0f, 1.0f}) detector.update(std::array{x});
    return detector;
}

TEST_CASE("StreamingLoda: worked example") {
    STATIC_REQUIRE(after_four().score(std::array{0.0f}) == 107);
    STATIC_REQUIRE(after_four().score(std::array{1.0f}) == 512);
    STATIC_REQUIRE(after_four().score(std::array{0.5f}) == 768);
}

// By hand: 96 .. 104 in place of 0 .. 1, so that after the window that found all in the outermost bin, the
// next is counted in bins of 1 (12 to one and a half times 8), and scored so once it is full.
TEST_CASE("StreamingLoda: worked example of bins cut anew") {
    constexpr auto score_of = [](float x, int windows) {
        auto detector = after_four();
        for (int i = 0; i < windows; ++i) {
            for (float value : {96.0f, 104.0f, 96.0f, 104.0f}) detector.update(std::array{value});
        }
        return detector.score(std::array{x});
    };
    STATIC_REQUIRE(score_of(100, 0) == 768);
    STATIC_REQUIRE(score_of(100, 1) == 0);    // with all the others beyond the end
    STATIC_REQUIRE(score_of(100, 2) == 768);  // among its own
    STATIC_REQUIRE(score_of(96.5f, 2) == 256);
    STATIC_REQUIRE(score_of(104, 2) == 256);
}

namespace {

constexpr std::size_t features = 9;
using Row = std::array<float, features>;

/// The paper in doubles; only the draws are those of the detector, three features to a projection.
class Written {
public:
    Written(std::size_t projections, std::size_t bins, std::size_t window)
        : cuts_(projections), bins_(bins), window_(window) {
        Random random(1);
        for (Cut& cut : cuts_) {
            REQUIRE(random.sample_without_replacement(features, std::span(cut.chosen)) == mote::Status::ok);
            double low = 0, high = 0;
            for (double& weight : cut.weights) {
                weight = std::trunc(64 * static_cast<double>(random.normal<float>()));
                if (weight == 0) weight = 1;
                (weight < 0 ? low : high) += weight;
            }
            cut.low = low - (high - low) / 4;
            cut.width = 1.5 * (high - low) / static_cast<double>(bins);
            cut.latest.resize(bins);
        }
    }

    /// In bits; x within 0 .. 1, where the range is 0 .. 1.
    double observe(const Row& x) {
        double sum = 0;
        for (Cut& cut : cuts_) {
            double height = -cut.low;
            for (std::size_t k = 0; k < 3; ++k)
                height += cut.weights[k] * static_cast<double>(x[cut.chosen[k]]);
            const double bin =
                std::clamp(std::floor(height / cut.width), 0.0, static_cast<double>(bins_ - 1));
            const auto at = static_cast<std::size_t>(bin);
            if (!cut.reference.empty()) {
                sum -= std::log2(std::max(cut.reference[at], 0.5) / static_cast<double>(window_));
            }
            ++cut.latest[at];
        }
        if (++seen_ % window_ == 0) {
            for (Cut& cut : cuts_) {
                cut.reference = cut.latest;
                std::fill(cut.latest.begin(), cut.latest.end(), 0.0);
            }
        }
        return sum / static_cast<double>(cuts_.size());
    }

private:
    struct Cut {
        std::array<std::uint16_t, 3> chosen{};
        std::array<double, 3> weights{};
        double low = 0, width = 1;
        std::vector<double> latest, reference;
    };
    std::vector<Cut> cuts_;
    std::size_t bins_, window_, seen_ = 0;
};

Row cluster(Random& random) {
    const float load = random.uniform<float>();
    Row row{};
    for (std::size_t i = 0; i < features; ++i) {
        row[i] = (i % 2 ? 0.2f + 0.6f * load : 0.8f - 0.6f * load) + 0.1f * random.uniform<float>();
    }
    return row;
}

}  // namespace

// Places are cut off to 1/1,024, so that a projection next to a border of bins may get into the other: one of
// 40 moves by some tenths of a bit now and then. Logarithms are rounded down, the mean of them once more:
// below 2 / 256.
TEST_CASE("StreamingLoda: scores are the paper's") {
    constexpr StreamingLodaConfig config{.projections = 40, .bins = 16, .window = 200, .warm_up = 4};
    StreamingLoda<float, features, config> detector;
    Written expected(40, 16, 200);
    for (float x : {0.0f, 1.0f, 0.0f, 1.0f}) {
        Row row{};
        row.fill(x);
        detector.update(row);
    }
    Random random(3);
    double worst = 0, sum = 0;
    for (int i = 0; i < 2000; ++i) {
        const Row x = cluster(random);
        const double gap = std::abs(detector.observe(x) / 256.0 - expected.observe(x));
        worst = std::max(worst, gap);
        sum += gap / 2000;
    }
    CAPTURE(sum, worst);
    REQUIRE(sum < 0.02);
    REQUIRE(worst < 0.2);
}

TEST_CASE("StreamingLoda: a broken relation scores above what is usual, until it is the usual") {
    StreamingLoda<float, features> detector;
    Random random(4);
    for (int i = 0; i < 1000; ++i) detector.observe(cluster(random));
    double usual = 0;
    for (int i = 0; i < 200; ++i) usual += detector.observe(cluster(random)) / 200.0;
    Row broken = cluster(random);
    for (std::size_t i = 0; i < features; ++i) broken[i] = 0.85f;  // odd and even ones should go apart
    CAPTURE(usual, detector.score(broken));
    REQUIRE(detector.score(broken) > 1.3 * usual);
    for (int i = 0; i < 600; ++i) detector.observe(broken);
    REQUIRE(detector.score(broken) < 0.1 * usual);
}

// A sensor that is plugged in shows anything, and a wild value comes now and then.
TEST_CASE("StreamingLoda: wild values do not blind it, in the warm-up for two windows only") {
    StreamingLoda<float, features> detector;
    Random random(5);
    for (int i = 0; i < 10; ++i) {
        Row wild{};
        for (float& x : wild) x = (i % 2 == 0 ? 1e30f : -1e-30f) * random.uniform<float>();
        detector.observe(wild);
    }
    for (int i = 0; i < 128 + 3 * 256; ++i) {
        Row x = cluster(random);
        if (i % 200 == 0) x[random.below(features)] = 3e38f;
        detector.observe(x);
    }
    double usual = 0;
    for (int i = 0; i < 200; ++i) usual += detector.observe(cluster(random)) / 200.0;
    Row broken = cluster(random);
    for (float& x : broken) x = 0.85f;
    CAPTURE(usual, detector.score(broken));
    REQUIRE(detector.score(broken) > 1.3 * usual);
}

TEST_CASE("StreamingLoda: the narrowest and the widest ranges there are") {
    constexpr StreamingLodaConfig quick{.projections = 3, .bins = 5, .window = 6, .warm_up = 4};
    constexpr float most = std::numeric_limits<float>::max(),
                    least = std::numeric_limits<float>::denorm_min();
    StreamingLoda<float, 2, quick> detector;
    for (int round = 0; round < 4; ++round) {
        for (int i = 0; i < 12; ++i) detector.observe(std::array{i % 2 == 0 ? most : -most, 5 * least});
        for (int i = 0; i < 12; ++i) detector.observe(std::array{i % 2 == 0 ? 0.0f : least, 0.0f});
    }
    REQUIRE(detector.ready());
    REQUIRE(detector.score(std::array{most, most}) <= 8 * 256);
}

TEST_CASE("StreamingLoda: keeps the promises of a streaming detector") {
    constexpr StreamingLodaConfig quick{.projections = 3, .bins = 5, .window = 6, .warm_up = 4};
    mote::testing::check_streaming_detector<StreamingLoda<float, 2, quick>>();
    mote::testing::check_streaming_detector<StreamingLoda<double, 20, quick>>();
    STATIC_REQUIRE(
        mote::testing::scores(mote::testing::trained_detector<StreamingLoda<float, 2, quick>>())[0] > 0);
    STATIC_REQUIRE(sizeof(StreamingLoda<float, 8>) <= 4400);
}
