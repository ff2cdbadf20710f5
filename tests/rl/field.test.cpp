// SPDX-License-Identifier: MIT
// The simulators of the field: numbers by hand and by tests/data/field_reference.py, and agents that beat the
// rules which such plants are run by today.
#include <string_view>

#include "mote/core/fixed.hpp"
#include "mote/rl/environments/bands.hpp"
#include "mote/rl/environments/battery_dispatch.hpp"
#include "mote/rl/environments/duty_cycle.hpp"
#include "mote/rl/environments/hvac.hpp"
#include "mote/rl/environments/irrigation.hpp"
#include "mote/rl/environments/traffic_signal.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/value_iteration.hpp"
#include "tests/rl/worlds.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;

namespace {

template <class M>
using Rule = std::array<Action, M::states>;

template <class M, class Decide>
Rule<M> rule(Decide decide) {
    Rule<M> result{};
    for (std::size_t s = 0; s < M::states; ++s) {
        result[s] = static_cast<Action>(decide(M::situation(static_cast<State>(s))));
    }
    return result;
}

template <class M>
double mean_reward(const std::array<double, M::states>& values, double discount) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / M::states * (1 - discount);
}

template <class M>
double optimum(double discount) {
    return mean_reward<M>(value_iteration(M{}, {.discount = discount, .tolerance = 1e-7}).values, discount);
}

/// Exact, averaged over all first states.
template <class M>
double judge(const Rule<M>& policy) {
    constexpr double discount = 0.98;
    static const mote::testing::Tabulated<M> world;
    const auto plan = evaluate_policy(world, policy, {.discount = discount, .tolerance = 1e-3});
    return mean_reward<M>(plan.values, discount);
}

/// What q15 has learnt after so many steps, the mean of three seeds. The agent sees of a state what `seen`
/// makes of it, one of States.
template <class M, QLearningConfig Config, std::size_t States = M::states>
double learnt(
    int steps, double reward_scale, float epsilon = 0.2f, State (*seen)(State) = [](State s) { return s; }) {
    static const mote::testing::Tabulated<M> world;
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        QLearning<mote::q15, States, M::actions, Config> agent{EpsilonGreedy(epsilon)};
        mote::Random random(seed);
        State s = M{}.start(random);
        for (int i = 0; i < steps; ++i) {
            const Action a = agent.act(seen(s), random);
            const auto outcome = step(world, s, a, random);
            const auto reward = static_cast<mote::q15>(outcome.reward * reward_scale);
            agent.learn(seen(s), a, reward, seen(outcome.state));
            s = outcome.state;
        }
        Rule<M> greedy{};
        for (std::size_t i = 0; i < M::states; ++i) greedy[i] = agent.greedy(seen(static_cast<State>(i)));
        sum += judge<M>(greedy);
    }
    return sum / 3;
}

template <class M>
double probability_of(const M& model, State s, Action a, State to) {
    double sum = 0;
    for (const auto& outcome : model.outcomes(s, a)) {
        if (outcome.state == to) sum += outcome.probability;
    }
    return sum;
}

}  // namespace

TEST_CASE("neighbouring_bands: shares keep the mean") {
    constexpr auto shares = neighbouring_bands<4>(1.25);
    STATIC_REQUIRE((shares[0].band == 1 && shares[0].probability == 0.75));
    STATIC_REQUIRE((shares[1].band == 2 && shares[1].probability == 0.25));
    CHECK(neighbouring_bands<4>(-2.0)[0].probability == 1.0);
    CHECK(neighbouring_bands<4>(9.0)[1].probability == 1.0);
    CHECK(neighbouring_bands<4>(9.0)[1].band == 3);
}

// At 17 o'clock of a critical day, 19 degrees in and 6 out: full heat settles at 6 + 5 / 0.1 = 56 degrees, so
// an hour later it is 56 - 37 * 0.964289 = 20.3213: band 5.6426. 5 / 3 kWh at 1.60 cost 2.6667; being a
// degree short at home 0.30.
TEST_CASE("Hvac: worked example") {
    using M = Hvac<double>;
    const State now = M::Situation{17, 3, true}.state();
    const auto outcomes = M{}.outcomes(now, 2);
    REQUIRE(outcomes.size() == 2);
    CHECK(outcomes[0].reward == Approx(-2.9666667));
    CHECK(probability_of(M{}, now, 2, M::Situation{18, 6, true}.state()) == Approx(0.6426).margin(1e-4));
    CHECK(probability_of(M{}, now, 2, M::Situation{18, 5, true}.state()) == Approx(0.3574).margin(1e-4));

    const State late = M::Situation{23, 5, false}.state();  // a new day is drawn
    CHECK(M{}.outcomes(late, 0).size() == 4);
    CHECK(M::situation(late).temperature() == 20.0);
    CHECK(M::discomfort(12, 17.5) == 0.0);
    CHECK(M::discomfort(18, 23) == Approx(0.15));
}

