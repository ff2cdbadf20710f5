#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes activation_reference.hpp: curves and their slopes by PyTorch in double precision, and what a plain reading
of TensorFlow Lite's integer kernels makes of all bytes. Run it in this folder."""
import math

import numpy as np
import torch
import torch.nn.functional as F

from tflite_arithmetic import half_up, multiplier, rescale

torch.set_default_dtype(torch.float64)
out = open("activation_reference.hpp", "w")
out.write("// SPDX-License-Identifier: MIT\n// Written by activation_reference.py.\n#pragma once\n\n#include <array>\n"
          "#include <cstdint>\n\nnamespace reference {\n\n// clang-format off\n")


def emit(name, values, ctype="double"):
    values = np.asarray(values).reshape(-1)
    texts = [f"{v:.17g}" for v in values] if ctype == "double" else [str(int(v)) for v in values]
    out.write(f"inline constexpr std::array<{ctype}, {len(texts)}> {name}{{\n")
    step = 5 if ctype == "double" else 24
    for i in range(0, len(texts), step):
        out.write("    " + ", ".join(texts[i:i + step]) + ",\n")
    out.write("};\n")


# PyTorch's own hardsigmoid and hardswish hold 1/6 in single precision when they go back.
points = torch.tensor([-20, -9, -5, -3.25, -2.75, -2, -1.5, -0.6, -0.1, 0.05, 0.4, 1, 1.7, 2.9, 3.1, 4.5, 7, 15])
emit("curve_points", points)
for name, curve in (("leaky_relu", lambda x: F.leaky_relu(x, 0.1)), ("elu", lambda x: F.elu(x, 1.5)),
                    ("hard_sigmoid", lambda x: F.relu6(x + 3) / 6), ("hard_swish", lambda x: x * F.relu6(x + 3) / 6), ("sigmoid", torch.sigmoid),
                    ("tanh", torch.tanh), ("gelu", F.gelu),
                    ("tanh_gelu", lambda x: F.gelu(x, approximate="tanh"))):
    x = points.clone().requires_grad_()
    y = curve(x)
    y.sum().backward()
    emit(name + "_values", y.detach())
    emit(name + "_slopes", x.grad)


# --- integers, rounded to nearest where the specification says so, as exact rationals
def high(a, b, bits=31):
    """a * b / 2^bits to the nearest; ties upward."""
    p = a * b
    nudge = (1 << (bits - 1)) if p >= 0 else 1 - (1 << (bits - 1))
    return int(math.trunc((p + nudge) / (1 << bits))) if bits == 15 else (
        (p + nudge) >> bits if p + nudge >= 0 else -(-(p + nudge) >> bits))


def saturate(x, bits):
    return min(max(x, -(1 << (bits - 1))), (1 << (bits - 1)) - 1)


def exp_negative(a, integer_bits):
    if a == 0:
        return 2**31 - 1
    fraction_bits = 31 - integer_bits
    quarter = 1 << (fraction_bits - 2)
    rest = (a & (quarter - 1)) - quarter
    t = (rest << integer_bits) + (1 << 28)
    t2 = high(t, t)
    t3, t4 = high(t2, t), high(t2, t2)
    y = 1895147668 + high(1895147668, t + half_up(high(half_up(t4, 2) + t3, 715827883) + t2, 1))
    for power in range(-2, integer_bits):
        if (rest - a) >> (fraction_bits + power) & 1:
            y = high(y, int(math.floor(math.exp(-2.0**power) * 2**31 + 0.5)))
    return y


def newton(a):
    """2 / (1 + a) with two integer bits."""
    half = half_up(a + 2**31 - 1, 1)
    x = 1515870810 + high(half, -1010580540)
    for _ in range(3):
        x += saturate(high(x, (1 << 29) - high(half, x)) << 2, 32)
    return x


def logistic(a):
    if a == 0:
        return 1 << 30
    positive = saturate(newton(exp_negative(-abs(a), 4)) << 1, 32)
    return positive if a > 0 else 2**31 - 1 - positive


def hyperbolic(a):
    if a == 0:
        return 0
    size = saturate((newton(exp_negative(-abs(a), 5)) - (1 << 29)) << 2, 32)
    return size if a > 0 else -size


