// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "tests/firmware/row.hpp"
#include "tests/nn/models/seeded_network.hpp"

namespace mote::firmware {

/// The input, the workspace and the output of one int8 network.
template <class Model>
struct NetworkMemory {
    alignas(16) std::array<std::int8_t, Model::features> input{};
    typename Model::Workspace scratch{};
    const std::int8_t* output = nullptr;
};

/// One inference by an int8 network. The checksum covers the outputs for four random inputs.
template <class Model>
int report_network(const char* name, const Model& model, NetworkMemory<Model>& memory) {
    const auto draw = [&memory](std::uint64_t seed) {
        Random random(seed);
        for (std::int8_t& byte : memory.input) byte = static_cast<std::int8_t>(random.next() >> 24);
    };
    draw(1);
    return report(
        name, Model::Architecture::macs,
        [&] { memory.output = model.forward(opaque(memory.input), memory.scratch).data(); },
        [&] {
            std::uint32_t hash = 2166136261u;
            for (std::uint64_t seed = 1; seed <= 4; ++seed) {
                draw(seed);
                hash =
                    checksum(std::span<const std::int8_t>(model.forward(memory.input, memory.scratch)), hash);
            }
            return hash;
        });
}

}  // namespace mote::firmware