// Main has had green for two steps; a change empties no queue. exp(-2/3) exp(-1/3) = 0.367879 is the chance
// that nobody comes, who then are 3 + 8 waiting.
TEST_CASE("TrafficSignal: worked example") {
    using M = TrafficSignal<double>;
    const State now = M::Situation{{3, 8}, 0, 2}.state();
    CHECK(probability_of(M{}, now, 1, M::Situation{{3, 8}, 1, 0}.state()) == Approx(0.36787944));
    CHECK(M{}.outcomes(now, 1)[0].reward == -11.0);
    CHECK(probability_of(M{}, now, 0, M::Situation{{1, 8}, 0, 3}.state()) == Approx(0.36787944));
    CHECK(M{}.outcomes(now, 0)[0].reward == -9.0);
    // Two on the side road where there is room for one: 1 + 9 wait, and one is turned away.
    CHECK(M{}.outcomes(now, 0)[2].reward == -22.0);
    // Too early a change is not obeyed.
    CHECK(M{}.outcomes(M::Situation{{3, 8}, 0, 1}.state(), 1)[0].state == M::Situation{{1, 8}, 0, 2}.state());
    CHECK(M::situation(M::Situation{{3, 8}, 1, 5}.state()).queue[1] == 8);
}

// From charge 4 at nine under a clear sky: 65 J in, 65.2 J out: 0.01 of a band down.
TEST_CASE("DutyCycle: worked example") {
    using M = DutyCycle<double>;
    const State now = M::Situation{4, 3, false}.state();
    CHECK(M{}.outcomes(now, 3)[0].reward == 1.0);
    CHECK(probability_of(M{}, now, 3, M::Situation{3, 4, false}.state()) == Approx(0.94 * 0.01));
    CHECK(probability_of(M{}, now, 3, M::Situation{4, 4, true}.state()) == Approx(0.06 * 0.99));
    // Dead: it neither spends nor sees.
    const State dead = M::Situation{0, 3, false}.state();
    CHECK(M{}.outcomes(dead, 3)[0].reward == -1.0);
    CHECK(M{}.outcomes(dead, 3)[0].state == M{}.outcomes(dead, 0)[0].state);
}

// At 19 in a dear market a kilowatt-hour is 0.40 * 1.6 = 0.64: two of them out, at 90 %, less 4
// cents of wear.
TEST_CASE("BatteryDispatch: worked example") {
    using M = BatteryDispatch<double>;
    const State now = M::Situation{19, 5, 2}.state();
    CHECK(M{}.outcomes(now, 2)[0].reward == Approx(2 * 0.64 * 0.9 - 0.04));
    CHECK(probability_of(M{}, now, 2, M::Situation{20, 3, 2}.state()) == Approx(0.85));
    const State nearly_full = M::Situation{3, 7, 1}.state();
    CHECK(M{}.outcomes(nearly_full, 1)[0].reward == Approx(-0.16));  // only one more fits
    CHECK(M{}.outcomes(M::Situation{19, 0, 2}.state(), 2)[0].reward == 0.0);
}

// Independent descriptions agree on the optimum at discount 0.9, averaged over all states. The sweeps stop
// within 1e-7 * 0.9 / 0.1 of it; constants of the headers have eight digits.
TEST_CASE("field: optima agree with the reference") {
    CHECK(optimum<Hvac<double>>(0.9) == Approx(-0.133646628).margin(1e-6));
    CHECK(optimum<TrafficSignal<double>>(0.9) == Approx(-5.476832147).margin(1e-6));
    CHECK(optimum<DutyCycle<double>>(0.9) == Approx(0.378952020).margin(1e-6));
    CHECK(optimum<BatteryDispatch<double>>(0.9) == Approx(0.095231287).margin(1e-6));
}

