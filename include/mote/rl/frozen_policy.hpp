// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "mote/core/random.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

/// What a trained agent does in each state, and nothing of why: a table for flash.
///
/// Shapes  States entries of Bits bits, the fewest that hold an action unless told otherwise. 8 is fastest.
/// Errors  act() in a state out of range gives action 0; set() ignores what is out of range.
/// Memory  States * Bits / 8 bytes rounded up, and one where an entry can cross from byte to byte. Time O(1).
template <std::size_t States, std::size_t Actions, unsigned Bits = std::bit_width(Actions - 1)>
requires(States >= 1 && Actions >= 1 && Bits <= 8 && Bits >= std::bit_width(Actions - 1)) class FrozenPolicy {
public:
    using State = rl::State;
    using Action = rl::Action;
    static constexpr std::size_t states = States;
    static constexpr std::size_t actions = Actions;

    [[nodiscard]] constexpr Action act(State s) const {
        if (s >= States || Bits == 0) return 0;
        const std::size_t bit = s * Bits;
        unsigned window = bytes_[bit / 8];
        if constexpr (crossing) window |= static_cast<unsigned>(bytes_[bit / 8 + 1]) << 8;
        return static_cast<Action>(window >> bit % 8 & mask);
    }
    /// As an agent chooses, without chance.
    [[nodiscard]] constexpr Action act(State s, Random&) const { return act(s); }

    constexpr void set(State s, Action a) {
        if (s >= States || a >= Actions) return;
        for (unsigned i = 0; i < Bits; ++i) {
            const std::size_t bit = s * Bits + i;
            const unsigned cleared = bytes_[bit / 8] & ~(1u << bit % 8);
            bytes_[bit / 8] = static_cast<std::uint8_t>(cleared | (a >> i & 1u) << bit % 8);
        }
    }

private:
    static constexpr bool crossing = Bits != 0 && 8 % (Bits == 0 ? 1 : Bits) != 0;
    static constexpr unsigned mask = (1u << Bits) - 1;

    std::array<std::uint8_t, (States * Bits + 7) / 8 + (crossing || Bits == 0 ? 1 : 0)> bytes_{};
};

/// The best known action of every state, in the fewest bits; freeze<8>(agent) gives a byte to each.
template <unsigned Bits = 0, class Agent>
[[nodiscard]] constexpr auto freeze(const Agent& agent) {
    constexpr unsigned fewest = std::bit_width(Agent::actions - 1);
    FrozenPolicy<Agent::states, Agent::actions, Bits == 0 ? fewest : Bits> frozen;
    for (std::size_t s = 0; s < Agent::states; ++s)
        frozen.set(static_cast<State>(s), agent.greedy(static_cast<State>(s)));
    return frozen;
}

}  // namespace mote::rl
