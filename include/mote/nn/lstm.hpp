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
template <FloatingScalar T, std::size_t Inputs, std::size_t Units, class Isa = isa::Native>
class Lstm {
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
    constexpr const Output& step(Sample x, State& state) const {
        auto sums = Layout::template sums<Isa>(weights_, x, state.hidden);
        T *const i = sums.data(), *const f = i + Units, *const c = f + Units, *const o = c + Units;
        kernels::sigmoids<Isa>(std::span<T, 2 * Units>(i, 2 * Units));  // i and f
        kernels::tanhs<Isa>(std::span<T, Units>(c, Units));
        kernels::sigmoids<Isa>(std::span<T, Units>(o, Units));

        for (std::size_t k = 0; k < Units; ++k) state.cell[k] = f[k] * state.cell[k] + i[k] * c[k];
        state.hidden = state.cell;
        kernels::tanhs<Isa>(state.hidden);
        for (std::size_t k = 0; k < Units; ++k) state.hidden[k] *= o[k];
        return state.hidden;
    }

    [[nodiscard]] constexpr const Weights& weights() const { return weights_; }
    [[nodiscard]] constexpr Weights& weights() { return weights_; }

private:
    Weights weights_{};
};

}  // namespace mote::nn
