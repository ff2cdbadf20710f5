// SPDX-License-Identifier: MIT
// Problem   A network was trained and quantised with TensorFlow; firmware wants it as C++.
// Data      One .tflite file with layers of int8, int16 or float32.
// Use       import_tflite model.tflite --name KeywordSpotting --output keyword_spotting.hpp
//           then, in the firmware, #include "keyword_spotting.hpp" and call KeywordSpotting::model.forward().
//           In CMake: mote_import_tflite(NAME KeywordSpotting FILE model.tflite), see
//           cmake/import_tflite.cmake.
// Without arguments it tells this, and what it reads.
#include "mote/deploy/host/tflite_header.hpp"

#include <cctype>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace tflite = mote::deploy::tflite;

namespace {

struct Request {
    std::string model, name, output;
};

std::optional<Request> parse(const std::vector<std::string>& arguments) {
    Request request;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const bool last = i + 1 == arguments.size();
        if (arguments[i] == "--name" && !last) {
            request.name = arguments[++i];
        } else if (arguments[i] == "--output" && !last) {
            request.output = arguments[++i];
        } else if (request.model.empty() && !arguments[i].starts_with("--")) {
            request.model = arguments[i];
        } else {
            return std::nullopt;
        }
    }
    if (request.model.empty() || request.name.empty() || request.output.empty()) return std::nullopt;
    return request;
}

bool is_identifier(const std::string& name) {
    for (const char c : name) {
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') return false;
    }
    return !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0]));
}

std::optional<std::vector<std::uint8_t>> contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::vector<std::uint8_t>{std::istreambuf_iterator<char>(file), {}};
}

int fail(const std::string& what) {
    std::cerr << "import_tflite: " << what << "\n";
    return 1;
}

int import(const Request& request) {
    if (!is_identifier(request.name)) return fail("'" + request.name + "' is no C++ identifier");
    const auto bytes = contents(request.model);
    if (!bytes) return fail("cannot read " + request.model);
    mote::deploy::flatbuffer::File file(*bytes);
    tflite::GraphReader reader(file);
    const std::optional<tflite::Graph> graph = reader.read();
    if (!graph) return fail(request.model + ": " + reader.error());
    tflite::Importer importer(*graph);
    const std::optional<tflite::Network> network = importer.import();
    if (!network) return fail(request.model + ": " + importer.error());
    std::ofstream out(request.output);
    tflite::write_header(out, request.name, *network);
    out.close();
    return out ? 0 : fail("cannot write " + request.output);
}

}  // namespace

int main(int count, char** values) {
    const std::vector<std::string> arguments(values + 1, values + count);
    if (const auto request = parse(arguments)) return import(*request);
    std::cout << "usage: import_tflite model.tflite --name KeywordSpotting --output keyword_spotting.hpp\n"
                 "reads models of int8, int16 or float32 with these operators:";
    for (const tflite::Named& entry : tflite::supported) std::cout << "\n  " << entry.name;
    std::cout << "\n";
    return arguments.empty() || arguments[0] == "--fast" ? 0 : 1;  // --fast: as all examples are tested
}
