#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes svdf_reference.hpp: what a plain reading of TensorFlow Lite's integer SVDF, with a state of 16 bits and with one
of 8 bits that has a zero point, makes of a few frames. With the path of TensorFlow Lite Micro's
keyword_scrambled_8bit.tflite it writes keyword_reference.hpp as well: hashes of what that model's layers give, up to its
softmax, for a few frames. Run it in this folder."""
import math
import struct
import sys

import numpy as np

from tflite_arithmetic import multiplier, rescale

draws = np.random.default_rng(7)


def clamp(x, low, high):
    return min(max(x, low), high)


def svdf(x, weights, time, bias, state_bits, scales, zeros):
    """All frames of x from a state of zeros, and how often the state saturates. scales: of input, weights, state, time
    weights, output, in single precision as files have them; zeros: the zero points of input, state and output."""
    filters, memory = time.shape
    rank = filters // len(bias)
    low, high = -1 << state_bits - 1, (1 << state_bits - 1) - 1
    to_state = multiplier(float(scales[0] * scales[1] / scales[2]))
    to_output = multiplier(float(scales[2] * scales[3] / scales[4]))
    state = np.full((filters, memory), zeros[1])
    y = np.zeros((len(x), len(bias)), int)
    saturated = 0
    for t, frame in enumerate(x):
        state[:, :-1] = state[:, 1:]
        for f in range(filters):
            dot = sum(int(w) * (int(v) - zeros[0]) for w, v in zip(weights[f], frame))
            seen = rescale(dot, to_state) + zeros[1]
            saturated += not low <= seen <= high
            state[f, -1] = clamp(seen, low, high)
        for u in range(len(bias)):
            total = int(bias[u])
            for f in range(u * rank, (u + 1) * rank):
                total += sum(int(w) * (int(s) - zeros[1]) for w, s in zip(time[f], state[f]))
            assert abs(total) < 2**31
            y[t, u] = clamp(rescale(total, to_output) + zeros[2], -128, 127)
    return y, saturated


def dense(x, weights, bias, scales, zeros):
    factor = multiplier(float(scales[0] * scales[1]) / float(scales[2]))
    sums = (x - zeros[0]) @ weights.T + bias
    return np.vectorize(lambda s: clamp(rescale(s, factor) + zeros[1], -128, 127))(sums)


def fnv1a(values):
    digest = 2166136261
    for byte in np.ravel(values):
        digest = (digest ^ int(byte) % 256) * 16777619 % 2**32
    return digest


class Header:
    def __init__(self, file):
        self.out = open(file, "w")
        self.out.write("// SPDX-License-Identifier: MIT\n// Written by svdf_reference.py.\n#pragma once\n\n#include <array>\n"
                       "#include <cstdint>\n\nnamespace reference {\n\n// clang-format off\n")

    def emit(self, name, bits, values):
        texts = [str(int(v)) for v in np.ravel(values)]
        self.out.write(f"inline constexpr std::array<std::int{bits}_t, {len(texts)}> {name}{{\n")
        for i in range(0, len(texts), 16):
            self.out.write("    " + ", ".join(texts[i:i + 16]) + ",\n")
        self.out.write("};\n")

    def close(self):
        self.out.write("// clang-format on\n\n}  // namespace reference\n")


def case(header, name, features, units, rank, memory, steps, state_bits, zeros, scales):
    state_high, largest_tap = (1 << state_bits - 1) - 1, 511 if state_bits == 16 else 127
    weights = draws.integers(-127, 128, (units * rank, features))
    time = draws.integers(-largest_tap, largest_tap + 1, (units * rank, memory))
    bias = draws.integers(-20 * state_high, 20 * state_high, units)
    x = draws.integers(-128, 128, (steps, features))
    y, saturated = svdf(x, weights, time, bias, state_bits, [np.float32(s) for s in scales], zeros)
    assert saturated > 0 and len(set(y.ravel())) > 12
    for part, bits, values in (("weights", 8, weights), ("time", 16, time), ("bias", 32, bias), ("x", 8, x), ("y", 8, y)):
        header.emit(f"{name}_{part}", bits, values)


class File:
    """The tensors and operators of a FlatBuffer of TensorFlow Lite's schema, which fields are numbered by."""

    def __init__(self, path):
        self.data = open(path, "rb").read()
        root = int.from_bytes(self.data[:4], "little")
        graph = self.at(self.vector(root, 2)[0])
        self.buffers = [self.at(o) for o in self.vector(root, 4)]
        self.tensors = [self.at(o) for o in self.vector(graph, 0)]
        self.operators = [self.at(o) for o in self.vector(graph, 3)]
        codes = [self.at(o) for o in self.vector(root, 1)]
        self.codes = [self.number("b", self.field(c, 0)) for c in codes]

    def number(self, kind, place):
        return struct.unpack_from("<" + kind, self.data, place)[0] if place else 0

    def at(self, place):
        return place + self.number("I", place)

    def field(self, table, i):
        entries = table - self.number("i", table)
        offset = self.number("H", entries + 4 + 2 * i) if 4 + 2 * i < self.number("H", entries) else 0
        return table + offset if offset else 0

    def vector(self, table, i, size=4):
        place = self.field(table, i)
        start = self.at(place) if place else 0
        return [start + 4 + size * k for k in range(self.number("I", start) if place else 0)]

    def scale(self, tensor):
        return np.float32(self.number("f", self.vector(self.at(self.field(self.tensors[tensor], 4)), 2)[0]))

    def zero(self, tensor):
        return self.number("q", self.vector(self.at(self.field(self.tensors[tensor], 4)), 3, 8)[0])

    def values(self, tensor):
        table = self.tensors[tensor]
        shape = [self.number("i", place) for place in self.vector(table, 0)]
        kind = {2: "<i4", 9: "<i1"}[self.data[self.field(table, 1)]]
        places = self.vector(self.buffers[self.number("I", self.field(table, 2))], 0, 1)
        return np.frombuffer(self.data, kind, math.prod(shape), places[0]).reshape(shape).astype(int)


