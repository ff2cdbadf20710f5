// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>

#include "mote/core/change.hpp"

/// The streams on which MOA's detectors were judged by Dalle Lucca Tosi and Theobald 2023, OPTWIN: Drift
/// identification with optimal sub-windows (arXiv 2305.11942), to the bit: MOA's AbruptChangeGenerator and
/// GradualChangeGenerator with a period of 2,000, seeds 1 to 30.
namespace mote::testing {

/// java.util.Random, as its documentation defines it.
class JavaRandom {
public:
    explicit JavaRandom(std::uint64_t seed) : state_((seed ^ factor) & mask) {}

    double next_double() {
        const std::uint64_t high = next(26) << 27;
        return static_cast<double>(high + next(27)) * 0x1p-53;
    }

private:
    static constexpr std::uint64_t factor = 0x5DEECE66D, mask = (std::uint64_t{1} << 48) - 1;

    std::uint64_t next(unsigned bits) {
        state_ = (state_ * factor + 0xB) & mask;
        return state_ >> (48 - bits);
    }

    std::uint64_t state_;
};

struct PublishedStream {
    double (*rate)(int);      // of errors, by the number of the value
    int change, end, length;  // alarms between the first two are right, and one after them that is the first
};
inline constexpr PublishedStream abrupt{[](int value) { return value < 1000 ? 0.2 : 0.8; }, 1000, 1000, 1998};
inline constexpr PublishedStream gradual{
    [](int value) { return value < 2000 ? 0.2 : std::min(1.0, 0.2 + (value - 2000) * 0.001); }, 2000, 3000,
    9999};

/// Means over the 30 streams. MOA asks a detector before it shows it the next value, so that all comes one
/// value later there.
struct Judged {
    double false_alarms = 0, delay = 0;
};

template <class Detector>
Judged judge(const Detector& fresh, const PublishedStream& stream) {
    Judged sum;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        JavaRandom random(seed);
        Detector detector = fresh;
        bool found = false;
        for (int value = 1; value <= stream.length; ++value) {
            using T = typename Detector::Scalar;
            const T error = random.next_double() <= stream.rate(value) ? T(1) : T(0);
            if (detector.observe(error) != Change::detected) continue;
            const int told = value + 1;
            const bool first = told > stream.change && !found;
            if (first) sum.delay += told - stream.change;
            found = found || first;
            if (!first && (told <= stream.change || told > stream.end)) ++sum.false_alarms;
        }
    }
    return {sum.false_alarms / 30, sum.delay / 30};
}

}  // namespace mote::testing
