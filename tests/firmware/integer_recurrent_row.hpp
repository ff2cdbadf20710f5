// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/core/random.hpp"
#include "mote/nn/affine.hpp"
#include "tests/firmware/row.hpp"

namespace mote::firmware {

/// The numbers of a recurrent model of 32 inputs and 32 units, as quantize() makes them of random weights for
/// inputs within +-2: the size at which all are compared.
template <class Float, class Model>
constexpr typename Model::Quantized quantized_cell() {
    using Scale = nn::ScaleOf<typename Model::Scalar>;
    typename Float::Weights weights{};
    Random random(1);
    for (auto& weight : weights) weight = 0.5 * random.uniform<double>() - 0.25;
    const std::array<nn::Range, 2> within{nn::Range{-0.9f, 0.9f}, nn::Range{-2, 2}};
    return Model::quantize(weights.data(), Scale::covering({-2, 2}), Scale::covering(within[0]),
                           within.data());
}

/// Ten frames of integers over all their range.
template <nn::ActivationInteger T>
alignas(16) inline constinit std::array<std::array<T, 32>, 10> integer_frames = [] {
    std::array<std::array<T, 32>, 10> result{};
    Random random(2);
    for (auto& frame : result) {
        for (T& integer : frame) integer = static_cast<T>(random.next() >> (32 - 8 * sizeof(T)));
    }
    return result;
}();

/// Measures ten steps; the checksum covers the state after each.
template <const auto& model, auto& state>
int report_integer_recurrent(const char* name) {
    using T = typename std::remove_cvref_t<decltype(model)>::Scalar;
    return report(
        name, /*macs=*/integer_frames<T>.size() * model.macs,
        [] {
            state = {};
            for (const auto& frame : opaque(integer_frames<T>)) model.step(frame, state);
        },
        [] {
            state = {};
            std::uint32_t hash = 2166136261u;
            for (const auto& frame : integer_frames<T>) {
                hash = checksum(std::span<const T>(model.step(frame, state)), hash);
            }
            return hash;
        });
}

}  // namespace mote::firmware
