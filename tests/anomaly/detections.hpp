// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "mote/core/change.hpp"

namespace mote::testing {

inline double stream_value(char digit) {
    return digit - '0';
}
inline double stream_value(double value) {
    return value;
}

/// At which values of a stream, of digits or of numbers, a change detector says what is wanted.
template <class Detector, class Stream>
std::vector<int> detections(Detector detector, const Stream& stream, Change wanted = Change::detected) {
    std::vector<int> found;
    int i = 0;
    for (const auto value : stream) {
        const auto x = static_cast<typename Detector::Scalar>(stream_value(value));
        if (detector.observe(x) == wanted) found.push_back(i);
        ++i;
    }
    return found;
}

}  // namespace mote::testing
