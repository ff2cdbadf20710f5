// SPDX-License-Identifier: MIT
// Do agents control better than the rules of today? Four plants, many seeds, and the exact optimum.
//
// Problem  A thermostat, traffic lights, a radio sensor and a sprinkler are run by fixed rules. Here each
//          is learnt from nothing by Q-learning in q15, again and again with other chance.
// Data     The simulators of mote/rl/environments/; every policy is judged exactly, by policy evaluation.
// Writes   field_trial_<plant>.svg: the mean learning curve within two standard errors, rule and optimum.
// Yours    `field_trial 30` takes thirty seeds instead of three. Add your environment and rule to main().
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "mote/core/fixed.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/random.hpp"
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
        for (rl::State s = 0; s < states; ++s) {
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

/// One life: what the agent's greedy policy is worth at each point.
template <class M, rl::QLearningConfig Config>
std::array<double, points> learn(std::uint64_t seed, double reward_scale, double horizon) {
    static rl::QLearning<q15, M::states, M::actions, Config> agent{rl::EpsilonGreedy(0.2f)};
    agent.reset();
    Random random(seed);
    rl::State s = M{}.start(random);
    std::array<double, points> worth{};
    for (std::size_t point = 0, step = 0; point < points; ++point) {
        for (; step < 1000u << point; ++step) {
            const rl::Action a = agent.act(s, random);
            const auto seen = rl::step(M{}, s, a, random);
            agent.learn(s, a, static_cast<q15>(seen.reward * reward_scale), seen.state);
            s = seen.state;
        }
        worth[point] = judge<M>(horizon, [](rl::State state) { return agent.greedy(state); });
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

template <class M, rl::QLearningConfig Config>
void trial(const std::string& name, int seeds, double reward_scale, double horizon, auto decide) {
    const auto best = rl::value_iteration(M{}, {.discount = horizon, .tolerance = 1e-4});
    const double optimum = judge<M>(horizon, [&](rl::State s) { return best.policy[s]; });
    const double rule = judge<M>(horizon, [&](rl::State s) { return decide(M::situation(s)); });
    Curve curve;
    for (int seed = 1; seed <= seeds; ++seed) {
        curve.update(learn<M, Config>(static_cast<std::uint64_t>(seed), reward_scale, horizon));
    }
    const double learnt = curve.mean(points - 1);
    const double error = std::sqrt(curve.variance(points - 1) / curve.count());
    std::printf("%-12s %9.4f %9.4f +- %.4f %9.4f %+7.1f +- %.1f %%\n", name.c_str(), rule, learnt, error,
                optimum, 100 * (learnt - rule) / std::abs(rule), 100 * error / std::abs(rule));
    plot(name, curve, rule, optimum);
}

int main(int argc, char** argv) {
    const int asked = argc > 1 ? std::atoi(argv[1]) : 0;
    const int seeds = asked >= 2 ? asked : 3;
    using Flat = rl::Hvac<double>;
    std::printf("mean reward of a step, %d seeds\n%-12s %9s %19s %9s %16s\n", seeds, "plant", "rule",
                "learnt", "optimum", "learnt - rule");

    constexpr rl::QLearningConfig day{.learning_rate = {0.125}, .discount = {0.9375}};
    trial<Flat, day>("thermostat", seeds, 1.0 / 16, 0.99, [](const Flat::Situation& now) {
        const bool wanted = Flat::at_home(now.hour) || Flat::at_home((now.hour + 1) % Flat::hours);
        const double missing = (wanted ? 20.0 : 19.5) - now.temperature();  // the best of such pairs
        return missing > 0.3 ? 2 : missing > -0.2 ? 1 : 0;
    });
    constexpr rl::QLearningConfig minute{
        .learning_rate = {0.0625}, .discount = {0.875}, .rounding = rl::Rounding::stochastic};
    trial<rl::TrafficSignal<double>, minute>("lights", seeds, 1.0 / 256, 0.99, [](const auto& now) {
        return now.time >= (now.phase == 0 ? 5 : 3);  // the best fixed times
    });
    constexpr rl::QLearningConfig week{
        .learning_rate = {0.0625}, .discount = {0.96875}, .rounding = rl::Rounding::stochastic};
    trial<rl::DutyCycle<double>, week>("sensor", seeds, 1.0 / 32, 0.998, [](const auto&) { return 2; });
    constexpr rl::QLearningConfig two_days{.learning_rate = {0.125}, .discount = {0.875}};
    trial<rl::Irrigation<double>, two_days>("sprinkler", seeds, 1.0 / 16, 0.9975,
                                            [](const auto& now) { return now.time < 2 ? 1 : 0; });
}
