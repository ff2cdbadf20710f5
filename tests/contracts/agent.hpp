// SPDX-License-Identifier: MIT
#pragma once

#include "tests/contracts/battery.hpp"
#include "tests/support/catch.hpp"

namespace mote::testing {

/// Trained on random transitions whose reward favours the action (state % actions).
template <class M>
constexpr M trained_agent(std::size_t steps = 4 * Recipe<M>::rows) {
    M agent = Recipe<M>::fresh();
    Random random(51);
    for (std::size_t i = 0; i < steps; ++i) {
        const auto s = static_cast<typename M::State>(random.below(M::states));
        const auto a = static_cast<typename M::Action>(random.below(M::actions));
        const auto s2 = static_cast<typename M::State>(random.below(M::states));
        const double reward = a == s % M::actions ? 0.5 : -0.25;
        static_cast<void>(agent.learn(s, a, static_cast<typename M::Scalar>(reward), s2));
    }
    return agent;
}

template <class M>
constexpr auto actions_of(const M& agent) {
    std::array<typename M::Action, 16> result{};
    Random random(52);
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = agent.act(static_cast<typename M::State>(i % M::states), random);
    }
    return result;
}

template <class M>
struct TrainedActions {
    constexpr auto operator()() const { return actions_of(trained_agent<M>()); }
};

template <class M>
void examine_refusals(Findings& findings, M& agent) {
    using State = typename M::State;
    using Action = typename M::Action;
    const typename M::Scalar reward{};
    if constexpr (constexpr auto beyond = static_cast<State>(M::states); beyond == M::states) {
        findings.expect_refusal("a state out of range", agent,
                                [&] { return agent.learn(beyond, 0, reward, 0); });
        findings.expect_refusal("a next state out of range", agent,
                                [&] { return agent.learn(0, 0, reward, beyond); });
        Random random(53);
        findings.expect(agent.act(beyond, random) < M::actions, "act leaves the range for a bad state");
    }
    if constexpr (constexpr auto beyond = static_cast<Action>(M::actions); beyond == M::actions) {
        findings.expect_refusal("an action out of range", agent,
                                [&] { return agent.learn(0, beyond, reward, 0); });
    }
    for (const auto value : unusable_values<typename M::Scalar>()) {
        findings.expect_refusal("a non-finite reward", agent, [&] { return agent.learn(0, 0, value, 0); });
    }
}

template <class M>
Violations agent_violations() {
    Findings findings;
    findings.expect_plain_value<M>();
    if constexpr (std::is_trivially_copyable_v<M>) {
        M agent = trained_agent<M>();
        Random random(54);
        for (std::size_t i = 0; i < 64; ++i) {
            const auto s = static_cast<typename M::State>(i % M::states);
            typename M::Action a{};
            findings.expect_const("act", agent, [&] { a = agent.act(s, random); });
            findings.expect(a < M::actions, "act gives an action out of range");
            Status status{};
            findings.expect_no_allocation("learn",
                                          [&] { status = agent.learn(s, a, typename M::Scalar{}, s); });
            findings.expect(status == Status::ok, "learn refuses a good transition");
        }
        findings.expect_constexpr<TrainedActions<M>>("act");
        examine_refusals(findings, agent);
        findings.expect_no_allocation("reset", [&] { agent.reset(); });
        findings.expect(agree(actions_of(agent), actions_of(Recipe<M>::fresh())), "reset does not forget");
    }
    return findings.all();
}

template <Agent M>
void check_agent() {
    CHECK(agent_violations<M>() == Violations{});
}

}  // namespace mote::testing
