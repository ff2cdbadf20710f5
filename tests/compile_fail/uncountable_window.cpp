// SPDX-License-Identifier: MIT
// message: window_can_be_counted
// ADWIN counts its window in float, which knows no odd number above 2^24.
#include "mote/anomaly/adwin.hpp"

#ifdef WRONG
mote::Adwin<float, 24> detector;
#else
mote::Adwin<float, 20> detector;
#endif
