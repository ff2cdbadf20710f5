#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes recurrent_layer_reference.hpp: a bidirectional GRU and its gradient by PyTorch in double precision. Run it in
this folder."""
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(2)
out = open("recurrent_layer_reference.hpp", "w")
out.write("// SPDX-License-Identifier: MIT\n// Written by recurrent_layer_reference.py.\n#pragma once\n\n"
          "#include <array>\n\nnamespace reference {\n\n// clang-format off\n")


def emit(name, values):
    texts = [f"{v:.17g}" for v in np.asarray(values).reshape(-1)]
    out.write(f"inline constexpr std::array<double, {len(texts)}> {name}{{\n")
    for i in range(0, len(texts), 5):
        out.write("    " + ", ".join(texts[i:i + 5]) + ",\n")
    out.write("};\n")


STEPS, INPUTS, UNITS = 5, 3, 2
gru = torch.nn.GRU(INPUTS, UNITS, bidirectional=True)
x = torch.randn(STEPS, 1, INPUTS, requires_grad=True)
share = torch.randn(STEPS, 1, 2 * UNITS)
y, _ = gru(x)
(y * share).sum().backward()
emit("gru_sequence", x.detach())
emit("gru_share", share)
emit("gru_output", y.detach())
emit("gru_dx", x.grad)
for way in ("", "_reverse"):
    for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        emit(f"gru_{kind}{way}", getattr(gru, f"{kind}_l0{way}").detach())
out.write("// clang-format on\n\n}  // namespace reference\n")
