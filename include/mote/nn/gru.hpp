// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/sample.hpp"
#include "mote/kernels/recurrent.hpp"
#include "mote/nn/recurrent_weights.hpp"

namespace mote::nn {

/// Where the reset gate acts. after: on the candidate's recurrent product, as in PyTorch, cuDNN and Keras's
/// default, reset_after=True. before: on the state that goes into it, as in Cho et al. and reset_after=False.
enum class GruReset { after, before };

/// A gated recurrent unit of floats, below, or of bytes: integer_gru.hpp.
template <class T, std::size_t Inputs, std::size_t Units, GruReset Reset = GruReset::after,
          class Isa = isa::Native>
class Gru;

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
template <FloatingScalar T, std::size_t Inputs, std::size_t Units, GruReset Reset, class Isa>
class Gru<T, Inputs, Units, Reset, Isa> {
    static constexpr std::size_t gate_columns = 2 * Units, columns = 3 * Units;
    static constexpr bool after = Reset == GruReset::after;
    static constexpr std::size_t recurrent = Inputs * columns, candidate = recurrent + Units * gate_columns,
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
                T& to = k < gate_columns ? w[recurrent + i * gate_columns + k]
                                         : w[candidate + i * Units + k - gate_columns];
                to = recurrent_kernel[i * columns + k];
            }
        }
        for (std::size_t k = 0; k < columns; ++k) w[bias + k] = biases[k];
        if constexpr (after) {
            for (std::size_t k = 0; k < gate_columns; ++k) w[bias + k] += biases[columns + k];
            for (std::size_t k = 0; k < Units; ++k)
                w[recurrent_bias + k] = biases[columns + gate_columns + k];
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
            const std::size_t to = k < Units          ? k + Units
                                   : k < gate_columns ? k - Units
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
    constexpr const State& step(Sample x, State& state) const { return step(weights_.data(), x, state); }

    /// The same with weights that lie elsewhere.
    static constexpr const State& step(const T* weights, Sample x, State& state) {
        if constexpr (after) {
            if (kernels::gru_step<Isa, Inputs, Units>(weights, x.data(), state.data())) return state;
        }
        State memory{};
        const auto values = gates(weights, x, state, memory);
        const T *const z = values.data(), *const c = z + gate_columns;
        for (std::size_t i = 0; i < Units; ++i) state[i] = c[i] + z[i] * (state[i] - c[i]);  // (7)
        return state;
    }

    /// z, r and c, through their curves; memory, which must be zeros, becomes U h + bias where Reset is
    /// after, r * h where it is before.
    static constexpr std::array<T, columns> gates(const T* weights, Sample x, const State& state,
                                                  State& memory) {
        std::array<T, columns> sums{};
        std::ranges::copy(part<bias, columns>(weights), sums.begin());
        kernels::gemv_by_columns<Isa>(part<0, Inputs * columns>(weights), x, sums);
        const std::span<T, gate_columns> z_and_r(sums.data(), gate_columns);
        kernels::gemv_by_columns<Isa>(part<recurrent, Units * gate_columns>(weights), state, z_and_r);
        kernels::sigmoids<Isa>(z_and_r);  // (5), (6)
        const std::span<T, Units> c(sums.data() + gate_columns, Units);
        add_recurrent_candidate(weights, state, sums.data() + Units, c, memory);
        kernels::tanhs<Isa>(c);  // (8)
        return sums;
    }

    /// Back through one step: slope is that of the loss in the state after it, and becomes that in the state
    /// before; adds to dx, unless it is null, and to the gradient.
    static constexpr void back(const T* weights, Sample x, const State& before, State& slope, T* dx,
                               T* gradient) {
        State reset{};
        const auto values = gates(weights, x, before, reset);
        const T *const z = values.data(), *const r = z + Units, *const c = r + Units;
        std::array<T, columns> sums{};  // slopes in what the curves were given
        T *const dz = sums.data(), *const dr = dz + Units, *const dc = dr + Units;
        State onward{};
        for (std::size_t i = 0; i < Units; ++i) {
            dz[i] = slope[i] * (before[i] - c[i]) * z[i] * (1 - z[i]);
            dc[i] = slope[i] * (1 - z[i]) * (1 - c[i] * c[i]);
            onward[i] = slope[i] * z[i];
        }
        back_through_candidate(weights, before, r, reset, dc, onward, dr, gradient);
        for (std::size_t i = 0; i < Units; ++i) dr[i] *= r[i] * (1 - r[i]);
        for (std::size_t k = 0; k < columns; ++k) gradient[bias + k] += sums[k];
        back_by_columns<Isa, columns>(weights, x.data(), Inputs, dz, gradient, dx);
        back_by_columns<Isa, gate_columns>(weights + recurrent, before.data(), Units, dz,
                                           gradient + recurrent, onward.data());
        slope = onward;
    }

    [[nodiscard]] constexpr const Weights& weights() const { return weights_; }
    [[nodiscard]] constexpr Weights& weights() { return weights_; }

private:
    template <std::size_t First, std::size_t Count>
    static constexpr std::span<const T, Count> part(const T* weights) {
        return std::span<const T, Count>(weights + First, Count);
    }

    /// c += r * (U h + bias), or c += U (r * h).
    static constexpr void add_recurrent_candidate(const T* weights, const State& state, const T* r,
                                                  std::span<T, Units> c, State& memory) {
        if constexpr (after) {
            std::ranges::copy(part<recurrent_bias, Units>(weights), memory.begin());
            kernels::gemv_by_columns<Isa>(part<candidate, Units * Units>(weights), state, memory);
            for (std::size_t i = 0; i < Units; ++i) c[i] += r[i] * memory[i];
        } else {
            for (std::size_t i = 0; i < Units; ++i) memory[i] = r[i] * state[i];
            kernels::gemv_by_columns<Isa>(part<candidate, Units * Units>(weights), memory, c);
        }
    }

    /// From the candidate's slope: those in the reset gate and in the state, and in U.
    static constexpr void back_through_candidate(const T* weights, const State& before, const T* r,
                                                 const State& reset, const T* dc, State& onward, T* dr,
                                                 T* gradient) {
        const T* const matrix = weights + candidate;
        State memory{};
        if constexpr (after) {
            for (std::size_t i = 0; i < Units; ++i) {
                dr[i] = dc[i] * reset[i];
                memory[i] = dc[i] * r[i];
                gradient[recurrent_bias + i] += memory[i];
            }
            back_by_columns<Isa, Units>(matrix, before.data(), Units, memory.data(), gradient + candidate,
                                        onward.data());
        } else {
            back_by_columns<Isa, Units>(matrix, reset.data(), Units, dc, gradient + candidate, memory.data());
            for (std::size_t i = 0; i < Units; ++i) {
                dr[i] = memory[i] * before[i];
                onward[i] += memory[i] * r[i];
            }
        }
    }

    alignas(T) alignas(kernels::weight_alignment<Isa>) Weights weights_{};
};

}  // namespace mote::nn
