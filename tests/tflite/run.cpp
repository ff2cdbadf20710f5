// SPDX-License-Identifier: MIT
// Runs one imported network on the input of a seed: run_<model> <seed> [--layers]
#include HEADER

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>
#include <string_view>

#include "tests/firmware/row.hpp"

namespace {

using Model = std::remove_const_t<decltype(MODEL::model)>;

Model::Workspace scratch;
alignas(16) std::array<std::int8_t, Model::features> input;

void print_hash(std::span<const std::int8_t> bytes) {
    std::printf("fnv1a=%08x\n", static_cast<unsigned>(mote::firmware::checksum(bytes)));
}

/// Prints a hash for each of the file's operators, those within a residual included.
struct PrintLayers {
    void operator()(std::size_t, std::span<const std::int8_t> y) const { inner(y); }
    void inner(std::span<const std::int8_t> y) const {
        std::printf("bytes=%zu ", y.size());
        print_hash(y);
    }
};

void fill_input(std::uint32_t seed) {
    for (std::int8_t& byte : input) {
        seed = seed * 1664525 + 1013904223;
        byte = static_cast<std::int8_t>(seed >> 24);
    }
}

}  // namespace

int main(int count, char** arguments) {
    const std::string_view text = count > 1 ? arguments[1] : "";
    std::uint32_t seed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
        std::fprintf(stderr, "usage: %s <seed> [--layers]\n", arguments[0]);
        return 2;
    }
    if (!std::ranges::equal(MODEL::model.forward(MODEL::golden_input, scratch), MODEL::golden_output)) {
        std::fprintf(stderr, "the network does not give its golden output\n");
        return 1;
    }
    fill_input(seed);
    if (count > 2 && std::strcmp(arguments[2], "--layers") == 0) {
        MODEL::model.forward(input, scratch, PrintLayers{});
        return 0;
    }
    const Model::Output output = MODEL::model.forward(input, scratch);
    for (const std::int8_t byte : output) std::printf("%d ", byte);
    std::printf("\n");
    print_hash(output);
    return 0;
}
