// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include "mote/core/random.hpp"
#include "mote/kernels/tap_products.hpp"
#include "mote/nn/gru.hpp"
#include "mote/nn/lstm.hpp"
#include "tests/kernels/conformance.hpp"

/// Float layers that an instruction set has kernels of its own for: steps of recurrent layers against the
/// plain ones in double precision, and windows of depthwise layers, of whole numbers, exactly.
namespace mote::testing {

/// From states and inputs within 1, and weights within 1/2: the sums of up to 66 products and the curves,
/// which flatten their errors, come to less than 2^-20.
template <class Isa, std::size_t Inputs, std::size_t Units>
void check_recurrent_steps(Conformance& report) {
    Random random(Inputs * 100 + Units);
    const auto draw = [&](auto& to, auto& copy, float range) {
        for (std::size_t i = 0; i < to.size(); ++i) {
            to[i] = range * (2 * random.uniform<float>() - 1);
            copy[i] = static_cast<double>(to[i]);
        }
    };
    const auto close = [](const auto& a, const auto& b) {
        return std::equal(a.begin(), a.end(), b.begin(),
                          [](float x, double y) { return std::abs(static_cast<double>(x) - y) < 0x1p-20; });
    };
    nn::Gru<float, Inputs, Units, nn::GruReset::after, Isa> gru;
    nn::Gru<double, Inputs, Units, nn::GruReset::after, isa::Portable> exact_gru;
    nn::Lstm<float, Inputs, Units, Isa> lstm;
    nn::Lstm<double, Inputs, Units, isa::Portable> exact_lstm;
    draw(gru.weights(), exact_gru.weights(), 0.5f);
    draw(lstm.weights(), exact_lstm.weights(), 0.5f);
    for (std::size_t trial = 0; trial < 8; ++trial) {
        std::array<float, Inputs> x;
        std::array<double, Inputs> exact_x;
        std::array<float, Units> state;
        std::array<double, Units> exact_state;
        typename decltype(lstm)::State memory;
        typename decltype(exact_lstm)::State exact_memory;
        draw(x, exact_x, 1);
        draw(state, exact_state, 1);
        draw(memory.hidden, exact_memory.hidden, 1);
        draw(memory.cell, exact_memory.cell, 1);
        report.expect(close(gru.step(x, state), exact_gru.step(exact_x, exact_state)), "gru step", Units);
        report.expect(close(lstm.step(x, memory), exact_lstm.step(exact_x, exact_memory)) &&
                          close(memory.cell, exact_memory.cell),
                      "lstm step", Units);
        x[Inputs - 1] = std::numeric_limits<float>::quiet_NaN();
        gru.step(x, state);
        lstm.step(x, memory);
        const auto nan = [](float value) { return std::isnan(value); };
        report.expect(std::ranges::all_of(state, nan), "gru step passes NaN on", Units);
        report.expect(std::ranges::all_of(memory.hidden, nan) && std::ranges::all_of(memory.cell, nan),
                      "lstm step passes NaN on", Units);
    }
}

/// Multiples of eight units, below, of and above 32, with fewer and with more inputs, and others.
template <class Isa>
void check_recurrent(Conformance& report) {
    check_recurrent_steps<Isa, 8, 8>(report);
    check_recurrent_steps<Isa, 1, 16>(report);
    check_recurrent_steps<Isa, 33, 24>(report);
    check_recurrent_steps<Isa, 16, 40>(report);
    check_recurrent_steps<Isa, 10, 32>(report);
    check_recurrent_steps<Isa, 2, 64>(report);
    check_recurrent_steps<Isa, 5, 12>(report);
}

/// From none to nine taps, and numbers of filters around the registers'.
template <class Isa, std::size_t Filters>
void check_tap_products(Conformance& report) {
    Random random(Filters);
    const auto draw = [&] { return static_cast<float>(random.below(17)) - 8; };
    std::array<std::array<float, Filters>, 9> weights, inputs;
    std::array<float, Filters> bias, expected, y;
    kernels::Taps<float, 9> taps;
    for (std::size_t k = 0; k < Filters; ++k) expected[k] = bias[k] = draw();
    for (std::size_t t = 0; t <= 9; ++t) {
        y.fill(std::numeric_limits<float>::quiet_NaN());
        kernels::tap_products<Isa>(taps, std::span<const float, Filters>(bias), std::span(y));
        report.expect(y == expected, "tap products", t);
        if (t == 9) break;
        for (std::size_t k = 0; k < Filters; ++k) {
            weights[t][k] = draw(), inputs[t][k] = draw();
            expected[k] += weights[t][k] * inputs[t][k];
        }
        taps.add(weights[t].data(), inputs[t].data());
    }
}

template <class Isa>
void check_float_layers(Conformance& report) {
    check_recurrent<Isa>(report);
    check_tap_products<Isa, 1>(report);
    check_tap_products<Isa, 8>(report);
    check_tap_products<Isa, 31>(report);
    check_tap_products<Isa, 32>(report);
    check_tap_products<Isa, 75>(report);
}

}  // namespace mote::testing
