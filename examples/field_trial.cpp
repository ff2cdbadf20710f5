// SPDX-License-Identifier: MIT
// Do agents control better than the rules of today? Five plants, many seeds, and the exact optimum.
//
// Problem  A thermostat, traffic lights, a radio sensor, a sprinkler and a battery are run by rules. Here
// each
//          is learnt from nothing by Q-learning in q15, again and again with other chance.
// Data     The simulators of mote/rl/environments/; every policy is judged exactly, by policy evaluation.
// Writes   field_trial_<plant>.svg: the mean learning curve within two standard errors, rule and optimum.
// Yours    `field_trial 30` takes thirty seeds instead of three. Add your environment and rule to main().
#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "mote/core/fixed.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/environments/battery_dispatch.hpp"
#include "mote/rl/environments/duty_cycle.hpp"
#include "mote/rl/environments/hvac.hpp"
#include "mote/rl/environments/irrigation.hpp"
#include "mote/rl/environments/traffic_signal.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/value_iteration.hpp"

using namespace mote;

constexpr std::size_t points = 10;  // of the learning curve: after 1,000, 2,000, ... 512,000 steps
using Curve = RunningMoments<double, points>;

/// A plant in which every decision is taken: its outcomes are listed once, so that judging is quick.
template <class M>
class Followed {
public:
    using Scalar = double;
    static constexpr std::size_t states = M::states;
    static constexpr std::size_t actions = 1;

    explicit Followed(auto decide) {
        for (std::size_t i = 0; i < states; ++i) {
            const auto s = static_cast<rl::State>(i);
            outcomes_.push_back(M{}.outcomes(s, static_cast<rl::Action>(decide(s))));
        }
    }
    const auto& outcomes(rl::State s, rl::Action) const { return outcomes_[s]; }

private:
    std::vector<decltype(M{}.outcomes(0, 0))> outcomes_;
};

/// Exact mean reward of a step in the long run, over all first states.
template <class M>
double judge(double horizon, auto decide) {
    const auto plan = rl::evaluate_policy(Followed<M>(decide), {}, {.discount = horizon, .tolerance = 1e-4});
    double sum = 0;
    for (const double value : plan.values) sum += value;
    return sum / M::states * (1 - horizon);
}

using Battery = rl::BatteryDispatch<double>;
using Crossing = rl::TrafficSignal<double>;

/// What an agent sees of a plant: its state; of a crossing the little that matters.
template <class M>
struct View {
    static constexpr std::size_t states = M::states;
    static rl::State of(rl::State s) { return s; }
};
template <>
struct View<Crossing> {
    static constexpr std::size_t states = Crossing::seen_states;
    static rl::State of(rl::State s) { return Crossing::seen(s); }
};

/// What a step teaches: what was done and what came of it. Of an hour's price a battery learns at every
/// charge what each action would have brought, for no price depends on it.
template <class M>
void teach(auto& agent, rl::State s, rl::Action a, const rl::Outcome<double>& seen, double reward_scale) {
    if constexpr (std::same_as<M, Battery>) {
        const auto now = M::situation(s), then = M::situation(seen.state);
        for (std::size_t charge = 0; charge < M::bands; ++charge) {
            const rl::State here = typename M::Situation{now.hour, charge, now.market}.state();
            for (rl::Action other = 0; other < M::actions; ++other) {
                const auto would = M{}.outcomes(here, other)[0];
                const auto next = M::situation(would.state);
                agent.learn(here, other, static_cast<q15>(would.reward * reward_scale),
                            typename M::Situation{then.hour, next.charge, then.market}.state());
            }
        }
    } else {
        agent.learn(View<M>::of(s), a, static_cast<q15>(seen.reward * reward_scale), View<M>::of(seen.state));
    }
}

/// One life: what the agent's greedy policy is worth at each point.
template <class M, rl::QLearningConfig Config>
std::array<double, points> learn(std::uint64_t seed, float epsilon, double reward_scale, double horizon) {
    static rl::QLearning<q15, View<M>::states, M::actions, Config> agent;
    agent.reset();
    agent.set_policy(rl::EpsilonGreedy(epsilon));
    Random random(seed);
    rl::State s = M{}.start(random);
    std::array<double, points> worth{};
    for (std::size_t point = 0, step = 0; point < points; ++point) {
        for (; step < 1000u << point; ++step) {
            const rl::Action a = agent.act(View<M>::of(s), random);
            const auto seen = rl::step(M{}, s, a, random);
            teach<M>(agent, s, a, seen, reward_scale);
            s = seen.state;
        }
        worth[point] = judge<M>(horizon, [](rl::State state) { return agent.greedy(View<M>::of(state)); });
    }
    return worth;
}

