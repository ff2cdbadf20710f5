// SPDX-License-Identifier: MIT
// message: fits_in
// message: flash_suffices
// A model that is larger than the device's flash is named before it is flashed.
#include "mote/pipeline/cost.hpp"
#include "mote/supervised/gaussian_naive_bayes.hpp"

using namespace mote::literals;

#ifdef WRONG
constexpr mote::Budget device{.flash = 1_KiB};
#else
constexpr mote::Budget device{.flash = 16_KiB};
#endif

template <class Model>
requires mote::fits_in<Model, device>
void deploy(const Model&) {}

int main() {
    deploy(mote::GaussianNaiveBayes<float, 30, 10>{});
}
