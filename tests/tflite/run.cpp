// SPDX-License-Identifier: MIT
// Runs one imported network on the input of a seed: run_<model> <seed> [--layers]
#include HEADER

#ifdef MOTE_REFUSAL  // there is no network
#include <cstdio>

int main() {
    std::fputs(MOTE_REFUSAL "\n", stderr);
    return 3;
}
#else

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string_view>
#include <type_traits>

#include "tests/tflite/golden.hpp"

namespace {

using Model = std::remove_const_t<decltype(MODEL::model)>;

using Number = Model::Scalar;
constexpr bool real = std::is_floating_point_v<Number>;

Model::Workspace scratch;
alignas(16) std::array<Number, Model::features> input;

void print_hash(std::span<const Number> numbers) {
    const auto hash = static_cast<unsigned>(mote::testing::checksum(numbers));
    std::printf(real ? "largest=%u\n" : "fnv1a=%08x\n", hash);
}

/// Prints a hash for each of the file's operators, those within a residual included.
struct PrintLayers {
    void operator()(std::size_t, std::span<const Number> y) const { inner(y); }
    void inner(std::span<const Number> y) const {
        std::printf("bytes=%zu ", y.size_bytes());
        print_hash(y);
    }
};

void fill_input(std::uint32_t seed) {
    for (Number& number : input) {
        seed = seed * 1664525 + 1013904223;
        const auto byte = static_cast<std::int8_t>(seed >> 24);
        const auto word = static_cast<std::int16_t>(seed >> 16);
        number = static_cast<Number>(sizeof(Number) == 2 ? word : byte);
        if constexpr (real) number = number / 128;
    }
}

}  // namespace

int main(int count, char** arguments) {
    const std::string_view text = count > 1 ? arguments[1] : "", option = count > 2 ? arguments[2] : "";
    std::uint64_t seed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    const bool understood = error == std::errc{} && end == text.data() + text.size();
    if (!understood || count > 3 || (count == 3 && option != "--layers")) {
        std::fprintf(stderr,
                     "usage: %s <seed> [--layers]\nThe seed is a number from 0, its lowest 32 bits.\n",
                     arguments[0]);
        return 2;
    }
    if (!mote::testing::agrees(MODEL::model.forward(MODEL::golden_input, scratch), MODEL::golden_output)) {
        std::fprintf(stderr, "the network does not give its golden output\n");
        return 1;
    }
    fill_input(static_cast<std::uint32_t>(seed));
    if (count == 3) {
        MODEL::model.forward(input, scratch, PrintLayers{});
        return 0;
    }
    const Model::Output output = MODEL::model.forward(input, scratch);
    for (const Number number : output) std::printf(real ? "%.7g " : "%.0f ", static_cast<double>(number));
    std::printf("\n");
    print_hash(output);
    return 0;
}
#endif
