#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Losses, gradients and scores of Bonsai and ProtoNN by PyTorch's automatic differentiation, from the equations of the
papers. Parameter i is sin(i + 1) / 2 in the order of detail::BonsaiShape and detail::ProtoNNShape, feature i cos(i).
Prints tests/supervised/tiny_reference.hpp: python3 tiny_reference.py | clang-format > tiny_reference.hpp"""
import math

import torch
from torch.nn.functional import cross_entropy

torch.set_default_dtype(torch.float64)
FEATURES, PROJECTED = 5, 3
x = torch.tensor([math.cos(i) for i in range(FEATURES)])


def parameters(count):
    return torch.tensor([math.sin(i + 1) / 2 for i in range(count)], requires_grad=True)


def cut(weights, *shapes):
    sizes = [math.prod(shape) for shape in shapes]
    return [part.reshape(shape) for part, shape in zip(torch.split(weights, sizes), shapes)]


def bonsai_scores(weights, classes, depth, steepness):
    """Equation (1) of Kumar, Goyal and Varma 2017; steepness None takes one way at a branch."""
    outputs, nodes = 1 if classes == 2 else classes, 2 ** (depth + 1) - 1
    matrix, offset, branches, values, gates = cut(
        weights, (PROJECTED, FEATURES), (PROJECTED,), (nodes // 2, PROJECTED), (nodes, outputs, PROJECTED),
        (nodes, outputs, PROJECTED))
    z = matrix @ x + offset
    shares = [torch.tensor(1.0)]
    for branch in branches:
        side = torch.tanh(steepness * (branch @ z)) if steepness else torch.sign(branch @ z)
        parent = shares[(len(shares) - 1) // 2]
        shares += [parent * (1 - side) / 2, parent * (1 + side) / 2]
    scores = sum(share * (value @ z) * torch.tanh(gate @ z) for share, value, gate in zip(shares, values, gates))
    return torch.cat([torch.zeros(1), scores]) if classes == 2 else scores


def proto_nn_scores(weights, classes, prototypes):
    """Equation (1) of Gupta et al. 2017, with gamma in the projection and the prototypes."""
    matrix, centres, labels = cut(weights, (PROJECTED, FEATURES), (prototypes, PROJECTED), (prototypes, classes))
    return torch.exp(-((centres - matrix @ x) ** 2).sum(1)) @ labels


def line(name, values):
    text = ", ".join(repr(value) for value in values)
    print(f"inline constexpr std::array<double, {len(values)}> {name}{{{{{text}}}}};")


def report(name, count, label, scores):
    weights = parameters(count)
    loss = cross_entropy(scores(weights).unsqueeze(0), torch.tensor([label]))
    loss.backward()
    print(f"inline constexpr double {name}_loss = {loss.item()!r};")
    line(f"{name}_gradient", weights.grad.tolist())


print("// SPDX-License-Identifier: MIT\n// Printed by tests/supervised/tiny_reference.py: PyTorch", torch.__version__.split("+")[0])
print("#pragma once\n\n#include <array>\n\nnamespace reference {\n")
three = 15 + 3 + 3 * 3 + 2 * 7 * 3 * 3
two = 15 + 3 + 3 + 2 * 3 * 3
report("bonsai_of_three", three, 1, lambda weights: bonsai_scores(weights, 3, 2, 2))
line("bonsai_of_three_scores", bonsai_scores(parameters(three), 3, 2, None).tolist())
report("bonsai_of_two", two, 0, lambda weights: bonsai_scores(weights, 2, 1, 2))
line("bonsai_of_two_scores", bonsai_scores(parameters(two), 2, 1, None).tolist())
proto = 15 + 4 * 3 + 4 * 3
report("proto_nn", proto, 2, lambda weights: proto_nn_scores(weights, 3, 4))
line("proto_nn_scores", proto_nn_scores(parameters(proto), 3, 4).tolist())
print("\n}  // namespace reference")
