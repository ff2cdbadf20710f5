// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

/// The last steps of an episode, at most Capacity; a new one takes the place of the oldest.
template <Scalar T, std::size_t Capacity>
requires(Capacity >= 1 && Capacity <= 65'535) class RecentSteps {
public:
    struct Step {
        T reward{};
        State s = 0;
        Action a = 0;
    };

    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr bool full() const { return size_ == Capacity; }
    /// Whether a step from s goes on where the last one ended.
    [[nodiscard]] constexpr bool lead_to(State s) const { return size_ > 0 && s == next_state_; }

    /// i = 0 is the oldest. Requires i < size().
    [[nodiscard]] constexpr const Step& operator[](std::size_t i) const { return steps_[place(i)]; }
    constexpr void add(Step step, State s2) {
        if (full()) drop_oldest();
        steps_[place(size_)] = step;
        ++size_;
        next_state_ = s2;
    }
    constexpr void drop_oldest() {
        first_ = static_cast<std::uint16_t>(first_ + 1u < Capacity ? first_ + 1 : 0);
        --size_;
    }
    constexpr void clear() { size_ = 0; }

private:
    [[nodiscard]] constexpr std::size_t place(std::size_t i) const {
        return first_ + i < Capacity ? first_ + i : first_ + i - Capacity;
    }

    std::array<Step, Capacity> steps_{};
    std::uint16_t first_ = 0;
    std::uint16_t size_ = 0;
    State next_state_ = 0;
};

}  // namespace mote::rl
