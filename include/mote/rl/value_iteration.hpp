// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "mote/rl/environment.hpp"

namespace mote::rl {

/// Settings of the exact solvers. Episodic tasks take discount = 1 where every policy ends.
template <FloatingScalar T>
struct PlanningConfig {
    T discount = T(0.99);
    T tolerance = T(1e-6);  // stop when no value moved by more than this in a sweep
    std::size_t sweeps = 100'000;
};

/// Values and the greedy policy of an explicit model.
template <FloatingScalar T, std::size_t States>
struct Plan {
    std::array<T, States> values{};
    std::array<Action, States> policy{};
    Status status = Status::not_converged;
    std::size_t sweeps = 0;
};

/// The expected return of taking action a in state s and following `values` from there.
template <ExplicitModel M>
[[nodiscard]] constexpr auto backup(const M& model, const std::array<typename M::Scalar, M::states>& values,
                                    State s, Action a, typename M::Scalar discount) {
    typename M::Scalar expected = 0;
    for (const auto& outcome : model.outcomes(s, a)) {
        const auto future = outcome.terminal ? 0 : discount * values[outcome.state];
        expected += outcome.probability * (outcome.reward + future);  // (4.10)'s sum
    }
    return expected;
}

/// The action of the largest backup; the lowest of those that tie.
template <ExplicitModel M>
[[nodiscard]] constexpr auto best_backup(const M& model,
                                         const std::array<typename M::Scalar, M::states>& values, State s,
                                         typename M::Scalar discount) {
    struct Best {
        Action action;
        typename M::Scalar value;
    } best{0, backup(model, values, s, 0, discount)};
    for (std::size_t a = 1; a < M::actions; ++a) {
        const auto value = backup(model, values, s, static_cast<Action>(a), discount);
        if (value > best.value) best = {static_cast<Action>(a), value};
    }
    return best;
}

namespace detail {

/// Gauss-Seidel sweeps of `update(s)` over all states until nothing moves by more than the tolerance.
template <FloatingScalar T, std::size_t States, class Update>
constexpr void sweep_until_still(Plan<T, States>& plan, const PlanningConfig<T>& config, Update update) {
    for (plan.sweeps = 1; plan.sweeps <= config.sweeps; ++plan.sweeps) {
        T largest = 0;
        for (std::size_t s = 0; s < States; ++s) {
            const T before = plan.values[s];
            plan.values[s] = update(static_cast<State>(s));
            const T moved = plan.values[s] > before ? plan.values[s] - before : before - plan.values[s];
            if (moved > largest) largest = moved;
        }
        if (largest <= config.tolerance) {
            plan.status = Status::ok;
            return;
        }
    }
    plan.status = Status::not_converged;
}

}  // namespace detail

/// The optimal values and policy of a known model, by value iteration in place.
///
/// Errors  status is `not_converged` where the sweeps ran out; the plan then holds the last values.
///         With discount < 1 the values are within tolerance * discount / (1 - discount) of the optimum.
/// Memory  the Plan: (sizeof(T) + 1) bytes a state. Time O(states * actions * outcomes) a sweep.
/// Source  Sutton and Barto 2018, Reinforcement Learning, 2nd ed., section 4.4, equation (4.10).
template <ExplicitModel M>
[[nodiscard]] constexpr Plan<typename M::Scalar, M::states> value_iteration(
    const M& model, PlanningConfig<typename M::Scalar> config = {}) {
    Plan<typename M::Scalar, M::states> plan;
    detail::sweep_until_still(
        plan, config, [&](State s) { return best_backup(model, plan.values, s, config.discount).value; });
    for (std::size_t s = 0; s < M::states; ++s) {
        plan.policy[s] = best_backup(model, plan.values, static_cast<State>(s), config.discount).action;
    }
    return plan;
}

/// The values of a fixed policy (section 4.1, equation (4.5)); the returned plan carries that policy.
template <ExplicitModel M>
[[nodiscard]] constexpr Plan<typename M::Scalar, M::states> evaluate_policy(
    const M& model, const std::array<Action, M::states>& policy,
    PlanningConfig<typename M::Scalar> config = {}) {
    Plan<typename M::Scalar, M::states> plan;
    plan.policy = policy;
    detail::sweep_until_still(
        plan, config, [&](State s) { return backup(model, plan.values, s, policy[s], config.discount); });
    return plan;
}

/// Policy iteration (section 4.3): evaluate, improve, until no action changes.
template <ExplicitModel M>
[[nodiscard]] constexpr Plan<typename M::Scalar, M::states> policy_iteration(
    const M& model, PlanningConfig<typename M::Scalar> config = {}) {
    std::array<Action, M::states> policy{};
    Plan<typename M::Scalar, M::states> plan;
    for (std::size_t round = 0; round < config.sweeps; ++round) {
        plan = evaluate_policy(model, policy, config);
        if (plan.status != Status::ok) return plan;
        bool stable = true;
        for (std::size_t s = 0; s < M::states; ++s) {
            const auto state = static_cast<State>(s);
            const auto best = best_backup(model, plan.values, state, config.discount);
            // Change only for a real gain: ties within the tolerance would circle for ever.
            const auto kept = backup(model, plan.values, state, policy[s], config.discount);
            if (best.action == policy[s] || best.value <= kept + config.tolerance) continue;
            policy[s] = best.action;
            stable = false;
        }
        if (stable) return plan;
    }
    plan.status = Status::not_converged;
    return plan;
}

}  // namespace mote::rl
