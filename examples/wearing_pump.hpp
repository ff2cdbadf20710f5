// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "mote/core/math.hpp"
#include "mote/core/random.hpp"

/// A simulated pump from new to broken, an hour a step. Its damage grows slowly at first, then faster; each
/// pump has a life, and a way to age, of its own.
class WearingPump {
public:
    /// As Heimes 2008 has it (Recurrent neural networks for remaining useful life estimation, PHM 2008): what
    /// lies farther ahead shows in no sensor.
    static constexpr float horizon = 200;

    /// Means over the last hours of vibration in mm/s, temperature above the room's in K and current in A,
    /// and how fast the vibration rises in mm/s a day.
    using Features = std::array<float, 4>;

    explicit WearingPump(std::uint64_t seed)
        : random_(seed),
          life_(400 + 500 * random_.uniform<float>()),
          bend_(2 + 2 * random_.uniform<float>()) {}

    /// False once it is broken.
    bool step() {
        if (++hours_ >= life_) return false;
        const float damage = mote::exp(bend_ * mote::log(hours_ / life_));
        load_ = 0.95f * load_ + 0.3f * random_.normal<float>();
        const std::array<float, 3> readings{1 + 4 * damage + 0.1f * load_ + 0.25f * random_.normal<float>(),
                                            12 + 10 * damage + 2 * load_ + random_.normal<float>(),
                                            5 + 1.5f * damage + load_ + 0.2f * random_.normal<float>()};
        for (std::size_t i = 0; i < readings.size(); ++i) {
            means_[i] += (readings[i] - means_[i]) / (hours_ < 20 ? hours_ : 20.0f);
        }
        slow_ += (means_[0] - slow_) / 24;
        return true;
    }

    [[nodiscard]] Features features() const { return {means_[0], means_[1], means_[2], means_[0] - slow_}; }
    /// In hours, at most the horizon.
    [[nodiscard]] float remaining() const { return mote::min(horizon, life_ - hours_); }

private:
    mote::Random random_;
    float life_, bend_, hours_ = 0, load_ = 0, slow_ = 1;
    std::array<float, 3> means_{};
};
