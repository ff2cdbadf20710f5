// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "tests/firmware/row.hpp"
#include "tests/firmware/seeded_layer.hpp"
#include "tests/kernels/geometry.hpp"

/// Rows of single int8 layers, several to a program. All that a row needs lies on the stack, so that the next
/// one has the same memory, and weights are packed on the board, where compilers would take long.
namespace mote::firmware {

template <class Layer>
[[gnu::noinline]] int report_layer(const char* name, std::uint64_t seed, std::size_t taps) {
    auto packed = kernels::pack(seeded_layer<Layer>(seed, taps));
    LayerMemory<Layer> memory;
    memory.fill(seed + 1);
    return report(
        name, static_cast<std::uint32_t>(Layer::geometry.outputs() * taps),
        [&] { kernels::run(opaque(packed), memory.input(), memory.output(), memory.scratch()); },
        [&] { return checksum(memory.outputs()); });
}

template <kernels::ConvGeometry G>
int report_conv(const char* name, std::uint64_t seed) {
    return report_layer<kernels::QuantizedConv<G>>(name, seed, G.taps());
}

template <kernels::ConvGeometry G>
int report_depthwise(const char* name, std::uint64_t seed) {
    return report_layer<kernels::QuantizedDepthwise<G>>(name, seed, G.kernel_height * G.kernel_width);
}

}  // namespace mote::firmware
