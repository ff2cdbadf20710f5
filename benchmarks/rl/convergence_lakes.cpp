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
    .learning_rate = {1.0 / (1 << Shift)}, .discount = {1}, .initial = 0.5, .rounding = Rounding::carried};

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

/// An agent, then its successors at finer rates, each for twice the steps.
template <class World, template <int Shift> class Agent, int... Shift>
void refined(std::string_view name, const Lessons& how, std::integer_sequence<int, Shift...>) {
    on_ice<World, Agent<Shift>...>(name, how);
}

template <class World, class T>
struct Lake {
    static constexpr std::size_t states = World::states;
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
    template <int Shift>
    using Results = MonteCarloControl<T, states, 4, 1, rate<Shift>>;

    /// The agents whose learning rate falls, from `steps` at the first one on: those of one step, whose
    /// errors travel slowly, and those whose errors also teach the steps before, and scatter the more.
    template <class One, class Several>
    static void fading(std::int64_t steps, One one, Several several) {
        const Lessons blind{.steps = steps}, on{steps, 1, 0.5f, 4};
        refined<World, Q>("QLearning", blind, one);
        refined<World, DoubleQ>("DoubleQLearning", {2 * steps}, one);  // two tables share them
        refined<World, OneStep>("Sarsa", on, one);
        refined<World, Expected>("ExpectedSarsa", on, one);
        refined<World, Traced>("QLambda", {steps, 4}, several);
        refined<World, ThreeSteps>("NStepSarsa", {steps, 12, 0.5f, 4}, several);
        refined<World, TracedSarsa>("SarsaLambda", {steps, 4, 0.5f, 4}, several);
    }
    template <unsigned Round>
    static void others(std::int64_t speedy, std::int64_t dyna, std::int64_t sweeping) {
        on_ice<World, SpeedyQ<T, states, 4, rounds<Round>>>("SpeedyQ", {speedy});
        on_ice<World, DynaQ<T, states, 4, 4 * states, 1, counted>>("DynaQ", {dyna});
        on_ice<World, PrioritizedSweeping<T, states, 4, 4 * states, 3, tallied>>("PrioritizedSweeping",
                                                                                 {sweeping});
    }
    template <class Shifts>
    static void by_results(std::int64_t steps, Shifts shifts) {
        refined<World, Results>("MonteCarloControl", {.steps = steps, .epsilon = 0, .by_results = true},
                                shifts);
    }
};

template <int... Shift>
constexpr std::integer_sequence<int, Shift...> shifts;

}  // namespace

template <class T>
void lakes() {
    using Small = Lake<ClockedLake<4>, T>;
    Small::fading(2'000'000, shifts<7, 9, 11, 13>, shifts<7, 9, 11, 13>);
    Small::template others<2000>(64'000'000, 1'000'000, 300'000);
    Small::by_results(1'000'000, shifts<7, 8, 9, 10, 11, 12, 13, 14, 15>);
    using Large = Lake<ClockedLake<8>, T>;
    Large::fading(15'000'000, shifts<7, 9, 10, 11, 12>, shifts<7, 9, 11, 13, 14>);
    Large::template others<15'000>(1'500'000'000, 20'000'000, 3'000'000);
    Large::by_results(5'000'000, shifts<7, 8, 9, 10, 11, 12, 13, 14, 15>);
}
template void lakes<float>();
template void lakes<q15>();

}  // namespace convergence
