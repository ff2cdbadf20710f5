#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes digits.hpp: one held-out image of each digit, pixels from 0 to 16. Run it in this folder."""
import numpy as np

data = np.loadtxt("../../data/digits.csv", delimiter=",", skiprows=1).astype(int)[::5]
with open("digits.hpp", "w") as out:
    out.write("// SPDX-License-Identifier: MIT\n// Written by digits.py.\n#pragma once\n\n#include <array>\n"
              "#include <cstdint>\n\n/// One image of each digit from 0 to 9, 8 x 8 pixels from 0 to 16.\n"
              "inline constexpr std::array<std::array<std::int8_t, 64>, 10> digit_images{{\n    // clang-format off\n")
    for digit in range(10):
        pixels = data[np.argmax(data[:, 64] == digit), :64]
        out.write("    {" + ",\n     ".join(", ".join(map(str, row)) for row in pixels.reshape(4, 16)) + "},\n")
    out.write("    // clang-format on\n}};\n")
