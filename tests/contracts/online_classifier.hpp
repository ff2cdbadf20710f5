// SPDX-License-Identifier: MIT
#pragma once

// One battery examines both: an online classifier is a classifier that also updates.
#include "tests/contracts/classifier.hpp"
