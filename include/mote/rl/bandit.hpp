// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/status.hpp"
#include "mote/rl/environment.hpp"

/// Bandits: one state, several arms, each with a reward of its own that only pulling it shows.
namespace mote::rl {

template <class B>
concept Bandit = PlainValue<B> &&
    requires(B& bandit, const B& frozen, Action arm, typename B::Scalar reward, Random& random) {
    { B::arms } -> std::convertible_to<std::size_t>;
    { frozen.choose(random) } -> std::same_as<Action>;
    { bandit.update(arm, reward) } -> std::same_as<Status>;
    bandit.reset();
};

/// What the arms have paid: how often each was pulled, the mean and variance of its rewards; over all time,
/// or over the last Window pulls where the world changes.
///
/// Errors  update() refuses an arm out of range (bad_state) and a reward whose square is not finite.
/// Memory  3 * Arms words, and Window * (sizeof(T) + 1) bytes. Time O(1), O(Window) once a window: the sums
///         are then added up anew, so that rounding does not creep in for ever.
template <FloatingScalar T, std::size_t Arms, std::size_t Window = 0>
requires(Arms >= 1 && Arms <= 256 && Window <= 65'535) class ArmStatistics {
public:
    constexpr Status update(Action arm, T reward) {
        if (arm >= Arms) return Status::bad_state;
        if (!isfinite(reward * reward)) return Status::not_finite;
        if constexpr (Window > 0) {
            if (size_ == Window) {
                forget(arms_[next_], rewards_[next_]);
            } else {
                ++size_;
            }
            arms_[next_] = arm;
            rewards_[next_] = reward;
            if (++next_ == Window) {
                add_up_anew();
                return Status::ok;
            }
        }
        add(arm, reward);
        return Status::ok;
    }

    [[nodiscard]] constexpr std::uint32_t pulls(std::size_t arm) const { return pulls_[arm]; }
    [[nodiscard]] constexpr std::uint32_t pulls() const {
        std::uint32_t sum = 0;
        for (const std::uint32_t n : pulls_) sum += n;
        return sum;
    }
    /// 0 for an arm not pulled.
    [[nodiscard]] constexpr T mean(std::size_t arm) const {
        return pulls_[arm] == 0 ? T(0) : sums_[arm] / static_cast<T>(pulls_[arm]);
    }
    /// Of the rewards seen (divided by their number), never below 0.
    [[nodiscard]] constexpr T variance(std::size_t arm) const {
        if (pulls_[arm] == 0) return 0;
        const T centre = mean(arm);
        return max(T(0), squares_[arm] / static_cast<T>(pulls_[arm]) - centre * centre);
    }

    /// The first arm without a pull, or Arms.
    [[nodiscard]] constexpr std::size_t first_untried() const {
        std::size_t arm = 0;
        while (arm < Arms && pulls_[arm] > 0) ++arm;
        return arm;
    }

    /// The arm of the largest index(arm) once all were tried; before, the first untried one.
    template <class Index>
    [[nodiscard]] constexpr Action best(Index index) const {
        if (const std::size_t arm = first_untried(); arm < Arms) return static_cast<Action>(arm);
        std::size_t best = 0;
        T highest = index(std::size_t{0});
        for (std::size_t arm = 1; arm < Arms; ++arm) {
            if (const T value = index(arm); value > highest) {
                best = arm;
                highest = value;
            }
        }
        return static_cast<Action>(best);
    }

private:
    constexpr void add(Action arm, T reward) {
        ++pulls_[arm];
        sums_[arm] += reward;
        squares_[arm] += reward * reward;
    }
    constexpr void forget(Action arm, T reward) {
        --pulls_[arm];
        sums_[arm] -= reward;
        squares_[arm] -= reward * reward;
    }
    constexpr void add_up_anew() {
        next_ = 0;
        pulls_ = {};
        sums_ = {};
        squares_ = {};
        for (std::size_t i = 0; i < Window; ++i) add(arms_[i], rewards_[i]);
    }

    std::array<T, Arms> sums_{};
    std::array<T, Arms> squares_{};
    std::array<std::uint32_t, Arms> pulls_{};
    std::array<T, Window> rewards_{};  // of the last Window pulls, in a ring
    std::array<Action, Window> arms_{};
    std::uint16_t size_ = 0;
    std::uint16_t next_ = 0;
};

/// What every bandit that keeps ArmStatistics shares: update(), reset(), and the statistics themselves.
/// Window = 0 remembers everything; otherwise the last Window pulls only.
template <FloatingScalar T, std::size_t Arms, std::size_t Window>
class StatisticalBandit {
public:
    using Scalar = T;
    static constexpr std::size_t arms = Arms;

    constexpr Status update(Action arm, T reward) { return seen_.update(arm, reward); }
    constexpr void reset() { seen_ = {}; }
    [[nodiscard]] constexpr const ArmStatistics<T, Arms, Window>& seen() const { return seen_; }

private:
    ArmStatistics<T, Arms, Window> seen_;
};

struct EpsilonGreedyBanditConfig {
    double epsilon = 0.1;
};

/// With probability epsilon any arm, otherwise the one whose rewards were best on average.
/// Source  Sutton and Barto 2018, section 2.4.
template <FloatingScalar T, std::size_t Arms, std::size_t Window = 0,
          EpsilonGreedyBanditConfig Config = EpsilonGreedyBanditConfig{}>
requires(Config.epsilon >= 0 && Config.epsilon <= 1) class EpsilonGreedyBandit
    : public StatisticalBandit<T, Arms, Window> {
public:
    [[nodiscard]] constexpr Action choose(Random& random) const {
        if (random.uniform<T>() < static_cast<T>(Config.epsilon))
            return static_cast<Action>(random.below(Arms));
        return this->seen().best([this](std::size_t arm) { return this->seen().mean(arm); });
    }
};

}  // namespace mote::rl
