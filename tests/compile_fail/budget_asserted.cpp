// SPDX-License-Identifier: MIT
// message: ram_suffices
// A budget that is asserted instead of required names the part that is over as well.
#include "mote/pipeline/cost.hpp"
#include "mote/supervised/gaussian_naive_bayes.hpp"

using Model = mote::GaussianNaiveBayes<float, 30, 10>;

#ifdef WRONG
constexpr mote::Budget device{.ram = 1024, .learns = true};
#else
constexpr mote::Budget device{.ram = 1024, .learns = false};  // in flash
#endif

static_assert(mote::fits_in<Model, device>,
              "mote: the model needs more than this device has; see which part is over");

int main() {}
