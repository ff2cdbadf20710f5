# SPDX-License-Identifier: MIT
"""Writes hyperdimensional_reference.hpp: what a classifier on hypervectors learns and answers on tests/data.

Run as: python3 tests/supervised/hyperdimensional_reference.py (made with numpy 1.24.2). The same definition as
HyperdimensionalClassifier, written out on arrays of single bits. Rows whose number divides by five are held out,
the others are learnt from. Features are standardised by the mean and deviation of the rows that are learnt from.
"""
import pathlib

import numpy

here = pathlib.Path(__file__).parent
dimensions, seed, reach = 1024, 1, 3


def load(name):
    table = numpy.loadtxt(here.parent / "data" / f"{name}.csv", delimiter=",", skiprows=1)
    x, y = table[:, :-1], table[:, -1].astype(int)
    held_out = numpy.arange(len(y)) % 5 == 0
    mean, deviation = x[~held_out].mean(axis=0), x[~held_out].std(axis=0)
    x = (x - mean) / numpy.where(deviation > 0, deviation, 1)
    return x[~held_out], y[~held_out], x[held_out], y[held_out]


def random_vectors(count):
    """A bit each: words by Murmur3's finaliser of a Weyl sequence, lowest bit first."""
    words = []
    for i in range(count * dimensions // 32):
        z = (seed + 0x9E3779B9 * (i + 1)) % 2**32
        z = (z ^ (z >> 16)) * 0x85EBCA6B % 2**32
        z = (z ^ (z >> 13)) * 0xC2B2AE35 % 2**32
        words.append(z ^ (z >> 16))
    bits = [(word >> bit) & 1 for word in words for bit in range(32)]
    return numpy.array(bits).reshape(count, dimensions)


def encode(x, vectors):
    features = x.shape[1]
    places = numpy.clip(x * (dimensions / 2 / reach), -dimensions / 2, dimensions / 2)
    flips = numpy.trunc(places).astype(int) + dimensions // 2
    codes = []
    for row in flips:
        bound = vectors[:features] ^ (numpy.arange(dimensions) < row[:, None])
        ones, voters = bound.sum(axis=0), features
        if features % 2 == 0:
            ones, voters = ones + vectors[features], voters + 1
        codes.append(2 * ones > voters)
    return numpy.array(codes).astype(int)


def prototypes(sums, tie):
    return numpy.where(sums == 0, tie, sums > 0).astype(int)


def learn(codes, labels, tie, passes):
    classes = labels.max() + 1
    sums = numpy.zeros((classes, dimensions), int)
    for code, label in zip(codes, labels):
        sums[label] += 2 * code - 1
    for _ in range(passes):
        for code, label in zip(codes, labels):
            guess = (prototypes(sums, tie) != code).sum(axis=1).argmin()
            if guess != label:
                sums[label] += 2 * code - 1
                sums[guess] -= 2 * code - 1
    return prototypes(sums, tie)


if __name__ == "__main__":
    text = """// SPDX-License-Identifier: MIT
// Written by hyperdimensional_reference.py with numpy.
#pragma once

#include <array>

namespace reference {

"""
    for name in ("iris", "wine", "digits"):
        x, y, x_test, y_test = load(name)
        vectors = random_vectors(x.shape[1] + 1)
        codes, asked = encode(x, vectors), encode(x_test, vectors)
        for passes in (0, 10):
            model = learn(codes, y, vectors[-1], passes)
            distances = (asked[:, None, :] != model).sum(axis=2)
            right = int((distances.argmin(axis=1) == y_test).sum())
            print(name, passes, right, len(y_test))
            text += f"inline constexpr int {name}_hypervectors_{passes}_right = {right};\n"
            values = ", ".join(str(value) for value in distances[:8].ravel())
            count = distances[:8].size
            text += f"inline constexpr std::array<unsigned, {count}> {name}_hypervectors_{passes}_distances{{{{{values}}}}};\n"
    (here / "hyperdimensional_reference.hpp").write_text(text + "\n}  // namespace reference\n")
