// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "mote/rl/environment.hpp"

namespace mote::rl {

/// Blackjack from an infinite deck against a dealer who sticks at 17: hit or stick, +1, 0 or -1 at the end.
/// A natural has no bonus. The dealer's play is part of the outcomes of sticking, so the model is exact.
///
/// Shapes  states are (player's sum 4 .. 21) x (dealer's card 1 .. 10) x (usable ace: 0, 1), in that order.
///         Actions 0 stick, 1 hit.
/// Source  Sutton and Barto 2018, example 5.1, as in Gymnasium's Blackjack-v1 (natural = sab = False):
///         best play is worth -0.0466.
template <FloatingScalar T = float>
struct Blackjack {
    using Scalar = T;
    static constexpr std::size_t states = 18 * 10 * 2;
    static constexpr std::size_t actions = 2;

    struct Hand {
        int sum = 0;
        bool usable_ace = false;  // one ace counts 11

        constexpr void add(int card) {
            sum += card;
            if (card == 1 && sum + 10 <= 21) {
                sum += 10;
                usable_ace = true;
            } else if (sum > 21 && usable_ace) {
                sum -= 10;
                usable_ace = false;
            }
        }
    };

    [[nodiscard]] static constexpr State state(Hand player, int dealer) {
        return static_cast<State>(((player.sum - 4) * 10 + dealer - 1) * 2 + player.usable_ace);
    }
    [[nodiscard]] static constexpr Hand player(State s) { return {s / 20 + 4, s % 2 == 1}; }
    [[nodiscard]] static constexpr int dealer(State s) { return s / 2 % 10 + 1; }

    /// 1 to 9 with probability 1/13 each, 10 with 4/13.
    [[nodiscard]] static constexpr T card_probability(int card) { return T(card == 10 ? 4 : 1) / 13; }

    [[nodiscard]] constexpr State start(Random& random) const {
        Hand hand;
        hand.add(draw(random));
        hand.add(draw(random));
        return state(hand, draw(random));
    }

    [[nodiscard]] constexpr Outcomes<T, 11> outcomes(State s, Action a) const {
        return a == 0 ? stick(s) : hit(s);
    }

private:
    [[nodiscard]] static constexpr int draw(Random& random) {
        return std::min(static_cast<int>(random.below(13)) + 1, 10);
    }

    [[nodiscard]] static constexpr Outcomes<T, 11> hit(State s) {
        Outcomes<T, 11> result;
        T bust = 0;
        for (int card = 1; card <= 10; ++card) {
            Hand hand = player(s);
            hand.add(card);
            if (hand.sum > 21) {
                bust += card_probability(card);
            } else {
                result.add({card_probability(card), state(hand, dealer(s)), 0, false});
            }
        }
        result.add({bust, s, -1, true});
        return result;
    }

    [[nodiscard]] static constexpr Outcomes<T, 11> stick(State s) {
        const std::array<T, 23> finals = dealer_finals(dealer(s));
        T win = finals[22];
        T lose = 0;
        for (int sum = 17; sum <= 21; ++sum) {
            const T probability = finals[static_cast<std::size_t>(sum)];
            if (sum < player(s).sum) win += probability;
            if (sum > player(s).sum) lose += probability;
        }
        Outcomes<T, 11> result;
        result.add({win, s, 1, true});
        result.add({lose, s, -1, true});
        result.add({1 - win - lose, s, 0, true});
        return result;
    }

    /// Probability of each final sum 17 .. 21 of a dealer who shows this card; 22 stands for bust.
    [[nodiscard]] static constexpr std::array<T, 23> dealer_finals(int shown) {
        std::array<T, 23> finals{};
        std::array<std::array<T, 17>, 2> reach{};  // [usable ace][sum], of hands still to be played
        const auto arrive = [&](Hand hand, T probability) {
            if (hand.sum < 17) {
                reach[hand.usable_ace][static_cast<std::size_t>(hand.sum)] += probability;
            } else {
                finals[static_cast<std::size_t>(std::min(hand.sum, 22))] += probability;
            }
        };
        const auto play = [&](int first, int last, bool usable_ace) {
            for (int sum = first; sum <= last; ++sum) {
                const T here = reach[usable_ace][static_cast<std::size_t>(sum)];
                for (int card = 1; card <= 10; ++card) {
                    Hand hand{sum, usable_ace};
                    hand.add(card);
                    arrive(hand, here * card_probability(card));
                }
            }
        };
        Hand first;
        first.add(shown);
        arrive(first, 1);
        // Hard hands up to 10 may turn soft, soft ones may turn hard at 12 or more: each only once.
        play(2, 10, false);
        play(11, 16, true);
        play(11, 16, false);
        return finals;
    }
};

}  // namespace mote::rl
