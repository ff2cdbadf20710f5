#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes sequence_reference.hpp: layers of sequences by PyTorch in double precision, padded as TensorFlow pads, with
weights in mote's order, and an int8 transposed convolution in plain integers. Run it in this folder."""
import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(3)
out = open("sequence_reference.hpp", "w")
out.write("// SPDX-License-Identifier: MIT\n// Written by sequence_reference.py.\n#pragma once\n\n#include <array>\n"
          "#include <cstdint>\n\nnamespace reference {\n\n// clang-format off\n")


def emit(name, values, ctype="double"):
    values = np.asarray(values).reshape(-1)
    texts = [f"{v:.17g}" for v in values] if ctype == "double" else [str(int(v)) for v in values]
    out.write(f"inline constexpr std::array<{ctype}, {len(texts)}> {name}{{\n")
    step = 5 if ctype == "double" else 24
    for i in range(0, len(texts), step):
        out.write("    " + ", ".join(texts[i:i + step]) + ",\n")
    out.write("};\n")


def pads(padding, size, kernel, stride, dilation):
    reach = (kernel - 1) * dilation + 1
    if padding == "valid":
        return 0, 0
    if padding == "causal":
        return reach - 1, 0
    total = max((-(-size // stride) - 1) * stride + reach - size, 0)
    return total // 2, total - total // 2


STEPS, FEATURES = 11, 3
x = torch.randn(1, FEATURES, STEPS)
emit("sequence", x[0].T)


def time_major(y):
    return y[0].T.numpy()


for name, padding, filters, kernel, stride, dilation, groups, relu in (
        ("conv1d_same", "same", 2, 4, 2, 1, 1, True), ("conv1d_causal", "causal", 2, 3, 1, 4, 1, False),
        ("conv1d_strided", "causal", 2, 3, 3, 2, 1, False), ("conv1d_valid", "valid", 4, 5, 2, 2, 1, False),
        ("depthwise1d", "same", 6, 3, 2, 1, FEATURES, False)):
    w, b = torch.randn(filters, FEATURES // groups, kernel), torch.randn(filters)
    y = F.conv1d(F.pad(x, pads(padding, STEPS, kernel, stride, dilation)), w, b, stride, 0, dilation, groups)
    order = w[:, 0].T if groups > 1 else w.permute(0, 2, 1)
    emit(name + "_weights", torch.cat([order.reshape(-1), b]))
    emit(name + "_output", time_major(F.relu(y) if relu else y))

before, after = pads("same", STEPS, 3, 2, 1)
padded = F.pad(x, (before, after))
shares = F.avg_pool1d(F.pad(torch.ones(1, 1, STEPS), (before, after)), 3, 2)  # what of a window is in the sequence
emit("average1d_output", time_major(F.avg_pool1d(padded, 3, 2) / shares))
emit("max1d_output", time_major(F.max_pool1d(x, 4, 2)))

for name, padding, kernel, stride in (("transposed_valid", "valid", 5, 2), ("transposed_same", "same", 6, 3),
                                      ("transposed_gaps", "valid", 2, 3)):
    w, b = torch.randn(FEATURES, 2, kernel), torch.randn(2)
    y = F.conv_transpose1d(x, w, None, stride)
    overlap = max(kernel - stride, 0)
    length = STEPS * stride + (overlap if padding == "valid" else 0)
    cut = overlap // 2 if padding == "same" else 0
    y = F.pad(y, (0, max(cut + length - y.shape[2], 0)))[:, :, cut:cut + length] + b[:, None]
    emit(name + "_weights", torch.cat([w.permute(1, 2, 0).reshape(-1), b]))
    emit(name + "_output", time_major(y))

# --- int8: scatter in integers, then the specification's two roundings.
rng = np.random.default_rng(5)
q = rng.integers(-128, 128, (STEPS, FEATURES))
w, b = rng.integers(-127, 128, (2, 6, FEATURES)), rng.integers(-3000, 3000, 2)
multiplier, shift = rng.integers(1 << 30, 1 << 31, 2), -rng.integers(6, 9, 2)
total = np.zeros((STEPS * 3 + 3, 2), np.int64)
for t in range(STEPS):
    for k in range(6):
        total[t * 3 + k] += w[:, k] @ (q[t] + 7)
total = total[1:1 + STEPS * 3] + b


def half_away(value, n):
    return (abs(value) + (1 << (n - 1)) >> n) * (1 if value >= 0 else -1)


emit("q_sequence", q, "std::int8_t")
emit("q_transposed_weights", w, "std::int8_t")
emit("q_transposed_bias", b, "std::int32_t")
emit("q_transposed_multiplier", multiplier, "std::int32_t")
emit("q_transposed_shift", shift, "std::int8_t")
emit("q_transposed_output",
     [[min(max(half_away((int(row[f]) * int(multiplier[f]) + (1 << 30)) >> 31, -int(shift[f])) + 4, -128), 127)
       for f in range(2)] for row in total], "std::int8_t")
out.write("// clang-format on\n\n}  // namespace reference\n")
