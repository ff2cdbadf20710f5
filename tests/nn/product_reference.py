#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes product_reference.hpp: what a plain reading of TensorFlow Lite Micro's MUL makes of bytes and of 16-bit
numbers: (a - zero of a) * (b - zero of b), by the quotient of the scales, plus the output's zero, cut off. Run it in
this folder."""
import numpy as np

from tflite_arithmetic import multiplier, rescale

out = open("product_reference.hpp", "w")
out.write("// SPDX-License-Identifier: MIT\n// Written by product_reference.py.\n#pragma once\n\n#include <array>\n"
          "#include <cstdint>\n\nnamespace reference {\n\n// clang-format off\n")


def emit(name, values, type):
    out.write(f"inline constexpr std::array<{type}, {len(values)}> {name}{{\n")
    for i in range(0, len(values), 16):
        out.write("    " + ", ".join(str(int(v)) for v in values[i:i + 16]) + ",\n")
    out.write("};\n")


def single(scale):
    return float(np.float32(scale))


def product(a, b, scales, zeros, lowest, highest):
    factor = multiplier(single(scales[0]) * single(scales[1]) / single(scales[2]))
    return [min(max(rescale((int(x) - zeros[0]) * (int(y) - zeros[1]), factor) + zeros[2], lowest), highest)
            for x, y in zip(a, b)]


draw = np.random.default_rng(2)
ends = [(-128, -128), (-128, 127), (127, -128), (127, 127), (0, 0)]
a = [x for x, _ in ends] + list(draw.integers(-128, 128, 43))
b = [y for _, y in ends] + list(draw.integers(-128, 128, 43))
emit("product_a", a, "std::int8_t")
emit("product_b", b, "std::int8_t")
emit("product_y", product(a, b, (0.031, 0.007, 0.019), (-12, 100, -7), -128, 127), "std::int8_t")
emit("product_relu6_y", product(a, b, (0.31, 0.07, 0.06), (-12, 100, -90), -90, 10), "std::int8_t")
emit("product_fine_y", product(a, b, (0.31, 0.7, 0.019), (-128, 127, 127), -128, 127), "std::int8_t")
a = [256 * x + (255 if x > 0 else 0) for x, _ in ends] + list(draw.integers(-32768, 32768, 43))
b = [256 * y + (255 if y > 0 else 0) for _, y in ends] + list(draw.integers(-32768, 32768, 43))
emit("product_words_a", a, "std::int16_t")
emit("product_words_b", b, "std::int16_t")
emit("product_words_y", product(a, b, (0.00031, 2.0**-15, 0.00028), (0, 0, 0), -32768, 32767), "std::int16_t")
emit("product_words_relu_y", product(a, b, (0.0004, 0.00013, 0.0011), (0, 0, 0), 0, 32767), "std::int16_t")
out.write("\n// clang-format on\n}  // namespace reference\n")
