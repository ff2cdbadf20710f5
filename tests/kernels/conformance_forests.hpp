// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/random.hpp"
#include "mote/kernels/kernels.hpp"
#include "tests/kernels/conformance.hpp"
#include "tests/kernels/conformance_vectors.hpp"

/// The primitives of forests of an instruction set against their specification.
namespace mote::testing {

namespace conformance {

template <class Isa>
void check_step(Conformance& report) {
    constexpr std::array<std::int32_t, 5> values{INT32_MIN, -1, 0, 1, INT32_MAX};
    for (const std::int32_t value : values) {
        for (const std::int32_t limit : values) {
            const std::array<kernels::Fork, 3> forks{{{7, 0, 2}, {limit, 40'000, 65'535}, {7, 0, 2}}};
            static std::array<std::int32_t, 40'001> keys{};
            keys[40'000] = value;
            const std::size_t expected = value > limit ? 65'535u : 2u;
            report.expect(kernels::step<Isa>(forks.data(), keys.data(), 1) == expected, "step", 0);
        }
    }
}

/// Every length up to two registers; what lies beyond must not change.
template <class Isa>
void check_add_bytes(Conformance& report, Random& random) {
    std::array<std::uint8_t, 20> x{};
    std::array<std::uint32_t, 20> y{};
    for (auto& byte : x) byte = static_cast<std::uint8_t>(random.below(256));
    for (std::size_t n = 0; n <= 17; ++n) {
        for (auto& sum : y) sum = random.below(1u << 30);
        auto expected = y;
        for (std::size_t i = 0; i < n; ++i) expected[i] += x[i];
        kernels::add_bytes<Isa>(std::span<const std::uint8_t>(x).first(n), std::span(y).first(n));
        report.expect(y == expected, "add_bytes", n);
    }
}

/// Rows that leave an eight unfinished; what lies beyond must not change.
template <class Isa, class T>
void check_columns(Conformance& report, Random& random) {
    std::array<std::array<T, 11>, 21> rows{};
    for (auto& row : rows) {
        for (T& value : row) value = draw<T>(random);
    }
    for (const std::size_t count : {1u, 3u, 8u}) {
        std::array<T, 8 * 24> columns{}, expected{};
        kernels::columns<Isa>(std::span<const std::array<T, 11>>(rows), 2, count, columns.data(), 24);
        kernels::reference::columns(rows.data(), rows.size(), 2, count, expected.data(), 24);
        report.expect(columns == expected, "columns", count);
    }
}

/// Few thresholds and many, some equal to keys, the extremes among both.
template <class Isa, class Key>
void check_exceed(Conformance& report, Random& random) {
    for (const std::size_t n : {0u, 1u, 5u, 40u, 300u}) {
        std::array<Key, 192> keys{};
        std::array<Key, 300> thresholds{};
        std::array<std::uint64_t, 3 * 300 + 1> masks{}, expected{};
        for (Key& key : keys) key = draw<Key>(random);
        for (std::size_t t = 0; t < n; ++t) thresholds[t] = t % 3 == 0 ? keys[t % 192] : draw<Key>(random);
        std::sort(thresholds.begin(), thresholds.begin() + static_cast<std::ptrdiff_t>(n));
        kernels::exceed<Isa>(std::span<const Key>(keys), std::span<const Key>(thresholds).first(n),
                             masks.data());
        kernels::reference::exceed(keys.data(), 3, thresholds.data(), n, expected.data());
        report.expect(masks == expected, "exceed", n);
    }
}

template <class Isa, class Number, std::size_t Planes>
void check_gather_bits(Conformance& report, Random& random) {
    std::array<std::uint64_t, 3 * Planes> planes{};
    for (auto& word : planes) word = std::uint64_t{random.next()} << 32 | random.next();
    std::array<Number, 192> numbers{}, expected{};
    kernels::gather_bits<Isa>(std::span<const std::uint64_t>(planes), std::span<Number>(numbers));
    kernels::reference::gather_bits(planes.data(), Planes, 3, expected.data());
    report.expect(numbers == expected, "gather_bits", Planes);
}

}  // namespace conformance

template <class Isa>
void check_forests(Conformance& report) {
    Random random(11);
    conformance::check_step<Isa>(report);
    conformance::check_add_bytes<Isa>(report, random);
    conformance::check_columns<Isa, float>(report, random);
    conformance::check_columns<Isa, double>(report, random);
    conformance::check_exceed<Isa, std::int32_t>(report, random);
    conformance::check_exceed<Isa, std::int64_t>(report, random);
    conformance::check_gather_bits<Isa, std::uint8_t, 8>(report, random);
    conformance::check_gather_bits<Isa, std::uint8_t, 3>(report, random);
    conformance::check_gather_bits<Isa, std::uint16_t, 11>(report, random);
}

}  // namespace mote::testing
