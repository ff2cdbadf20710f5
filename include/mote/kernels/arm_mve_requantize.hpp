// SPDX-License-Identifier: MIT
#pragma once

#include <arm_mve.h>

#include <cstddef>
#include <cstdint>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/reference_conv.hpp"

/// The output stage four at a time. VQRDMULH is the doubling high multiply; VRSHL rounds ties up where the
/// specification rounds them away from zero, so what is negative is lowered by one before it is shifted
/// right.
namespace mote::kernels::impl {

inline void requantize(isa::ArmMve, const std::int32_t* accumulators, const StageView& stage, std::int8_t* y,
                       std::size_t n) {
    const int32x4_t zero = vdupq_n_s32(0);
    for (std::size_t i = 0; i < n; i += 4) {
        const mve_pred16_t some = vctp32q(n - i);
        const int32x4_t shift = vldrbq_z_s32(stage.shift + i, some);
        const int32x4_t right = vminq_s32(shift, zero);
        int32x4_t x = vshlq_s32(vldrwq_z_s32(accumulators + i, some), vmaxq_s32(shift, zero));
        x = vqrdmulhq_s32(x, vldrwq_z_s32(stage.multiplier + i, some));
        x = vaddq_s32(x, vshrq_n_s32(vandq_s32(x, right), 31));
        x = vaddq_n_s32(vrshlq_s32(x, right), stage.zero_point);
        x = vminq_s32(vmaxq_s32(x, vdupq_n_s32(stage.lowest)), vdupq_n_s32(stage.highest));
        vstrbq_p_s32(y + i, x, some);
    }
}

}  // namespace mote::kernels::impl
