// SPDX-License-Identifier: MIT
#include "mote/rl/environment.hpp"

#include "mote/rl/environments/battery_dispatch.hpp"
#include "mote/rl/environments/blackjack.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/duty_cycle.hpp"
#include "mote/rl/environments/frozen_lake.hpp"
#include "mote/rl/environments/grid_world.hpp"
#include "mote/rl/environments/hvac.hpp"
#include "mote/rl/environments/irrigation.hpp"
#include "mote/rl/environments/random_walk.hpp"
#include "mote/rl/environments/taxi.hpp"
#include "mote/rl/environments/traffic_signal.hpp"
#include "mote/rl/environments/windy_gridworld.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;

namespace {

struct NoStart {
    using Scalar = float;
    static constexpr std::size_t states = 1;
    static constexpr std::size_t actions = 1;
    [[nodiscard]] constexpr Outcomes<float, 1> outcomes(State, Action) const {
        return Outcome<float>{1, 0, 0, true};
    }
};
struct Biased : NoStart {
    [[nodiscard]] constexpr Outcomes<float, 3> outcomes(State, Action) const {
        Outcomes<float, 3> result;
        result.add({0.5f, 0, 0, false});
        result.add({0.0f, 9, 0, false});
        result.add({0.3f, 1, 0, false});
        result.add({0.2f, 2, 0, true});
        return result;
    }
};

template <Environment M>
void check_environment(const M& model) {
    for (std::size_t s = 0; s < M::states; ++s) {
        for (std::size_t a = 0; a < M::actions; ++a) {
            double total = 0;
            for (const auto& outcome : model.outcomes(static_cast<State>(s), static_cast<Action>(a))) {
                REQUIRE(outcome.state < M::states);
                total += static_cast<double>(outcome.probability);
            }
            REQUIRE(total == Approx(1).margin(1e-6));
        }
    }
    mote::Random random(1);
    for (int i = 0; i < 100; ++i) REQUIRE(model.start(random) < M::states);
}

}  // namespace

TEST_CASE("environment: the concepts accept and reject") {
    STATIC_REQUIRE(ExplicitModel<NoStart>);
    STATIC_REQUIRE_FALSE(Environment<NoStart>);
    STATIC_REQUIRE(Environment<Taxi<>>);
    STATIC_REQUIRE_FALSE(ExplicitModel<int>);
}

TEST_CASE("environment: outcomes of probability zero are left out") {
    REQUIRE(Biased{}.outcomes(0, 0).size() == 3);
}

TEST_CASE("environment: step draws outcomes as often as they are probable") {
    mote::Random random(3);
    std::array<int, 3> seen{};
    constexpr int draws = 30'000;
    for (int i = 0; i < draws; ++i) ++seen[step(Biased{}, 0, 0, random).state];
    // Standard errors of the three frequencies: 0.0029, 0.0026, 0.0023; four of them allowed.
    REQUIRE(seen[0] / double{draws} == Approx(0.5).margin(0.0116));
    REQUIRE(seen[1] / double{draws} == Approx(0.3).margin(0.0106));
    REQUIRE(seen[2] / double{draws} == Approx(0.2).margin(0.0093));
}

TEST_CASE("environment: outcomes are distributions over valid states") {
    check_environment(FrozenLake<4>{});
    check_environment(FrozenLake<8>{});
    check_environment(CliffWalking<>{});
    check_environment(Taxi<>{});
    check_environment(GridWorld<>{});
    check_environment(WindyGridworld<>{});
    check_environment(RandomWalk<>{});
    check_environment(Blackjack<>{});
    check_environment(Irrigation<>{});
    check_environment(Hvac<>{});
    check_environment(TrafficSignal<>{});
    check_environment(DutyCycle<>{});
    check_environment(BatteryDispatch<>{});
}

// By hand, from band 4 at noon in a dry spell: 8 mm of which 65 % stay are 5.2 mm, less 2.6 mm lost: up by
// 2.6 / 5 = 0.52 of a band. The water costs 0.16, and nothing is too dry.
TEST_CASE("Irrigation: worked example") {
    using Bed = Irrigation<double>;
    const auto outcomes = Bed{}.outcomes(Bed::Situation{4, 2, false}.state(), 2);
    REQUIRE(outcomes.size() == 4);
    double up = 0;
    double wet = 0;
    for (const auto& outcome : outcomes) {
        const auto next = Bed::situation(outcome.state);
        CHECK(next.time == 3);
        CHECK(outcome.reward == Approx(-0.16));
        CHECK_FALSE(outcome.terminal);
        if (next.band == 5) up += outcome.probability;
        if (next.wet) wet += outcome.probability;
    }
    CHECK(up == Approx(0.52));
    CHECK(wet == Approx(0.06));
    CHECK(Bed::cost(0) == 1.0);
    CHECK(Bed::cost(3) == 0.25);
    CHECK(Bed::cost(4) == 0.0);
}