// The margins are below the means of 30 seeds that docs/algorithms/environment.md states.
TEST_CASE("Hvac: an agent beats the programmed thermostat") {
    using M = Hvac<double>;
    constexpr QLearningConfig config{.learning_rate = {0.125}, .discount = {0.9375}};
    const auto thermostat = rule<M>([](const M::Situation& now) {
        const bool wanted = M::at_home(now.hour) || M::at_home((now.hour + 1) % M::hours);
        const double missing = (wanted ? 20.0 : 19.5) - now.temperature();
        return missing > 0.3 ? 2 : missing > -0.2 ? 1 : 0;
    });
    const double fixed = judge<M>(thermostat);
    CHECK(learnt<M, config>(600'000, 1.0 / 16) > fixed * 0.7);
}

TEST_CASE("TrafficSignal: what lights see is the least of a state") {
    using M = TrafficSignal<double>;
    CHECK(M::seen(M::Situation{{0, 0}, 0, 0}.state()) == 0);
    CHECK(M::seen(M::Situation{{9, 9}, 1, 5}.state()) == M::seen_states - 1);
    CHECK(M::seen(M::Situation{{2, 3}, 0, 2}.state()) == M::seen(M::Situation{{7, 2}, 0, 4}.state()));
    CHECK(M::seen(M::Situation{{1, 3}, 0, 2}.state()) != M::seen(M::Situation{{1, 4}, 0, 2}.state()));
    CHECK(M::seen(M::Situation{{1, 3}, 1, 2}.state()) != M::seen(M::Situation{{1, 3}, 1, 1}.state()));
}

TEST_CASE("TrafficSignal: an agent beats the best fixed times, and the best rule that sees the queues") {
    using M = TrafficSignal<double>;
    constexpr QLearningConfig config{
        .learning_rate = {1.0 / 64}, .discount = {0.875}, .rounding = Rounding::stochastic};
    const double reached = learnt<M, config, M::seen_states>(512'000, 1.0 / 256, 0.05f, M::seen);
    const auto times = rule<M>([](const M::Situation& now) { return now.time >= (now.phase == 0 ? 5 : 3); });
    CHECK(reached > judge<M>(times) * 0.72);
    const auto sees_queues = rule<M>([](const M::Situation& now) {
        const std::size_t own = now.queue[now.phase], other = now.queue[1 - now.phase];
        return (own == 0 && other > 0) || other >= own + 8;
    });
    CHECK(reached > judge<M>(sees_queues));
}

// No price depends on the battery: an hour teaches, at every charge, what each action would have brought.
TEST_CASE("BatteryDispatch: in two years of prices an agent beats the best timetable") {
    using M = BatteryDispatch<double>;
    constexpr QLearningConfig config{
        .learning_rate = {0.0625}, .discount = {1 - 1.0 / 64}, .rounding = Rounding::stochastic};
    static QLearning<mote::q15, M::states, M::actions, config> agent;
    mote::Random random(1);
    auto now = M::situation(M{}.start(random));
    for (int hour = 0; hour < 2 * 8760; ++hour) {
        const auto then = M::situation(step(M{}, now.state(), 0, random).state);
        for (std::size_t charge = 0; charge < M::bands; ++charge) {
            const State here = M::Situation{now.hour, charge, now.market}.state();
            for (Action a = 0; a < M::actions; ++a) {
                const auto would = M{}.outcomes(here, a)[0];
                const State next =
                    M::Situation{then.hour, M::situation(would.state).charge, then.market}.state();
                agent.learn(here, a, static_cast<mote::q15>(would.reward / 8), next);
            }
        }
        now = then;
    }
    Rule<M> greedy{};
    for (std::size_t s = 0; s < M::states; ++s) greedy[s] = agent.greedy(static_cast<State>(s));
    constexpr std::string_view hours = "011111022200111112222222";  // no change of one hour makes it better
    const auto timetable = rule<M>([&](const M::Situation& when) { return hours[when.hour] - '0'; });
    const double fixed = judge<M>(timetable);
    CHECK(fixed > 0);
    CHECK(judge<M>(greedy) > fixed * 1.03);
}

TEST_CASE("DutyCycle: an agent beats the best constant rate") {
    using M = DutyCycle<double>;
    constexpr QLearningConfig config{
        .learning_rate = {0.0625}, .discount = {0.96875}, .rounding = Rounding::stochastic};
    const double fixed = judge<M>(rule<M>([](const M::Situation&) { return 2; }));
    CHECK(learnt<M, config>(300'000, 1.0 / 32) > fixed * 1.2);
}

TEST_CASE("Irrigation: an agent beats the timer") {
    using M = Irrigation<double>;
    constexpr QLearningConfig config{.learning_rate = {0.125}, .discount = {0.875}};
    const double fixed = judge<M>(rule<M>([](const M::Situation& now) { return now.time < 2 ? 1 : 0; }));
    CHECK(learnt<M, config>(100'000, 1.0 / 16) > fixed * 0.4);
}
