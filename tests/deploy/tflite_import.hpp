// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mote/deploy/host/tflite_layers.hpp"

namespace mote::testing {

/// What the importer makes of a file: a network, or what it says.
struct Outcome {
    std::optional<deploy::tflite::Network> network;
    std::string error;
};

inline Outcome import_file(const std::vector<std::uint8_t>& bytes) {
    deploy::flatbuffer::File file(bytes);
    deploy::tflite::GraphReader reader(file);
    const auto graph = reader.read();
    if (!graph) return {std::nullopt, reader.error()};
    deploy::tflite::Importer importer(*graph);
    auto network = importer.import();
    return {std::move(network), importer.error()};
}

}  // namespace mote::testing
