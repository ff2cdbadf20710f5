// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/nn/recurrent_weights.hpp"

namespace mote::nn {

/// An Elman layer of floats, below, or of bytes: integer_simple_rnn.hpp.
template <class T, std::size_t Inputs, std::size_t Units, class Isa = isa::Native>
class SimpleRnn;

/// Elman's recurrent layer, a frame at a time: h' = tanh(W x + U h + b).
///
/// Shapes  x: [Inputs], one frame; State and step(): [Units].
///         Weights as Keras keeps them, a column for each input: [Inputs][Units]; recurrent [Units][Units];
///         bias [Units].
/// Errors  NaN in x comes out as NaN, and stays until the caller makes a new State.
/// Memory  Units (Inputs + Units + 1) scalars; a State beside it. Time Units (Inputs + Units)
///         multiply-accumulates a step.
/// Source  Elman 1990, Cognitive Science 14(2):179-211; tanh is that of kernels/gates.hpp.
template <FloatingScalar T, std::size_t Inputs, std::size_t Units, class Isa>
class SimpleRnn<T, Inputs, Units, Isa> {
    using Layout = RecurrentWeights<T, Inputs, Units, Units>;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Inputs>;
    using State = std::array<T, Units>;
    static constexpr std::size_t features = Inputs, outputs = Units;
    static constexpr std::size_t parameters = Layout::parameters;
    static constexpr std::size_t macs = Layout::macs;
    using Weights = typename Layout::Values;

    constexpr SimpleRnn() = default;
    constexpr explicit SimpleRnn(const Weights& trained) : weights_(trained) {}

    /// Keras's kernel [Inputs][Units], recurrent_kernel [Units][Units] and bias [Units], row by row.
    static constexpr SimpleRnn from_keras(std::span<const T, Inputs * Units> kernel,
                                          std::span<const T, Units * Units> recurrent_kernel,
                                          std::span<const T, Units> biases) {
        return SimpleRnn(Layout::from_keras(kernel, recurrent_kernel, biases));
    }

    /// PyTorch's weight_ih_l0 [Units][Inputs], weight_hh_l0 [Units][Units], bias_ih_l0 and bias_hh_l0
    /// [Units].
    static constexpr SimpleRnn from_pytorch(std::span<const T, Units * Inputs> weight_ih,
                                            std::span<const T, Units * Units> weight_hh,
                                            std::span<const T, Units> bias_ih,
                                            std::span<const T, Units> bias_hh) {
        return SimpleRnn(Layout::from_pytorch(weight_ih, weight_hh, bias_ih, bias_hh));
    }

    /// Takes one frame in and returns the state, which is the layer's output.
    constexpr const State& step(Sample x, State& state) const { return step(weights_.data(), x, state); }

    /// The same with weights that lie elsewhere.
    static constexpr const State& step(const T* weights, Sample x, State& state) {
        state = Layout::template sums<Isa>(weights, x, state);
        kernels::tanhs<Isa>(state);
        return state;
    }

    /// Back through one step: slope is that of the loss in the state after it, and becomes that in the state
    /// before; adds to dx, unless it is null, and to the gradient.
    static constexpr void back(const T* weights, Sample x, const State& before, State& slope, T* dx,
                               T* gradient) {
        State after = before;
        step(weights, x, after);
        for (std::size_t i = 0; i < Units; ++i) after[i] = slope[i] * (1 - after[i] * after[i]);
        slope = {};
        Layout::template back<Isa>(weights, x, before, after, gradient, dx, slope.data());
    }

    [[nodiscard]] constexpr const Weights& weights() const { return weights_; }
    [[nodiscard]] constexpr Weights& weights() { return weights_; }

private:
    Weights weights_{};
};

}  // namespace mote::nn
