#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes int16_reference.hpp: what a plain reading of TensorFlow Lite's 16-bit kernels of sigmoid, tanh, softmax and
GELU, of its table for ELU, and of exact fractions for the hard curves makes of numbers on several scales. Their tables are computed as TensorFlow Lite does, in single precision where it
does. Run it in this folder."""
import math
from fractions import Fraction

import numpy as np

from tflite_arithmetic import multiplier, rescale

out = open("int16_reference.hpp", "w")
out.write("// SPDX-License-Identifier: MIT\n// Written by int16_reference.py.\n#pragma once\n\n#include <array>\n"
          "#include <cstdint>\n\nnamespace reference {\n\n// clang-format off\n")


def emit(name, values, type="std::int16_t"):
    texts = [f"{v:.3f}f" if type == "float" else str(int(v)) for v in values]
    out.write(f"inline constexpr std::array<{type}, {len(texts)}> {name}{{\n")
    for i in range(0, len(texts), 16):
        out.write("    " + ", ".join(texts[i:i + 16]) + ",\n")
    out.write("};\n")


def away(x):
    return int(math.floor(abs(float(x)) + 0.5)) * (1 if x >= 0 else -1)


def curve(i):
    return 65536 / (1 + math.exp(-i / 24))


SIGMOID = [away(curve(i) + (curve(i + 0.5) - (curve(i) + curve(i + 1)) / 2) / 2) for i in range(255)] + [65535]


def gate(scale, x):
    factor, shift = float(np.float32(scale)) * 4096 * 3, 0
    while factor <= 32767 / 2 and shift <= 30:
        shift, factor = shift + 1, factor * 2
    return (x * int(factor) + (1 << shift - 1 if shift else 0)) >> shift


def sigmoid(scale, x):
    x = gate(scale, x)
    entry, rest = abs(x) >> 9, abs(x) & 511
    y = 0x7fff << 10 if entry >= 255 else (SIGMOID[entry] << 9) + rest * (SIGMOID[entry + 1] - SIGMOID[entry])
    return (y + 512 if x >= 0 else (1 << 25) - y + 511) >> 10


def tanh(scale, x):
    x = gate(scale, x)
    entry, rest = abs(x) >> 8, abs(x) & 255
    y = 0xffff << 8 if entry >= 255 else (SIGMOID[entry] << 8) + rest * (SIGMOID[entry + 1] - SIGMOID[entry])
    return (y - (1 << 23) + 128 if x >= 0 else -y + (1 << 23) + 127) >> 8


def table(low, high, curve, real, steps=32768):
    low, high, two = real(low), real(high), real(2)
    step = (high - low) / real(512)
    steps = real(steps)
    near = lambda value: real(away(value))
    entries = []
    for i in range(512):
        x = low + real(i) * step
        here = near(curve(x) * steps)
        line = near((curve(low + real(i + 1) * step) * steps + here) / two)
        entries.append(here - near((line - near(curve(x + step / two) * steps)) / two))
    entries.append(near(curve(high) * steps))
    return [int(min(max(entry, -32768), 32767)) for entry in entries]


EXP = table(-10, 0, np.exp, np.float32)
RECIPROCAL = table(0, 1, lambda x: np.float32(1) / (np.float32(1) + x), np.float32)


def look_up(entries, x):
    entry = 256 + (x >> 7)
    return entries[entry] + (((entries[entry + 1] - entries[entry]) * (x & 127) + 64) >> 7)


def softmax(scale, scores):
    exps = [look_up(EXP, max(rescale(x - max(scores), multiplier(float(np.float32(scale)) / (10 / 65535))) + 32767, -32768))
            for x in scores]
    total = sum(exps)
    headroom = 32 - total.bit_length()
    mantissa = ((total << (headroom - 1)) + (1 << 13)) >> 14
    inverse = look_up(RECIPROCAL, min(max(mantissa - (1 << 15) - (1 << 16), -32768), 32767))
    shift = 31 - headroom
    return [min(max((e * inverse + (1 << shift - 1)) >> shift, 0), 32767) for e in exps]


def by_table(curve, scale_in, scale_out):
    """Of all 16-bit numbers: TensorFlow Lite's LUTPopulate<int16_t>, in single precision."""
    one = np.float32
    steps = one(65536) / (one(scale_out) * one(32767) - one(scale_out) * one(-32768))
    entries = table(one(scale_in) * one(-32768), one(scale_in) * one(32767), curve, one, steps)
    return lambda x: look_up(entries, x)


def gelu(x):
    return np.float32(0.5) * x * (np.float32(1) + np.float32(math.erf(float(x * np.float32(math.sqrt(0.5))))))


def elu(x):
    return x if x >= 0 else np.float32(math.exp(float(x))) - np.float32(1)


def hard(x, scale_in, scale_out, gated):
    """The exact value in steps of the output."""
    real = Fraction(float(np.float32(scale_in))) * x
    gate = min(max(real + 3, Fraction(0)), Fraction(6)) / 6
    return float(gate * (real if gated else 1) / Fraction(float(np.float32(scale_out))))


draw = np.random.default_rng(1)
inputs = [-32768, 32767, 0, 1, -1, 2, -2, 100, -100] + [int(v) for v in draw.integers(-32768, 32768, 51)]
emit("int16_inputs", inputs)
for name, scale in (("narrow", 2.0**-12), ("odd", 0.000123), ("wide", 0.0071)):
    emit(f"int16_sigmoid_{name}", [sigmoid(scale, x) for x in inputs])
    emit(f"int16_tanh_{name}", [tanh(scale, x) for x in inputs])
    emit(f"int16_softmax_{name}", sum((softmax(scale, inputs[i:i + 12]) for i in range(0, 60, 12)), []))
for name, scale, scale_out in (("narrow", 2.0**-12, 2.0**-12), ("odd", 0.000123, 0.000125), ("wide", 0.0071, 0.0069)):
    emit(f"int16_gelu_{name}", [by_table(gelu, scale, scale_out)(x) for x in inputs])
    emit(f"int16_elu_{name}", [by_table(elu, scale, scale_out)(x) for x in inputs])
    emit(f"int16_hard_swish_{name}", [hard(x, scale, scale_out, True) for x in inputs], "float")
    emit(f"int16_hard_sigmoid_{name}", [hard(x, scale, 2.0**-15, False) for x in inputs], "float")
out.write("\n// clang-format on\n}  // namespace reference\n")
