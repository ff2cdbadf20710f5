// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/random.hpp"
#include "mote/nn/affine.hpp"
#include "tests/firmware/row.hpp"

namespace mote::firmware {

/// The numbers of a recurrent model of 32 inputs and 32 units, as quantize() makes them of random weights for
/// inputs within +-2: the size at which all are compared.
template <class Float, class Model>
constexpr typename Model::Quantized quantized_cell() {
    typename Float::Weights weights{};
    Random random(1);
    for (auto& weight : weights) weight = 0.5 * random.uniform<double>() - 0.25;
    const std::array<nn::Range, 2> within{nn::Range{-0.9f, 0.9f}, nn::Range{-2, 2}};
    return Model::quantize(weights.data(), nn::Affine::covering({-2, 2}), nn::Affine::covering(within[0]),
                           within.data());
}

alignas(16) inline constinit std::array<std::array<std::int8_t, 32>, 10> byte_frames = [] {
    std::array<std::array<std::int8_t, 32>, 10> result{};
    Random random(2);
    for (auto& frame : result) {
        for (std::int8_t& byte : frame) byte = static_cast<std::int8_t>(random.next() >> 24);
    }
    return result;
}();

/// Measures ten steps; the checksum covers the state after each.
template <const auto& model, auto& state>
int report_integer_recurrent(const char* name) {
    return report(
        name, /*macs=*/byte_frames.size() * model.macs,
        [] {
            state = {};
            for (const auto& frame : opaque(byte_frames)) model.step(frame, state);
        },
        [] {
            state = {};
            std::uint32_t hash = 2166136261u;
            for (const auto& frame : byte_frames) {
                hash = checksum(std::span<const std::int8_t>(model.step(frame, state)), hash);
            }
            return hash;
        });
}

}  // namespace mote::firmware
