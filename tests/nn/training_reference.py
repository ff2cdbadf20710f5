#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes training_reference.hpp: what PyTorch (double precision) makes of optimisers, losses, schedules, clipping and
of a whole training. Run it in this folder."""
import numpy as np
import torch
import torch.nn.functional as F
from torch.optim import lr_scheduler

torch.set_default_dtype(torch.float64)
torch.manual_seed(8)
out = open("training_reference.hpp", "w")
out.write("// SPDX-License-Identifier: MIT\n// Written by training_reference.py.\n#pragma once\n\n#include <array>\n"
          "#include <cstdint>\n\nnamespace reference {\n\n// clang-format off\n")


def emit(name, values, ctype="double"):
    values = np.asarray(values).reshape(-1)
    texts = [f"{v:.17g}" for v in values] if ctype == "double" else [str(int(v)) for v in values]
    out.write(f"inline constexpr std::array<{ctype}, {len(texts)}> {name}{{\n")
    for i in range(0, len(texts), 6):
        out.write("    " + ", ".join(texts[i:i + 6]) + ",\n")
    out.write("};\n")


# --- optimisers: the weights after each of five steps down a bowl with slopes (w - target) * curvature.
target, curvature = torch.tensor([1.0, -2.0, 0.5]), torch.tensor([1.0, 10.0, 0.1])
for name, make in (
        ("sgd", lambda w: torch.optim.SGD([w], lr=0.05, weight_decay=0.01)),
        ("momentum", lambda w: torch.optim.SGD([w], lr=0.05, momentum=0.7, weight_decay=0.01)),
        ("nesterov", lambda w: torch.optim.SGD([w], lr=0.05, momentum=0.7, weight_decay=0.01, nesterov=True)),
        ("rms_prop", lambda w: torch.optim.RMSprop([w], lr=0.05, alpha=0.8, eps=1e-6, weight_decay=0.01)),
        ("adam", lambda w: torch.optim.Adam([w], lr=0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1)),
        ("adam_w", lambda w: torch.optim.AdamW([w], lr=0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1))):
    w = torch.tensor([0.3, 0.1, -0.2], requires_grad=True)
    optimiser = make(w)
    path = []
    for _ in range(5):
        optimiser.zero_grad()
        (0.5 * curvature * (w - target) ** 2).sum().backward()
        optimiser.step()
        path.append(w.detach().numpy().copy())
    emit("path_of_" + name, path)

# --- losses with their slopes; the second sample has gaps and scores so large that a careless form overflows.
outputs = torch.tensor([[0.3, -1.2, 0.9, 2.0], [-800.0, 900.0, 1.0, 0.25]])
targets = torch.tensor([[0.1, -1.0, -1.5, 2.0], [3.0, -4.0, 1.25, 0.25]])
shares = torch.tensor([[0.0, 1.0, 0.25, 1.0], [0.0, 1.0, 0.5, 0.75]])
labels = torch.tensor([2, 0])
emit("loss_outputs", outputs)
emit("loss_targets", targets)
emit("loss_shares", shares)
for name, loss in (
        ("cross_entropy", lambda y, i: F.cross_entropy(y[i:i + 1], labels[i:i + 1])),
        ("squared_error", lambda y, i: F.mse_loss(y[i], targets[i])),
        ("absolute_error", lambda y, i: F.l1_loss(y[i], targets[i])),
        ("huber", lambda y, i: F.huber_loss(y[i], targets[i], delta=0.75)),
        ("binary_cross_entropy", lambda y, i: F.binary_cross_entropy_with_logits(y[i], shares[i]))):
    values, slopes = [], []
    for i in range(2):
        y = outputs.clone().requires_grad_()
        value = loss(y, i)
        value.backward()
        values.append(value.item())
        slopes.append(y.grad[i].numpy())
    emit(name, values)
    emit(name + "_slopes", slopes)

# --- schedules: the factors of twelve epochs.


def factors(make):
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule, seen = make(optimiser), []
    for _ in range(12):
        seen.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return seen


emit("step_schedule", factors(lambda o: lr_scheduler.StepLR(o, 5, 0.3)))
emit("exponential_schedule", factors(lambda o: lr_scheduler.ExponentialLR(o, 0.85)))
emit("cosine_schedule", factors(lambda o: lr_scheduler.CosineAnnealingLR(o, 12, eta_min=0.1)))
emit("warm_cosine_schedule", factors(lambda o: lr_scheduler.SequentialLR(
    o, [lr_scheduler.LinearLR(o, 0.25, 1.0, 3), lr_scheduler.CosineAnnealingLR(o, 9)], [3])))

# --- whole training: 3 -> 4 relu -> 2, eleven rows in one batch, six epochs of Adam under a cosine, clipped.
rows, classes = torch.randn(11, 3), torch.randint(0, 2, (11,))
w1, b1, w2, b2 = torch.randn(4, 3), torch.randn(4), torch.randn(2, 4), torch.randn(2)
emit("training_rows", rows)
emit("training_labels", classes, "std::uint8_t")
emit("weights_before", torch.cat([t.reshape(-1) for t in (w1, b1, w2, b2)]))
for name, clip in (
        ("clipped_norm", lambda p: torch.nn.utils.clip_grad_norm_(p, 0.4)),
        ("clipped_value", lambda p: torch.nn.utils.clip_grad_value_(p, 0.05))):
    parameters = [t.clone().requires_grad_() for t in (w1, b1, w2, b2)]
    optimiser = torch.optim.SGD(parameters, lr=0.5, momentum=0.9)
    schedule = lr_scheduler.CosineAnnealingLR(optimiser, 6)
    losses = []
    for _ in range(6):
        optimiser.zero_grad()
        hidden = F.relu(F.linear(rows, parameters[0], parameters[1]))
        loss = F.cross_entropy(F.linear(hidden, parameters[2], parameters[3]), classes)
        loss.backward()
        clip(parameters)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
    emit("weights_" + name, torch.cat([t.detach().reshape(-1) for t in parameters]))
    emit("losses_" + name, losses)

out.write("// clang-format on\n\n}  // namespace reference\n")
