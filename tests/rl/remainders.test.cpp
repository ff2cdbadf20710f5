// SPDX-License-Identifier: MIT
#include "mote/rl/remainders.hpp"

#include <array>
#include <cmath>

#include "mote/core/random.hpp"
#include "mote/rl/double_q_learning.hpp"
#include "mote/rl/dyna_q.hpp"
#include "mote/rl/expected_sarsa.hpp"
#include "mote/rl/monte_carlo_control.hpp"
#include "mote/rl/prioritized_sweeping.hpp"
#include "mote/rl/q_lambda.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/sarsa.hpp"
#include "mote/rl/sarsa_lambda.hpp"
#include "tests/contracts/agent.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using namespace mote::testing;
using mote::q15;
using mote::q31;
using mote::q7;

namespace {

template <class T>
constexpr T raw(int value) {
    return T::from_raw(static_cast<decltype(T::raw)>(value));
}

}  // namespace

// By hand, a quarter of the way to 10 units: 2.5, 4.375, 5.78125, 6.8359375; ties go up.
TEST_CASE("Remainders: worked example") {
    constexpr auto path = [] {
        Remainders<q15, 2> remainders;
        std::array<int, 4> units{};
        q15 value{};
        for (int& unit : units) {
            value = remainders.moved<Rate{0.25}>(value, raw<q15>(10), 1);
            unit = value.raw;
        }
        return units;
    }();
    STATIC_REQUIRE(path == std::array{3, 4, 6, 7});
}

// Steps of 2^-17 of a distance of 1,000 units are 0.008 units: one in the mean of 131 steps. After n steps
// the distance is 1,000 (1 - 2^-17)^n; each step's rounding adds at most 2^-17 units.
TEST_CASE("Remainders: a rate far below a table's unit arrives, in either direction") {
    constexpr Rate tiny{1.0 / (1 << 17)};
    constexpr int steps = 100'000;
    const double way = 1000 * (1 - std::pow(1 - 1.0 / (1 << 17), steps));
    for (int sign : {-1, 1}) {
        Remainders<q15, 1> remainders;
        q15 value = raw<q15>(7);
        for (int i = 0; i < steps; ++i) value = remainders.moved<tiny>(value, raw<q15>(7 + sign * 1000), 0);
        CHECK(std::abs(value.raw - (7 + sign * way)) <= 0.5 + steps / double(1 << 17));
    }
}

// The same sum in double, of random targets; rounding adds up to 2^-17 / rate units.
TEST_CASE("Remainders: follow a table of 16 bits more") {
    const auto check = [](auto type, auto rate) {
        using T = decltype(type);
        constexpr Rate step{rate()};
        Remainders<T, 3> remainders;
        mote::Random random(31);
        T value{};
        double exact = 0;
        double worst = 0;
        for (int i = 0; i < 50'000; ++i) {
            const T target = raw<T>(static_cast<int>(random.next() >> 16) % (1 << (8 * sizeof(T) - 1)));
            value = remainders.template moved<step>(value, target, 2);
            exact += step.value * (target.raw - exact);
            worst = std::max(worst, std::abs(value.raw - exact));
        }
        CHECK(worst <= 0.5 + (sizeof(T) < 4 ? 0x1p-17 : 0.5) / step.value * 1.01);
    };
    check(q15{}, [] { return 1.0 / 1024; });
    check(q15{}, [] { return 0.003; });
    check(q7{}, [] { return 1.0 / 4096; });
}

TEST_CASE("Remainders: tables of 32 bits need none, and are moved at rates below 2^-15") {
    constexpr LearningConfig carrying{.rounding = Rounding::carried};
    STATIC_REQUIRE(sizeof(QLearning<q31, 4, 2, carrying>) == sizeof(QLearning<q31, 4, 2>));
    Remainders<q31, 1> none;
    CHECK(none.moved<Rate{1.0 / (1 << 20)}>(q31{}, raw<q31>(1 << 30), 0).raw == 1 << 10);
}

namespace {

constexpr LearningConfig fine{
    .learning_rate = {1.0 / (1 << 18)}, .discount = {0}, .rounding = Rounding::carried};
constexpr TraceConfig fine_trace{
    .learning_rate = {1.0 / (1 << 15)}, .discount = {0}, .rounding = Rounding::carried};

/// After so many times the same reward, whose value is learnt at rate 2^-18 or 2^-15.
template <class Agent>
double after(int times) {
    static Agent agent;
    for (int i = 0; i < times; ++i) static_cast<void>(agent.learn(2, 1, q15(0.5), 2, true));
    return static_cast<double>(agent.value(2, 1));
}

}  // namespace

// 0.5 (1 - (1 - 2^-18)^n), and DoubleQLearning's mean of two tables of which each learns every other time:
// half as many steps, but for 4 standard errors of a coin.
TEST_CASE("Remainders: every agent carries what its table cannot hold") {
    constexpr int times = 60'000;
    const double learnt = 0.5 * (1 - std::pow(1 - 0x1p-18, times));
    CHECK(after<QLearning<q15, 3, 2, fine>>(times) == Approx(learnt).margin(0x1p-15));
    CHECK(after<ExpectedSarsa<q15, 3, 2, fine>>(times) == Approx(learnt).margin(0x1p-15));
    CHECK(after<Sarsa<q15, 3, 2, fine>>(times) == Approx(learnt).margin(0x1p-15));
    CHECK(after<MonteCarloControl<q15, 3, 2, 4, fine>>(times) == Approx(learnt).margin(0x1p-15));
    CHECK(after<DoubleQLearning<q15, 3, 2, fine>>(times) == Approx(learnt / 2).epsilon(0.06));
    constexpr DynaConfig dyna{fine.learning_rate, fine.discount, 0, Rounding::carried};
    CHECK(after<DynaQ<q15, 3, 2, 6, 1, dyna>>(times / 2) == Approx(learnt).margin(0x1p-15));
    constexpr SweepConfig sweep{fine.learning_rate, fine.discount, 1e-4, 0, Rounding::carried};
    CHECK(after<PrioritizedSweeping<q15, 3, 2, 6, 1, sweep>>(times) == Approx(learnt).margin(0x1p-15));
    const double traced = 0.5 * (1 - std::pow(1 - 0x1p-15, times / 8));
    CHECK(after<SarsaLambda<q15, 3, 2, 2, fine_trace>>(times / 8) == Approx(traced).margin(0x1p-14));
    CHECK(after<QLambda<q15, 3, 2, 2, fine_trace>>(times / 8) == Approx(traced).margin(0x1p-14));
}

TEST_CASE("Remainders: agents that carry keep the promises of every agent") {
    constexpr LearningConfig carrying{.rounding = Rounding::carried};
    check_agent<QLearning<q15, 5, 3, carrying>>();
    check_agent<DoubleQLearning<q7, 5, 3, carrying>>();
    check_agent<SarsaLambda<q15, 5, 3, 4, TraceConfig{.rounding = Rounding::carried}>>();
}
