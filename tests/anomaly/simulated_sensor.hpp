// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "mote/core/random.hpp"

namespace mote::testing {

enum class Family { gaussian, heavy_tailed, autocorrelated, seasonal };

/// A sensor on which nothing ever happens: stationary, or the same every day.
class SimulatedSensor {
public:
    SimulatedSensor(Family family, std::uint32_t samples_per_day, std::uint64_t seed)
        : family_(family), samples_per_day_(samples_per_day), random_(seed) {
        const float memory = static_cast<float>(samples_per_day) / 864;  // samples: 100 s
        keeps_ = std::exp(-1 / memory);
    }

    float next() {
        const float noise = random_.normal<float>();
        if (family_ == Family::heavy_tailed) return noise / student_divisor();
        if (family_ == Family::autocorrelated) {
            return state_ = keeps_ * state_ + std::sqrt(1 - keeps_ * keeps_) * noise;
        }
        if (family_ == Family::seasonal) {
            time_ = time_ + 1 == samples_per_day_ ? 0 : time_ + 1;
            const float turn = static_cast<float>(time_) / static_cast<float>(samples_per_day_);
            return noise + 5 * std::sin(6.2831853f * turn);
        }
        return noise;
    }

private:
    /// Makes of a normal number one of Student's with three degrees of freedom, whose variance is 3 and whose
    /// fourth moment is infinite.
    float student_divisor() {
        float squares = 0;
        for (int i = 0; i < 3; ++i) {
            const float normal = random_.normal<float>();
            squares += normal * normal;
        }
        return std::sqrt(squares / 3);
    }

    Family family_;
    std::uint32_t samples_per_day_, time_ = 0;
    float state_ = 0, keeps_ = 0;
    Random random_;
};

}  // namespace mote::testing
