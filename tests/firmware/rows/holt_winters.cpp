// SPDX-License-Identifier: MIT
// One observation by HoltWinters with a season of 24 samples, after 1,000 others.
#include "mote/anomaly/holt_winters.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Detector = mote::HoltWinters<float, 24>;

constinit Detector detector;
constinit std::array<float, 1> input{0.9f};
constinit float score = 0;

/// Feeds a seeded stream; returns the score of the last sample.
float stream(int samples, std::uint64_t seed) {
    mote::Random random(seed);
    float last = 0;
    for (int i = 0; i < samples; ++i) last = detector.observe(std::array{random.uniform<float>()});
    return last;
}

int main() {
    stream(1000, 1);
    return mote::firmware::report(
        "holt_winters", /*macs=*/3, [] { score = detector.observe(mote::firmware::opaque(input)); },
        [] {
            std::array<std::uint8_t, 20> unusual{};
            for (std::size_t i = 0; i < unusual.size(); ++i) unusual[i] = stream(10, i) > 1 ? 1 : 0;
            return mote::firmware::checksum(unusual, score > 1 ? 1u : 2u);
        });
}
