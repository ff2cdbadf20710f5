// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

namespace mote::firmware {

/// Fits a detector to seeded rows, on the board, and measures one score; the checksum is over which rows
/// score more than that one, and by more than `margin`.
template <auto& detector, auto& rows>
int report_detector(const char* name, std::uint32_t macs, float margin = 0) {
    static float score = 0, least = 0;
    Random random(1);
    for (auto& row : rows) {
        for (float& value : row) value = random.uniform<float>() + random.uniform<float>();
    }
    if (detector.fit(rows) != Status::ok) return 1;
    least = margin;
    return report(
        name, macs, [] { score = detector.score(opaque(rows[7])); },
        [] {
            std::array<std::uint8_t, rows.size()> unusual{};
            for (std::size_t i = 0; i < rows.size(); ++i) {
                unusual[i] = detector.score(rows[i]) > score + least ? 1 : 0;
            }
            return checksum(unusual);
        });
}

}  // namespace mote::firmware
