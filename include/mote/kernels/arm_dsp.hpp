// SPDX-License-Identifier: MIT
#pragma once

#include "mote/kernels/arm_dsp_conv.hpp"
#include "mote/kernels/arm_dsp_dense.hpp"
#include "mote/kernels/arm_dsp_depthwise.hpp"
#include "mote/kernels/arm_dsp_quads.hpp"
#include "mote/kernels/arm_dsp_taps.hpp"
#include "mote/kernels/arm_dsp_vectors.hpp"
