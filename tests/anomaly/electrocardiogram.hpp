// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <fstream>
#include <string>
#include <vector>

namespace mote::testing {

/// What a detector of one feature says to the first 500 samples of the electrocardiogram, in millivolts.
template <class Detector>
std::vector<double> observe_heart_beats(Detector detector) {
    std::ifstream file(MOTE_TEST_DATA "/electrocardiogram.csv");
    std::string name;
    std::getline(file, name);
    std::vector<double> scores;
    using Scalar = typename Detector::Scalar;
    for (double counts = 0; scores.size() < 500 && file >> counts;) {
        scores.push_back(
            static_cast<double>(detector.observe(std::array{static_cast<Scalar>(counts / 200)})));
    }
    return scores;
}

}  // namespace mote::testing
