// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote::nn {

/// Back through y += sum over i of x[i] * columns[i]: adds to the gradient and, unless it is null, to dx.
template <class Isa, std::size_t Columns, FloatingScalar T>
constexpr void back_by_columns(const T* columns, const T* x, std::size_t n, const T* dy, T* gradient, T* dx) {
    using Row = std::span<const T, Columns>;
    for (std::size_t i = 0; i < n; ++i) {
        kernels::axpy<Isa>(x[i], Row(dy, Columns), std::span<T, Columns>(gradient + i * Columns, Columns));
        if (dx != nullptr) dx[i] += kernels::dot<Isa>(Row(columns + i * Columns, Columns), Row(dy, Columns));
    }
}

/// The weights of a recurrent layer whose gates all see the input and the state alike, as Keras keeps them.
///
/// Shapes  kernel [Inputs][Columns], a column for each input; recurrent kernel [Units][Columns]; bias
///         [Columns], where Columns is the number of gates times Units.
/// Memory  Columns (Inputs + Units + 1) scalars.
template <FloatingScalar T, std::size_t Inputs, std::size_t Units, std::size_t Columns>
struct RecurrentWeights {
    static constexpr std::size_t recurrent = Inputs * Columns, bias = recurrent + Units * Columns;
    static constexpr std::size_t parameters = bias + Columns, macs = Columns * (Inputs + Units);
    using Values = std::array<T, parameters>;

    /// Keras's kernel, recurrent_kernel and bias, row by row.
    static constexpr Values from_keras(std::span<const T, Inputs * Columns> kernel,
                                       std::span<const T, Units * Columns> recurrent_kernel,
                                       std::span<const T, Columns> biases) {
        Values w{};
        std::ranges::copy(kernel, w.data());
        std::ranges::copy(recurrent_kernel, w.data() + recurrent);
        std::ranges::copy(biases, w.data() + bias);
        return w;
    }

    /// PyTorch's weight_ih_l0 [Columns][Inputs], weight_hh_l0 [Columns][Units], bias_ih_l0 and bias_hh_l0.
    static constexpr Values from_pytorch(std::span<const T, Columns * Inputs> weight_ih,
                                         std::span<const T, Columns * Units> weight_hh,
                                         std::span<const T, Columns> bias_ih,
                                         std::span<const T, Columns> bias_hh) {
        Values w{};
        for (std::size_t k = 0; k < Columns; ++k) {
            for (std::size_t i = 0; i < Inputs; ++i) w[i * Columns + k] = weight_ih[k * Inputs + i];
            for (std::size_t i = 0; i < Units; ++i) w[recurrent + i * Columns + k] = weight_hh[k * Units + i];
            w[bias + k] = bias_ih[k] + bias_hh[k];
        }
        return w;
    }

    /// What the gates' curves are given: bias + kernel x + recurrent kernel h.
    template <class Isa>
    static constexpr std::array<T, Columns> sums(const T* w, std::span<const T, Inputs> x,
                                                 const std::array<T, Units>& hidden) {
        std::array<T, Columns> result{};
        std::copy_n(w + bias, Columns, result.begin());
        kernels::gemv_by_columns<Isa>(std::span<const T, Inputs * Columns>(w, Inputs * Columns), x, result);
        kernels::gemv_by_columns<Isa>(std::span<const T, Units * Columns>(w + recurrent, Units * Columns),
                                      hidden, result);
        return result;
    }

    /// Back through sums(): adds to the gradient, to the slopes in the state and, unless it is null, to dx.
    template <class Isa>
    static constexpr void back(const T* w, std::span<const T, Inputs> x, const std::array<T, Units>& hidden,
                               const std::array<T, Columns>& slopes, T* gradient, T* dx, T* dhidden) {
        for (std::size_t k = 0; k < Columns; ++k) gradient[bias + k] += slopes[k];
        back_by_columns<Isa, Columns>(w, x.data(), Inputs, slopes.data(), gradient, dx);
        back_by_columns<Isa, Columns>(w + recurrent, hidden.data(), Units, slopes.data(),
                                      gradient + recurrent, dhidden);
    }
};

}  // namespace mote::nn
