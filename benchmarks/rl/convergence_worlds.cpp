// SPDX-License-Identifier: MIT
// CliffWalking, WindyGridworld, Taxi and Blackjack.
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

#include "benchmarks/rl/convergence.hpp"
#include "mote/core/fixed.hpp"
#include "mote/rl/double_q_learning.hpp"
#include "mote/rl/dyna_q.hpp"
#include "mote/rl/environments/blackjack.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/taxi.hpp"
#include "mote/rl/environments/windy_gridworld.hpp"
#include "mote/rl/expected_sarsa.hpp"
#include "mote/rl/monte_carlo_control.hpp"
#include "mote/rl/n_step_sarsa.hpp"
#include "mote/rl/prioritized_sweeping.hpp"
#include "mote/rl/q_lambda.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/sarsa.hpp"
#include "mote/rl/sarsa_lambda.hpp"
#include "mote/rl/speedy_q.hpp"
#include "mote/rl/value_iteration.hpp"
#include "tests/rl/worlds.hpp"

namespace convergence {

using namespace mote;
using namespace mote::rl;
using namespace mote::testing;

namespace {

/// Settings of agents: learning rate, 1 / 2^Shift.
template <int Shift>
constexpr LearningConfig rate{
    .learning_rate = {1.0 / (1 << Shift)}, .discount = {1}, .rounding = Rounding::carried};
template <std::size_t Answers>
constexpr DynaConfig tallied{.learning_rate = {1}, .discount = {1}, .answers = Answers};
template <std::size_t Answers>
constexpr SweepConfig swept{.learning_rate = {1}, .discount = {1}, .threshold = 1e-3, .answers = Answers};

/// By results: certain ones here, and only those of episodes that end, so that values begin low and what
/// never led to an end is never preferred.
template <class T>
constexpr LearningConfig certain{
    .learning_rate = {1}, .discount = {1}, .initial = FloatingScalar<T> ? -200 : -0.9};

struct Course {
    int episodes;
    float epsilon = 0.3f;
    unsigned decay = 31;  // epsilon falls by 2^-decay a hundred times
    int step_limit = 500;
    double scale = 1;  // of rewards
    bool exploring_starts = false;
};

/// Brings returns into the range of an integer table.
template <class T>
Course scaled(Course course, double scale) {
    course.scale = FloatingScalar<T> ? 1 : scale;
    return course;
}

template <class Agent, class World, class Worth>
void row(const Optimum& best, std::string_view name, const World& world, const Course& course,
         Worth worth_of) {
    report<typename Agent::Scalar>(best, name, [&](std::uint64_t seed) {
        static Agent agent;
        agent.reset();
        agent.set_policy(EpsilonGreedy(course.epsilon));
        Random random(seed);
        const int episodes = static_cast<int>(course.episodes * wanted.share) / 100;
        int refused = 0;
        for (int round = 0; round < 100; ++round) {
            refused += train(agent, world,
                             {episodes, course.step_limit, course.scale, course.exploring_starts}, random);
            agent.policy().decay(course.decay);
        }
        return refused == 0 ? worth_of(agent) : std::numeric_limits<double>::quiet_NaN();
    });
}

/// Off-policy agents learn the shortest way along the cliff, on-policy ones the way through the wind.
template <class T>
void grids() {
    static const CliffWalking<double> cliff;
    static const AnyStart<CliffWalking<double>> anywhere;
    static const WindyGridworld<double> windy;
    const auto origin = [](const auto& world) {
        return [&world](const auto& agent) { return worth(agent, world)[world.origin]; };
    };
    const auto walk = [&]<class Agent>(std::type_identity<Agent>, std::string_view name, Course course) {
        row<Agent>({"CliffWalking", -13, 0}, name, cliff, scaled<T>(course, 1.0 / 256), origin(cliff));
    };
    const auto cross = [&]<class Agent>(std::type_identity<Agent>, std::string_view name) {
        row<Agent>({"WindyGridworld", -15, 0}, name, windy, scaled<T>({40'000, 0.3f, 5}, 1.0 / 256),
                   origin(windy));
    };
    walk(std::type_identity<QLearning<T, 48, 4, rate<4>>>(), "QLearning", {20'000, 0.3f, 4});
    walk(std::type_identity<DoubleQLearning<T, 48, 4, rate<4>>>(), "DoubleQLearning", {60'000, 0.5f});
    walk(std::type_identity<SpeedyQ<T, 48, 4, rounds<2000>>>(), "SpeedyQ", {5000, 0.5f});
    walk(std::type_identity<DynaQ<T, 48, 4, 192, 4, tallied<1>>>(), "DynaQ", {2000});
    walk(std::type_identity<PrioritizedSweeping<T, 48, 4, 192, 4, swept<1>>>(), "PrioritizedSweeping",
         {2000});
    walk(std::type_identity<QLambda<T, 48, 4, 8, traced<4>>>(), "QLambda", {20'000, 0.3f, 4});
    row<MonteCarloControl<T, 48, 4, 100, certain<T>>>({"CliffWalking", -13, 0}, "MonteCarloControl", anywhere,
                                                      scaled<T>({20'000, 0, 31, 100, 1, true}, 1.0 / 512),
                                                      origin(cliff));
    cross(std::type_identity<Sarsa<T, 70, 4, rate<4>>>(), "Sarsa");
    cross(std::type_identity<ExpectedSarsa<T, 70, 4, rate<4>>>(), "ExpectedSarsa");
    cross(std::type_identity<NStepSarsa<T, 70, 4, 3, rate<4>>>(), "NStepSarsa");
    cross(std::type_identity<SarsaLambda<T, 70, 4, 8, traced<4>>>(), "SarsaLambda");
}

template <class T>
void taxi() {
    static const Tabulated<Taxi<double>> world;
    static const Tabulated<AnyStart<Taxi<double>>> anywhere;
    static const double optimum =
        taxi_average(value_iteration(world, {.discount = 1, .tolerance = 1e-9}).values);
    const auto drive = [&]<class Agent>(std::type_identity<Agent>, std::string_view name, const auto& in,
                                        Course course) {
        row<Agent>({"Taxi", optimum, 0.01 * optimum}, name, in, scaled<T>(course, 1.0 / 256),
                   [](const Agent& agent) { return taxi_average(worth(agent, world)); });
    };
    constexpr Course fading{200'000, 1, 4, 200};
    drive(std::type_identity<QLearning<T, 500, 6, rate<0>>>(), "QLearning", world, {20'000});
    drive(std::type_identity<DoubleQLearning<T, 500, 6, rate<1>>>(), "DoubleQLearning", world, {120'000});
    drive(std::type_identity<SpeedyQ<T, 500, 6, rounds<30'000>>>(), "SpeedyQ", anywhere,
          {200'000, 1, 31, 50});
    drive(std::type_identity<DynaQ<T, 500, 6, 3000, 5, tallied<1>>>(), "DynaQ", world, {10'000});
    drive(std::type_identity<PrioritizedSweeping<T, 500, 6, 3000, 5, swept<1>>>(), "PrioritizedSweeping",
          world, {4000});
    drive(std::type_identity<QLambda<T, 500, 6, 12, traced<1>>>(), "QLambda", world, {80'000});
    drive(std::type_identity<ExpectedSarsa<T, 500, 6, rate<0>>>(), "ExpectedSarsa", anywhere, fading);
    drive(std::type_identity<Sarsa<T, 500, 6, rate<4>>>(), "Sarsa", anywhere, fading);
    drive(std::type_identity<NStepSarsa<T, 500, 6, 3, rate<4>>>(), "NStepSarsa", anywhere,
          {600'000, 1, 4, 200});
    drive(std::type_identity<SarsaLambda<T, 500, 6, 4, traced<3>>>(), "SarsaLambda", anywhere, fading);
    drive(std::type_identity<MonteCarloControl<T, 500, 6, 60, certain<T>>>(), "MonteCarloControl", anywhere,
          {200'000, 0, 31, 60, 1, true});
}

/// Off-policy by trying blindly, on-policy with any first action while exploring fades.
template <class T>
void blackjack() {
    static const Tabulated<Blackjack<double>> world;
    const auto play = [&]<class Agent>(std::type_identity<Agent>, std::string_view name, unsigned decay = 31,
                                       int episodes = 30'000'000) {
        row<Agent>({"Blackjack", -0.0466, 0.002}, name, world, {episodes, 1, decay, 500, 0.99, decay < 31},
                   [](const Agent& agent) { return blackjack_worth(worth(agent, world, 25)); });
    };
    play(std::type_identity<QLearning<T, 360, 2, rate<13>>>(), "QLearning");
    play(std::type_identity<DoubleQLearning<T, 360, 2, rate<13>>>(), "DoubleQLearning");
    play(std::type_identity<SpeedyQ<T, 360, 2, rounds<1000>>>(), "SpeedyQ");
    play(std::type_identity<DynaQ<T, 360, 2, 720, 1, tallied<12>>>(), "DynaQ");  // ten cards, or the end
    play(std::type_identity<PrioritizedSweeping<T, 360, 2, 720, 2, swept<12>>>(), "PrioritizedSweeping", 31,
         3'000'000);
    play(std::type_identity<QLambda<T, 360, 2, 8, traced<13>>>(), "QLambda");
    play(std::type_identity<Sarsa<T, 360, 2, rate<13>>>(), "Sarsa", 4);
    play(std::type_identity<ExpectedSarsa<T, 360, 2, rate<13>>>(), "ExpectedSarsa", 4);
    play(std::type_identity<NStepSarsa<T, 360, 2, 3, rate<13>>>(), "NStepSarsa", 4);
    play(std::type_identity<SarsaLambda<T, 360, 2, 8, traced<13>>>(), "SarsaLambda", 4);
    play(std::type_identity<MonteCarloControl<T, 360, 2, 20, rate<13>>>(), "MonteCarloControl", 4);
}

}  // namespace

template <class T>
void other_worlds() {
    grids<T>();
    taxi<T>();
    blackjack<T>();
}
template void other_worlds<float>();
template void other_worlds<q15>();

}  // namespace convergence
