// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/random.hpp"
#include "mote/kernels/kernels.hpp"
#include "tests/firmware/row.hpp"

namespace mote::firmware {

template <std::size_t N>
constexpr std::array<float, N> draw_weights(std::uint64_t seed, float largest) {
    std::array<float, N> values{};
    Random random(seed);
    for (float& value : values) value = largest * (2 * random.uniform<float>() - 1);
    return values;
}

/// A recurrent model of 32 inputs and 32 units with random weights: the size at which all are compared.
template <class Model>
constexpr Model recurrent_model() {
    return Model(draw_weights<Model::parameters>(/*seed=*/1, /*largest=*/0.25f));
}

inline constinit std::array<std::array<float, 32>, 10> frames = [] {
    std::array<std::array<float, 32>, 10> result{};
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = draw_weights<32>(/*seed=*/2 + i, /*largest=*/2);
    }
    return result;
}();

/// Measures ten steps; the checksum is over the largest unit after each.
template <const auto& model, auto& state>
int report_recurrent(const char* name) {
    static std::array<std::uint8_t, 10> largest_units{};
    return report(
        name, /*macs=*/frames.size() * model.macs,
        [] {
            state = {};
            for (const auto& frame : opaque(frames)) model.step(frame, state);
        },
        [] {
            state = {};
            for (std::size_t i = 0; i < frames.size(); ++i) {
                largest_units[i] = static_cast<std::uint8_t>(kernels::argmax(model.step(frames[i], state)));
            }
            return checksum(largest_units);
        });
}

}  // namespace mote::firmware
