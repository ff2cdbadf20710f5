#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes tests/kernels/reference_values.hpp: int8 layers and rescaling by NumPy and exact integers.

An independent statement of TensorFlow Lite's reference arithmetic: 64-bit convolution of a padded image, the
doubling high multiply as gemmlowp writes it (nudge, then division that truncates), the rounding shift as a
fraction rounded half away from zero. Inputs come from formulas that the test repeats, so only outputs are kept.
"""
from fractions import Fraction
import math
import pathlib

import numpy as np


def rescale(x, multiplier, shift):
    product = x * 2 ** max(shift, 0) * multiplier
    nudged = product + (2**30 if product >= 0 else 1 - 2**30)
    high = abs(nudged) // 2**31 * (1 if nudged >= 0 else -1)
    scaled = Fraction(high, 2 ** max(-shift, 0))
    magnitude = math.floor(abs(scaled) + Fraction(1, 2))
    return magnitude if scaled >= 0 else -magnitude


def cyclic(count, factor, offset, modulus, lowest):
    return (np.arange(count, dtype=np.int64) * factor + offset) % modulus + lowest


def layer(h, w, c, oh, ow, f, kh, kw, stride, dilation, top, left, depthwise, zero_point, output_zero_point, lowest):
    x = cyclic(h * w * c, 73, 19, 256, -128).reshape(h, w, c)
    reach_y, reach_x = (oh - 1) * stride + (kh - 1) * dilation + 1, (ow - 1) * stride + (kw - 1) * dilation + 1
    canvas = np.full((max(reach_y, h + top), max(reach_x, w + left), c), zero_point, dtype=np.int64)
    canvas[top:top + h, left:left + w] = x
    canvas -= zero_point
    bias = cyclic(f, 7919, 0, 4001, -2000)
    weights = cyclic(kh * kw * (1 if depthwise else c) * f, 151, 7, 255, -127)
    out = np.zeros((oh, ow, f), dtype=np.int64)
    for oy in range(oh):
        for ox in range(ow):
            window = canvas[oy * stride:oy * stride + (kh - 1) * dilation + 1:dilation,
                            ox * stride:ox * stride + (kw - 1) * dilation + 1:dilation]
            if depthwise:
                expanded = np.repeat(window, f // c, axis=2)
                sums = (expanded * weights.reshape(kh, kw, f)).sum(axis=(0, 1))
            else:
                sums = np.einsum("fyxc,yxc->f", weights.reshape(f, kh, kw, c), window)
            for k in range(f):
                multiplier = 2**30 + k * 715827883 % 2**30
                scaled = rescale(int(sums[k] + bias[k]), multiplier, -8 + k % 3) + output_zero_point
                out[oy, ox, k] = min(max(scaled, lowest), 127)
    return out.ravel()


def main():
    lines = ["// SPDX-License-Identifier: MIT", "// Written by tests/data/kernels_reference.py.", "#pragma once", "",
             "#include <array>", "#include <cstdint>", "", "namespace mote::testing::reference_values {", "",
             "struct Rescaled {", "    std::int32_t x, multiplier;", "    int shift;", "    std::int32_t result;", "};", ""]
    rows = []
    for x in (0, 1, -1, 3, -3, 5, -5, 127, -128, 1000, -1000, 2**20 + 1, -2**20 - 1, 2**31 - 1, -2**31):
        for multiplier, shift in ((2**30, 0), (2**30, -1), (2**31 - 1, 0), (2**30 + 12345, -7), (2**30, -30),
                                  (2**31 - 1, -31), (1518500250, -2), (0, -3)):
            rows.append((x, multiplier, shift, rescale(x, multiplier, shift)))
    for x, multiplier, shift in ((3, 2**30, 4), (-3, 2**30 + 1, 10), (1, 2**31 - 1, 30), (-1, 2**30, 30)):
        rows.append((x, multiplier, shift, rescale(x, multiplier, shift)))
    text = lambda v: "INT32_MIN" if v == -2**31 else str(v)
    lines.append(f"inline constexpr std::array<Rescaled, {len(rows)}> rescaled = {{{{")
    lines += ["    {" + ", ".join(text(v) for v in row) + "}," for row in rows] + ["}};", ""]
    layers = {
        "conv_same": (4, 5, 3, 4, 5, 4, 3, 3, 1, 1, 1, 1, False, -7, 11, -128),
        "conv_stride": (7, 6, 2, 3, 3, 5, 3, 2, 2, 1, 0, 0, False, 127, -128, -128),
        "conv_dilated": (6, 6, 1, 6, 6, 2, 3, 3, 1, 2, 2, 2, False, -128, 0, 0),
        "dense": (1, 1, 37, 1, 1, 9, 1, 1, 1, 1, 0, 0, False, 3, -5, -128),
        "depthwise_same": (5, 4, 3, 5, 4, 3, 3, 3, 1, 1, 1, 1, True, -4, 20, -128),
        "depthwise_doubled": (5, 5, 2, 3, 3, 4, 3, 3, 2, 1, 1, 1, True, 9, -9, -9),
    }
    for name, arguments in layers.items():
        values = layer(*arguments)
        lines.append(f"inline constexpr std::array<std::int8_t, {len(values)}> {name} = {{")
        lines += ["    " + " ".join(f"{v}," for v in values[i:i + 20]) for i in range(0, len(values), 20)]
        lines += ["};", ""]
    lines.append("}  // namespace mote::testing::reference_values")
    target = pathlib.Path(__file__).parents[1] / "kernels" / "reference_values.hpp"
    target.write_text("\n".join(lines) + "\n")


main()
