// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>

#include "mote/kernels/kernels.hpp"
#include "mote/kernels/recurrent_shape.hpp"
#include "mote/kernels/x86_avx2_recurrent.hpp"

/// Whole steps of recurrent layers, for the instruction sets and sizes that have them as one kernel. Weights
/// are laid out as nn::Lstm and nn::Gru have them; the state is overwritten.
namespace mote::kernels {

namespace impl {

/// Where there is none.
template <class Isa, class... Arguments>
void lstm_step(Isa, Arguments...) = delete;
template <class Isa, class... Arguments>
void gru_step(Isa, Arguments...) = delete;

}  // namespace impl

/// Weights of which every set reads whole registers are best aligned to this.
template <class Isa>
inline constexpr std::size_t weight_alignment = std::derived_from<Isa, isa::Avx2> ? 32 : 1;

/// Returns whether it was taken: never in constant expressions.
template <class Isa, std::size_t Inputs, std::size_t Units, class T>
constexpr bool lstm_step(const T* weights, const T* x, T* hidden, T* cell) {
    constexpr RecurrentShape<Inputs, Units> shape;
    if constexpr (requires { impl::lstm_step(Isa{}, weights, x, hidden, cell, shape); }) {
        if (std::is_constant_evaluated()) return false;
        impl::lstm_step(Isa{}, weights, x, hidden, cell, shape);
        return true;
    }
    return false;
}

/// The same; the reset gate acts after the recurrent product.
template <class Isa, std::size_t Inputs, std::size_t Units, class T>
constexpr bool gru_step(const T* weights, const T* x, T* state) {
    constexpr RecurrentShape<Inputs, Units> shape;
    if constexpr (requires { impl::gru_step(Isa{}, weights, x, state, shape); }) {
        if (std::is_constant_evaluated()) return false;
        impl::gru_step(Isa{}, weights, x, state, shape);
        return true;
    }
    return false;
}

}  // namespace mote::kernels
