// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "tests/firmware/output.hpp"

#if defined(__arm__) && !defined(__linux__)
#include "tests/firmware/board/measure.hpp"
#else
#include "tests/firmware/host/measure.hpp"
#endif

/// One row of the boards' report. A row is a program of this form, tests/firmware/rows/<name>.cpp:
///
///     constexpr Model model = ...;        // flash
///     constinit std::array<...> output{};  // RAM
///
///     int main() {
///         return mote::firmware::report("name", /*macs=*/16384,
///             [] { model.run(input, output); },                      // measured: instructions and stack
///             [] { return mote::firmware::checksum(output); });      // not measured
///     }
///
/// The same source is a host program that prints the time per call and the same checksum. A program may
/// report several rows, each with a name of its own.
namespace mote::firmware {

/// 32-bit FNV-1a over the values' bytes, lowest byte first on every target.
/// Source  Fowler, Noll, Vo; constants of the IETF draft draft-eastlake-fnv, section 5.
template <class T>
requires(std::is_integral_v<T> || std::is_enum_v<T>) && (sizeof(T) <= 4) constexpr std::uint32_t
    checksum(std::span<const T> values, std::uint32_t hash = 2166136261u) {
    for (T value : values) {
        const auto bits = static_cast<std::uint32_t>(value);
        for (std::size_t byte = 0; byte < sizeof(T); ++byte) {
            hash = (hash ^ (bits >> (8 * byte) & 0xff)) * 16777619u;
        }
    }
    return hash;
}

template <class T, std::size_t N>
constexpr std::uint32_t checksum(const std::array<T, N>& values, std::uint32_t hash = 2166136261u) {
    return checksum(std::span<const T>(values), hash);
}

/// Makes the compiler forget what it knows of an object, so that a measured call is not folded away.
template <class T>
T& opaque(T& object) {
    asm volatile("" : "+m"(object));
    return object;
}

/// Measures one call of section and prints the row. Returns what main returns: not 0 when the measurement is
/// worthless. The checksum is taken after exactly one call, on the host too.
template <class Section, class Checksum>
int report(const char* name, std::uint32_t macs, Section section, Checksum checksum_of_outputs) {
    const Measurement once = measure(section);
    const std::uint32_t sum = checksum_of_outputs();
    print("row ");
    print(name);
    print(" ");
    print_decimal(macs);
    print(" ");
    print_hexadecimal(sum);
    print(" ");
    return print_measurement(once, section);
}

}  // namespace mote::firmware