def sigmoid_or_tanh(curve, scale, zero, bits, zero_out):
    factor = multiplier(float(np.float32(scale)) * 2**27)
    radius = int(math.floor(15 * 2.0**27 / 2.0**factor[1]))
    table = []
    for x in range(-128 - zero, 128 - zero):
        if abs(x) >= radius:
            table.append(127 if x > 0 else -128)
        else:
            table.append(saturate(half_up(curve(rescale(x, factor)), 31 - bits) + zero_out, 8))
    return table


def leaky_relu(scale, zero, scale_out, zero_out, alpha):
    single, single_out = np.float32(scale), np.float32(scale_out)  # the kernel prepares its factors in these
    above = multiplier(float(single / single_out))
    below = multiplier(float(single * np.float32(alpha) / single_out))
    return [saturate(zero_out + rescale(x, above if x >= 0 else below), 8) for x in range(-128 - zero, 128 - zero)]


def hard_swish(scale, zero, scale_out, zero_out):
    fine = np.float32(scale) / np.float32(128)  # and here

    def short(real):
        whole, exponent = multiplier(real)
        return (32767 if whole >= 2**31 - 2**15 else (whole + 2**15) >> 16), exponent

    gate, result = short(float(fine / np.float32(3 / 32768))), short(float(fine / np.float32(scale_out)))
    table = []
    for x in range(-128 - zero, 128 - zero):
        fine_x = x * 128
        scaled = high(fine_x, result[0], 15)
        opened = saturate(fine_x << (gate[1] - 1), 16) if gate[1] > 0 else fine_x
        opened = high(opened, gate[0], 15)
        if gate[1] > 0:
            opened = saturate(opened << 1, 16)
        if gate[1] < 0:
            opened = half_up(opened, -gate[1])
        opened = (opened + 2**15) >> 1
        table.append(saturate(half_up(int(opened * scaled / 2**15), -result[1]) + zero_out, 8))
    return table


def from_real(curve, scale, zero, scale_out, zero_out):
    x = torch.tensor([np.float32(scale) * np.float32(q - zero) for q in range(-128, 128)])
    y = (curve(x).numpy() * (np.float32(1) / np.float32(scale_out))).astype(float)
    return np.clip(np.sign(y) * np.floor(np.abs(y) + 0.5) + zero_out, -128, 127)


emit("sigmoid_bytes", sigmoid_or_tanh(logistic, 0.05, 12, 8, -128), "std::int8_t")
emit("sigmoid_coarse_bytes", sigmoid_or_tanh(logistic, 0.17, -3, 8, -128), "std::int8_t")
emit("tanh_bytes", sigmoid_or_tanh(hyperbolic, 0.05, 12, 7, 0), "std::int8_t")
emit("tanh_coarse_bytes", sigmoid_or_tanh(hyperbolic, 0.17, -3, 7, 0), "std::int8_t")
emit("leaky_relu_bytes", leaky_relu(0.05, 12, 0.04, -90, 0.1), "std::int8_t")
# Factors in double precision would round one byte of it otherwise.
emit("leaky_relu_close_bytes", leaky_relu(0.0852047279, 0, 0.076050505, 0, 0.3), "std::int8_t")
emit("hard_swish_bytes", hard_swish(0.05, 12, 0.03, -100), "std::int8_t")
emit("hard_swish_fine_bytes", hard_swish(0.01, 0, 0.008, -10), "std::int8_t")
emit("elu_bytes", from_real(lambda x: F.elu(x, 1.5), 0.05, 12, 0.04, -90), "std::int8_t")
emit("gelu_bytes", from_real(F.gelu, 0.05, 12, 0.03, -120), "std::int8_t")
emit("tanh_gelu_bytes", from_real(lambda x: F.gelu(x, approximate="tanh"), 0.05, 12, 0.03, -120), "std::int8_t")
# Every second positive entry is a tie, 20 of which a division would round the other way.
emit("elu_tied_bytes", from_real(F.elu, 0.011, 12, 0.022, -90), "std::int8_t")
emit("hard_sigmoid_bytes", from_real(lambda x: F.relu6(x + 3) / 6, 0.05, 12, 1 / 256, -128), "std::int8_t")
out.write("// clang-format on\n\n}  // namespace reference\n")
