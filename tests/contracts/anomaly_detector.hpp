// SPDX-License-Identifier: MIT
#pragma once

// One battery examines both: a streaming detector is an anomaly detector that also observes.
#include "tests/contracts/streaming_detector.hpp"
