// SPDX-License-Identifier: MIT
#include "mote/rl/continuous_environment.hpp"

#include "mote/rl/environments/cart_pole.hpp"
#include "mote/rl/environments/mountain_car.hpp"
#include "mote/rl/environments/taxi.hpp"
#include "mote/rl/q_learning.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;

namespace {

using Car = MountainCar<double>;
using Pole = CartPole<double>;

/// Steps of greedy episodes, on average; each is given up after `limit`.
template <class M, class Agent>
double episode_length(const Agent& agent, int limit, mote::Random& random) {
    const auto cells = M::cells();
    int steps = 0;
    for (int episode = 0; episode < 100; ++episode) {
        auto x = M{}.start(random);
        for (int i = 0; i < limit; ++i, ++steps) {
            const auto seen = M{}.step(x, agent.greedy(cells.state(x)));
            if (seen.terminal) break;
            x = seen.state;
        }
    }
    return steps / 100.0;
}

}  // namespace

TEST_CASE("ContinuousEnvironment: the concept accepts and rejects") {
    STATIC_REQUIRE(ContinuousEnvironment<MountainCar<>>);
    STATIC_REQUIRE(ContinuousEnvironment<CartPole<double>>);
    STATIC_REQUIRE_FALSE(ContinuousEnvironment<Taxi<>>);
}

// From rest at -0.5, pushing forward: 0.001 - 0.0025 cos(-1.5) = 0.001 - 0.0025 * 0.0707372 = 0.000823157.
TEST_CASE("MountainCar: worked example, walls and goal") {
    const auto first = Car{}.step({-0.5, 0}, 2);
    CHECK(first.state[1] == Approx(0.000823157).margin(1e-9));
    CHECK(first.state[0] == Approx(-0.499176843).margin(1e-9));
    CHECK(first.reward == -1.0);
    CHECK_FALSE(first.terminal);
    CHECK(Car{}.step({-1.19, -0.07}, 0).state == std::array{-1.2, 0.0});
    CHECK(Car{}.step({0.49, 0.07}, 2).terminal);
    CHECK(Car{}.step({-1.0, 0.07}, 2).state[1] == 0.07);
}

// tests/data/classic_control_reference.py.
TEST_CASE("MountainCar: follows the reference") {
    std::array<double, 2> x{-0.5, 0};
    int steps = 0;
    for (bool terminal = false; !terminal; ++steps) {
        const auto seen = Car{}.step(x, x[1] >= 0 ? 2 : 0);
        x = seen.state;
        terminal = seen.terminal;
        if (steps == 9) CHECK(x[0] == Approx(-0.457689584897).margin(1e-11));
        if (steps == 59) CHECK(x[0] == Approx(-0.762630327814).margin(1e-11));
        if (steps == 59) CHECK(x[1] == Approx(-0.032744643803).margin(1e-11));
    }
    CHECK(steps == 124);
}

TEST_CASE("CartPole: follows the reference") {
    std::array<double, 4> x{0.01, -0.02, 0.03, 0.04};
    for (int i = 0; i < 40; ++i) {
        x = Pole{}.step(x, static_cast<Action>((i / 2 + i / 5) % 2)).state;
        if (i == 9) CHECK(x[2] == Approx(0.103450113706).margin(1e-11));
    }
    CHECK(x[0] == Approx(-0.030786280006).margin(1e-11));
    CHECK(x[1] == Approx(-0.112060193535).margin(1e-11));
    CHECK(x[2] == Approx(0.647078622952).margin(1e-11));
    CHECK(x[3] == Approx(2.549512379067).margin(1e-11));
}

TEST_CASE("CartPole: ends beyond the track and beyond twelve degrees, and pays until then") {
    CHECK(Pole{}.step({2.39, 1, 0, 0}, 1).terminal);
    CHECK_FALSE(Pole{}.step({2.37, 1, 0, 0}, 1).terminal);
    CHECK(Pole{}.step({0, 0, -0.209, -0.1}, 0).terminal);
    CHECK(Pole{}.step({0, 0, -0.209, -0.1}, 0).reward == 1.0);
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(Pole{}.step({0, 0, nan, 0}, 0).terminal);
}

TEST_CASE("ContinuousEnvironment: episodes start where the definition says") {
    mote::Random random(1);
    for (int i = 0; i < 1000; ++i) {
        const auto car = Car{}.start(random);
        REQUIRE((car[0] >= -0.6 && car[0] < -0.4 && car[1] == 0));
        for (const double value : Pole{}.start(random)) REQUIRE((value >= -0.05 && value < 0.05));
    }
}

// A push that is always the same lasts ten steps. What is learnt varies much with the seed, as ever with
// these boxes: ten seeds ended between 22 and 496, at 215 on average with a standard error of 47.
TEST_CASE("CartPole: a table of 162 boxes learns to balance") {
    constexpr QLearningConfig config{.learning_rate = {0.125}, .discount = {0.99}};
    const auto cells = Pole::cells();
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        QLearning<float, Pole::Cells::states, Pole::actions, config> agent;
        mote::Random random(seed);
        CHECK(episode_length<Pole>(agent, 500, random) < 15);
        for (int episode = 0; episode < 2000; ++episode) {
            auto x = Pole{}.start(random);
            for (int i = 0; i < 500; ++i) {
                const State s = cells.state(x);
                const Action a = agent.act(s, random);
                const auto seen = Pole{}.step(x, a);
                agent.learn(s, a, seen.terminal ? -1.0f : 0.0f, cells.state(seen.state), seen.terminal);
                if (seen.terminal) break;
                x = seen.state;
            }
        }
        sum += episode_length<Pole>(agent, 500, random);
    }
    CHECK(sum / 10 > 150);
}
