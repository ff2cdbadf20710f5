// SPDX-License-Identifier: MIT
#pragma once

/// Elementary functions of float and double, usable at compile time: abs, min, max, clamp, isfinite,
/// all_finite, copysign (floating.hpp), sqrt, rsqrt, reciprocal (roots.hpp), exp, log, log2, tanh, sigmoid
/// (exponential.hpp), sin, cos, atan2 (trigonometry.hpp). Fixed point: math_fixed.hpp.
#include "mote/core/exponential.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/roots.hpp"
#include "mote/core/trigonometry.hpp"