void plot(const std::string& name, const Curve& curve, double rule, double optimum) {
    std::ofstream svg("field_trial_" + name + ".svg");
    svg.precision(4);
    const auto edge = [&](std::size_t point, double sign) {
        return curve.mean(point) + sign * 2 * std::sqrt(curve.variance(point) / curve.count());
    };
    double low = rule;
    for (std::size_t p = 0; p < points; ++p) low = std::min(low, edge(p, -1));
    const auto x = [](std::size_t point) { return 60 + 44 * static_cast<double>(point); };
    const auto y = [&](double worth) { return 230 - 190 * (worth - low) / (optimum - low); };
    svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 580 270' font-family='sans-serif' "
           "font-size='11'>\n<rect width='580' height='270' fill='white'/>\n<text x='60' y='20'>"
        << name << ": mean reward of a step, " << curve.count()
        << " seeds, band of two standard errors</text>\n<polygon fill='#cde' points='";
    for (std::size_t p = 0; p < points; ++p) svg << x(p) << ',' << y(edge(p, 1)) << ' ';
    for (std::size_t p = points; p-- > 0;) svg << x(p) << ',' << y(edge(p, -1)) << ' ';
    svg << "'/>\n<polyline fill='none' stroke='#246' stroke-width='2' points='";
    for (std::size_t p = 0; p < points; ++p) svg << x(p) << ',' << y(curve.mean(p)) << ' ';
    svg << "'/>\n";
    for (const auto& [text, worth] : {std::pair{"optimum", optimum}, std::pair{"rule", rule}}) {
        svg << "<path stroke='#c00' stroke-dasharray='4' d='M60 " << y(worth) << "H456'/>\n<text x='462' y='"
            << y(worth) + 4 << "'>" << text << ' ' << worth << "</text>\n";
    }
    for (std::size_t p = 0; p < points; p += 3) {
        svg << "<text text-anchor='middle' x='" << x(p) << "' y='250'>" << (1 << p) << "</text>\n";
    }
    svg << "<text x='240' y='265'>thousand steps</text>\n</svg>\n";
}

template <class M>
struct Rule {
    const char* name;
    int (*decide)(const typename M::Situation&);
};

/// A line for each rule; the plot shows the last.
template <class M, rl::QLearningConfig Config>
void trial(const std::string& name, int seeds, float epsilon, double reward_scale, double horizon,
           std::initializer_list<Rule<M>> rules) {
    const auto best = rl::value_iteration(M{}, {.discount = horizon, .tolerance = 1e-4});
    const double optimum = judge<M>(horizon, [&](rl::State s) { return best.policy[s]; });
    Curve curve;
    for (int seed = 1; seed <= seeds; ++seed) {
        curve.update(learn<M, Config>(static_cast<std::uint64_t>(seed), epsilon, reward_scale, horizon));
    }
    const double learnt = curve.mean(points - 1);
    const double error = std::sqrt(curve.variance(points - 1) / curve.count());
    double rule = 0;
    for (const Rule<M>& fixed : rules) {
        rule = judge<M>(horizon, [&](rl::State s) { return fixed.decide(M::situation(s)); });
        std::printf("%-12s %-12s %9.4f %9.4f +- %.4f %9.4f %+7.1f +- %.1f %%\n", name.c_str(), fixed.name,
                    rule, learnt, error, optimum, 100 * (learnt - rule) / std::abs(rule),
                    100 * error / std::abs(rule));
    }
    plot(name, curve, rule, optimum);
}

int main(int argc, char** argv) {
    const int asked = argc > 1 ? std::atoi(argv[1]) : 0;
    const int seeds = asked >= 2 ? asked : 3;
    using Flat = rl::Hvac<double>;
    std::printf("mean reward of a step, %d seeds\n%-12s %-12s %9s %19s %9s %16s\n", seeds, "plant", "rule",
                "worth", "learnt", "optimum", "learnt - rule");

    constexpr rl::QLearningConfig day{.learning_rate = {0.125}, .discount = {0.9375}};
    constexpr auto thermostat = [](const Flat::Situation& now) {
        const bool wanted = Flat::at_home(now.hour) || Flat::at_home((now.hour + 1) % Flat::hours);
        const double missing = (wanted ? 20.0 : 19.5) - now.temperature();  // the best of such pairs
        return missing > 0.3 ? 2 : missing > -0.2 ? 1 : 0;
    };
    trial<Flat, day>("thermostat", seeds, 0.2f, 1.0 / 16, 0.99, {{"programmed", thermostat}});

    constexpr rl::QLearningConfig minute{
        .learning_rate = {1.0 / 64}, .discount = {0.875}, .rounding = rl::Rounding::stochastic};
    constexpr auto best_times = [](const Crossing::Situation& now) {
        return now.time >= (now.phase == 0 ? 5 : 3) ? 1 : 0;
    };
    constexpr auto sees_queues = [](const Crossing::Situation& now) {  // the best of such rules
        const std::size_t own = now.queue[now.phase], other = now.queue[1 - now.phase];
        return (own == 0 && other > 0) || other >= own + 8 ? 1 : 0;
    };
    trial<Crossing, minute>("lights", seeds, 0.05f, 1.0 / 256, 0.99,
                            {{"fixed times", best_times}, {"sees queues", sees_queues}});

    constexpr rl::QLearningConfig week{
        .learning_rate = {0.0625}, .discount = {0.96875}, .rounding = rl::Rounding::stochastic};
    constexpr auto constant = [](const auto&) { return 2; };
    trial<rl::DutyCycle<double>, week>("sensor", seeds, 0.2f, 1.0 / 32, 0.998, {{"constant", constant}});

    constexpr rl::QLearningConfig two_days{.learning_rate = {0.125}, .discount = {0.875}};
    constexpr auto timer = [](const auto& now) { return now.time < 2 ? 1 : 0; };
    trial<rl::Irrigation<double>, two_days>("sprinkler", seeds, 0.2f, 1.0 / 16, 0.9975, {{"timer", timer}});

    constexpr rl::QLearningConfig three_days{
        .learning_rate = {0.0625}, .discount = {1 - 1.0 / 64}, .rounding = rl::Rounding::stochastic};
    constexpr auto timetable = [](const Battery::Situation& now) {  // no change of one hour makes it better
        constexpr std::string_view hours = "011111022200111112222222";
        return hours[now.hour] - '0';
    };
    trial<Battery, three_days>("battery", seeds, 0.2f, 1.0 / 8, 0.998, {{"timetable", timetable}});
}
