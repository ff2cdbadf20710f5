// SPDX-License-Identifier: MIT
// message: ChangeDetector
// What watches the trees of an adaptive forest must say what it found.
#include "mote/anomaly/ddm.hpp"
#include "mote/core/moments.hpp"
#include "mote/supervised/adaptive_random_forest.hpp"

constexpr mote::AdaptiveForestConfig config{.trees = 2, .backgrounds = 1, .leaves = 2};

#ifdef WRONG
using Watch = mote::RunningMoments<float>;
#else
using Watch = mote::Ddm<float>;
#endif

mote::AdaptiveRandomForest<float, 2, 2, config, Watch> forest;
