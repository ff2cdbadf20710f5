// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>

#include "mote/core/concepts.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

/// What follows an action in a plant whose state is a few real numbers.
template <FloatingScalar T, std::size_t Dimensions>
struct Transition {
    std::array<T, Dimensions> state{};
    T reward = 0;
    bool terminal = false;
};

/// A plant whose state is a few real numbers and which moves without chance. A Discretizer makes a tabular
/// state of such numbers, a TileCoding features.
template <class M>
concept ContinuousEnvironment = requires(const M& model,
                                         const std::array<typename M::Scalar, M::dimensions>& x, Action a,
                                         Random& random) {
    { M::actions } -> std::convertible_to<std::size_t>;
    { model.start(random) } -> std::same_as<std::array<typename M::Scalar, M::dimensions>>;
    { model.step(x, a) } -> std::same_as<Transition<typename M::Scalar, M::dimensions>>;
};

}  // namespace mote::rl
