#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes self_attention_bytes_reference.hpp: int8 attention in plain integers, after the descriptions of TensorFlow Lite's
FullyConnected, BatchMatMul and Softmax. Independent of mote: nothing but Python's integers.

    cd tests/nn; /usr/bin/python3 self_attention_bytes_reference.py > self_attention_bytes_reference.hpp
"""
import math
import random
from fractions import Fraction

from tflite_arithmetic import half_up, multiplier, rescale


def byte(x, zero=0):
    return max(-128, min(127, x + zero))


def high(a, b):
    """The doubling high multiply: a b / 2^31 to the nearest, ties towards more, but for division towards zero."""
    product = a * b
    nudged = product + (2**30 if product >= 0 else 1 - 2**30)
    return abs(nudged) // 2**31 * (1 if nudged >= 0 else -1)


def q0(real):
    return int(Fraction(real) * 2**31 + Fraction(1, 2))


def exp_of_negative(a):
    """e^a for a <= 0 with 26 binary places, as 31: the Taylor series around -1/8 for what is left of a quarter, then a factor
    for each quarter, half, one, two, four, eight and sixteen."""
    if a == 0:
        return 2**31 - 1
    quarter = 2**24
    remainder = a % quarter - quarter
    x = (remainder << 5) + 2**28
    x2 = high(x, x)
    x3, x4 = high(x2, x), high(x2, x2)
    tail = half_up(high(half_up(x4, 2) + x3, q0(Fraction(1, 3))) + x2, 1)
    eighth = q0(math.exp(-0.125))
    result = eighth + high(eighth, x + tail)
    quarters = (remainder - a) // quarter
    for bit in range(7):
        if quarters >> bit & 1:
            result = high(result, q0(math.exp(-(2.0 ** (bit - 2)))))
    return result


def reciprocal_of_one_plus(a):
    """1 / (1 + a), both with 31 places: three steps of Newton and Raphson's."""
    half = (a + 2**31) // 2
    x = 1515870810 + high(half, -1010580540)
    for _ in range(3):
        x += 4 * high(x, 2**29 - high(half, x))
    return min(2 * x, 2**31 - 1)


def softmax(scores, factor, lowest):
    largest = max(scores)
    exps = [exp_of_negative(high((s - largest) << factor[1], factor[0])) if s - largest >= lowest else None for s in scores]
    total = sum(half_up(e, 12) for e in exps if e is not None)
    headroom = 32 - total.bit_length()
    scale = reciprocal_of_one_plus((total << headroom) - 2**31)
    return [-128 if e is None else byte(half_up(high(scale, e), 12 - headroom + 31 - 8) - 128) for e in exps]


class Attention:
    def __init__(self, seed, steps, features, units, sharpness):
        draw = random.Random(seed)
        self.steps, self.features, self.units = steps, features, units
        self.zero_x, self.zero_y, self.zero_score = draw.randint(-60, 60), draw.randint(-40, 40), draw.randint(-9, 9)
        self.parts = []
        for _ in range(3):
            weights = [[draw.randint(-127, 127) for _ in range(features)] for _ in range(units)]
            biases = [draw.randint(-9000, 9000) for _ in range(units)]
            real = [draw.uniform(0.5, 1) / (128 * math.sqrt(features)) for _ in range(units)]
            self.parts.append((weights, biases, [multiplier(r) for r in real]))
        self.score_factor = multiplier(draw.uniform(0.7, 1) / (60 * math.sqrt(units)))
        self.softmax_factor = multiplier(sharpness * 2**26)
        self.lowest = -((31 << 26) >> self.softmax_factor[1])
        self.output_factor = multiplier(draw.uniform(1, 1.5) / 256)
        self.x = [[draw.randint(-128, 127) for _ in range(features)] for _ in range(steps)]

    def project(self, part):
        weights, biases, factors = self.parts[part]
        return [[byte(rescale(sum(w * (v - self.zero_x) for w, v in zip(row, x)) + bias, factor))
                 for row, bias, factor in zip(weights, biases, factors)] for x in self.x]

    def run(self):
        q, k, v = (self.project(part) for part in range(3))
        y = []
        for row in q:
            scores = [byte(rescale(sum(a * b for a, b in zip(row, other)), self.score_factor), self.zero_score) for other in k]
            shares = softmax(scores, self.softmax_factor, self.lowest)
            y += [byte(rescale(sum((s + 128) * value[u] for s, value in zip(shares, v)), self.output_factor), self.zero_y)
                  for u in range(self.units)]
        return y


def flat(rows):
    return [value for row in rows for value in row]


def braces(values):
    return "{" + ", ".join(str(v) for v in values) + "}"


def stage(factors, zero):
    return f"{{{braces(m for m, _ in factors)}, {braces(s for _, s in factors)}, {zero}}}"


def show(name, layer):
    shape = f"{{{layer.units}}}, {layer.features}, {layer.steps}"
    print(f"inline constexpr mote::nn::SelfAttentionBytes<mote::nn::AttentionConfig{shape}>::Quantized {name}_numbers{{")
    for weights, biases, factors in layer.parts:
        print(f"    {{{braces(flat(weights))},\n     {braces(biases)}, {stage(factors, 0)}, {layer.zero_x}}},")
    m, shift = layer.softmax_factor
    print(f"    {stage([layer.score_factor], layer.zero_score)}, {{{m}, {shift}, {layer.lowest}}}, "
          f"{stage([layer.output_factor], layer.zero_y)}}};")
    for what, values in (("input", flat(layer.x)), ("output", layer.run())):
        print(f"inline constexpr std::array<std::int8_t, {len(values)}> {name}_{what}{braces(values)};")
    print()


print("""// SPDX-License-Identifier: MIT
// Written by self_attention_bytes_reference.py; not to be edited.
// clang-format off
#pragma once

#include <array>
#include <cstdint>

#include "mote/nn/self_attention_bytes.hpp"

namespace reference {
""")
show("small", Attention(1, steps=3, features=4, units=2, sharpness=0.05))
show("odd", Attention(2, steps=6, features=5, units=7, sharpness=0.02))
show("sharp", Attention(3, steps=5, features=3, units=4, sharpness=0.9))
show("long_one", Attention(4, steps=19, features=8, units=16, sharpness=0.03))
print("}  // namespace reference")
