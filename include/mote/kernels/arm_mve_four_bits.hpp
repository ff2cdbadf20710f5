// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/kernels/four_bits.hpp"

/// Weights of four bits with Helium: a byte holds a weight of two filters, so that masked and shifted vectors
/// of them meet the same vector of inputs. The last vector is as long as there are inputs.
namespace mote::kernels::impl {

namespace arm_mve {

struct HalvedBytes {
    static constexpr std::size_t filters = 2, taps = 4;
    static constexpr std::size_t nibble(std::size_t filter, std::size_t tap) { return 2 * tap + filter; }

    static void products(const std::uint32_t* weights, const std::int8_t* inputs, std::size_t tiles,
                         std::size_t blocks, std::int32_t* sums) {
        const std::size_t n = tiles * taps;
        for (; blocks > 0; --blocks, sums += filters, weights += tiles) {
            register std::int32_t low asm("r0") = sums[0];
            register std::int32_t high asm("r2") = sums[1];
            const std::uint32_t* bytes = weights;
            const std::int8_t* x = inputs;
            asm volatile(R"(
                vmov.i8 q3, #15
                wlstp.8 lr, %[n], 2f
            1:  vldrb.u8 q0, [%[bytes]], #16
                vldrb.s8 q1, [%[x]], #16
                vand q2, q0, q3
                vshr.u8 q0, q0, #4
                vmladava.s8 %[low], q2, q1
                vmladava.s8 %[high], q0, q1
                letp lr, 1b
            2:
            )"
                         : [low] "+r"(low), [high] "+r"(high), [bytes] "+r"(bytes), [x] "+r"(x)
                         : [n] "r"(n)
                         : "q0", "q1", "q2", "q3", "lr", "cc", "memory");
            sums[0] = low, sums[1] = high;
        }
    }
};

}  // namespace arm_mve

template <ConvGeometry G>
constexpr auto pack(isa::ArmMve, const FourBits<QuantizedConv<G>>& narrow) {
    return four_bits::PackedConv<G, arm_mve::HalvedBytes>(narrow.layer);
}

}  // namespace mote::kernels::impl
