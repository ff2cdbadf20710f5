// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "mote/nn/float_network.hpp"
#include "mote/nn/quantized_network.hpp"
#include "mote/nn/trainer.hpp"

namespace mote::nn {

namespace detail {

template <class Architecture, std::size_t First, class Indices>
struct Slice;
template <class Architecture, std::size_t First, std::size_t... I>
struct Slice<Architecture, First, std::index_sequence<I...>> {
    using Type =
        Sequential<Architecture::shapes[First], typename Architecture::template Description<First + I>...>;
};

}  // namespace detail

/// An architecture without its last K layers, and these by themselves; Softmax and Flatten count as layers.
template <class Architecture, std::size_t K>
requires(K > 0 && K < Architecture::depth) using Front =
    typename detail::Slice<Architecture, 0, std::make_index_sequence<Architecture::depth - K>>::Type;
template <class Architecture, std::size_t K>
requires(K > 0 && K < Architecture::depth) using Tail =
    typename detail::Slice<Architecture, Architecture::depth - K, std::make_index_sequence<K>>::Type;

/// A trained network in two: what quantize() makes bytes of, to be frozen in flash, ...
template <std::size_t K, FloatingScalar T, class Architecture, class Isa>
[[nodiscard]] constexpr Network<T, Front<Architecture, K>, Isa> front(
    const Network<T, Architecture, Isa>& model) {
    Network<T, Front<Architecture, K>, Isa> result;
    std::ranges::copy_n(model.weights().begin(), result.weights().size(), result.weights().begin());
    return result;
}
/// ... and what goes on learning.
template <std::size_t K, FloatingScalar T, class Architecture, class Isa>
[[nodiscard]] constexpr Network<T, Tail<Architecture, K>, Isa> tail(
    const Network<T, Architecture, Isa>& model) {
    Network<T, Tail<Architecture, K>, Isa> result;
    std::ranges::copy(model.weights().end() - result.weights().size(), model.weights().end(),
                      result.weights().begin());
    return result;
}

/// The part that learns has as many inputs as the frozen one has outputs.
template <class TailNetwork, class FrozenNetwork>
concept reads_output_of = TailNetwork::features == FrozenNetwork::classes;

/// Lets the last layers of a network go on learning on the device, in float, while all before them stay in
/// flash as bytes.
///
/// Shapes  x: what the frozen network reads, as bytes or real numbers; labels or targets: the loss's.
/// Errors  those of Trainer::update(); then the tail is as it was.
/// Memory  a Trainer of the tail, a Workspace of each part and one sample's features. Frozen layers cost no
///         RAM for weights and no backward pass.
/// Source  Yosinski et al. 2014, NeurIPS, pages 3320-3328 (what the first layers learn carries over).
template <class FrozenNetwork, class TailNetwork, template <class, std::size_t> class OptimizerType = Sgd,
          class Loss = CrossEntropy>
requires reads_output_of<TailNetwork, FrozenNetwork>
class FineTuner {
public:
    using Frozen = FrozenNetwork;
    using Tail = TailNetwork;
    using T = typename Tail::Scalar;
    using Features = std::array<T, Tail::features>;

    /// Its optimizer, criterion and progress(); its fit() for features that the device has collected.
    Trainer<Tail, OptimizerType, Loss> trainer{};

    /// What the tail makes of: the frozen network's output.
    constexpr const Features& features(const Frozen& frozen, const auto& x) {
        const auto y = frozen.predict(x, frozen_scratch_);
        std::ranges::copy(y, features_[0].begin());
        return features_[0];
    }

    /// One step on one sample.
    template <class Label>
    constexpr Status update(const Frozen& frozen, Tail& tail, const auto& x, const Label& label,
                            const Training& settings = {}) {
        using Kept = std::conditional_t<std::is_integral_v<Label>, std::size_t, Label>;
        features(frozen, x);
        const std::array<Kept, 1> labels{static_cast<Kept>(label)};
        return trainer.update(tail, Dataset<T, Tail::features, Kept>{features_, labels}, settings);
    }

    /// The class, or the outputs of a tail that does not end in Softmax.
    [[nodiscard]] constexpr auto predict(const Frozen& frozen, const Tail& tail, const auto& x) {
        return tail.predict(features(frozen, x), tail_scratch_);
    }

private:
    typename Frozen::Workspace frozen_scratch_{};
    typename Tail::Workspace tail_scratch_{};
    std::array<Features, 1> features_{};
};

}  // namespace mote::nn
