#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes integer_recurrent_reference.hpp: integer recurrent layers step by step in plain integers. LSTMs after the description
of TensorFlow Lite Micro's kernel: matrices of bytes on one scale each, both sums rescaled to Q3.12 in 16 bits and added with saturation,
sigmoid and tanh from one table, the cell in 16 bits on a power of two; with activations of 16 bits the zero points are 0, and sums have 64 bits and
are rounded once by a multiplier of 15. The others, which TensorFlow Lite does not have, in
the same manner. Independent of mote: nothing but Python's integers.

    /usr/bin/python3 tests/nn/integer_recurrent_reference.py > tests/nn/integer_recurrent_reference.hpp
"""
import math
import random
import struct
import zlib

# TensorFlow Lite's table of the sigmoid, of which these are a part; the checksum is of all 256 as published.
PUBLISHED = {0: 32768, 1: 33451, 2: 34133, 4: 35493, 35: 53169, 45: 56823, 62: 60935, 91: 64090, 116: 65019, 254: 65534, 255: 65535}
PUBLISHED_CRC32 = 0xb84f6ab4


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def entry(i):
    s = sigmoid(i / 24)
    return 65535 if i == 255 else math.floor(65536 * (s - s * (1 - s) * (1 - 2 * s) / (16 * 24 * 24)) + 0.5)


TABLE = [entry(i) for i in range(256)]
assert all(TABLE[i] == value for i, value in PUBLISHED.items())
assert zlib.crc32(b"".join(value.to_bytes(2, "little") for value in TABLE)) == PUBLISHED_CRC32


def clamp(x, low, high):
    return max(low, min(high, x))


def to16(x):
    return clamp(x, -32768, 32767)


def multiply_by_quantized_multiplier(x, multiplier, shift):
    """gemmlowp's doubling high multiply, then its rounding division by a power of two."""
    product = x * 2 ** max(shift, 0) * multiplier
    nudge = 2**30 if product >= 0 else 1 - 2**30
    high = abs(product + nudge) // 2**31 * (1 if product + nudge >= 0 else -1)  # C's division goes towards zero
    if shift >= 0:
        return high
    divisor = 2**-shift
    quotient, remainder = divmod(high, divisor)
    return quotient + (1 if remainder > (divisor - 1) // 2 + (1 if high < 0 else 0) else 0)


def multiply_sum(x, multiplier, shift):
    """The form for sums of 64 bits: the multiplier rounded to 15 bits, the product once, ties up."""
    assert abs(x) < 2**47 and -31 <= shift < 8
    reduced = (multiplier + 2**15) >> 16 if multiplier < 0x7FFF0000 else 0x7FFF
    return (x * reduced + 2 ** (14 - shift)) >> (15 - shift)


def look_up(size, bits, beyond):
    at = size >> bits
    if at >= 255:
        return beyond << bits
    return (TABLE[at] << bits) + (size % 2**bits) * (TABLE[at + 1] - TABLE[at])


def logistic16(x):
    a = 3 * x
    result = look_up(abs(a), 9, 0xFFFE)
    return (result + 2**9 if a >= 0 else 2**25 - result + 2**9 - 1) >> 10


def tanh16(x, power):
    left = 15 + power - 3
    a = 3 * x * 2**left if left >= 0 else (3 * x + 2 ** (-left - 1)) >> -left
    result = look_up(abs(a), 8, 0xFFFF)
    return (result - 2**23 + 2**7 if a >= 0 else -result + 2**23 + 2**7 - 1) >> 8


class Lstm:
    scalar, rescale = "std::int8_t", staticmethod(multiply_by_quantized_multiplier)

    def __init__(self, seed, inputs, units, strength, cell_power, clip):
        draw = random.Random(seed)
        self.inputs, self.units, self.cell_power, self.clip = inputs, units, cell_power, clip
        self.zero_x, self.zero_h = draw.randint(-128, 127), draw.randint(-40, 40)
        self.w = [[[draw.randint(-127, 127) for _ in range(inputs)] for _ in range(units)] for _ in range(4)]
        self.r = [[[draw.randint(-127, 127) for _ in range(units)] for _ in range(units)] for _ in range(4)]
        self.b = [[draw.randint(-20000, 20000) for _ in range(units)] for _ in range(4)]
        factor = lambda: (draw.randint(2**30, 2**31 - 1), strength - draw.randint(0, 2))
        self.w_factor, self.r_factor = [factor() for _ in range(4)], [factor() for _ in range(4)]
        self.hidden_factor = (draw.randint(2**30, 2**31 - 1), -22)
        self.hidden, self.cell = [self.zero_h] * units, [0] * units
        self.x = [[draw.randint(-128, 127) for _ in range(inputs)] for _ in range(6)]

    def gate(self, g, x):
        sums = []
        for unit in range(self.units):
            from_x = sum(w * (v - self.zero_x) for w, v in zip(self.w[g][unit], x)) + self.b[g][unit]
            from_h = sum(w * (v - self.zero_h) for w, v in zip(self.r[g][unit], self.hidden))
            from_x = to16(self.rescale(from_x, *self.w_factor[g]))
            from_h = to16(self.rescale(from_h, *self.r_factor[g]))
            sums.append(to16(from_x + from_h))
        return [tanh16(s, -12) if g == 2 else logistic16(s) for s in sums]

    def step(self, x):
        i, f, c, o = (self.gate(g, x) for g in range(4))
        for k in range(self.units):
            kept = to16(multiply_by_quantized_multiplier(f[k] * self.cell[k], 2**30, -14))
            added = to16(multiply_by_quantized_multiplier(i[k] * c[k], 2**30, -29 - self.cell_power))
            self.cell[k] = to16(kept + added)
            if self.clip:
                self.cell[k] = clamp(self.cell[k], -self.clip, self.clip)
        for k in range(self.units):
            product = tanh16(self.cell[k], self.cell_power) * o[k]
            self.hidden[k] = self.saturate(self.zero_h + multiply_by_quantized_multiplier(product, *self.hidden_factor))
        return list(self.hidden)

    def saturate(self, x):
        return clamp(x, -128, 127)

    def shown(self):
        """The numbers of both matrices."""
        none = [0] * (4 * self.units)
        return gates(self.w, self.b, self.w_factor, self.zero_x), gates(self.r, none, self.r_factor, self.zero_h)


class LstmOfWords(Lstm):
    """Activations of 16 bits, weights of 8."""
    scalar, rescale = "std::int16_t", staticmethod(multiply_sum)

    def __init__(self, seed, inputs, units, strength, cell_power, clip, hidden_shift):
        super().__init__(seed, inputs, units, strength, cell_power, clip)
        draw = random.Random(seed)
        self.zero_x = self.zero_h = 0
        self.b = [[draw.randint(-5000000, 5000000) for _ in range(units)] for _ in range(4)]
        self.b[0][0], self.b[1][0] = 2**40, -(2**40)  # beyond 32 bits
        self.r_factor[2] = (2**31 - 1, self.r_factor[2][1])  # would round to 2^15, beyond 15 bits
        self.hidden_factor = (draw.randint(2**30, 2**31 - 1), hidden_shift)
        self.hidden = [0] * units
        self.x = [[draw.randint(-32768, 32767) for _ in range(inputs)] for _ in range(6)]
        self.x[0] = [-32768] * inputs

    def saturate(self, x):
        return to16(x)

    def shown(self):
        """A dense layer's numbers, which has its gate's factor for each row."""
        each = lambda factors: [factor for factor in factors for _ in range(self.units)]
        return dense(self.w, self.b, each(self.w_factor)), dense(self.r, [0] * (4 * self.units), each(self.r_factor))


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def quantize_multiplier(real):
    significand, shift = math.frexp(real)
    return math.floor(significand * 2**31 + 0.5), shift


class ImportedLstm(LstmOfWords):
    """One whose factors come from the scales of a model's tensors; those of weights are multiplied in single precision."""

    def __init__(self, seed, inputs, units, cell_power, clip):
        super().__init__(seed, inputs, units, 0, cell_power, clip, 0)
        self.scale_x, self.scale_h = single(0.0001), single(0.00003)
        self.scales = [single(0.003 + 0.001 * matrix) for matrix in range(8)]
        factor = lambda weights, x: quantize_multiplier(single(weights * x) / 2**-12)
        self.w_factor = [factor(weights, self.scale_x) for weights in self.scales[:4]]
        self.r_factor = [factor(weights, self.scale_h) for weights in self.scales[4:]]
        self.hidden_factor = quantize_multiplier(2**-30 / self.scale_h)
        self.b[0][0], self.b[1][0] = 2**33, -(2**33)


class Cell:
    """What GRUs, Elman's layers and FastGRNNs have in common: (rows, columns) of each matrix, on a scale for each gate."""

    def __init__(self, seed, inputs, units, gates):
        self.draw = random.Random(seed)
        self.inputs, self.units = inputs, units
        self.zero_x, self.zero_h = self.draw.randint(-128, 127), self.draw.randint(-40, 40)
        self.matrices = [self.matrix(g, n, biased) for g, n, biased in gates]
        self.hidden_factor = (self.draw.randint(2**30, 2**31 - 1), -7)  # 32768 to some 128 to 255
        self.hidden, self.fine = [self.zero_h] * units, [0] * units
        self.x = [[self.draw.randint(-128, 127) for _ in range(inputs)] for _ in range(6)]

    def matrix(self, gates, columns, biased):
        draw = self.draw
        weights = [[[draw.randint(-127, 127) for _ in range(columns)] for _ in range(self.units)] for _ in range(gates)]
        biases = [[draw.randint(-9000, 9000) if biased else 0 for _ in range(self.units)] for _ in range(gates)]
        return weights, biases, [(draw.randint(2**30, 2**31 - 1), draw.randint(-4, -2)) for _ in range(gates)]

    def sums(self, matrix, gate, values, zero):
        weights, biases, factors = matrix
        rows = zip(weights[gate], biases[gate])
        return [to16(multiply_by_quantized_multiplier(sum(w * (v - zero) for w, v in zip(row, values)) + bias,
                                                      *factors[gate])) for row, bias in rows]

    def to_bytes(self, fine):
        return [clamp(self.zero_h + multiply_by_quantized_multiplier(v, *self.hidden_factor), -128, 127) for v in fine]

    def numbers(self, more=""):
        zeros = [self.zero_x] + [self.zero_h] * (len(self.matrices) - 1)
        parts = [gates(*matrix, zero) for matrix, zero in zip(self.matrices, zeros)]
        return ",\n    ".join(parts) + f",\n    {more}{{{self.hidden_factor[0]}, {self.hidden_factor[1]}}}"


def add16(a, b):
    return [to16(x + y) for x, y in zip(a, b)]


def times(a, b):
    return (a * b + 2**14) >> 15


class Gru(Cell):
    def __init__(self, seed, inputs, units, after):
        super().__init__(seed, inputs, units, [(3, inputs, True), (2, units, False), (1, units, after)])
        self.after = after

    def step(self, x):
        w, u, candidate = self.matrices
        zr = [add16(self.sums(w, g, x, self.zero_x), self.sums(u, g, self.hidden, self.zero_h)) for g in (0, 1)]
        z, r = ([logistic16(v) for v in gate] for gate in zr)
        if self.after:
            memory = self.sums(candidate, 0, self.hidden, self.zero_h)
            memory = [times(a, b) for a, b in zip(r, memory)]
        else:
            memory = self.sums(candidate, 0, self.to_bytes(times(a, b) for a, b in zip(r, self.fine)), self.zero_h)
        c = [tanh16(v, -12) for v in add16(self.sums(w, 2, x, self.zero_x), memory)]
        self.fine = [(a * h + (32768 - a) * b + 2**14) >> 15 for a, h, b in zip(z, self.fine, c)]
        self.hidden = self.to_bytes(self.fine)
        return self.hidden


class SimpleRnn(Cell):
    def __init__(self, seed, inputs, units):
        super().__init__(seed, inputs, units, [(1, inputs, True), (1, units, False)])

    def step(self, x):
        w, u = self.matrices
        sums = add16(self.sums(w, 0, x, self.zero_x), self.sums(u, 0, self.hidden, self.zero_h))
        self.hidden = self.to_bytes(tanh16(v, -12) for v in sums)
        return self.hidden


class FastGrnn(Cell):
    def __init__(self, seed, inputs, units, power):
        super().__init__(seed, inputs, units, [(1, inputs, False), (1, units, False)])
        self.power = power
        self.gate_bias, self.candidate_bias = ([self.draw.randint(-8000, 8000) for _ in range(units)] for _ in range(2))
        self.zeta, self.nu = self.draw.randint(20000, 32768), self.draw.randint(0, 32768)

    def step(self, x):
        w, u = self.matrices
        sums = add16(self.sums(w, 0, x, self.zero_x), self.sums(u, 0, self.hidden, self.zero_h))
        z = [logistic16(v) for v in add16(sums, self.gate_bias)]
        c = [tanh16(v, -12) for v in add16(sums, self.candidate_bias)]
        for k in range(self.units):
            share = times(self.zeta, 32768 - z[k]) + self.nu
            fresh = (share * c[k] + 2 ** (29 + self.power)) >> (30 + self.power)
            self.fine[k] = to16(fresh + times(z[k], self.fine[k]))
        self.hidden = self.to_bytes(self.fine)
        return self.hidden


def flat(values):
    return [v for part in values for v in (flat(part) if isinstance(part, list) else [part])]


def braces(values):
    return "{" + ", ".join(str(v) for v in values) + "}"


def gates(weights, biases, factors, zero):
    return (f"{{{braces(flat(weights))},\n     {braces(flat(biases))},\n     {braces(m for m, _ in factors)}, "
            f"{braces(s for _, s in factors)}, {zero}}}")


def dense(weights, biases, factors):
    return (f"{{{braces(flat(weights))},\n     {braces(flat(biases))},\n     {{{braces(m for m, _ in factors)}, "
            f"{braces(s for _, s in factors)}, -32768, 32767, false}}}}")


def show(name, lstm):
    start = list(lstm.x)
    hidden = [lstm.step(x) for x in start]
    print(f"inline constexpr nn::Lstm<{lstm.scalar}, {lstm.inputs}, {lstm.units}>::Quantized {name}_numbers{{")
    for matrix in lstm.shown():
        print(f"    {matrix},")
    print(f"    {{{lstm.hidden_factor[0]}, {lstm.hidden_factor[1]}}}, {lstm.clip}, {lstm.cell_power}}};")
    print(f"inline constexpr std::array<std::array<{lstm.scalar}, {lstm.inputs}>, {len(start)}> {name}_inputs{{{{")
    print("    " + ",\n    ".join(braces(x) for x in start) + "}};")
    print(f"inline constexpr std::array<std::array<{lstm.scalar}, {lstm.units}>, {len(start)}> {name}_hidden{{{{")
    print("    " + ",\n    ".join(braces(h) for h in hidden) + "}};")
    print(f"inline constexpr std::array<std::int16_t, {lstm.units}> {name}_cell{braces(lstm.cell)};\n")


def show_cell(name, kind, cell, more="", behind=""):
    hidden = [list(cell.step(x)) for x in cell.x]
    print(f"inline constexpr nn::{kind}::Quantized {name}_numbers{{")
    print(f"    {cell.numbers(more)}{behind}}};")
    print(f"inline constexpr std::array<std::array<std::int8_t, {cell.inputs}>, {len(hidden)}> {name}_inputs{{{{")
    print("    " + ",\n    ".join(braces(x) for x in cell.x) + "}};")
    print(f"inline constexpr std::array<std::array<std::int8_t, {cell.units}>, {len(hidden)}> {name}_hidden{{{{")
    print("    " + ",\n    ".join(braces(h) for h in hidden) + "}};\n")


print("""// SPDX-License-Identifier: MIT
// Written by integer_recurrent_reference.py; not to be edited.
// clang-format off
#pragma once

#include <array>
#include <cstdint>

#include "mote/nn/integer_fast_grnn.hpp"
#include "mote/nn/integer_gru.hpp"
#include "mote/nn/integer_lstm.hpp"
#include "mote/nn/integer_simple_rnn.hpp"

namespace mote::reference {
""")
print(f"inline constexpr std::uint32_t sigmoid_table_crc32 = 0x{PUBLISHED_CRC32:08x};")
points = list(range(-32768, 32768, 1021)) + [-1, 0, 1, 32767]
print(f"inline constexpr std::array<std::int16_t, {len(points)}> curve_points{braces(points)};")
print(f"inline constexpr std::array<std::int16_t, {len(points)}> sigmoids{braces(map(logistic16, points))};")
for power in (-15, -12, -10):
    values = [tanh16(p, power) for p in points]
    print(f"inline constexpr std::array<std::int16_t, {len(points)}> tanhs_{-power}{braces(values)};")
print()
show("small", Lstm(1, 3, 2, -3, -12, 0))
show("saturating", Lstm(2, 5, 3, 2, -9, 0))
show("clipped", Lstm(3, 8, 8, -4, -15, 3000))
show("words", Lstm(4, 12, 4, 0, -11, 0))
show("small_int16", LstmOfWords(9, 3, 2, -11, -12, 0, -14))
show("saturating_int16", LstmOfWords(10, 8, 5, -6, -10, 1500, -13))
imported = ImportedLstm(11, 3, 4, -13, 24576)  # a clip of 3
print(f"inline constexpr float imported_x = {imported.scale_x}f, imported_h = {imported.scale_h}f;")
print(f"inline constexpr std::array<float, 8> imported_scales{braces(f'{scale}f' for scale in imported.scales)};")
show("imported", imported)
show_cell("gru_after", "Gru<std::int8_t, 3, 2>", Gru(5, 3, 2, True))
show_cell("gru_before", "Gru<std::int8_t, 4, 8, nn::GruReset::before>", Gru(6, 4, 8, False))
show_cell("simple_rnn", "SimpleRnn<std::int8_t, 5, 4>", SimpleRnn(7, 5, 4))
grnn = FastGrnn(8, 4, 4, -14)
show_cell("fast_grnn", "FastGrnn<std::int8_t, 4, 4>", grnn,
          f"{braces(grnn.gate_bias)}, {braces(grnn.candidate_bias)},\n    ", f", {grnn.zeta}, {grnn.nu}, {grnn.power}")
print("}  // namespace mote::reference")
