// SPDX-License-Identifier: MIT
#include "mote/anomaly/surprise.hpp"

#include <algorithm>
#include <cmath>

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::AlarmGate;
using mote::integer_sqrt;
using mote::Random;
using mote::Surprise;

TEST_CASE("integer_sqrt: squares, their neighbours and the largest") {
    STATIC_REQUIRE(integer_sqrt(0) == 0);
    STATIC_REQUIRE(integer_sqrt(0xffff'ffff) == 65'535);
    for (std::uint32_t root = 1; root < 65'536; ++root) {
        REQUIRE(integer_sqrt(root * root) == root);
        REQUIRE(integer_sqrt(root * root - 1) == root - 1);
    }
}

namespace {

/// The same in doubles.
class Written {
public:
    double observe(double raw) {
        smoothed_ = count_ == 0 ? raw : smoothed_ + (raw - smoothed_) / 8;
        const double z = (smoothed_ - mean_) / std::sqrt(std::max(variance_, 0.25));
        const double result = count_ < 20 ? 0 : std::clamp(z, 0.0, 30.0);
        count_ = std::min(count_ + 1, 2048.0);
        const double gap = smoothed_ - mean_;
        mean_ += gap / count_;
        variance_ += (gap * gap * (1 - 1 / count_) - variance_) / count_;
        return result;
    }

private:
    double smoothed_ = 0, mean_ = 0, variance_ = 0, count_ = 0;
};

}  // namespace

// Smoothing drops less than 1/256 a step, which adds up to 8/256 of a step; with deviations of tens of steps
// the squares agree within a hundredth, and where they are small within 1/16.
TEST_CASE("Surprise: is the square of the z-score of the smoothed score") {
    Surprise surprise;
    Written expected;
    Random random(3);
    for (int i = 0; i < 20'000; ++i) {
        const double usual = 1000 + 100 * random.normal<double>();
        const auto raw = static_cast<std::uint32_t>(i % 500 == 499 ? 9000 : usual);
        const auto look = surprise.look(raw);
        surprise.learn(look);
        const double z = expected.observe(raw);
        const double square = look.squared / 256.0;
        CAPTURE(i, square, z * z);
        REQUIRE(std::abs(square - z * z) < 0.0625 + 0.01 * z * z);
    }
}

TEST_CASE("Surprise: stays in its bounds for the largest scores there are") {
    Surprise surprise;
    constexpr std::uint32_t largest = (1u << 21) - 1;
    for (int i = 0; i < 5000; ++i) surprise.learn(surprise.look(0));
    for (int i = 0; i < 5000; ++i) {
        const auto look = surprise.look(largest);
        REQUIRE(look.squared <= Surprise::most);
        if (i == 0) REQUIRE(look.squared == Surprise::most);
        surprise.learn(look);
    }
    REQUIRE(surprise.look(largest).squared < 2 * 256);  // it has become usual
    for (int i = 0; i < 100; ++i) surprise.learn(surprise.look(i % 2 ? largest : 0));
    REQUIRE(surprise.look(0).squared <= Surprise::most);
}

// Worked by hand: after one alarm 3 samples are quiet; then the level is higher by a fifth.
TEST_CASE("AlarmGate: worked example") {
    AlarmGate gate(100, 3);
    const auto next = [&gate](std::uint32_t score) {
        const std::uint32_t passed = gate.pass(score);
        gate.learn(passed);
        return passed;
    };
    REQUIRE(next(100) == 100);  // not above the level
    REQUIRE(next(101) == 101);
    for (int i = 0; i < 3; ++i) REQUIRE(next(5000) == 0);
    REQUIRE(next(120) == 100);  // 120 / 1.2
    REQUIRE(next(122) == 101);
    for (int i = 0; i < 20'000; ++i) next(0);
    REQUIRE(next(100) == 100);  // the alarms are long ago
}
