// SPDX-License-Identifier: MIT
#include "mote/rl/linear_q.hpp"

#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/mountain_car.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/tile_coding.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using mote::Random;
using mote::Status;

namespace {

constexpr LinearQConfig halves{.learning_rate = 0.5, .discount = 0.5};
using Small = LinearQ<double, 2, 2, halves>;
using Active = std::array<std::uint16_t, 2>;

// By hand, dense: Q((1, 2), 0) = 0, target 4: step 1/2 * 4 = 2, weights (2, 4). Then Q((0, 1), 1) = 0, target
// 1 + 1/2 max(Q((1, 1), 0) = 6, 0) = 4: step 2, weights (0, 2).
constexpr Small worked() {
    Small agent;
    const std::array x{1.0, 2.0};
    const std::array y{0.0, 1.0};
    const std::array both{1.0, 1.0};
    agent.learn(Small::Dense(x), 0, 4, Small::Dense(x), /*terminal=*/true);
    agent.learn(Small::Dense(y), 1, 1, Small::Dense(both));
    return agent;
}

constexpr double value(const Small& agent, double a, double b, Action action) {
    const std::array x{a, b};
    return agent.values(Small::Dense(x))[action];
}

using Car = MountainCar<float>;
using Tiles = TileCoding<float, 2, TileCodingConfig{.tilings = 16, .tiles = 16, .table = 8192}>;
constexpr LinearQConfig undiscounted{.learning_rate = 0.25, .discount = 1};
using Driver = LinearQ<float, Tiles::size, Car::actions, undiscounted>;

Tiles road() {
    Tiles tiles;
    REQUIRE(tiles.set_range(Car::lowest, Car::highest) == Status::ok);
    return tiles;
}

/// Steps of 100 greedy episodes, on average.
double greedy_steps(const Driver& driver, Random& random) {
    const Tiles tiles = road();
    int steps = 0;
    for (int episode = 0; episode < 100; ++episode) {
        auto x = Car{}.start(random);
        for (int i = 0; i < 1000; ++i) {
            const auto seen = Car{}.step(x, driver.greedy(tiles.transform(x)));
            ++steps;
            if (seen.terminal) break;
            x = seen.state;
        }
    }
    return steps / 100.0;
}

}  // namespace

TEST_CASE("LinearQ: worked example") {
    constexpr Small agent = worked();
    STATIC_REQUIRE(value(agent, 1, 0, 0) == 2.0);
    STATIC_REQUIRE(value(agent, 0, 1, 0) == 4.0);
    STATIC_REQUIRE(value(agent, 1, 0, 1) == 0.0);
    STATIC_REQUIRE(value(agent, 0, 1, 1) == 2.0);
}

// As above by active features, whose step is shared: target 4 moves the sum 0 by half of it, 1 for each of
// two. Sarsa then follows the worse action: 1 + 1/2 * 0.
TEST_CASE("LinearQ: binary features and Sarsa, by hand") {
    Small agent;
    REQUIRE(agent.learn(Active{0, 1}, 0, 4, Active{0, 1}, true) == Status::ok);
    CHECK(agent.values(Active{0, 1})[0] == 2.0);
    CHECK(value(agent, 1, 0, 0) == 1.0);
    REQUIRE(agent.learn_on_policy(Active{0, 1}, 1, 1, Active{0, 1}, 1) == Status::ok);
    CHECK(agent.values(Active{0, 1})[1] == 0.5);
    REQUIRE(agent.learn_on_policy(Active{0, 1}, 1, 1, Active{0, 1}, 0) == Status::ok);  // 1 + 2 / 2
    CHECK(agent.values(Active{0, 1})[1] == 1.25);
    CHECK(agent.greedy(Active{0, 1}) == 0);
}

// One active feature a state is a table: the same values as QLearning, bit by bit.
TEST_CASE("LinearQ: one feature a state is Q-learning") {
    constexpr QLearningConfig table_config{.learning_rate = {0.5}, .discount = {0.75}};
    constexpr LinearQConfig linear_config{.learning_rate = 0.5, .discount = 0.75};
    QLearning<double, 48, 4, table_config> table;
    LinearQ<double, 48, 4, linear_config> linear;
    const CliffWalking<double> world;
    Random random(1);
    State s = world.start(random);
    using One = std::array<std::uint16_t, 1>;
    for (int i = 0; i < 5000; ++i) {
        const Action a = table.act(s, random);
        const auto seen = step(world, s, a, random);
        table.learn(s, a, seen.reward, seen.state, seen.terminal);
        linear.learn(One{s}, a, seen.reward, One{seen.state}, seen.terminal);
        s = seen.terminal ? world.start(random) : seen.state;
    }
    for (State state = 0; state < 48; ++state) {
        for (Action a = 0; a < 4; ++a) {
            REQUIRE(linear.values(One{state})[a] == table.value(state, a));
        }
    }
}

// Gymnasium calls MountainCar solved at 110 steps on average over 100 episodes.
TEST_CASE("LinearQ: solves MountainCar with tiles, by Q-learning and by Sarsa") {
    const Tiles tiles = road();
    for (const bool on_policy : {false, true}) {
        Driver driver{EpsilonGreedy(0.002f)};
        Random random(2);
        for (int episode = 0; episode < 2000; ++episode) {
            auto x = Car{}.start(random);
            auto active = tiles.transform(x);
            Action a = driver.act(active, random);
            for (bool terminal = false; !terminal;) {
                const auto seen = Car{}.step(x, a);
                const auto next = tiles.transform(seen.state);
                const Action a2 = driver.act(next, random);
                const Status status =
                    on_policy ? driver.learn_on_policy(active, a, seen.reward, next, a2, seen.terminal)
                              : driver.learn(active, a, seen.reward, next, seen.terminal);
                REQUIRE(status == Status::ok);
                x = seen.state;
                active = next;
                a = a2;
                terminal = seen.terminal;
            }
        }
        CHECK(greedy_steps(driver, random) <= 110);
    }
}

TEST_CASE("LinearQ: what it refuses changes nothing") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double largest = std::numeric_limits<double>::max();
    Small agent = worked();
    const auto before = mote::testing::bytes_of(agent);
    const std::array x{1.0, 2.0};
    const std::array broken{1.0, std::numeric_limits<double>::quiet_NaN()};
    const Small::Dense good(x);
    const Small::Dense bad(broken);
    CHECK(agent.learn(good, 2, 1, good) == Status::bad_state);
    CHECK(agent.learn(good, 0, infinity, good) == Status::not_finite);
    CHECK(agent.learn(bad, 0, 1, good) == Status::not_finite);
    CHECK(agent.learn(good, 0, 1, bad) == Status::not_finite);
    CHECK(agent.learn_on_policy(good, 0, 1, good, 2) == Status::bad_state);
    CHECK(agent.learn(Active{0, 2}, 0, 1, Active{0, 1}) == Status::bad_state);
    CHECK(agent.learn(Active{0, 1}, 0, 1, Active{2, 1}) == Status::bad_state);
    const std::array huge{largest, 1.0};
    CHECK(agent.learn(Small::Dense(huge), 0, 1, good) == Status::diverged);
    CHECK(mote::testing::bytes_of(agent) == before);
}

TEST_CASE("LinearQ: a plain value that never allocates and forgets") {
    STATIC_REQUIRE(mote::PlainValue<Driver>);
    STATIC_REQUIRE(sizeof(Small) == 4 * sizeof(double) + 8);
    Small agent = worked();
    agent.reset();
    CHECK(value(agent, 1, 1, 0) == 0.0);
}
