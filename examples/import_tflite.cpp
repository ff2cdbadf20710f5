// SPDX-License-Identifier: MIT
// Problem   A network was trained and quantised with TensorFlow; firmware wants it as C++.
// Data      One .tflite file with layers of int8, int16 or float32.
// Use       import_tflite model.tflite --name KeywordSpotting --output keyword_spotting.hpp
//           then, in the firmware, #include "keyword_spotting.hpp" and call KeywordSpotting::model.forward().
//           In CMake: mote_import_tflite(NAME KeywordSpotting FILE model.tflite), see
//           cmake/import_tflite.cmake. With --keep-going a model that cannot be imported gives a warning, and
//           a header that says why: MOTE_REFUSAL.
// Without arguments it tells this, and what it reads.
#include "mote/deploy/host/identifier.hpp"
#include "mote/deploy/host/tflite_header.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace tflite = mote::deploy::tflite;

namespace {

struct Request {
    std::string model, name, output;
    bool keep_going = false;
};

std::optional<Request> parse(const std::vector<std::string>& arguments) {
    Request request;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const bool last = i + 1 == arguments.size();
        if (arguments[i] == "--name" && !last) {
            request.name = arguments[++i];
        } else if (arguments[i] == "--output" && !last) {
            request.output = arguments[++i];
        } else if (arguments[i] == "--keep-going") {
            request.keep_going = true;
        } else if (request.model.empty() && !arguments[i].starts_with("--")) {
            request.model = arguments[i];
        } else {
            return std::nullopt;
        }
    }
    if (request.model.empty() || request.name.empty() || request.output.empty()) return std::nullopt;
    return request;
}

std::optional<std::vector<std::uint8_t>> contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::error_code none;
    if (!file || std::filesystem::is_directory(path, none)) return std::nullopt;
    return std::vector<std::uint8_t>{std::istreambuf_iterator<char>(file), {}};
}

int fail(const std::string& what) {
    std::cerr << "import_tflite: " << what << "\n";
    return 1;
}

/// All of it or nothing: no header that is half written stays.
int write(const Request& request, const std::string& header) {
    std::error_code none;
    if (std::filesystem::equivalent(request.model, request.output, none))
        return fail("the output is the model");
    std::ofstream out(request.output, std::ios::binary);
    const bool opened = out.is_open();
    out << header;
    out.close();
    if (out) return 0;
    if (opened && std::filesystem::is_regular_file(request.output, none)) {
        std::filesystem::remove(request.output, none);
    }
    return fail("cannot write " + request.output);
}

int refuse(const Request& request, const std::string& why) {
    std::string refusal = request.model + ": " + why;
    if (!request.keep_going) return fail(refusal);
    std::cerr << "import_tflite: warning: " << refusal << "\n";
    // The file chose the names in it: none may end the literal, or the line.
    std::ranges::replace_if(
        refusal, [](char c) { return c == '"' || c < ' ' || c > '~'; }, '?');
    return write(request, "#pragma once\n\n#define MOTE_REFUSAL R\"mote(" + refusal + ")mote\"\n");
}

int import(const Request& request) {
    if (!mote::deploy::is_identifier(request.name)) {
        return fail("'" + request.name + "' cannot name a C++ namespace");
    }
    const auto bytes = contents(request.model);
    if (!bytes) return fail("cannot read " + request.model);
    mote::deploy::flatbuffer::File file(*bytes);
    tflite::GraphReader reader(file);
    const std::optional<tflite::Graph> graph = reader.read();
    if (!graph) return refuse(request, reader.error());
    tflite::Importer importer(*graph);
    const std::optional<tflite::Network> network = importer.import();
    if (!network) return refuse(request, importer.error());
    std::ostringstream header;
    tflite::write_header(header, request.name, *network);
    return write(request, header.str());
}

}  // namespace

int main(int count, char** values) {
    const std::vector<std::string> arguments(values + 1, values + count);
    if (const auto request = parse(arguments)) return import(*request);
    std::cout << "usage: import_tflite model.tflite --name KeywordSpotting --output keyword_spotting.hpp\n"
                 "reads models of int8, int16 or float32 with these operators:";
    for (const tflite::Named& entry : tflite::supported) std::cout << "\n  " << entry.name;
    std::cout << "\n";
    // --fast: as all examples are tested
    return arguments.empty() || arguments[0] == "--fast" || arguments[0] == "--help" ? 0 : 1;
}
