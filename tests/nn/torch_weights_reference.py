#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes torch_weights_reference.hpp: three PyTorch models, their numbers in mote's order by the expressions of
docs/from_keras_or_pytorch.md, and what the models answer. Two of them are also laid out as Keras keeps its kernels, and
must come back the same by the page's expressions for Keras. Run it in this folder."""
import numpy as np
import torch
from torch import nn

torch.manual_seed(8)
out = open("torch_weights_reference.hpp", "w")
out.write("// SPDX-License-Identifier: MIT\n// Written by torch_weights_reference.py.\n#pragma once\n\n#include <array>\n\n"
          "namespace reference {\n\n// clang-format off\n")


def flat(*parts):
    return np.concatenate([np.asarray(part, dtype=np.float32).reshape(-1) for part in parts])


def emit(name, *parts):
    values = flat(*parts)
    out.write(f"inline constexpr std::array<float, {len(values)}> {name}{{\n")
    for i in range(0, len(values), 8):
        out.write("    " + ", ".join(f"{v:.9g}" + ("" if "." in f"{v:.9g}" or "e" in f"{v:.9g}" else ".") + "f"
                                     for v in values[i:i + 8]) + ",\n")
    out.write("};\n")


def numbers(module):
    return {name: value.detach() for name, value in module.state_dict().items()}


def conv2d(m):
    return m["weight"].permute(0, 2, 3, 1), m["bias"]


def depthwise2d(m):
    return m["weight"].permute(2, 3, 0, 1), m["bias"]


def conv1d(m):
    return m["weight"].permute(0, 2, 1), m["bias"]


def depthwise1d(m):
    return m["weight"].permute(2, 0, 1), m["bias"]


def transposed1d(m):
    return m["weight"].permute(1, 2, 0), m["bias"]


def normalization(m):
    return m["weight"], m["bias"], m["running_mean"], m["running_var"]


def linear(m):
    return m["weight"], m["bias"]


def linear_of_image(m, channels, height, width):
    weight = m["weight"].reshape(-1, channels, height, width)
    return weight.permute(0, 2, 3, 1), m["bias"]


# Images: 2 channels of 6 x 5.
conv, batch, deep, dense = nn.Conv2d(2, 4, (3, 2)), nn.BatchNorm2d(4), nn.Conv2d(4, 8, 2, groups=4), nn.Linear(8 * 3 * 3, 3)
with torch.no_grad():
    batch.weight.uniform_(0.5, 2), batch.bias.normal_(), batch.running_mean.normal_(), batch.running_var.uniform_(0.5, 2)
image = torch.randn(1, 2, 6, 5)
model = nn.Sequential(conv, batch, nn.ReLU(), deep, nn.Hardswish(), nn.Flatten(), dense, nn.Softmax(1)).eval()
emit("image", image[0].permute(1, 2, 0))
weights = flat(*conv2d(numbers(conv)), *normalization(numbers(batch)), *depthwise2d(numbers(deep)),
               *linear_of_image(numbers(dense), 8, 3, 3))
emit("image_weights", weights)
emit("image_output", model(image).detach())

# The same, as Keras keeps it: kernels [ky][kx][in][out], depthwise [ky][kx][in][multiplier], Dense [in][out].
kernel = numbers(conv)["weight"].permute(2, 3, 1, 0).numpy()
depthwise_kernel = numbers(deep)["weight"].reshape(4, 2, 2, 2).permute(2, 3, 0, 1).numpy()
dense_kernel = numbers(dense)["weight"].reshape(3, 8, 3, 3).permute(2, 3, 1, 0).reshape(-1, 3).numpy()
assert np.array_equal(weights, flat(
    kernel.transpose(3, 0, 1, 2), numbers(conv)["bias"], *normalization(numbers(batch)), depthwise_kernel,
    numbers(deep)["bias"], dense_kernel.T, numbers(dense)["bias"]))

# Sequences: 9 steps of 3 features.
causal, steps, norm = nn.Conv1d(3, 4, 3, dilation=2), nn.Conv1d(4, 4, 2, groups=4), nn.LayerNorm(4, eps=1e-3)
longer, last = nn.ConvTranspose1d(4, 2, 3, stride=2), nn.Linear(2, 3)
with torch.no_grad():
    norm.weight.uniform_(0.5, 2), norm.bias.normal_()
sequence = torch.randn(1, 3, 9)
x = steps(causal(nn.functional.pad(sequence, (4, 0))).relu())
x = longer(norm(x.transpose(1, 2)).transpose(1, 2)).transpose(1, 2)
emit("sequence", sequence[0].T)
weights = flat(*conv1d(numbers(causal)), *depthwise1d(numbers(steps)), norm.weight.detach(), norm.bias.detach(),
               *transposed1d(numbers(longer)), *linear(numbers(last)))
emit("sequence_weights", weights)
emit("sequence_output", last(x).detach())
kernel = numbers(longer)["weight"].permute(2, 1, 0).numpy()  # Keras: [tap][filters][features]
causal_kernel = numbers(causal)["weight"].permute(2, 1, 0).numpy()  # [tap][features][filters]
depthwise_kernel = numbers(steps)["weight"].permute(2, 0, 1).numpy()  # [tap][features][multiplier]
dense_kernel = numbers(last)["weight"].numpy().T  # [in][out]
assert np.array_equal(weights, flat(
    causal_kernel.transpose(2, 0, 1), numbers(causal)["bias"], depthwise_kernel, numbers(steps)["bias"],
    norm.weight.detach(), norm.bias.detach(), kernel.transpose(1, 0, 2), numbers(longer)["bias"], dense_kernel.T,
    numbers(last)["bias"]))

# Tokens: 5 of 7, through a GRU and an LSTM.
table, gru, lstm, last = nn.Embedding(7, 3), nn.GRU(3, 4, batch_first=True), nn.LSTM(4, 2, batch_first=True), nn.Linear(2, 2)
tokens = torch.tensor([[3, 6, 0, 2, 5]])
_, (hidden, _) = lstm(gru(table(tokens))[0])
emit("tokens", tokens)
emit("embedding", table.weight.detach())
for name, module in (("gru", gru), ("lstm", lstm)):
    for part in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"):
        emit(f"{name}_{part[:-3]}", numbers(module)[part])
emit("token_dense", *linear(numbers(last)))
emit("token_output", last(hidden[0]).detach())

out.write("// clang-format on\n\n}  // namespace reference\n")
