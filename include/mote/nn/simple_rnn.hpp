// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote::nn {

/// Elman's recurrent layer, a frame at a time: h' = tanh(W x + U h + b).
///
/// Shapes  x: [Inputs], one frame; State and step(): [Units].
///         Weights as Keras keeps them, a column for each input: [Inputs][Units]; recurrent [Units][Units];
///         bias [Units].
/// Errors  NaN in x comes out as NaN, and stays until the caller makes a new State.
/// Memory  Units (Inputs + Units + 1) scalars; a State beside it. Time Units (Inputs + Units)
///         multiply-accumulates a step.
/// Source  Elman 1990, Cognitive Science 14(2):179-211; tanh is that of kernels/gates.hpp.
template <FloatingScalar T, std::size_t Inputs, std::size_t Units, class Isa = isa::Native>
class SimpleRnn {
    static constexpr std::size_t recurrent = Inputs * Units, bias = recurrent + Units * Units;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Inputs>;
    using State = std::array<T, Units>;
    static constexpr std::size_t features = Inputs, outputs = Units;
    static constexpr std::size_t parameters = bias + Units;
    static constexpr std::size_t macs = Units * (Inputs + Units);
    using Weights = std::array<T, parameters>;

    constexpr SimpleRnn() = default;
    constexpr explicit SimpleRnn(const Weights& trained) : weights_(trained) {}

    /// Keras's kernel [Inputs][Units], recurrent_kernel [Units][Units] and bias [Units], row by row.
    static constexpr SimpleRnn from_keras(std::span<const T, Inputs * Units> kernel,
                                          std::span<const T, Units * Units> recurrent_kernel,
                                          std::span<const T, Units> biases) {
        SimpleRnn rnn;
        T* const w = rnn.weights_.data();
        std::ranges::copy(kernel, w);
        std::ranges::copy(recurrent_kernel, w + recurrent);
        std::ranges::copy(biases, w + bias);
        return rnn;
    }

    /// PyTorch's weight_ih_l0 [Units][Inputs], weight_hh_l0 [Units][Units], bias_ih_l0 and bias_hh_l0
    /// [Units].
    static constexpr SimpleRnn from_pytorch(std::span<const T, Units * Inputs> weight_ih,
                                            std::span<const T, Units * Units> weight_hh,
                                            std::span<const T, Units> bias_ih,
                                            std::span<const T, Units> bias_hh) {
        SimpleRnn rnn;
        T* const w = rnn.weights_.data();
        for (std::size_t k = 0; k < Units; ++k) {
            for (std::size_t i = 0; i < Inputs; ++i) w[i * Units + k] = weight_ih[k * Inputs + i];
            for (std::size_t i = 0; i < Units; ++i) w[recurrent + i * Units + k] = weight_hh[k * Units + i];
            w[bias + k] = bias_ih[k] + bias_hh[k];
        }
        return rnn;
    }

    /// Takes one frame in and returns the state, which is the layer's output.
    constexpr const State& step(Sample x, State& state) const {
        State next{};
        std::ranges::copy(part<bias, Units>(), next.begin());
        kernels::gemv_by_columns<Isa>(part<0, Inputs * Units>(), x, next);
        kernels::gemv_by_columns<Isa>(part<recurrent, Units * Units>(), state, next);
        kernels::tanhs<Isa>(next);
        state = next;
        return state;
    }

    [[nodiscard]] constexpr const Weights& weights() const { return weights_; }
    [[nodiscard]] constexpr Weights& weights() { return weights_; }

private:
    template <std::size_t First, std::size_t Count>
    [[nodiscard]] constexpr std::span<const T, Count> part() const {
        return std::span<const T, Count>(weights_.data() + First, Count);
    }

    Weights weights_{};
};

}  // namespace mote::nn
