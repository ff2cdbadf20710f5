// SPDX-License-Identifier: MIT
#pragma once

#include "mote/kernels/forests.hpp"
#include "mote/kernels/gates.hpp"
#include "mote/kernels/int16.hpp"
#include "mote/kernels/int16_curves.hpp"
#include "mote/kernels/int16_pairs.hpp"
#include "mote/kernels/int8_gates.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/quantized.hpp"
#include "mote/kernels/reference.hpp"
#include "mote/kernels/reference_conv.hpp"
#include "mote/kernels/reference_int16.hpp"

// Every set that the compiler can generate must be declared before the calls of kernels.hpp and layers.hpp,
// which look their overloads up there and not where they are instantiated.
#include "mote/kernels/arm_v6m_add.hpp"
#include "mote/kernels/portable.hpp"
#include "mote/kernels/portable_add.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/portable_int16.hpp"
#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
#if defined(__ARM_FEATURE_DSP)
#include "mote/kernels/arm_dsp.hpp"
#include "mote/kernels/arm_dsp_add.hpp"
#include "mote/kernels/arm_dsp_columns.hpp"
#include "mote/kernels/arm_dsp_curves.hpp"
#include "mote/kernels/arm_dsp_gates.hpp"
#include "mote/kernels/arm_dsp_int16.hpp"
#include "mote/kernels/arm_dsp_pairs.hpp"
#include "mote/kernels/arm_dsp_requantize.hpp"
#else
#include "mote/kernels/arm_v6m.hpp"
#include "mote/kernels/arm_v6m_depthwise.hpp"
#include "mote/kernels/arm_v6m_gates.hpp"
#include "mote/kernels/arm_v6m_requantize.hpp"
#endif
#if defined(__ARM_FEATURE_MVE)
#include "mote/kernels/arm_mve.hpp"
#include "mote/kernels/arm_mve_add.hpp"
#include "mote/kernels/arm_mve_depthwise.hpp"
#include "mote/kernels/arm_mve_gates.hpp"
#include "mote/kernels/arm_mve_int16.hpp"
#include "mote/kernels/arm_mve_requantize.hpp"
#include "mote/kernels/arm_mve_squares.hpp"
#include "mote/kernels/arm_mve_vectors.hpp"
#endif
#endif
#include "mote/kernels/arm_neon.hpp"
#include "mote/kernels/arm_neon_conv.hpp"
#include "mote/kernels/arm_neon_depthwise.hpp"
#include "mote/kernels/arm_neon_integers.hpp"
#include "mote/kernels/x86_avx2.hpp"
#include "mote/kernels/x86_avx2_add.hpp"
#include "mote/kernels/x86_avx2_conv.hpp"
#include "mote/kernels/x86_avx2_depthwise.hpp"
#include "mote/kernels/x86_avx2_gates.hpp"
#include "mote/kernels/x86_avx2_int16.hpp"
#include "mote/kernels/x86_avx2_integers.hpp"
#include "mote/kernels/x86_avx2_rows.hpp"
#include "mote/kernels/x86_avx2_words.hpp"
#include "mote/kernels/x86_avx512.hpp"

// Calls what all sets have, and is extended by some.
#include "mote/kernels/four_bits.hpp"
#if defined(__ARM_FEATURE_DSP) && defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
#include "mote/kernels/arm_dsp_four_bits.hpp"
#endif
#if defined(__ARM_FEATURE_MVE)
#include "mote/kernels/arm_mve_four_bits.hpp"
#endif
#include "mote/kernels/arm_neon_four_bits.hpp"
#include "mote/kernels/x86_avx2_four_bits.hpp"
