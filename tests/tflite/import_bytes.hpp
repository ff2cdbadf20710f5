// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <sstream>
#include <vector>

#include "mote/deploy/host/tflite_header.hpp"

namespace mote::testing {

/// Imports what may be no model at all; true where it is one. Small networks are written as a header as well,
/// which runs them.
inline bool import_bytes(std::span<const std::uint8_t> bytes) {
    deploy::flatbuffer::File file(bytes);
    deploy::tflite::GraphReader reader(file);
    const auto graph = reader.read();
    if (!graph) return false;
    deploy::tflite::Importer importer(*graph);
    const auto network = importer.import();
    if (network && bytes.size() < 8192) {
        std::ostringstream out;
        deploy::tflite::write_header(out, "fuzzed", *network);
    }
    return network.has_value();
}

}  // namespace mote::testing
