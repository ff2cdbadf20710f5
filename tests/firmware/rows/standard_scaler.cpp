// SPDX-License-Identifier: MIT
// One sample of 8 features learnt and scaled, after 40 others.
#include "mote/signal/standard_scaler.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

constinit mote::StandardScaler<float, 8> scaler;
constinit std::array<std::array<float, 8>, 40> rows{};
constinit std::array<float, 8> scaled{};

int main() {
    mote::Random random(1);
    for (auto& row : rows) {
        for (float& value : row) value = 20 + 5 * random.uniform<float>();
    }
    if (scaler.fit(rows) != mote::Status::ok) return 1;
    return mote::firmware::report(
        "standard_scaler", /*macs=*/8,
        [] {
            static_cast<void>(scaler.update(mote::firmware::opaque(rows[7])));
            scaled = scaler.transform(rows[7]);
        },
        [] {
            if (scaler.fit(rows) != mote::Status::ok) return std::uint32_t{0};
            std::array<std::uint8_t, 320> above{};  // the mean
            for (std::size_t n = 0; n < rows.size(); ++n) {
                const auto row = scaler.transform(rows[n]);
                for (std::size_t i = 0; i < 8; ++i) above[8 * n + i] = row[i] > 0 ? 1 : 0;
            }
            return mote::firmware::checksum(above);
        });
}
