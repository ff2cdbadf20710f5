// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/random.hpp"
#include "mote/kernels/kernels.hpp"
#include "tests/kernels/conformance.hpp"

/// What recurrent layers of bytes are made of, against their specification, to the bit.
namespace mote::testing {

namespace conformance {

template <class Layer>
Layer draw_gates(Random& random, std::size_t round) {
    const auto byte = [&random] { return static_cast<std::int8_t>(random.next() >> 24); };
    Layer layer;
    for (std::int8_t& weight : layer.weights) {
        const std::int8_t drawn = byte();
        weight = drawn == -128 || round == 1 ? std::int8_t{-127} : drawn;
    }
    for (std::int32_t& bias : layer.bias) {
        bias = static_cast<std::int32_t>(random.below(60001)) - 30000;
        if (round == 2) bias *= 1000;  // sums that do not fit 24 bits
    }
    for (std::int32_t& multiplier : layer.multiplier) {
        multiplier = static_cast<std::int32_t>((1u << 30) + random.below(1u << 30));
    }
    for (std::int8_t& shift : layer.shift) {
        shift = static_cast<std::int8_t>((round == 2 ? -14 : -6) + static_cast<int>(random.below(8)));
        if (round == 3) shift = static_cast<std::int8_t>(random.below(9));
    }
    layer.zero_point = round == 1 ? std::int8_t{127} : byte();
    return layer;
}

/// Packed and back, and added to sums that saturate at times; nothing else is written.
template <class Isa, std::size_t Inputs, std::size_t Units, std::size_t Gates>
void check_gates_of(Conformance& report, Random& random) {
    using Layer = kernels::QuantizedGates<Inputs, Units, Gates>;
    for (std::size_t round = 0; round < 5; ++round) {
        const auto layer = draw_gates<Layer>(random, round);
        const auto packed = kernels::pack<Isa>(layer);
        const Layer back = kernels::unpack(packed);
        report.expect(back.weights == layer.weights && back.bias == layer.bias &&
                          back.multiplier == layer.multiplier && back.shift == layer.shift &&
                          back.zero_point == layer.zero_point && packed.zero_point() == layer.zero_point,
                      "gates: pack and unpack", round);
        alignas(4) std::array<std::int8_t, Inputs> x{};
        for (std::int8_t& value : x)
            value = round == 1 ? std::int8_t{-128} : static_cast<std::int8_t>(random.next());
        alignas(4) std::array<std::int16_t, Layer::rows + 8> y{};
        for (std::int16_t& value : y) value = static_cast<std::int16_t>(random.next() >> 16);
        auto expected = y;
        kernels::reference::add_gates(layer, layer.zero_point, x.data(), expected.data() + 4);
        kernels::add_gates<Isa>(packed, x.data(), y.data() + 4);
        report.expect(y == expected, "gates: sums", round);
    }
}

template <class Isa>
void check_integer_curves(Conformance& report) {
    for (const int power : {-15, -13, -12, -11, -9, -4}) {
        const kernels::CurveScale scale = kernels::curve_scale(power);
        for (std::int32_t from = -32768; from < 32768; from += 37) {
            alignas(4) std::array<std::int16_t, 37> x{};
            const std::size_t n = std::min<std::size_t>(x.size(), static_cast<std::size_t>(32768 - from));
            for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<std::int16_t>(from + static_cast<int>(i));
            auto sigmoids = x, tanhs = x;
            kernels::integer_sigmoids<Isa>(sigmoids.data(), n, scale);
            kernels::integer_tanhs<Isa>(tanhs.data(), n, scale);
            bool same = true;
            for (std::size_t i = 0; i < n; ++i) {
                same = sigmoids[i] == kernels::reference::integer_sigmoid(x[i], scale) && same;
                same = tanhs[i] == kernels::reference::integer_tanh(x[i], scale) && same;
            }
            report.expect(same, "integer curves", static_cast<std::size_t>(-power));
        }
    }
}

}  // namespace conformance

template <class Isa>
void check_gates(Conformance& report) {
    Random random(21);
    conformance::check_gates_of<Isa, 1, 1, 1>(report, random);
    conformance::check_gates_of<Isa, 3, 5, 4>(report, random);
    conformance::check_gates_of<Isa, 4, 4, 1>(report, random);
    conformance::check_gates_of<Isa, 12, 8, 3>(report, random);
    conformance::check_gates_of<Isa, 20, 12, 4>(report, random);
    conformance::check_gates_of<Isa, 32, 32, 2>(report, random);
    conformance::check_gates_of<Isa, 37, 16, 2>(report, random);
    conformance::check_integer_curves<Isa>(report);
}

}  // namespace mote::testing
