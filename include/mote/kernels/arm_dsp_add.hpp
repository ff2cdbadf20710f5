// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/portable_add.hpp"

/// The sum of two images of bytes for Armv7E-M: both roundings at once, as arm_dsp_stage.hpp has it, with
/// t = 2^2 acc and so k = n + 1.
namespace mote::kernels::impl {

namespace arm_dsp {

/// floor(x * y / 2^32) + z
[[gnu::always_inline]] inline std::int32_t smmla(std::int32_t x, std::int32_t y, std::int32_t z) {
    std::int32_t result;
    asm("smmla %0, %1, %2, %3" : "=r"(result) : "r"(x), "r"(y), "r"(z));
    return result;
}
[[gnu::always_inline]] inline std::int8_t saturated(std::int32_t x) {
    std::int32_t result;
    asm("ssat %0, #8, %1" : "=r"(result) : "r"(x));
    return static_cast<std::int8_t>(result);
}

/// Whether t and the offset fit 32 bits, and SSAT is the clamp.
inline bool has_short_sum(const QuantizedAdd& layer, const QuantizedAdd::Summand& scaled) {
    const int shift = -layer.output.shift[0];
    const std::int32_t most = reference::rescale(255 << 20, scaled.multiplier, scaled.shift) + 1;
    return most <= 256 << 19 && shift >= 2 && shift <= 21 && layer.output.lowest == -128 &&
           layer.output.highest == 127;
}

template <bool Relu>
[[gnu::noinline]] inline void add(const QuantizedAdd& layer, const QuantizedAdd::Summand& other,
                                  const QuantizedAdd::Summand& shifted, const std::int8_t* scaled,
                                  const std::int8_t* plain, std::int8_t* y, std::size_t n) {
    std::array<std::int32_t, 256> table;
    for (int byte = -128; byte < 128; ++byte) {
        table[static_cast<std::uint8_t>(byte)] =
            4 * (reference::rescale((byte - other.zero_point) * (1 << 20), other.multiplier, other.shift) -
                 shifted.zero_point * (1 << 19));
    }
    const std::int32_t multiplier = layer.output.multiplier[0];
    const int k = 1 - layer.output.shift[0];
    const std::int32_t offset = layer.output.zero_point * (1 << k) + (1 << (k - 1)) + 1;
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t t = table[static_cast<std::uint8_t>(scaled[i])] + plain[i] * (1 << 21);
        const std::int32_t r = smmla(t, multiplier, Relu ? offset : offset + 2 * (t >> 31));
        y[i] = saturated(r >> k);
    }
}

}  // namespace arm_dsp

inline void add(isa::ArmDsp, const QuantizedAdd& layer, const std::int8_t* a, const std::int8_t* b,
                std::int8_t* y, std::size_t n) {
    const bool first = portable::halved(layer.summands[0]);
    const QuantizedAdd::Summand &shifted = layer.summands[first ? 0 : 1],
                                &other = layer.summands[first ? 1 : 0];
    if (!portable::halved(shifted) || !arm_dsp::has_short_sum(layer, other)) {
        return portable::add<portable::LongProduct>(layer, a, b, y, n);
    }
    const auto run = layer.output.zero_point == -128 ? arm_dsp::add<true> : arm_dsp::add<false>;
    run(layer, other, shifted, first ? b : a, first ? a : b, y, n);
}

}  // namespace mote::kernels::impl
