# SPDX-License-Identifier: MIT
# Reference values of tests/cluster/self_organizing_map.test.cpp: Kohonen's equations in NumPy, with the draws of
# PCG32 (O'Neill 2014) and a random start and stride for each pass.
import math
import pathlib
import numpy as np


class Random:
    def __init__(self, seed):
        self.state = 0
        self.next()
        self.state = (self.state + seed) % 2**64
        self.next()

    def next(self):
        old = self.state
        self.state = (old * 6364136223846793005 + 1) % 2**64
        shifted, turn = ((old >> 18 ^ old) >> 27) % 2**32, old >> 59
        return (shifted >> turn | shifted << (-turn % 32)) % 2**32

    def below(self, bound):
        if bound < 2:
            return 0
        while True:
            draw = self.next()
            if draw >= 2**32 % bound:
                return draw % bound


def order(count, random):
    start = random.below(count)
    stride = 1 + random.below(count)
    while math.gcd(stride, count) != 1:
        stride = 1 + random.below(count)
    return [(start + i * stride) % count for i in range(count)]


def self_organizing_map(x, height, width, passes, seed):
    random = Random(seed)
    grid = np.array([(r, c) for r in range(height) for c in range(width)])
    units = np.array([x[random.below(len(x))] for _ in grid])
    step, steps = 0, passes * len(x)
    for _ in range(passes):
        for i in order(len(x), random):
            rate = 0.5 * (1 - step / steps)
            widest = max(height, width) / 2
            spread = widest + (0.5 - widest) * step / steps
            best = np.argmin(((x[i] - units) ** 2).sum(axis=1))
            squared = ((grid - grid[best]) ** 2).sum(axis=1)
            units += rate * np.exp(-squared / (2 * spread**2))[:, None] * (x[i] - units)
            step += 1
    distances = np.sqrt(((x[:, None, :] - units[None]) ** 2).sum(axis=2))
    two = np.argsort(distances, axis=1)[:, :2]
    torn = np.abs(grid[two[:, 0]] - grid[two[:, 1]]).max(axis=1) > 1
    return units, distances.min(axis=1).mean(), torn.mean()


data = pathlib.Path(__file__).parent.parent / "data"
iris = np.loadtxt(data / "iris.csv", delimiter=",", skiprows=1)[:, :4]
units, quantization, topographic = self_organizing_map(iris, 4, 6, 10, 1)
print("quantization %.12f, topographic %.12f" % (quantization, topographic))
for row, column in (0, 0), (1, 4), (3, 5):
    print(row, column, ["%.12f" % v for v in units[row * 6 + column]])
