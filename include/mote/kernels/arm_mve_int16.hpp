// SPDX-License-Identifier: MIT
#pragma once

#include <arm_mve.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_int16.hpp"
#include "mote/kernels/portable_int16.hpp"

/// The 16x8 layers with Helium: eight weights are widened as they are loaded.
namespace mote::kernels::impl {

namespace arm_mve {

struct Int16Products {
    template <std::size_t N>
    [[gnu::always_inline]] static std::array<std::int32_t, N> of(const std::int8_t* weights,
                                                                 std::size_t stride, const std::int16_t* x,
                                                                 std::size_t n) {
        if constexpr (N == 4) {
            return of_four(weights, weights + stride, weights + 2 * stride, weights + 3 * stride, x, n);
        } else {
            std::int32_t sum = 0;
            asm volatile(R"(
                wlstp.16 lr, %[n], 2f
            1:  vldrh.16 q0, [%[x]], #16
                vldrb.s16 q1, [%[w]], #8
                vmladava.s16 %[sum], q0, q1
                letp lr, 1b
            2:
            )"
                         : [sum] "+Te"(sum), [x] "+r"(x), [w] "+r"(weights)
                         : [n] "r"(n)
                         : "q0", "q1", "lr", "cc", "memory");
            return {sum};
        }
    }

private:
    [[gnu::always_inline]] static std::array<std::int32_t, 4> of_four(const std::int8_t* w0,
                                                                      const std::int8_t* w1,
                                                                      const std::int8_t* w2,
                                                                      const std::int8_t* w3,
                                                                      const std::int16_t* x, std::size_t n) {
        std::int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        asm volatile(R"(
            wlstp.16 lr, %[n], 2f
        1:  vldrh.16 q0, [%[x]], #16
            vldrb.s16 q1, [%[w0]], #8
            vmladava.s16 %[s0], q0, q1
            vldrb.s16 q2, [%[w1]], #8
            vmladava.s16 %[s1], q0, q2
            vldrb.s16 q1, [%[w2]], #8
            vmladava.s16 %[s2], q0, q1
            vldrb.s16 q2, [%[w3]], #8
            vmladava.s16 %[s3], q0, q2
            letp lr, 1b
        2:
        )"
                     : [s0] "+Te"(s0), [s1] "+Te"(s1), [s2] "+Te"(s2), [s3] "+Te"(s3), [x] "+r"(x),
                       [w0] "+r"(w0), [w1] "+r"(w1), [w2] "+r"(w2), [w3] "+r"(w3)
                     : [n] "r"(n)
                     : "q0", "q1", "q2", "lr", "cc", "memory");
        return {s0, s1, s2, s3};
    }
};

/// Eight channels of a depthwise layer, those of even places apart from those of odd ones.
struct Int16Channels {
    static constexpr std::size_t together = 8;

    [[gnu::always_inline]] static void of(const std::int8_t* weights, const std::int16_t* x, std::size_t taps,
                                          std::size_t filters, std::int32_t* sums) {
        int32x4x2_t halves{{vdupq_n_s32(0), vdupq_n_s32(0)}};
        for (; taps > 0; --taps, weights += filters, x += filters) {
            const int16x8_t w = vldrbq_s16(weights), values = vldrhq_s16(x);
            halves.val[0] = vaddq_s32(halves.val[0], vmullbq_int_s16(w, values));
            halves.val[1] = vaddq_s32(halves.val[1], vmulltq_int_s16(w, values));
        }
        vst2q_s32(sums, halves);
    }
};

}  // namespace arm_mve

template <class Layer, bool Dense>
void run(isa::ArmMve, const int16::Packed<Layer, Dense>& packed, const std::int16_t* x, std::int16_t* y,
         std::byte* scratch) {
    int16::run<int16::ByChannels<arm_mve::Int16Products, arm_mve::Int16Channels>>(packed, x, y, scratch);
}

}  // namespace mote::kernels::impl
