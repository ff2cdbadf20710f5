#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes published_changes.hpp: streams on which others publish what their change detectors find, drawn once more as
their documentation or their tests draw them. What they publish is in published_changes.test.cpp.

Run as: python3 tests/anomaly/published_changes.py (made with Python 3.11, numpy 1.24, scipy 1.10).
"""
import pathlib
import random

import numpy as np
from scipy.stats import norm

here = pathlib.Path(__file__).parent


def r_normal(seed, count):
    """R's rnorm after set.seed(seed): its scrambled seeds, Mersenne twister, and inversion of 27 and 32 bits."""
    words = []
    for i in range(50 + 625):
        seed = (69069 * seed + 1) & 0xFFFFFFFF
        words.append(seed)
    twister = np.random.RandomState()
    twister.set_state(("MT19937", np.array(words[51:], dtype=np.uint32), 624))
    uniform = lambda: int.from_bytes(twister.bytes(4), "little") * 2.3283064365386963e-10
    return [norm.ppf((int(2**27 * uniform()) + uniform()) / 2**27) for _ in range(count)]


# River's documentation: of KSWIN, PageHinkley and ADWIN; of DDM and HDDMA; of CUSUM.
rng = random.Random(12345)
choices = rng.choices([0, 1], k=1000) + rng.choices(range(4, 8), k=1000)
rng = random.Random(42)
failures = rng.choices([0, 1], k=1000)
failures += rng.choices([0, 1], k=1000, weights=[0.3, 0.7])
rng = random.Random(12345)
rise = [rng.gauss(mean, 1) for mean in (0, 3) for _ in range(200)]

# scikit-multiflow's test of HDDM_A: both streams from one generator.
np.random.seed(1)
always = np.concatenate([np.random.normal(mean, 0.1, 1000) > 0 for mean in (0, 0.5)]).astype(int)
twice = np.concatenate([np.random.normal(mean, 0.1, 500) > 0 for mean in (0, 0.25, 0, 0.25)]).astype(int)

# Frouros's test of its change detectors.
np.random.seed(31)
levels = np.concatenate([np.random.normal(*level, 100) for level in ((0, 0.5), (4, 0.2), (6, 0.5))])

# The introduction to the R package ocp: mean and deviation of three runs.
runs = np.array(r_normal(1, 120)) * np.repeat((2, 4, 3), (50, 20, 50)) + np.repeat((0, 20, 10), (50, 20, 50))

text = """// SPDX-License-Identifier: MIT
// Written by published_changes.py.
#pragma once

#include <string_view>

namespace published {

// clang-format off
"""
for name, stream in (("choices", choices), ("failures", failures), ("always", always), ("twice", twice)):
    digits = "".join(map(str, stream))
    lines = "\n".join(f'    "{digits[i:i + 100]}"' for i in range(0, len(digits), 100))
    text += f"inline constexpr std::string_view {name} =\n{lines};\n"
for name, stream in (("rise", rise), ("levels", levels), ("runs", runs)):
    lines = ",\n".join("    " + ", ".join(f"{x:.5f}" for x in stream[i:i + 10]) for i in range(0, len(stream), 10))
    text += f"inline constexpr double {name}[]{{\n{lines}}};\n"
(here / "published_changes.hpp").write_text(text + "// clang-format on\n\n}  // namespace published\n")
