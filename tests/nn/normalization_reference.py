#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes normalization_reference.hpp: batch and layer normalisation and their gradients by PyTorch in double
precision. Run it in this folder."""
import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(9)
out = open("normalization_reference.hpp", "w")
out.write("// SPDX-License-Identifier: MIT\n// Written by normalization_reference.py.\n#pragma once\n\n"
          "#include <array>\n\nnamespace reference {\n\n// clang-format off\n")


def emit(name, values):
    texts = [f"{v:.17g}" for v in np.asarray(values).reshape(-1)]
    out.write(f"inline constexpr std::array<double, {len(texts)}> {name}{{\n")
    for i in range(0, len(texts), 5):
        out.write("    " + ", ".join(texts[i:i + 5]) + ",\n")
    out.write("};\n")


x = (torch.randn(4, 3) * 2 + 1).requires_grad_()  # four frames of three features
scale, offset = torch.randn(3).requires_grad_(), torch.randn(3).requires_grad_()
mean, variance = torch.randn(3), torch.rand(3) + 0.5
share = torch.randn(4, 3)
emit("frames", x.detach())
emit("share", share)
emit("normalization_weights", torch.cat([scale.detach(), offset.detach(), mean, variance]))
for name, y in (("batch", F.relu(F.batch_norm(x, mean, variance, scale, offset, False, 0, 0.01))),
                ("layer", F.layer_norm(x, (3,), scale, offset, 0.01))):
    for one in (x, scale, offset):
        one.grad = None
    (y * share).sum().backward()
    emit(f"{name}_norm_output", y.detach())
    emit(f"{name}_norm_dx", x.grad)
    emit(f"{name}_norm_gradient", torch.cat([scale.grad, offset.grad]))
emit("frame_means", x.detach().mean(0))
emit("frame_variances", x.detach().var(0, unbiased=False))
out.write("// clang-format on\n\n}  // namespace reference\n")
