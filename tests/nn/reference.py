#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes reference.hpp: what PyTorch (double precision) and a plain NumPy reading of the TensorFlow Lite
quantisation specification make of small seeded networks. Run it in this folder."""
import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(7)
out = open("reference.hpp", "w")
out.write("// SPDX-License-Identifier: MIT\n// Written by reference.py.\n#pragma once\n\n#include <array>\n"
          "#include <cstdint>\n\nnamespace reference {\n\n// clang-format off\n")


def emit(name, values, ctype="double"):
    values = np.asarray(values).reshape(-1)
    texts = [f"{v:.17g}" for v in values] if ctype == "double" else [str(int(v)) for v in values]
    out.write(f"inline constexpr std::array<{ctype}, {len(texts)}> {name}{{\n")
    for i in range(0, len(texts), 6):
        out.write("    " + ", ".join(texts[i:i + 6]) + ",\n")
    out.write("};\n")


def same(size, kernel, stride, dilation=1):
    """TensorFlow's padding: before and after."""
    reach = (kernel - 1) * dilation + 1
    total = max((-(-size // stride) - 1) * stride + reach - size, 0)
    return total // 2, total - total // 2


# --- float: conv 3x2 stride (2,1) same relu -> max pool 2x2 -> conv 2x2 dilation (1,2) valid -> flatten ->
#     dense 5 relu -> dense 3 -> softmax, on 9x6x2.
H, W, C = 9, 6, 2
x = torch.randn(1, C, H, W)
w1, b1 = torch.randn(4, C, 3, 2, requires_grad=True), torch.randn(4, requires_grad=True)
w2, b2 = torch.randn(3, 4, 1, 2, requires_grad=True), torch.randn(3, requires_grad=True)
top, bottom = same(H, 3, 2)
left, right = same(W, 2, 1)
a1 = F.relu(F.conv2d(F.pad(x, (left, right, top, bottom)), w1, b1, stride=(2, 1)))
a2 = F.max_pool2d(a1, 2)
a3 = F.conv2d(a2, w2, b2, dilation=(1, 2))
a4 = a3.permute(0, 2, 3, 1).reshape(1, -1)  # mote flattens height x width x channels
w5, b5 = torch.randn(5, a4.shape[1], requires_grad=True), torch.randn(5, requires_grad=True)
a5 = F.relu(F.linear(a4, w5, b5))
w6, b6 = torch.randn(3, 5, requires_grad=True), torch.randn(3, requires_grad=True)
a6 = F.linear(a5, w6, b6)
a7 = F.softmax(a6, dim=1)
loss = F.cross_entropy(a6, torch.tensor([1]))
loss.backward()


def hwc(t):
    return t.detach().permute(0, 2, 3, 1).numpy()


def flat(grad):
    parts = []
    for w, b in ((w1, b1), (w2, b2), (w5, b5), (w6, b6)):
        w, b = (w.grad, b.grad) if grad else (w.detach(), b.detach())
        parts += [w.permute(0, 2, 3, 1).reshape(-1) if w.dim() == 4 else w.reshape(-1), b]
    return torch.cat(parts).numpy()


emit("input", hwc(x))
emit("weights", flat(False))
emit("gradient", flat(True))
for name, a in (("after_conv", hwc(a1)), ("after_pool", hwc(a2)), ("after_dilated", hwc(a3)),
                ("after_hidden", a5.detach()), ("scores", a6.detach()), ("probabilities", a7.detach())):
    emit(name, a)
emit("loss", [loss.item()])

# --- the first convolution as the specification quantises it, from single-precision weights.
w32, b32 = hwc(w1).astype(np.float32), b1.detach().numpy().astype(np.float32)
x32 = hwc(x).astype(np.float32)
low, high = min(0, x32.min()), max(0, x32.max())
in_scale = np.float32((float(high) - float(low)) / 255)
emit("spec_scale", [in_scale])
emit("spec_zero_point", [round(-128 - float(low) / ((float(high) - float(low)) / 255))], "std::int8_t")
w_scale = (np.abs(w32).max(axis=(1, 2, 3)) / np.float32(127)).astype(np.float64)
emit("spec_weight_scale", w_scale)
emit("spec_weights", np.round(w32 / w_scale[:, None, None, None]), "std::int8_t")
emit("spec_bias", np.round(b32 / (w_scale * float(in_scale))), "std::int32_t")

# --- int8: the same chain in integers, from random bytes.
rng = np.random.default_rng(11)


def high_multiply(a, b):
    product = int(a) * int(b)
    nudge = (1 << 30) if product >= 0 else 1 - (1 << 30)
    quotient = abs(product + nudge) >> 31
    return quotient if product + nudge >= 0 else -quotient


def round_shift(x, n):
    mask = (1 << n) - 1
    return (x >> n) + (1 if (x & mask) > (mask >> 1) + (1 if x < 0 else 0) else 0)


def requantize(acc, multiplier, shift, zero, low, high):
    scaled = round_shift(high_multiply(int(acc) << max(shift, 0), multiplier), max(-shift, 0))
    return min(max(scaled + zero, low), high)


def conv(name, x, filters, kernel, stride, dilation, padded, zero_in, zero_out, relu):
    h, w, c = x.shape
    weights = rng.integers(-127, 128, (filters, *kernel, c))
    bias = rng.integers(-3000, 3000, filters)
    multiplier = rng.integers(1 << 30, 1 << 31, filters)
    shift = -rng.integers(6, 10, filters)
    pads = [same(s, k, t, d) if padded else (0, 0)
            for s, k, t, d in zip((h, w), kernel, stride, dilation)]
    padded_x = np.pad(x.astype(np.int64) - zero_in, (*pads, (0, 0)))
    rows, columns = ((padded_x.shape[i] - (kernel[i] - 1) * dilation[i] - 1) // stride[i] + 1 for i in (0, 1))
    y = np.empty((rows, columns, filters), np.int64)
    for oy in range(rows):
        for ox in range(columns):
            for f in range(filters):
                acc = bias[f]
                for ky in range(kernel[0]):
                    for kx in range(kernel[1]):
                        acc += np.dot(weights[f, ky, kx],
                                      padded_x[oy * stride[0] + ky * dilation[0], ox * stride[1] + kx * dilation[1]])
                y[oy, ox, f] = requantize(acc, int(multiplier[f]), int(shift[f]), zero_out,
                                          zero_out if relu else -128, 127)
    emit(name + "_weights", weights, "std::int8_t")
    emit(name + "_bias", bias, "std::int32_t")
    emit(name + "_multiplier", multiplier, "std::int32_t")
    emit(name + "_shift", shift, "std::int8_t")
    emit(name + "_zero_points", [zero_in, zero_out], "std::int8_t")
    emit(name + "_output", y, "std::int8_t")
    return y


def fixed_exp(a):
    """exp of a <= 0 with 5 integer bits, result with none: the series about -1/8 and a product per bit."""
    if a == 0:
        return (1 << 31) - 1
    remainder = (a & ((1 << 24) - 1)) - (1 << 24)
    t = (remainder << 5) + (1 << 28)
    t2 = high_multiply(t, t)
    t3, t4 = high_multiply(t2, t), high_multiply(t2, t2)
    series = t + round_shift(high_multiply(round_shift(t4, 2) + t3, 715827883) + t2, 1)
    result = 1895147668 + high_multiply(1895147668, series)
    for bit, value in enumerate(np.exp(-np.exp2(np.arange(-2.0, 5)))):
        if (remainder - a) >> (24 + bit) & 1:
            result = high_multiply(result, int(np.floor(value * 2**31 + 0.5)))
    return result


def saturating_shift(x, n):
    return min(max(x << n, -(1 << 31)), (1 << 31) - 1)


def softmax(scores, scale):
    real = min(float(np.float32(scale)) * 2**26, 2**31 - 1)
    fraction, exponent = np.frexp(real)
    multiplier, shift = int(np.floor(fraction * 2**31 + 0.5)), int(exponent)
    lowest = -int(np.floor(31 * 2**26 / 2**shift))
    differences = [int(s) - int(max(scores)) for s in scores]
    exps = [fixed_exp(high_multiply(d << shift, multiplier)) if d >= lowest else None for d in differences]
    total = sum(round_shift(e, 12) for e in exps if e is not None)
    headroom = 32 - total.bit_length()
    half = ((total << headroom) - (1 << 31) + (1 << 31) - 1 + 1) // 2
    z = 1515870810 + high_multiply(half, -1010580540)
    for _ in range(3):
        z += saturating_shift(high_multiply(z, (1 << 29) - high_multiply(half, z)), 2)
    inverse = saturating_shift(z, 1)
    return [-128 if e is None else min(max(
        round_shift(high_multiply(inverse, e), 12 - headroom + 31 - 8) - 128, -128), 127) for e in exps]


q = rng.integers(-128, 128, (9, 6, 2))
emit("q_input", q, "std::int8_t")
y = conv("q_conv", q, 4, (3, 2), (2, 1), (1, 1), True, -5, 3, True)
y = y[:4].reshape(2, 2, 3, 2, 4).max(axis=(1, 3))
emit("q_pool_output", y, "std::int8_t")
y = conv("q_dilated", y, 3, (1, 2), (1, 1), (1, 2), False, 3, -20, False)
y = conv("q_hidden", y.reshape(1, 1, -1), 5, (1, 1), (1, 1), (1, 1), False, -20, -128, True)
y = conv("q_scores", y, 3, (1, 1), (1, 1), (1, 1), False, -128, 10, False)
emit("q_probabilities", softmax(y.reshape(-1), 0.05), "std::int8_t")

scales = [0.001, 0.02, 0.1, 0.5, 3.0]
rows = rng.integers(-128, 128, (len(scales), 12))
rows[0] = 5
rows[4, :2] = 127
emit("softmax_scale", scales)
emit("softmax_input", rows, "std::int8_t")
emit("softmax_output", [softmax(r, s) for r, s in zip(rows, scales)], "std::int8_t")
ladder = np.arange(-128, 128)
emit("softmax_ladder", softmax(ladder, 0.04), "std::int8_t")

out.write("// clang-format on\n\n}  // namespace reference\n")
