// SPDX-License-Identifier: MIT
#pragma once

/// Statistics of a stream in constant memory: RunningMoments and RunningCovariance (moments.hpp), P2Quantile,
/// Histogram, Reservoir.
#include "mote/core/histogram.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/p2_quantile.hpp"
#include "mote/core/reservoir.hpp"
