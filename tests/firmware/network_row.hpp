// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tests/firmware/row.hpp"
#include "tests/nn/models/seeded_network.hpp"

namespace mote::firmware {

/// The workspace, in which the input has its place, and the output of one integer network.
template <class Model>
struct NetworkMemory {
    typename Model::Workspace scratch{};
    const typename Model::Scalar* output = nullptr;
};

/// One inference by an integer network. The checksum covers the outputs for four random inputs.
template <class Model>
int report_network(const char* name, const Model& model, NetworkMemory<Model>& memory) {
    using Scalar = typename Model::Scalar;
    std::span input = model.input_space(memory.scratch);
    const auto draw = [&input](std::uint64_t seed) {
        Random random(seed);
        constexpr int unused = 32 - 8 * static_cast<int>(sizeof(Scalar));
        for (Scalar& x : input) x = static_cast<Scalar>(random.next() >> unused);
    };
    draw(1);
    return report(
        name, Model::Architecture::macs,
        [&] { memory.output = model.forward(opaque(input), memory.scratch).data(); },
        [&] {
            std::uint32_t hash = 2166136261u;
            for (std::uint64_t seed = 1; seed <= 4; ++seed) {
                draw(seed);
                hash = checksum(std::span<const Scalar>(model.forward(input, memory.scratch)), hash);
            }
            return hash;
        });
}

}  // namespace mote::firmware
