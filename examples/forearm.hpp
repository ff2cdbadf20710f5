// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "mote/core/math_q15.hpp"
#include "mote/core/random.hpp"

/// A simulated accelerometer on a wrist, 50 samples a second, in integers: the same on every machine. The
/// forearm turns about the elbow in a vertical plane, and about itself; what the sensor feels is the force
/// that holds it up and the one that its path takes, both along its own axes.
class Forearm {
public:
    enum Gesture : std::uint8_t { still, wave, knock, turn_key, drink };
    static constexpr std::size_t gestures = 5;
    static constexpr std::size_t window = 64;    // samples: 1.28 s
    using Sample = std::array<std::int16_t, 3>;  // in 1/1024 g, at most 4 g
    using Features = std::array<mote::q15, 9>;

    /// Everybody moves as far and as fast as they like, and wears the strap a little turned.
    explicit Forearm(std::uint64_t seed)
        : random_(seed, 1),
          strap_(between(-2700, 2700)),
          vigour_(between(80, 120)),
          tempo_(between(80, 120)) {}

    /// One gesture, from a moment of its own on: samples of one window, as features.
    Features perform(Gesture gesture) {
        begin(gesture);
        std::array<Sample, window> samples{};
        for (int t = 0; t < static_cast<int>(window); ++t) samples[static_cast<std::size_t>(t)] = feel(t);
        return describe(samples);
    }

private:
    /// In 1/65536 of a turn, as math_q15.hpp takes them; tempo in 1/65536 of a turn a sample.
    static constexpr int degree = 182, hertz = 65536 / 50, radius = 280'000;  // micrometres

    int between(int low, int high) {
        return low + static_cast<int>(random_.below(static_cast<std::uint32_t>(high - low + 1)));
    }

    void begin(Gesture gesture) {
        constexpr int rest[gestures] = {0, 85, 20, 0, 15};   // of the forearm, in degrees
        constexpr int swing[gestures] = {1, 25, 12, 2, 30};  // about the elbow
        constexpr int twist[gestures] = {1, 4, 2, 45, 15};   // about itself
        constexpr int tenths_of_hertz[gestures] = {70, 18, 25, 14, 5};
        gesture_ = gesture;
        start_ = between(0, 65535);
        rest_ = (rest[gesture] + between(-12, 12)) * degree;
        swing_ = swing[gesture] * degree * vigour_ / 100 * between(85, 115) / 100;
        twist_ = twist[gesture] * degree * vigour_ / 100 * between(85, 115) / 100;
        speed_ = tenths_of_hertz[gesture] * hertz / 10 * tempo_ / 100 * between(90, 110) / 100;
    }

    static int sine(int angle) {
        return mote::sin(mote::q15::from_raw(static_cast<std::int16_t>(angle >> 1 & 0x7fff))).raw;
    }
    static int cosine(int angle) { return sine(angle + 16384); }

    /// A knock bounces back: the swing has a corner.
    int elbow(int t) const {
        const int phase = sine(start_ + speed_ * t);
        return rest_ + swing_ * (gesture_ == knock ? std::abs(phase) : phase) / 32768;
    }

    /// Micrometres ahead and up.
    static std::array<int, 2> place(int angle) {
        return {radius / 128 * cosine(angle) / 256, radius / 128 * sine(angle) / 256};
    }

    Sample feel(int t) {
        const int angle = elbow(t);
        const auto before = place(elbow(t - 1)), now = place(angle), after = place(elbow(t + 1));
        std::array<int, 2> force{0, 1024};  // what holds it up: 1 g
        for (std::size_t i = 0; i < 2; ++i) {
            force[i] += (before[i] - 2 * now[i] + after[i]) * 50 / 192;  // 50^2 / 9.81e6 * 1024
        }
        const int along = (force[0] * cosine(angle) + force[1] * sine(angle)) / 32768;
        const int across = (force[1] * cosine(angle) - force[0] * sine(angle)) / 32768;
        const int roll = strap_ + twist_ * sine(start_ + speed_ * t + 8192) / 32768;
        return {sensed(along), sensed(across * cosine(roll) / 32768), sensed(across * sine(roll) / -32768)};
    }

    /// With the sensor's noise and the end of its range.
    std::int16_t sensed(int force) {
        const int noise = between(-20, 20) + between(-20, 20);
        return static_cast<std::int16_t>(std::clamp(force + noise, -4096, 4095));
    }

    /// Of each axis the mean, how far samples are from it, and how far from the one before: 2 g is the end.
    static Features describe(const std::array<Sample, window>& samples) {
        Features features;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            int sum = 0, spread = 0, change = 0;
            for (const Sample& sample : samples) sum += sample[axis];
            const int mean = sum / static_cast<int>(window);
            for (std::size_t t = 0; t < window; ++t) {
                spread += std::abs(samples[t][axis] - mean);
                if (t > 0) change += std::abs(samples[t][axis] - samples[t - 1][axis]);
            }
            features[3 * axis] = mote::q15::saturate(mean * 16);
            features[3 * axis + 1] = mote::q15::saturate(spread);
            features[3 * axis + 2] = mote::q15::saturate(2 * change);
        }
        return features;
    }

    mote::Random random_;
    int strap_, vigour_, tempo_;
    Gesture gesture_ = still;
    int start_ = 0, rest_ = 0, swing_ = 0, twist_ = 0, speed_ = 0;
};
