// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/core/status.hpp"
#include "mote/rl/n_step_sarsa.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/tabular_agent.hpp"

namespace mote::rl {

/// SARSA: learns what each action is worth if its own policy goes on, exploring included; it keeps away from
/// cliffs over which exploring would step. n-step SARSA of one step.
///
/// Shapes, Units, Errors  those of NStepSarsa.
/// Memory  States * Actions scalars, 8 bytes and one scalar, and the policy. Time O(1).
/// Source  Rummery and Niranjan 1994, CUED/F-INFENG/TR 166; Sutton and Barto 2018, equation (6.7).
template <Scalar T, std::size_t States, std::size_t Actions, LearningConfig Config = LearningConfig{},
          Policy<T, Actions> Explore = EpsilonGreedy>
class Sarsa : public NStepSarsa<T, States, Actions, 1, Config, Explore> {
public:
    using Sarsa::NStepSarsa::learn;
    using Sarsa::NStepSarsa::NStepSarsa;

    /// The same at once, where it is known already that a2 will be done in s2: (s, a, r, s2, a2).
    constexpr Status learn(State s, Action a, T reward, State s2, Action a2) {
        if (this->values_.check(s2, a2) != Status::ok) return Status::bad_state;
        const Status status = this->learn(s, a, reward, s2);
        if (status == Status::ok) this->settle_oldest(this->values_.at(s2, a2));
        return status;
    }
};

}  // namespace mote::rl
