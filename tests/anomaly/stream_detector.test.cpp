// SPDX-License-Identifier: MIT
#include "mote/anomaly/stream_detector.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "mote/core/random.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::LocalTime;
using mote::Random;
using mote::StreamDetector;

namespace {

constexpr std::uint32_t monday = 4 * 86'400;

/// A sensor with a daily season, every five minutes.
class Sensor {
public:
    float next() {
        const double phase = 6.283185307 * static_cast<double>(tick_++ % 288) / 288;
        return static_cast<float>(20 + 5 * std::sin(phase) + 0.5 * noise_.normal<double>());
    }
    LocalTime time() const { return {monday + 300 * tick_}; }

private:
    Random noise_{7};
    std::uint32_t tick_ = 0;
};

template <class Change>
std::vector<std::size_t> alarms(bool timed, std::size_t rows, Change change) {
    StreamDetector<float> detector;
    Sensor sensor;
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < rows; ++i) {
        const LocalTime time = sensor.time();
        const std::array x{change(i, sensor.next())};
        const auto score = timed ? detector.observe(x, time) : detector.observe(x);
        if (score > detector.alarm_level) found.push_back(i);
    }
    return found;
}

}  // namespace

TEST_CASE("StreamDetector: a spike is an alarm at once") {
    for (const bool timed : {true, false}) {
        const auto found = alarms(timed, 4000, [](std::size_t i, float x) { return i == 3500 ? 60.0f : x; });
        CAPTURE(timed);
        REQUIRE(std::find(found.begin(), found.end(), 3500) != found.end());
        REQUIRE(found.size() <= 8);  // one in two days of a sensor that is watched for two weeks
    }
}

TEST_CASE("StreamDetector: an alarm is followed by 120 samples of quiet") {
    const auto found = alarms(true, 3000, [](std::size_t i, float x) { return i >= 2000 ? x + 30 : x; });
    REQUIRE(std::find(found.begin(), found.end(), 2000) != found.end());
    for (std::size_t k = 1; k < found.size(); ++k) REQUIRE(found[k] - found[k - 1] > 120);
}

// Midday stays away: every value is usual, only not at that time.
TEST_CASE("StreamDetector: a day without its midday is found, with a clock and without") {
    const auto flat = [](std::size_t i, float x) {
        return i / 288 == 11 && i % 288 < 144 ? 15.0f + (x - std::floor(x)) : x;
    };
    for (const bool timed : {true, false}) {
        const auto found = alarms(timed, 13 * 288, flat);
        const auto within = [](std::size_t i) { return i >= 11 * 288 && i < 12 * 288; };
        CAPTURE(timed, found);
        REQUIRE(std::any_of(found.begin(), found.end(), within));
    }
}

// Powers of two leave the significands alone, so that every place is the same.
TEST_CASE("StreamDetector: knows no unit of measurement") {
    StreamDetector<float> volts, millivolts;
    Random random(9);
    for (int i = 0; i < 1500; ++i) {
        const float x = random.normal<float>() + (i == 1000 ? 9.0f : 0.0f);
        REQUIRE(volts.observe(std::array{x}) == millivolts.observe(std::array{1024.0f * x}));
    }
}

TEST_CASE("StreamDetector: begins anew when the stream has left its range for good") {
    StreamDetector<float> detector;
    Random random(10);
    const auto feed = [&](int rows, float scale) {
        for (int i = 0; i < rows; ++i) detector.observe(std::array{scale * random.normal<float>()});
    };
    feed(400, 0.001f);  // switched on, the machine still at rest
    feed(1024 + 800, 1000.0f);
    REQUIRE(detector.ready());
    REQUIRE(detector.score(std::array{30'000.0f}) > detector.alarm_level);
    REQUIRE(detector.score(std::array{500.0f}) < detector.alarm_level);
}

// A shortened endurance run, whose long form is `rough_stream` in benchmarks/anomaly: scores stay in bounds,
// and after more samples than any counter holds an anomaly is still one.
// What a sensor shows when it is plugged in would else be the range for ever.
TEST_CASE("StreamDetector: one wild value in the warm-up does not blind it") {
    for (const float wild : {1e4f, -1e30f}) {
        const auto found = alarms(true, 4000, [=](std::size_t i, float x) {
            return i == 40 ? wild : i == 3500 ? 60.0f : x;
        });
        CAPTURE(wild);
        REQUIRE(std::find(found.begin(), found.end(), 3500) != found.end());
        REQUIRE(found.size() <= 8);
    }
}

TEST_CASE("StreamDetector: endures") {
    StreamDetector<float, 2> detector;
    Random random(11);
    std::uint32_t alarms = 0;
    constexpr std::uint32_t rows = 60'000;
    for (std::uint32_t i = 0; i < rows; ++i) {
        const auto score = detector.observe(std::array{random.normal<float>(), random.uniform<float>()});
        REQUIRE(score <= detector.highest);
        alarms += score > detector.alarm_level ? 1 : 0;
    }
    CAPTURE(alarms);
    REQUIRE(alarms < rows / 300);
    for (int i = 0; i < 121; ++i) detector.observe(std::array{0.0f, 0.5f});
    REQUIRE(detector.score(std::array{50.0f, 9.0f}) > detector.alarm_level);
}

TEST_CASE("StreamDetector: keeps the promises of a streaming detector") {
    mote::testing::check_streaming_detector<StreamDetector<float>>();
    mote::testing::check_streaming_detector<StreamDetector<double, 3>>();
    STATIC_REQUIRE(sizeof(StreamDetector<float>) <= 8192);
    STATIC_REQUIRE(sizeof(StreamDetector<float, 8>) <= 8192);
}
