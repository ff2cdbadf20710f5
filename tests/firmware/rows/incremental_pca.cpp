// SPDX-License-Identifier: MIT
// One sample of eight features learnt by three components, after 200 others. The checksum is of which samples
// lie beside the components.
#include "mote/signal/incremental_pca.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

constinit mote::IncrementalPca<float, 8, 3> pca;
constinit std::array<float, 8> input{1, 2, 3, 4, 5, 6, 7, 8};

/// A sample that one cause moves, and a little noise.
std::array<float, 8> draw(mote::Random& random) {
    const float cause = random.uniform<float>();
    std::array<float, 8> row{};
    for (std::size_t i = 0; i < 8; ++i)
        row[i] = cause * static_cast<float>(i) + 0.1f * random.uniform<float>();
    return row;
}

int main() {
    mote::Random random(1);
    for (int i = 0; i < 200; ++i) pca.update(draw(random));
    return mote::firmware::report(
        "incremental_pca", /*macs=*/0, [] { pca.update(mote::firmware::opaque(input)); },
        [] {
            mote::Random later(2);
            std::array<std::uint8_t, 64> beside{};
            for (std::size_t i = 0; i < beside.size(); ++i) {
                auto row = draw(later);
                if (i % 4 == 3) row[3] += 5;
                const auto left = pca.residual(row);
                beside[i] = mote::kernels::dot(left, left) > 1 ? 1 : 0;
            }
            return mote::firmware::checksum(beside);
        });
}
