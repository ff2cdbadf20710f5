// SPDX-License-Identifier: MIT
// message: predict
// message: Sample<float, 3
// A sample of another length than the model's is no sample.
#include "mote/supervised/gaussian_naive_bayes.hpp"

#ifdef WRONG
constexpr std::array<float, 4> sample{};
#else
constexpr std::array<float, 3> sample{};
#endif

int main() {
    return mote::GaussianNaiveBayes<float, 3, 2>{}.predict(sample);
}
