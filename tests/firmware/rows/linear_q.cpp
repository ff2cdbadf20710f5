// SPDX-License-Identifier: MIT
// MountainCar with 8 tilings of 8 x 8 and 3 actions in float: one decision and the learning of one step.
#include "mote/rl/linear_q.hpp"

#include "mote/rl/environments/mountain_car.hpp"
#include "mote/rl/tile_coding.hpp"
#include "tests/firmware/row.hpp"

using namespace mote::rl;
using Car = MountainCar<float>;
using Tiles = TileCoding<float, 2, TileCodingConfig{.tilings = 8, .tiles = 8, .table = 1024}>;
using Driver = LinearQ<float, Tiles::size, Car::actions, LinearQConfig{.learning_rate = 0.5, .discount = 1}>;

namespace {

constexpr Tiles tiles = [] {
    Tiles result;
    static_cast<void>(result.set_range(Car::lowest, Car::highest));
    return result;
}();
constinit Driver driver{EpsilonGreedy(0.1f)};
constinit mote::Random chance(7);
constinit std::array<float, 2> x{-0.5f, 0.0f};
constinit Transition<float, 2> seen{{-0.499f, 0.001f}, -1, false};

}  // namespace

int main() {
    return mote::firmware::report(
        "linear_q", /*macs=*/(3 + 3 + 1 + 1) * 8,
        [] {
            const auto features = tiles.transform(mote::firmware::opaque(x));
            const Action a = driver.act(features, chance);
            const auto& next = mote::firmware::opaque(seen);
            driver.learn(features, a, next.reward, tiles.transform(next.state), next.terminal);
        },
        [] {
            // Decisions all over the hill after an episode's beginning, most of which no weight has met
            // twice.
            for (int i = 0; i < 500; ++i) {
                const auto features = tiles.transform(x);
                const Action a = driver.act(features, chance);
                const auto next = Car{}.step(x, a);
                driver.learn(features, a, next.reward, tiles.transform(next.state), next.terminal);
                x = next.state;
            }
            std::array<Action, 64> decisions{};
            for (std::size_t i = 0; i < decisions.size(); ++i) {
                const float place = static_cast<float>(i) / 64;
                decisions[i] =
                    driver.greedy(tiles.transform(std::array{-1.2f + 1.6f * place, 0.04f * place - 0.02f}));
            }
            return mote::firmware::checksum(decisions);
        });
}
