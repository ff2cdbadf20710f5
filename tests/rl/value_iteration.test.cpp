// SPDX-License-Identifier: MIT
#include "mote/rl/value_iteration.hpp"

#include "mote/rl/environments/blackjack.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/frozen_lake.hpp"
#include "mote/rl/environments/grid_world.hpp"
#include "mote/rl/environments/random_walk.hpp"
#include "mote/rl/environments/taxi.hpp"
#include "mote/rl/environments/windy_gridworld.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;

namespace {

// Two states. In state 0, waiting pays 1 for ever; leaving pays 5 once and ends. With discount 0.5
// waiting is worth 1 / (1 - 0.5) = 2, so leaving wins; with 0.9 waiting is worth 10.
struct WaitOrLeave {
    using Scalar = double;
    static constexpr std::size_t states = 1;
    static constexpr std::size_t actions = 2;
    [[nodiscard]] constexpr Outcomes<double, 1> outcomes(State s, Action a) const {
        return a == 0 ? Outcome<double>{1, s, 1, false} : Outcome<double>{1, s, 5, true};
    }
};

/// The best that can be reached within so many steps by a policy that knows how many are left.
template <class World>
double best_within(const World& world, std::size_t steps) {
    std::array<double, World::states> values{};
    for (std::size_t left = 0; left < steps; ++left) {
        auto next = values;
        for (std::size_t s = 0; s < World::states; ++s) {
            next[s] = best_backup(world, values, static_cast<State>(s), 1.0).value;
        }
        values = next;
    }
    return values[0];
}

}  // namespace

TEST_CASE("value_iteration: worked example") {
    constexpr auto hasty = value_iteration(WaitOrLeave{}, {.discount = 0.5, .tolerance = 1e-9});
    STATIC_REQUIRE(hasty.status == mote::Status::ok);
    STATIC_REQUIRE(hasty.policy[0] == 1);
    STATIC_REQUIRE(hasty.values[0] == 5.0);
    constexpr auto patient = value_iteration(WaitOrLeave{}, {.discount = 0.9, .tolerance = 1e-9});
    STATIC_REQUIRE(patient.policy[0] == 0);
    REQUIRE(patient.values[0] == Approx(10.0).margin(1e-7));
}

TEST_CASE("evaluate_policy: worked example") {
    constexpr auto plan = evaluate_policy(WaitOrLeave{}, {Action{0}}, {.discount = 0.5, .tolerance = 1e-12});
    REQUIRE(plan.values[0] == Approx(2.0).margin(1e-11));
}

TEST_CASE("value_iteration: says so when the sweeps run out") {
    const auto plan = value_iteration(WaitOrLeave{}, {.discount = 0.99, .tolerance = 0, .sweeps = 3});
    REQUIRE(plan.status == mote::Status::not_converged);
    // Waiting for ever without a discount has no finite value.
    const auto endless = evaluate_policy(WaitOrLeave{}, {Action{0}}, {.discount = 1, .sweeps = 100});
    REQUIRE(endless.status == mote::Status::not_converged);
    REQUIRE(endless.values[0] == 100.0);
}

TEST_CASE("value_iteration: CliffWalking's best return is -13") {
    const auto plan = value_iteration(CliffWalking<double>{}, {.discount = 1, .tolerance = 1e-9});
    REQUIRE(plan.status == mote::Status::ok);
    REQUIRE(plan.values[CliffWalking<double>::origin] == -13.0);
}

TEST_CASE("value_iteration: Taxi's best average return over the start states is 7.93") {
    const auto plan = value_iteration(Taxi<double>{}, {.discount = 1, .tolerance = 1e-9});
    double sum = 0;
    int starts = 0;
    for (std::size_t s = 0; s < Taxi<double>::states; ++s) {
        if (!Taxi<double>::is_start(static_cast<State>(s))) continue;
        sum += plan.values[s];
        ++starts;
    }
    REQUIRE(starts == 300);
    REQUIRE(sum / starts == Approx(7.93).margin(0.005));
}

// FrozenLake: the optimal values that a linear programme gives (tests/data/frozen_lake_reference.py).
TEST_CASE("value_iteration: FrozenLake") {
    const auto small = value_iteration(FrozenLake<4, double>{}, {.discount = 0.99, .tolerance = 1e-12});
    REQUIRE(small.values[0] == Approx(0.5420259).margin(1e-6));
    const auto endless = value_iteration(FrozenLake<4, double>{}, {.discount = 1, .tolerance = 1e-14});
    REQUIRE(endless.values[0] == Approx(14.0 / 17.0).margin(1e-6));
    const auto large = value_iteration(FrozenLake<8, double>{}, {.discount = 0.99, .tolerance = 1e-12});
    REQUIRE(large.values[0] == Approx(0.4146404).margin(1e-6));
}

