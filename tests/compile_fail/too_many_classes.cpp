// SPDX-License-Identifier: MIT
// message: can_label
// Three hundred classes do not fit a label of eight bits.
#include "mote/supervised/gaussian_naive_bayes.hpp"

#ifdef WRONG
using Label = std::uint8_t;
#else
using Label = std::uint16_t;
#endif

int main() {
    return mote::GaussianNaiveBayes<float, 3, 300, Label>::features == 3 ? 0 : 1;
}
