// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/sample.hpp"
#include "mote/kernels/recurrent.hpp"
#include "mote/nn/recurrent_weights.hpp"

namespace mote::nn {

/// A long short-term memory of floats, below, or of integers: integer_lstm.hpp.
template <class T, std::size_t Inputs, std::size_t Units, class Isa = isa::Native>
class Lstm;

/// Long short-term memory, a frame at a time: what it has seen so far is its state.
///
/// Shapes  x: [Inputs], one frame; State: hidden [Units] and cell [Units]; step(): hidden. Weights as Keras
///         keeps them, gates i, f, candidate c and o: a column for each input, [Inputs][4 Units]; recurrent
///         [Units][4 Units]; bias [4 Units].
/// Errors  NaN in x comes out as NaN, and stays until the caller makes a new State.
/// Memory  4 Units (Inputs + Units + 1) scalars; a State beside it. Time 4 Units (Inputs + Units)
///         multiply-accumulates a step.
/// Source  Gers, Schmidhuber, Cummins 2000, Neural Computation 12(10):2451-2471, section 3, without
///         peepholes; the gates' curves are those of kernels/gates.hpp.
template <FloatingScalar T, std::size_t Inputs, std::size_t Units, class Isa>
class Lstm<T, Inputs, Units, Isa> {
    static constexpr std::size_t columns = 4 * Units;
    using Layout = RecurrentWeights<T, Inputs, Units, columns>;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Inputs>;
    using Output = std::array<T, Units>;
    struct State {
        Output hidden{}, cell{};
        constexpr bool operator==(const State&) const = default;
    };
    static constexpr std::size_t features = Inputs, outputs = Units;
    static constexpr std::size_t parameters = Layout::parameters;
    static constexpr std::size_t macs = Layout::macs;
    using Weights = typename Layout::Values;

    constexpr Lstm() = default;
    constexpr explicit Lstm(const Weights& trained) : weights_(trained) {}

    /// Keras's kernel [Inputs][4 Units], recurrent_kernel [Units][4 Units] and bias [4 Units], row by row.
    static constexpr Lstm from_keras(std::span<const T, Inputs * columns> kernel,
                                     std::span<const T, Units * columns> recurrent_kernel,
                                     std::span<const T, columns> biases) {
        return Lstm(Layout::from_keras(kernel, recurrent_kernel, biases));
    }

    /// PyTorch's weight_ih_l0 [4 Units][Inputs], weight_hh_l0 [4 Units][Units], bias_ih_l0 and bias_hh_l0
    /// [4 Units], gates i, f, g and o.
    static constexpr Lstm from_pytorch(std::span<const T, columns * Inputs> weight_ih,
                                       std::span<const T, columns * Units> weight_hh,
                                       std::span<const T, columns> bias_ih,
                                       std::span<const T, columns> bias_hh) {
        return Lstm(Layout::from_pytorch(weight_ih, weight_hh, bias_ih, bias_hh));
    }

    /// Takes one frame in and returns the hidden state, which is the layer's output.
    constexpr const Output& step(Sample x, State& state) const { return step(weights_.data(), x, state); }

    /// The same with weights that lie elsewhere.
    static constexpr const Output& step(const T* weights, Sample x, State& state) {
        T *const hidden = state.hidden.data(), *const cell = state.cell.data();
        if (kernels::lstm_step<Isa, Inputs, Units>(weights, x.data(), hidden, cell)) return state.hidden;
        const auto values = gates(weights, x, state);
        const T *const i = values.data(), *const f = i + Units, *const c = f + Units, *const o = c + Units;
        for (std::size_t k = 0; k < Units; ++k) state.cell[k] = f[k] * state.cell[k] + i[k] * c[k];
        state.hidden = state.cell;
        kernels::tanhs<Isa>(state.hidden);
        for (std::size_t k = 0; k < Units; ++k) state.hidden[k] *= o[k];
        return state.hidden;
    }

    /// i, f, c and o, through their curves.
    static constexpr std::array<T, columns> gates(const T* weights, Sample x, const State& state) {
        auto sums = Layout::template sums<Isa>(weights, x, state.hidden);
        T *const i = sums.data(), *const c = i + 2 * Units, *const o = c + Units;
        kernels::sigmoids<Isa>(std::span<T, 2 * Units>(i, 2 * Units));  // i and f
        kernels::tanhs<Isa>(std::span<T, Units>(c, Units));
        kernels::sigmoids<Isa>(std::span<T, Units>(o, Units));
        return sums;
    }

    /// Back through one step: slope is that of the loss in the state after it, and becomes that in the state
    /// before; adds to dx, unless it is null, and to the gradient.
    static constexpr void back(const T* weights, Sample x, const State& before, State& slope, T* dx,
                               T* gradient) {
        const auto values = gates(weights, x, before);
        const T *const i = values.data(), *const f = i + Units, *const c = f + Units, *const o = c + Units;
        State after = before;
        step(weights, x, after);
        std::array<T, columns> sums{};  // slopes in what the curves were given
        for (std::size_t k = 0; k < Units; ++k) {
            const T curved = tanh(after.cell[k]);
            const T dcell = slope.cell[k] + slope.hidden[k] * o[k] * (1 - curved * curved);
            sums[k] = dcell * c[k] * i[k] * (1 - i[k]);
            sums[Units + k] = dcell * before.cell[k] * f[k] * (1 - f[k]);
            sums[2 * Units + k] = dcell * i[k] * (1 - c[k] * c[k]);
            sums[3 * Units + k] = slope.hidden[k] * curved * o[k] * (1 - o[k]);
            slope.cell[k] = dcell * f[k];
        }
        slope.hidden = {};
        Layout::template back<Isa>(weights, x, before.hidden, sums, gradient, dx, slope.hidden.data());
    }

    [[nodiscard]] constexpr const Weights& weights() const { return weights_; }
    [[nodiscard]] constexpr Weights& weights() { return weights_; }

private:
    alignas(T) alignas(kernels::weight_alignment<Isa>) Weights weights_{};
};

}  // namespace mote::nn
