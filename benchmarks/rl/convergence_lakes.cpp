// SPDX-License-Identifier: MIT
// FrozenLake by a coarse clock; docs/algorithms/agents.md, "What they reach", tells how.
#include <cstdint>
#include <string_view>
#include <utility>

#include "benchmarks/rl/convergence.hpp"
#include "mote/core/fixed.hpp"
#include "mote/rl/double_q_learning.hpp"
#include "mote/rl/dyna_q.hpp"
#include "mote/rl/expected_sarsa.hpp"
#include "mote/rl/monte_carlo_control.hpp"
#include "mote/rl/n_step_sarsa.hpp"
#include "mote/rl/prioritized_sweeping.hpp"
#include "mote/rl/q_lambda.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/sarsa.hpp"
#include "mote/rl/sarsa_lambda.hpp"
#include "mote/rl/speedy_q.hpp"
#include "tests/rl/clocked_lake.hpp"

namespace convergence {

using namespace mote;
using namespace mote::rl;
using namespace mote::testing;

namespace {

template <int Shift>
constexpr LearningConfig rate{
    .learning_rate = {1.0 / (1 << Shift)}, .discount = {1}, .initial = 0.5, .rounding = Rounding::stochastic};

using Small = ClockedLake<4>;
using Large = ClockedLake<8>;

/// The best that is known of a lake by its clock: value_iteration, its time told to the step.
template <std::size_t Side>
double best_on_ice() {
    using Lake = FrozenLake<Side, double>;
    static const TimeLimit<Lake, Lake::step_limit> world;
    Random unused;
    return value_iteration(world, {.discount = 1, .tolerance = 0}).values[world.start(unused)];
}

template <class World, class Agent, class... Finer>
void on_ice(std::string_view name, Lessons how) {
    static const double optimum = best_on_ice<World::side>();
    how.steps = static_cast<std::int64_t>(static_cast<double>(how.steps) * wanted.share);
    const Optimum best{World::side == 4 ? "FrozenLake4x4" : "FrozenLake8x8", optimum, 0.01 * optimum};
    report<typename Agent::Scalar>(
        best, name, [&](std::uint64_t seed) { return learnt<World, Agent, Finer...>(how, seed); });
}

/// At rates from 2^-7 on, halved from stage to stage as the steps double: nearly a plain mean, of which the
/// beginning is forgotten.
template <class World, class T, int... Stage>
void by_results(const Lessons& how, std::integer_sequence<int, Stage...>) {
    on_ice<World, MonteCarloControl<T, World::states, 4, 1, rate<7 + Stage>>...>("MonteCarloControl", how);
}

template <class T>
void small_lake() {
    constexpr std::size_t states = Small::states;
    constexpr DynaConfig counted{.learning_rate = {1}, .discount = {1}, .answers = 6};
    constexpr SweepConfig tallied{.learning_rate = {1}, .discount = {1}, .threshold = 1e-4, .answers = 6};
    constexpr Lessons blind{.steps = 16'000'000}, on{16'000'000, 1, 0.5f, 4}, episodes{60'000'000, 100, 0};
    on_ice<Small, QLearning<T, states, 4, rate<9>>>("QLearning", blind);
    on_ice<Small, DoubleQLearning<T, states, 4, rate<8>>>("DoubleQLearning", blind);
    on_ice<Small, SpeedyQ<T, states, 4, rounds<2000>>>("SpeedyQ", {.steps = 64'000'000});
    on_ice<Small, DynaQ<T, states, 4, 4 * states, 1, counted>>("DynaQ", {.steps = 1'000'000});
    on_ice<Small, PrioritizedSweeping<T, states, 4, 4 * states, 3, tallied>>("PrioritizedSweeping",
                                                                             {300'000});
    on_ice<Small, QLambda<T, states, 4, 8, traced<8>>>("QLambda", {blind.steps, 4});
    on_ice<Small, Sarsa<T, states, 4, rate<9>>>("Sarsa", on);
    on_ice<Small, ExpectedSarsa<T, states, 4, rate<9>>>("ExpectedSarsa", on);
    on_ice<Small, NStepSarsa<T, states, 4, 3, rate<9>>>("NStepSarsa", episodes);
    on_ice<Small, SarsaLambda<T, states, 4, 8, traced<9>>>("SarsaLambda", episodes);
    by_results<Small, T>({.steps = 1'000'000, .epsilon = 0, .by_results = true},
                         std::make_integer_sequence<int, 7>());  // down to 2^-13
}

/// An agent, then its successors at finer rates, each for twice the steps.
template <template <int Shift> class Agent>
void on_large_lake(std::string_view name, const Lessons& how) {
    on_ice<Large, Agent<7>, Agent<9>, Agent<10>, Agent<11>, Agent<12>>(name, how);
}

template <class T>
struct LargeLake {
    static constexpr std::size_t states = Large::states;
    static constexpr DynaConfig counted{.learning_rate = {1}, .discount = {1}, .answers = 6};
    static constexpr SweepConfig tallied{
        .learning_rate = {1}, .discount = {1}, .threshold = 1e-4, .answers = 6};
    template <int Shift>
    using Q = QLearning<T, states, 4, rate<Shift>>;
    template <int Shift>
    using DoubleQ = DoubleQLearning<T, states, 4, rate<Shift>>;
    template <int Shift>
    using Traced = QLambda<T, states, 4, 8, traced<Shift>>;
    template <int Shift>
    using OneStep = Sarsa<T, states, 4, rate<Shift>>;
    template <int Shift>
    using Expected = ExpectedSarsa<T, states, 4, rate<Shift>>;
    template <int Shift>
    using ThreeSteps = NStepSarsa<T, states, 4, 3, rate<Shift>>;
    template <int Shift>
    using TracedSarsa = SarsaLambda<T, states, 4, 8, traced<Shift>>;

    static void all() {
        constexpr Lessons blind{.steps = 15'000'000}, fading{15'000'000, 1, 0.5f, 4};
        on_large_lake<Q>("QLearning", blind);
        on_large_lake<DoubleQ>("DoubleQLearning", blind);
        on_ice<Large, SpeedyQ<T, states, 4, rounds<10'000>>>("SpeedyQ", {.steps = 500'000'000});
        on_ice<Large, DynaQ<T, states, 4, 4 * states, 1, counted>>("DynaQ", {.steps = 20'000'000});
        on_ice<Large, PrioritizedSweeping<T, states, 4, 4 * states, 3, tallied>>("PrioritizedSweeping",
                                                                                 {3'000'000});
        on_large_lake<Traced>("QLambda", {blind.steps, 4});
        on_large_lake<OneStep>("Sarsa", fading);
        on_large_lake<Expected>("ExpectedSarsa", fading);
        on_large_lake<ThreeSteps>("NStepSarsa", {fading.steps, 12, 0.5f, 4});
        on_large_lake<TracedSarsa>("SarsaLambda", {fading.steps, 4, 0.5f, 4});
        constexpr Lessons to_the_end{.steps = 5'000'000, .epsilon = 0, .by_results = true};
        if constexpr (FloatingScalar<T>) {
            by_results<Large, T>(to_the_end, std::make_integer_sequence<int, 11>());  // down to 2^-17
        } else {
            by_results<Large, T>(to_the_end,
                                 std::make_integer_sequence<int, 9>());  // 2^-15: integers' finest
        }
    }
};

}  // namespace

template <class T>
void lakes() {
    small_lake<T>();
    LargeLake<T>::all();
}
template void lakes<float>();
template void lakes<q15>();

}  // namespace convergence
