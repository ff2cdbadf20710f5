// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/random.hpp"

/// What an agent lives in: a finite Markov decision process, given by the outcomes of every action in
/// every state. The same description is simulated (`step`), solved exactly (value_iteration.hpp) and
/// learnt by every agent.
namespace mote::rl {

using State = std::uint16_t;  // up to 65,536 states
using Action = std::uint8_t;  // up to 256 actions

/// One thing that can happen: with this probability the process moves to `state` and pays `reward`.
/// After a terminal outcome nothing more is paid, so the value of `state` does not count.
template <FloatingScalar T>
struct Outcome {
    T probability = 0;
    State state = 0;
    T reward = 0;
    bool terminal = false;
};

/// The outcomes of one action, at most Capacity of them; their probabilities sum to one.
template <FloatingScalar T, std::size_t Capacity>
class Outcomes {
public:
    constexpr Outcomes() = default;
    constexpr Outcomes(Outcome<T> certain) { add(certain); }

    /// Outcomes of probability zero are left out.
    constexpr void add(Outcome<T> outcome) {
        if (outcome.probability > 0) items_[size_++] = outcome;
    }
    [[nodiscard]] constexpr const Outcome<T>* begin() const { return items_.data(); }
    [[nodiscard]] constexpr const Outcome<T>* end() const { return items_.data() + size_; }
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr const Outcome<T>& operator[](std::size_t i) const { return items_[i]; }

private:
    std::array<Outcome<T>, Capacity> items_{};
    std::size_t size_ = 0;
};

/// A process whose outcomes are known: what planning needs.
template <class M>
concept ExplicitModel = requires(const M& model, State s, Action a) {
    typename M::Scalar;
    { M::states } -> std::convertible_to<std::size_t>;
    { M::actions } -> std::convertible_to<std::size_t>;
    { *model.outcomes(s, a).begin() } -> std::convertible_to<Outcome<typename M::Scalar>>;
};

/// An explicit model with a first state for each episode: what learning needs.
template <class M>
concept Environment = ExplicitModel<M> && requires(const M& model, Random& random) {
    { model.start(random) } -> std::same_as<State>;
};

/// Draws one outcome of action a in state s.
template <ExplicitModel M>
[[nodiscard]] constexpr Outcome<typename M::Scalar> step(const M& model, State s, Action a, Random& random) {
    using T = typename M::Scalar;
    const auto& outcomes = model.outcomes(s, a);
    T draw = outcomes.size() > 1 ? random.template uniform<T>() : T(0);
    Outcome<T> drawn{};
    for (const Outcome<T>& outcome : outcomes) {  // the last one, should rounding leave a rest
        drawn = outcome;
        if (draw < outcome.probability) break;
        draw -= outcome.probability;
    }
    return drawn;
}

}  // namespace mote::rl
