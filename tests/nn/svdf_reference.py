#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes svdf_reference.hpp: what a plain reading of TensorFlow Lite's integer SVDF, with a state of 16 bits and with one
of 8 bits that has a zero point, makes of a few frames. Run it in this folder."""
import math

import numpy as np

draws = np.random.default_rng(7)
out = open("svdf_reference.hpp", "w")
out.write("// SPDX-License-Identifier: MIT\n// Written by svdf_reference.py.\n#pragma once\n\n#include <array>\n"
          "#include <cstdint>\n\nnamespace reference {\n\n// clang-format off\n")


def emit(name, bits, values):
    texts = [str(int(v)) for v in np.ravel(values)]
    out.write(f"inline constexpr std::array<std::int{bits}_t, {len(texts)}> {name}{{\n")
    for i in range(0, len(texts), 16):
        out.write("    " + ", ".join(texts[i:i + 16]) + ",\n")
    out.write("};\n")


def multiplier(real):
    fraction, exponent = math.frexp(real)
    whole = int(math.floor(fraction * 2**31 + 0.5))
    return (whole // 2, exponent + 1) if whole == 2**31 else (whole, exponent)


def rescale(x, real):
    """Doubling high multiply, ties up, then a rounding shift, ties away from zero."""
    m, shift = multiplier(real)
    high = ((int(x) << max(shift, 0)) * m + (1 << 30)) >> 31
    right = max(-shift, 0)
    half = 1 << (right - 1) if right else 0
    return (abs(high) + half >> right) * (1 if high >= 0 else -1)


def clamp(x, low, high):
    return min(max(x, low), high)


def case(name, features, units, rank, memory, steps, state_bits, state_zero, scales):
    """scales: of input, feature weights, state, time weights, output, in single precision as files have them."""
    scales = [np.float32(s) for s in scales]
    filters = units * rank
    state_low, state_high = -1 << state_bits - 1, (1 << state_bits - 1) - 1
    largest_tap = 511 if state_bits == 16 else 127
    weights = draws.integers(-127, 128, (filters, features))
    time = draws.integers(-largest_tap, largest_tap + 1, (filters, memory))
    bias = draws.integers(-20 * state_high, 20 * state_high, units)
    x = draws.integers(-128, 128, (steps, features))
    in_zero, out_zero = 11, -128 if state_bits == 8 else -9
    to_state = float(scales[0] * scales[1] / scales[2])
    to_output = float(scales[2] * scales[3] / scales[4])
    state = np.full((filters, memory), state_zero)
    y = np.zeros((steps, units), int)
    saturated = 0
    for t in range(steps):
        state[:, :-1] = state[:, 1:]
        for f in range(filters):
            dot = sum(int(w) * (int(v) - in_zero) for w, v in zip(weights[f], x[t]))
            seen = rescale(dot, to_state) + state_zero
            saturated += not state_low <= seen <= state_high
            state[f, -1] = clamp(seen, state_low, state_high)
        for u in range(units):
            total = int(bias[u])
            for f in range(u * rank, (u + 1) * rank):
                total += sum(int(w) * (int(s) - state_zero) for w, s in zip(time[f], state[f]))
            assert abs(total) < 2**31
            y[t, u] = clamp(rescale(total, to_output) + out_zero, -128, 127)
    assert saturated > 0 and len(set(y.ravel())) > 12
    for part, bits, values in (("weights", 8, weights), ("time", 16, time), ("bias", 32, bias), ("x", 8, x), ("y", 8, y)):
        emit(f"{name}_{part}", bits, values)


case("svdf", 8, 3, 2, 5, 12, 16, 0, (0.05, 0.007, 0.000043, 0.0021, 0.06))
case("svdf_of_bytes", 7, 4, 1, 3, 12, 8, -50, (0.05, 0.007, 0.07, 0.015, 0.1))
out.write("// clang-format on\n\n}  // namespace reference\n")
