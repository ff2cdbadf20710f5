// SPDX-License-Identifier: MIT
// What 8 features lose in an int8 autoencoder of 2 hidden units, whose weights are the means of the even ones
// and of the odd ones.
#include "mote/anomaly/reconstruction_detector.hpp"

#include "mote/core/random.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "tests/firmware/row.hpp"

namespace nn = mote::nn;
using Architecture = nn::Sequential<nn::Shape{8}, nn::Dense<nn::DenseConfig{.units = 2}>,
                                    nn::Dense<nn::DenseConfig{.units = 8}>>;
using Bytes = nn::Network<std::int8_t, Architecture>;
using Detector = mote::ReconstructionDetector<Bytes>;

constexpr Detector::Row draw(mote::Random& random, float spread) {  // two loads, each seen by four sensors
    const std::array loads = {random.uniform<float>(), random.uniform<float>()};
    Detector::Row row{};
    for (std::size_t i = 0; i < 8; ++i) row[i] = loads[i % 2] + spread * random.uniform<float>();
    return row;
}

constexpr Detector detector = [] {
    nn::Network<float, Architecture>::Weights weights{};
    for (std::size_t i = 0; i < 8; ++i) {
        weights[8 * (i % 2) + i] = 0.25f;  // [2][8] and two biases, [8][2] and eight
        weights[18 + 2 * i + i % 2] = 1;
    }
    std::array<Detector::Row, 20> rows{};
    mote::Random random(2);
    for (auto& row : rows) row = draw(random, 0.5f);
    return Detector(nn::quantize<std::int8_t>(nn::Network<float, Architecture>(weights),
                                              std::span<const Detector::Row>(rows)));
}();

constinit Bytes::Workspace scratch{};
constinit std::array<Detector::Row, 40> rows{};
constinit float score = 0;

int main() {
    mote::Random random(1);
    for (std::size_t n = 0; n < rows.size(); ++n) rows[n] = draw(random, n % 4 == 3 ? 1.0f : 0.1f);
    return mote::firmware::report(
        "reconstruction_detector", Architecture::macs,
        [] { score = detector.score(mote::firmware::opaque(rows[7]), scratch); },
        [] {
            std::array<std::uint8_t, 40> unusual{};
            for (std::size_t n = 0; n < rows.size(); ++n)
                unusual[n] = detector.score(rows[n], scratch) > 0.01f ? 1 : 0;
            return mote::firmware::checksum(unusual);
        });
}
