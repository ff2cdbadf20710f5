// SPDX-License-Identifier: MIT
#pragma once

/// Every header that firmware may include and that needs nothing but a C++20 compiler. A header that needs
/// Eigen is included by its own name.
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/exponential.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/roots.hpp"
#include "mote/core/softmax.hpp"
#include "mote/core/status.hpp"
#include "mote/core/trigonometry.hpp"
#include "mote/core/version.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/rl/environment.hpp"
#include "mote/rl/environments/blackjack.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/frozen_lake.hpp"
#include "mote/rl/environments/grid_world.hpp"
#include "mote/rl/environments/random_walk.hpp"
#include "mote/rl/environments/taxi.hpp"
#include "mote/rl/environments/windy_gridworld.hpp"
#include "mote/rl/value_iteration.hpp"
#include "mote/supervised/gaussian_naive_bayes.hpp"
