// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/random.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/trainer.hpp"
#include "tests/firmware/row.hpp"

namespace mote::firmware {

/// A float network that learns, its trainer and one row.
template <class Architecture, template <class, std::size_t> class Optimizer>
struct TrainingMemory {
    using Network = nn::Network<float, Architecture>;
    static constexpr std::size_t features = Network::features, classes = Network::classes;
    Network model{};
    nn::Trainer<Network, Optimizer> trainer{};
    typename Network::Workspace scratch{};
    std::array<std::array<float, features>, 1> row{};
    std::array<std::uint8_t, 1> label{};

    /// Noise with a bright part that tells the class.
    void draw(Random& random) {
        label[0] = static_cast<std::uint8_t>(random.below(classes));
        for (std::size_t i = 0; i < features; ++i) {
            const bool lit = i * classes / features == label[0];
            row[0][i] = random.uniform<float>() * 0.5f + (lit ? 0.5f : 0.0f);
        }
    }
    void learn() { trainer.update(model, Dataset<float, features>{row, label}); }
};

/// One step on one row. The checksum covers the answers to 16 rows after so many steps.
template <class Memory>
int report_training(const char* name, Memory& memory, int steps) {
    Random random(1);
    memory.model.initialise(1);
    memory.trainer.optimizer.learning_rate = 0.05f;
    memory.draw(random);
    return report(
        name, 3 * Memory::Network::Architecture::macs,
        [&] {
            opaque(memory.row);
            memory.learn();
        },
        [&, steps] {
            for (int step = 1; step < steps; ++step) {
                memory.draw(random);
                memory.learn();
            }
            std::uint32_t hash = 2166136261u;
            for (int i = 0; i < 16; ++i) {
                memory.draw(random);
                hash = checksum(std::array{memory.model.predict(memory.row[0], memory.scratch)}, hash);
            }
            return hash;
        });
}

}  // namespace mote::firmware
