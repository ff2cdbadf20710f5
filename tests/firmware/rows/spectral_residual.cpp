// SPDX-License-Identifier: MIT
// One observation with a window of 64, after 100 others. The checksum is of which samples are salient.
#include "mote/anomaly/spectral_residual.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

constinit mote::SpectralResidual<float> detector;
constinit std::array<float, 1> input{0.7f};
constinit float score = 0;

/// Feeds a seeded stream with a spike now and then; how many samples were salient.
std::uint32_t stream(std::size_t rows, std::uint64_t seed) {
    mote::Random random(seed);
    std::uint32_t salient = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const float spike = i % 29 == 28 ? 6.0f : 0.0f;
        salient += detector.observe(std::array{spike + random.uniform<float>()}) > 3 ? 1 : 0;
    }
    return salient;
}

int main() {
    stream(100, 1);
    return mote::firmware::report(
        "spectral_residual", /*macs=*/0, [] { score = detector.observe(mote::firmware::opaque(input)); },
        [] {
            const std::array<std::uint32_t, 2> answers{score > 3 ? 1u : 0u, stream(60, 2)};
            return mote::firmware::checksum(answers);
        });
}
