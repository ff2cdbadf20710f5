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

/// Where the reset gate acts. after: on the candidate's recurrent product, as in PyTorch, cuDNN and Keras's
/// default, reset_after=True. before: on the state that goes into it, as in Cho et al. and reset_after=False.
enum class GruReset { after, before };

/// Gated recurrent unit, a frame at a time: what it has seen so far is its state.
///
/// Shapes  x: [Inputs], one frame; State and step(): [Units]. Weights as Keras keeps them, gates z, r and
///         candidate c: a column for each input, [Inputs][3 Units]; recurrent [Units][2 Units] for z and r,
///         then [Units][Units] for c; bias [3 Units]; and, where Reset is after, the recurrent bias of c
///         [Units]. from_keras() and from_pytorch() bring them there.
/// Errors  NaN in x comes out as NaN, and stays until the caller makes a new State.
/// Memory  3 Units (Inputs + Units + 1) scalars, Units more with Reset::after; a State beside it. Time Inputs
///         * 3 Units + 3 Units^2 multiply-accumulates a step.
/// Source  Cho et al. 2014, arXiv:1406.1078, equations (5) to (8), with z and 1 - z as there; the gates'
///         curves are those of kernels/gates.hpp.
template <FloatingScalar T, std::size_t Inputs, std::size_t Units, GruReset Reset = GruReset::after,
          class Isa = isa::Native>
class Gru {
    static constexpr std::size_t gates = 2 * Units, columns = 3 * Units;
    static constexpr bool after = Reset == GruReset::after;
    static constexpr std::size_t recurrent = Inputs * columns, candidate = recurrent + Units * gates,
                                 bias = candidate + Units * Units, recurrent_bias = bias + columns;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Inputs>;
    using State = std::array<T, Units>;
    static constexpr std::size_t features = Inputs, outputs = Units;
    static constexpr std::size_t parameters = recurrent_bias + (after ? Units : 0);
    static constexpr std::size_t macs = columns * (Inputs + Units);
    using Weights = std::array<T, parameters>;

    constexpr Gru() = default;
    constexpr explicit Gru(const Weights& trained) : weights_(trained) {}

    /// Keras's kernel [Inputs][3 Units], recurrent_kernel [Units][3 Units] and bias, row by row: [2][3 Units]
    /// where Reset is after, else [3 Units].
    static constexpr Gru from_keras(std::span<const T, Inputs * columns> kernel,
                                    std::span<const T, Units * columns> recurrent_kernel,
                                    std::span<const T, columns*(after ? 2 : 1)> biases) {
        Gru gru;
        T* w = gru.weights_.data();
        for (std::size_t i = 0; i < kernel.size(); ++i) w[i] = kernel[i];
        for (std::size_t i = 0; i < Units; ++i) {
            for (std::size_t k = 0; k < columns; ++k) {
                T& to = k < gates ? w[recurrent + i * gates + k] : w[candidate + i * Units + k - gates];
                to = recurrent_kernel[i * columns + k];
            }
        }
        for (std::size_t k = 0; k < columns; ++k) w[bias + k] = biases[k];
        if constexpr (after) {
            for (std::size_t k = 0; k < gates; ++k) w[bias + k] += biases[columns + k];
            for (std::size_t k = 0; k < Units; ++k) w[recurrent_bias + k] = biases[columns + gates + k];
        }
        return gru;
    }

    /// PyTorch's weight_ih_l0 [3 Units][Inputs], weight_hh_l0 [3 Units][Units], bias_ih_l0 and bias_hh_l0
    /// [3 Units], gates r, z and n.
    static constexpr Gru from_pytorch(std::span<const T, columns * Inputs> weight_ih,
                                      std::span<const T, columns * Units> weight_hh,
                                      std::span<const T, columns> bias_ih,
                                      std::span<const T, columns> bias_hh) requires(after) {
        std::array<T, Inputs * columns> kernel{};
        std::array<T, Units * columns> recurrent_kernel{};
        std::array<T, 2 * columns> biases{};
        for (std::size_t k = 0; k < columns; ++k) {
            const std::size_t to = k < Units   ? k + Units
                                   : k < gates ? k - Units
                                               : k;  // r and z change places
            for (std::size_t i = 0; i < Inputs; ++i) kernel[i * columns + to] = weight_ih[k * Inputs + i];
            for (std::size_t i = 0; i < Units; ++i)
                recurrent_kernel[i * columns + to] = weight_hh[k * Units + i];
            biases[to] = bias_ih[k];
            biases[columns + to] = bias_hh[k];
        }
        return from_keras(kernel, recurrent_kernel, biases);
    }

    /// Takes one frame in and returns the state, which is the layer's output.
    constexpr const State& step(Sample x, State& state) const {
        std::array<T, columns> sums{};
        std::ranges::copy(part<bias, columns>(), sums.begin());
        kernels::gemv_by_columns<Isa>(part<0, Inputs * columns>(), x, sums);
        const std::span<T, gates> z_and_r(sums.data(), gates);
        kernels::gemv_by_columns<Isa>(part<recurrent, Units * gates>(), state, z_and_r);
        kernels::sigmoids<Isa>(z_and_r);  // (5), (6)

        const T* const z = sums.data();
        const std::span<T, Units> c(sums.data() + gates, Units);
        add_recurrent_candidate(state, z + Units, c);
        kernels::tanhs<Isa>(c);                                                              // (8)
        for (std::size_t i = 0; i < Units; ++i) state[i] = c[i] + z[i] * (state[i] - c[i]);  // (7)
        return state;
    }

    [[nodiscard]] constexpr const Weights& weights() const { return weights_; }
    [[nodiscard]] constexpr Weights& weights() { return weights_; }

private:
    template <std::size_t First, std::size_t Count>
    [[nodiscard]] constexpr std::span<const T, Count> part() const {
        return std::span<const T, Count>(weights_.data() + First, Count);
    }

    /// c += r * (U h + bias), or c += U (r * h).
    constexpr void add_recurrent_candidate(const State& state, const T* r, std::span<T, Units> c) const {
        State memory{};
        if constexpr (after) {
            std::ranges::copy(part<recurrent_bias, Units>(), memory.begin());
            kernels::gemv_by_columns<Isa>(part<candidate, Units * Units>(), state, memory);
            for (std::size_t i = 0; i < Units; ++i) c[i] += r[i] * memory[i];
        } else {
            for (std::size_t i = 0; i < Units; ++i) memory[i] = r[i] * state[i];
            kernels::gemv_by_columns<Isa>(part<candidate, Units * Units>(), memory, c);
        }
    }

    Weights weights_{};
};

}  // namespace mote::nn
