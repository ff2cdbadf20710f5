// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mote/nn/float_network.hpp"

namespace mote::nn {

/// The instruction set that a network is for; its training keeps to it.
template <class NetworkType>
struct InstructionSetOf;
template <class T, class Architecture, class Isa>
struct InstructionSetOf<Network<T, Architecture, Isa>> {
    using Type = Isa;
};

/// The network ends in what the loss judges: CrossEntropy wants Softmax at the end, over classes.
template <class NetworkType, class Loss>
concept ends_in_softmax_for = !Loss::before_softmax || NetworkType::Architecture::classifies;

/// A network run forward with every layer's output kept, and backward from the loss: the gradient of one
/// sample.
///
/// Memory  the activations of all layers, twice the widest and the layers' scratch; never allocates.
/// Source  Rumelhart, Hinton, Williams 1986, Nature 323:533-536.
template <class NetworkType, class Loss>
requires ends_in_softmax_for<NetworkType, Loss>
class Backpropagation {
public:
    using Network = NetworkType;
    using T = typename Network::Scalar;
    using Architecture = typename Network::Architecture;
    using Sample = typename Network::Sample;
    using Weights = typename Network::Weights;
    using Isa = typename InstructionSetOf<Network>::Type;
    /// Layers that are trained: the loss may contain the last one.
    static constexpr std::size_t depth = [] {
        using Last = typename Architecture::template Description<Architecture::depth - 1>;
        return Architecture::depth - (Loss::template contains<Last> ? 1 : 0);
    }();
    using Output = std::span<const T, Network::classes>;

    /// The loss of one sample; adds its slope in every weight to the gradient.
    template <class Label>
    constexpr T accumulate(const Network& model, const Loss& criterion, Sample x, const Label& target,
                           Weights& gradient) {
        const T loss = criterion.evaluate(forward(model, x), target, slopes_[depth % 2].data());
        propagate(model, x, gradient);
        return loss;
    }

    /// The loss of one sample alone.
    template <class Label>
    constexpr T loss(const Network& model, const Loss& criterion, Sample x, const Label& target) {
        return criterion.evaluate(forward(model, x), target, slopes_[depth % 2].data());
    }

    /// What the loss was taken of: the last sample's outputs, before the layer that the loss contains.
    [[nodiscard]] constexpr Output output() const {
        return Output(tape_.data() + first_activation[depth], Network::classes);
    }

private:
    /// Where layer i's input lies on the tape; the network's own input stays with the caller.
    static constexpr std::array<std::size_t, depth + 2> first_activation = [] {
        std::array<std::size_t, depth + 2> first{};
        for (std::size_t i = 1; i <= depth; ++i) first[i + 1] = first[i] + Architecture::shapes[i].size();
        return first;
    }();
    static constexpr std::size_t widest = detail::widest<Architecture>;
    static constexpr std::size_t scratch_size = [] {
        std::size_t most = 1;
        Architecture::for_each_layer([&](auto i) {
            using Layer = typename Architecture::template Layer<i>;
            most = max(most, Layer::template scratch<T, Isa>);
            most = max(most, Layer::backward_scratch);
        });
        return most;
    }();

    /// Runs forward and keeps every layer's output.
    constexpr Output forward(const Network& model, Sample x) {
        Architecture::for_each_layer([&](auto i) {
            if constexpr (i < depth) {
                Architecture::template Layer<i>::template forward<Isa>(
                    weights_of<i>(model.weights()), input_of<i>(x), tape_.data() + first_activation[i + 1],
                    scratch_.data());
            }
        });
        return output();
    }

    /// Runs backward from the slope of the last trained layer's output.
    constexpr void propagate(const Network& model, Sample x, Weights& gradient) {
        Architecture::for_each_layer([&](auto reversed) {
            constexpr std::size_t i = Architecture::depth - 1 - reversed;
            if constexpr (i < depth) {
                T* dx = i > 0 ? slopes_[i % 2].data() : nullptr;
                Architecture::template Layer<i>::template backward<Isa>(
                    weights_of<i>(model.weights()), input_of<i>(x), tape_.data() + first_activation[i + 1],
                    slopes_[(i + 1) % 2].data(), dx, gradient.data() + Architecture::first_weight[i],
                    scratch_.data());
            }
        });
    }

    template <std::size_t I>
    static constexpr const T* weights_of(const Weights& weights) {
        return weights.data() + Architecture::first_weight[I];
    }
    template <std::size_t I>
    constexpr const T* input_of(Sample x) const {
        return I == 0 ? x.data() : tape_.data() + first_activation[I];
    }

    std::array<T, first_activation[depth + 1]> tape_{};
    std::array<std::array<T, widest>, 2> slopes_{};
    std::array<T, scratch_size> scratch_{};
};

}  // namespace mote::nn
