#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes self_attention_reference.hpp: single-head attention by PyTorch in double precision. Run it in this folder."""
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(4)
out = open("self_attention_reference.hpp", "w")
out.write("// SPDX-License-Identifier: MIT\n// Written by self_attention_reference.py.\n#pragma once\n\n"
          "#include <array>\n\nnamespace reference {\n\n// clang-format off\n")


def emit(name, values):
    texts = [f"{v:.17g}" for v in np.asarray(values).reshape(-1)]
    out.write(f"inline constexpr std::array<double, {len(texts)}> {name}{{\n")
    for i in range(0, len(texts), 5):
        out.write("    " + ", ".join(texts[i:i + 5]) + ",\n")
    out.write("};\n")


STEPS, UNITS = 5, 4
attention = torch.nn.MultiheadAttention(UNITS, 1)
with torch.no_grad():
    attention.in_proj_bias.copy_(torch.randn(3 * UNITS))
    attention.out_proj.weight.copy_(torch.eye(UNITS))  # the layer alone
x = torch.randn(STEPS, 1, UNITS)
emit("attention_input", x)
emit("attention_weights", torch.cat([attention.in_proj_weight.detach().reshape(-1), attention.in_proj_bias.detach()]))
emit("attention_output", attention(x, x, x)[0].detach())
out.write("// clang-format on\n\n}  // namespace reference\n")
