// SPDX-License-Identifier: MIT
// Sixteen raw samples as four sums with random signs.
// board: no soft float
#include "mote/signal/random_projection.hpp"

#include "tests/firmware/row.hpp"

constinit mote::RandomProjection<std::int16_t, 16, 4> projection(7);
constinit std::array<std::int16_t, 16> input{};
constinit std::array<std::int32_t, 4> output{};

int main() {
    mote::Random random(1);
    for (auto& value : input) value = static_cast<std::int16_t>(random.below(4096));
    return mote::firmware::report(
        "random_projection", /*macs=*/0, [] { output = projection.transform(mote::firmware::opaque(input)); },
        [] { return mote::firmware::checksum(output); });
}
