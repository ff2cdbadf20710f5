// SPDX-License-Identifier: MIT
// message: predict
// message: <const float, 3>
// lines: 32 with clang++, which lists every constructor of std::span
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
