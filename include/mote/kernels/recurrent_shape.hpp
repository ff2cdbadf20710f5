// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace mote::kernels {

/// The size of a recurrent layer, as an argument.
template <std::size_t Inputs, std::size_t Units>
struct RecurrentShape {};

}  // namespace mote::kernels
