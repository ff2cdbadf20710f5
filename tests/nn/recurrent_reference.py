#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes recurrent_reference.hpp: what PyTorch (double precision) makes of seeded recurrent layers of 3 inputs
and 5 units over 4 frames. Run it in this folder."""
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(7)
out = open("recurrent_reference.hpp", "w")
out.write("// SPDX-License-Identifier: MIT\n// Written by recurrent_reference.py.\n#pragma once\n\n#include <array>\n"
          "\nnamespace reference {\n\n// clang-format off\n")


def emit(name, tensor):
    texts = [f"{v:.17g}" for v in tensor.detach().reshape(-1).tolist()]
    out.write(f"inline constexpr std::array<double, {len(texts)}> {name}{{\n")
    for i in range(0, len(texts), 6):
        out.write("    " + ", ".join(texts[i:i + 6]) + ",\n")
    out.write("};\n")


frames = torch.randn(1, 4, 3) * 2
emit("recurrent_frames", frames)
for name, layer in (("gru", torch.nn.GRU(3, 5, batch_first=True)), ("lstm", torch.nn.LSTM(3, 5, batch_first=True)),
                    ("rnn", torch.nn.RNN(3, 5, batch_first=True))):
    for parameter in layer.parameters():
        torch.nn.init.normal_(parameter)
    emit(f"{name}_weight_ih", layer.weight_ih_l0)
    emit(f"{name}_weight_hh", layer.weight_hh_l0)
    emit(f"{name}_bias_ih", layer.bias_ih_l0)
    emit(f"{name}_bias_hh", layer.bias_hh_l0)
    outputs, last = layer(frames)
    emit(f"{name}_outputs", outputs)
    if name == "lstm":
        emit("lstm_last_cell", last[1])
# FastGRNN, from its equations: W [inputs][units], U [units][units], both biases, zeta and nu.
W, U, gate, candidate = (torch.randn(*shape) for shape in ((3, 5), (5, 5), (5,), (5,)))
zeta, nu = torch.sigmoid(torch.randn(2))
emit("fast_grnn_weights", torch.cat([t.reshape(-1) for t in (W, U, gate, candidate, zeta, nu)]))
h, outputs = torch.zeros(5), []
for x in frames[0]:
    z, c = torch.sigmoid(x @ W + h @ U + gate), torch.tanh(x @ W + h @ U + candidate)
    h = (zeta * (1 - z) + nu) * c + z * h
    outputs.append(h)
emit("fast_grnn_outputs", torch.stack(outputs))
out.write("// clang-format on\n\n}  // namespace reference\n")
