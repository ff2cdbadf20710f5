// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"

namespace mote::nn {

/// By what the learning rate is multiplied in each epoch. Make one by its name, then set a warm-up:
/// `auto schedule = Schedule::cosine(); schedule.warm_up = 3;`
///
/// Shapes  factor(epoch, epochs): 0 <= epoch < epochs. Warm-up rises in equal steps to 1, which the epoch
///         after it has; the rest of the epochs follow the schedule from its start.
/// Source  Loshchilov and Hutter 2017, ICLR, equation (5) without restarts (cosine); Goyal et al. 2017,
///         arXiv:1706.02677, section 2.2 (warm-up). The values are those of PyTorch's schedulers.
class Schedule {
public:
    std::size_t warm_up = 0;

    static constexpr Schedule constant() { return {}; }
    /// Times `by` once in every `every` epochs.
    static constexpr Schedule step(std::size_t every, double by) { return {Kind::step, every, by}; }
    /// Times `by` in every epoch.
    static constexpr Schedule exponential(double by) { return {Kind::step, 1, by}; }
    /// Half a cosine from 1 towards `last`.
    static constexpr Schedule cosine(double last = 0) { return {Kind::cosine, 1, last}; }

    constexpr Schedule() = default;

    [[nodiscard]] constexpr bool valid() const {
        return every_ > 0 && isfinite(number_) && (kind_ == Kind::cosine ? number_ >= 0 : number_ > 0);
    }

    [[nodiscard]] constexpr double factor(std::size_t epoch, std::size_t epochs) const {
        if (epoch < warm_up) return static_cast<double>(epoch + 1) / static_cast<double>(warm_up + 1);
        const std::size_t done = epoch - warm_up, all = epochs > warm_up ? epochs - warm_up : 1;
        if (kind_ == Kind::step) return power(number_, done / every_);
        const double angle = 3.14159265358979323846 * static_cast<double>(done) / static_cast<double>(all);
        return number_ + (1 - number_) * (1 + cos(angle)) / 2;
    }

private:
    enum class Kind : std::uint8_t { step, cosine };
    constexpr Schedule(Kind kind, std::size_t every, double number)
        : every_(every), number_(number), kind_(kind) {}

    static constexpr double power(double base, std::size_t exponent) {
        double result = 1;
        for (; exponent > 0; exponent /= 2, base *= base) {
            if (exponent % 2 == 1) result *= base;
        }
        return result;
    }

    std::size_t every_ = 1;
    double number_ = 1;
    Kind kind_ = Kind::step;
};

}  // namespace mote::nn