// The published 0.744 and 0.913 are what Gymnasium's limits of 100 and 200 steps allow.
TEST_CASE("best_backup: FrozenLake under its step limits") {
    REQUIRE(best_within(FrozenLake<4, double>{}, FrozenLake<4>::step_limit) == Approx(0.744).margin(5e-4));
    REQUIRE(best_within(FrozenLake<8, double>{}, FrozenLake<8>::step_limit) == Approx(0.913).margin(5e-4));
}

// Sutton and Barto 2018, figure 3.5: the optimal values of the top row of the grid with two jumps.
TEST_CASE("value_iteration: GridWorld's published values") {
    const auto plan = value_iteration(GridWorld<double>{}, {.discount = 0.9, .tolerance = 1e-12});
    const std::array<double, 5> published{22.0, 24.4, 22.0, 19.4, 17.5};
    for (std::size_t i = 0; i < published.size(); ++i) {
        REQUIRE(plan.values[i] == Approx(published[i]).margin(0.05));
    }
    // By hand: the best from A is round and round, 10 every fifth step.
    REQUIRE(plan.values[1] == Approx(10 / (1 - 0.59049)).margin(1e-9));
}

TEST_CASE("value_iteration: WindyGridworld takes 15 steps") {
    const auto plan = value_iteration(WindyGridworld<double>{}, {.discount = 1, .tolerance = 1e-9});
    REQUIRE(plan.values[WindyGridworld<double>::origin] == -15.0);
}

TEST_CASE("evaluate_policy: RandomWalk's states are worth i / 6") {
    const auto plan = evaluate_policy(RandomWalk<5, double>{}, {}, {.discount = 1, .tolerance = 1e-13});
    for (std::size_t i = 0; i < 5; ++i) {
        REQUIRE(plan.values[i] == Approx(static_cast<double>(i + 1) / 6).margin(1e-10));
    }
    const auto wide =
        evaluate_policy(RandomWalk<19, double>{.left_reward = -1}, {}, {.discount = 1, .tolerance = 1e-13});
    for (std::size_t i = 0; i < 19; ++i) {
        REQUIRE(wide.values[i] == Approx((static_cast<double>(i) - 9) / 10).margin(1e-9));
    }
}

TEST_CASE("value_iteration: Blackjack's best play is worth -0.0466") {
    using Game = Blackjack<double>;
    const auto plan = value_iteration(Game{}, {.discount = 1, .tolerance = 1e-13});
    double expected = 0;
    for (int first = 1; first <= 10; ++first) {
        for (int second = 1; second <= 10; ++second) {
            for (int shown = 1; shown <= 10; ++shown) {
                Game::Hand hand;
                hand.add(first);
                hand.add(second);
                expected += Game::card_probability(first) * Game::card_probability(second) *
                            Game::card_probability(shown) * plan.values[Game::state(hand, shown)];
            }
        }
    }
    REQUIRE(expected == Approx(-0.0466).margin(5e-5));
    // Figure 5.2: stick on hard 17 always, hit soft 17 always, hit hard 12 against a 2, stick against a 4.
    for (int shown = 1; shown <= 10; ++shown) {
        REQUIRE(plan.policy[Game::state({17, false}, shown)] == 0);
        REQUIRE(plan.policy[Game::state({17, true}, shown)] == 1);
    }
    REQUIRE(plan.policy[Game::state({12, false}, 2)] == 1);
    REQUIRE(plan.policy[Game::state({12, false}, 4)] == 0);
}

TEST_CASE("policy_iteration: reaches the values of value_iteration") {
    const auto check = [](const auto& model, double discount) {
        const PlanningConfig<double> config{.discount = discount, .tolerance = 1e-10};
        const auto a = value_iteration(model, config);
        const auto b = policy_iteration(model, config);
        REQUIRE(a.status == mote::Status::ok);
        REQUIRE(b.status == mote::Status::ok);
        for (std::size_t s = 0; s < a.values.size(); ++s) {
            REQUIRE(b.values[s] == Approx(a.values[s]).margin(1e-6));
        }
    };
    check(FrozenLake<4, double>{}, 0.99);
    check(FrozenLake<8, double>{}, 0.95);
    check(CliffWalking<double>{}, 0.9);
    check(Taxi<double>{}, 0.9);
}
