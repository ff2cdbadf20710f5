// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "mote/rl/environment.hpp"

namespace mote::rl {

/// A taxi on a 5 x 5 grid with walls fetches a passenger at one of four stands and drops them at another.
/// Each step costs 1, a pick-up or drop-off in the wrong place 10, the right drop-off pays 20 and ends it.
///
/// Shapes  500 states: ((row * 5 + column) * 5 + passenger) * 4 + destination, passenger 4 = in the taxi.
///         Actions 0 south, 1 north, 2 east, 3 west, 4 pick up, 5 drop off.
/// Source  Dietterich 2000, JAIR 13:227-303, in the numbering and rewards of Gymnasium's Taxi-v3. Episodes
///         start in any of the 300 states whose passenger waits at a stand other than the destination.
template <FloatingScalar T = float>
struct Taxi {
    using Scalar = T;
    static constexpr std::size_t states = 500;
    static constexpr std::size_t actions = 6;

    struct Situation {
        std::size_t row, column, passenger, destination;

        [[nodiscard]] constexpr State state() const {
            return static_cast<State>(((row * 5 + column) * 5 + passenger) * 4 + destination);
        }
    };

    [[nodiscard]] static constexpr Situation situation(State s) {
        return {s / 100u, s / 20u % 5u, s / 4u % 5u, s % 4u};
    }

    [[nodiscard]] static constexpr bool is_start(State s) {
        const Situation now = situation(s);
        return now.passenger < 4 && now.passenger != now.destination;
    }

    [[nodiscard]] constexpr State start(Random& random) const {
        Situation now{random.below(5), random.below(5), random.below(4), random.below(3)};
        if (now.destination >= now.passenger) ++now.destination;
        return now.state();
    }

    [[nodiscard]] constexpr Outcomes<T, 1> outcomes(State s, Action a) const {
        Situation now = situation(s);
        T reward = -1;
        bool arrived = false;
        switch (a) {
            case 0:
                now.row += now.row < 4;
                break;
            case 1:
                now.row -= now.row > 0;
                break;
            case 2:
                now.column += now.column < 4 && !wall_east_of(now.row, now.column);
                break;
            case 3:
                now.column -= now.column > 0 && !wall_east_of(now.row, now.column - 1);
                break;
            case 4:
                if (now.passenger < 4 && at_stand(now, now.passenger)) {
                    now.passenger = 4;
                } else {
                    reward = -10;
                }
                break;
            default:
                drop(now, reward, arrived);
        }
        return Outcome<T>{1, now.state(), reward, arrived};
    }

private:
    struct Stand {
        std::size_t row, column;
    };
    static constexpr std::array<Stand, 4> stands{{{0, 0}, {0, 4}, {4, 0}, {4, 3}}};

    [[nodiscard]] static constexpr bool at_stand(const Situation& now, std::size_t stand) {
        return now.row == stands[stand].row && now.column == stands[stand].column;
    }

    // Walls stand between columns 1|2 in rows 0 and 1, and 0|1 and 2|3 in rows 3 and 4.
    [[nodiscard]] static constexpr bool wall_east_of(std::size_t row, std::size_t column) {
        return row < 2 ? column == 1 : row > 2 && (column == 0 || column == 2);
    }

    // A passenger may be let out at any stand; only the destination pays and ends the episode.
    static constexpr void drop(Situation& now, T& reward, bool& arrived) {
        if (now.passenger == 4 && at_stand(now, now.destination)) {
            now.passenger = now.destination;
            reward = 20;
            arrived = true;
            return;
        }
        for (std::size_t stand = 0; stand < 4; ++stand) {
            if (now.passenger == 4 && at_stand(now, stand)) {
                now.passenger = stand;
                return;
            }
        }
        reward = -10;
    }
};

}  // namespace mote::rl
