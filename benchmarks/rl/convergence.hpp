// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "mote/core/concepts.hpp"
#include "mote/core/moments.hpp"
#include "mote/rl/eligibility.hpp"
#include "mote/rl/rate.hpp"
#include "mote/rl/speedy_q.hpp"

/// What the parts of the program `convergence` share: which rows are wanted, and how one is judged and shown.
namespace convergence {

struct Wanted {
    std::string_view world, agent, scalar;
    std::uint64_t seeds = 5;
    double share = 1;  // of the steps
};
struct Total {
    int shown = 0, missed = 0;
};
inline Wanted wanted;
inline Total total;

/// A world and what its best policy is worth; what is learnt may differ from it by `margin`.
struct Optimum {
    std::string_view world;
    double worth, margin;
};

/// Shows and judges what an agent's policy is worth: `learn(seed)` tells.
template <class T, class Learn>
void report(const Optimum& best, std::string_view agent, Learn learn) {
    constexpr std::string_view scalar = mote::FloatingScalar<T> ? "float" : "q15";
    const auto left_out = [](std::string_view wish, std::string_view name) {
        return !wish.empty() && wish != name;
    };
    if (left_out(wanted.world, best.world) || left_out(wanted.agent, agent) ||
        left_out(wanted.scalar, scalar))
        return;
    mote::RunningMoments<double, 1> worth;
    for (std::uint64_t seed = 1; seed <= wanted.seeds; ++seed) worth.update(std::array{learn(seed)});
    const bool near = std::abs(worth.mean(0) - best.worth) <= best.margin;
    const double error = std::sqrt(worth.variance(0) / static_cast<double>(wanted.seeds));
    std::printf("| %s | %s | %s | %.4f | %.4f +- %.4f |%s\n", best.world.data(), agent.data(), scalar.data(),
                best.worth, worth.mean(0), error, near ? "" : " beyond the margin");
    std::fflush(stdout);
    ++total.shown;
    if (!near) ++total.missed;
}

/// Settings of agents: a learning rate of 2^-Shift, traces that fade by half, a step of Speedy Q-learning.
template <int Shift>
inline constexpr mote::rl::TraceConfig traced{.learning_rate = {1.0 / (1 << Shift)},
                                              .discount = {1},
                                              .trace_decay = {0.5},
                                              .rounding = mote::rl::Rounding::carried};
template <unsigned Round>
inline constexpr mote::rl::SpeedyConfig rounds{.discount = {1}, .round = Round};

/// The rows of FrozenLake, and of all other worlds.
template <class T>
void lakes();
template <class T>
void other_worlds();

}  // namespace convergence