def keyword(file, header, steps=10):
    """All numbers of the file are scrambled. Weights of -128 count as -127, and of biases only the upper 16 bits: mote
    refuses the former, and sums that may overflow."""
    x = draws.integers(-128, 128, (steps, 96))
    header.emit("keyword_x", 8, x)
    y, hashes = x, []
    for op in file.operators[1:-2]:
        code = file.codes[file.number("I", file.field(op, 0))]
        inputs = [file.number("i", place) for place in file.vector(op, 1)]
        output = file.number("i", file.vector(op, 2)[0])
        weights = np.maximum(file.values(inputs[1]), -127)
        if code == 27:
            _, w, time, bias, state = inputs
            scales = [file.scale(t) for t in (inputs[0], w, state, time, output)]
            zeros = [file.zero(t) for t in (inputs[0], state, output)]
            y, _ = svdf(y, weights, file.values(time), file.values(bias) >> 16, 8, scales, zeros)
        else:
            scales = [file.scale(t) for t in (inputs[0], inputs[1], output)]
            y = dense(y, weights, file.values(inputs[2]) >> 16, scales, [file.zero(inputs[0]), file.zero(output)])
        assert len(set(y.ravel())) > 2
        hashes.append(fnv1a(y))
    header.emit("keyword_hashes", 64, hashes)


reference = Header("svdf_reference.hpp")
case(reference, "svdf", 8, 3, 2, 5, 12, 16, (11, 0, -9), (0.05, 0.007, 0.000043, 0.0021, 0.06))
case(reference, "svdf_of_bytes", 7, 4, 1, 3, 12, 8, (11, -50, -128), (0.05, 0.007, 0.07, 0.015, 0.1))
reference.close()
if len(sys.argv) > 1:
    scores = Header("keyword_reference.hpp")
    keyword(File(sys.argv[1]), scores)
    scores.close()
