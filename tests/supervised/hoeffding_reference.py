#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prequential accuracy of a Hoeffding tree with River's defaults on the streams of streams.hpp.

Run as: python3 tests/supervised/hoeffding_reference.py [rows] (made with numpy 1.24; 100,000 rows take minutes).
Written from the papers (Domingos and Hulten 2000; Pfahringer, Holmes, Kirkby 2008; Gama, Rocha, Medas 2003) with the
settings that River documents for HoeffdingTreeClassifier: grace period 200, delta 1e-7, tau 0.05, information gain,
ten thresholds a feature, at least 1 % of the weight on either side, adaptive naive Bayes in leaves, binary splits,
no limit on memory. Prints what hoeffding_tree.test.cpp compares with.
"""
import math
import sys

import numpy as np


class Pcg32:
    """O'Neill's generator, as mote::Random(seed), and its doubles."""

    def __init__(self, seed):
        self.state = 0
        self.next()
        self.state = (self.state + seed) & (2**64 - 1)
        self.next()

    def next(self):
        old = self.state
        self.state = (old * 6364136223846793005 + 1) & (2**64 - 1)
        shifted = ((old >> 18 ^ old) >> 27) & 0xFFFFFFFF
        turn = old >> 59
        return (shifted >> turn | shifted << (-turn & 31)) & 0xFFFFFFFF

    def uniform(self):
        high, low = self.next() >> 5, self.next() >> 6
        return (high << 26 | low) * 2.0**-53


def sea(seed, length):
    random = Pcg32(seed)
    count = 0
    while True:
        x = np.array([10 * random.uniform() for _ in range(3)])
        flipped = random.uniform() < 0.1
        yield x, int((x[0] + x[1] > (8, 9, 7, 9.5)[count // length % 4]) != flipped)
        count += 1


def hyperplane(seed):
    random = Pcg32(seed)
    weights = np.array([random.uniform() for _ in range(10)])
    directions = np.ones(10)
    while True:
        x = np.array([random.uniform() for _ in range(10)])
        flipped = random.uniform() < 0.05
        yield x, int((weights @ x >= weights.sum() / 2) != flipped)
        weights = weights + directions * 0.001
        for i in range(10):
            if random.uniform() < 0.1:
                directions[i] *= -1


def entropy(weights):
    shares = weights[weights > 0] / weights.sum()
    return -(shares * np.log2(shares)).sum()


class Leaf:
    def __init__(self, prior, features):
        self.prior = prior
        self.attempted = prior.sum()
        self.majority_right = self.bayes_right = 0
        self.n = np.zeros(2)
        self.sum, self.squares = np.zeros((2, features)), np.zeros((2, features))
        self.low, self.high = np.full((2, features), np.inf), np.full((2, features), -np.inf)

    def deviation(self, y):
        variance = (self.squares[y] - self.sum[y] ** 2 / self.n[y]) / (self.n[y] - 1)
        return np.sqrt(np.maximum(variance, 0))

    def majority(self):
        return int(np.argmax(self.prior))

    def bayes(self, x):
        logs = np.full(2, -np.inf)
        for y in range(2):
            if self.prior[y] == 0:
                continue
            logs[y] = math.log(self.prior[y])
            if self.n[y] > 1:
                deviation = self.deviation(y)
                ok = deviation > 0
                z = (x - self.sum[y] / self.n[y])[ok] / deviation[ok]
                logs[y] -= (np.log(deviation[ok]) + z * z / 2 + 0.9189385332046727).sum()
        return int(np.argmax(logs))

    def predict(self, x):
        return self.bayes(x) if self.bayes_right >= self.majority_right else self.majority()

    def learn(self, x, y):
        self.majority_right += self.majority() == y
        self.bayes_right += self.bayes(x) == y
        self.prior[y] += 1
        self.n[y] += 1
        self.sum[y] += x
        self.squares[y] += x * x
        self.low[y], self.high[y] = np.minimum(self.low[y], x), np.maximum(self.high[y], x)

    def best_split(self, i):
        low, high = self.low[:, i].min(), self.high[:, i].max()
        best = (0.0, None, None, None)
        for k in range(1, 11):
            at = low + (high - low) * k / 11
            if not low < at < high:
                continue
            below = np.zeros(2)
            for y in range(2):
                if self.n[y] == 0:
                    continue
                if at >= self.high[y, i]:
                    below[y] = self.n[y]
                elif at >= self.low[y, i]:
                    mean, deviation = self.sum[y, i] / self.n[y], self.deviation(y)[i]
                    below[y] = self.n[y] * math.erfc(-(at - mean) / deviation / math.sqrt(2)) / 2
            above = self.n - below
            if min(below.sum(), above.sum()) <= 0.01 * self.n.sum():
                continue
            gain = entropy(self.prior) - (below.sum() * entropy(below) + above.sum() * entropy(above)) / self.n.sum()
            if gain > best[0]:
                best = (gain, at, below, above)
        return best


class Tree:
    def __init__(self, features):
        self.features = features
        self.root = Leaf(np.zeros(2), features)
        self.leaves = 1

    def find(self, x):
        node, way = self.root, None
        while isinstance(node, dict):
            way = (node, "left" if x[node["feature"]] <= node["at"] else "right")
            node = node[way[1]]
        return node, way

    def predict(self, x):
        return self.find(x)[0].predict(x)

    def learn(self, x, y):
        leaf, way = self.find(x)
        leaf.learn(x, y)
        n = leaf.prior.sum()
        if n - leaf.attempted < 200:
            return
        leaf.attempted = n
        if leaf.prior.min() == 0:
            return
        splits = [leaf.best_split(i) for i in range(self.features)]
        order = sorted([split[0] for split in splits] + [0.0])
        bound = math.sqrt(math.log(1 / 1e-7) / (2 * n))
        if order[-1] <= 0 or not (order[-1] - order[-2] > bound or bound < 0.05):
            return
        feature = int(np.argmax([split[0] for split in splits]))
        _, at, below, above = splits[feature]
        node = {"feature": feature, "at": at, "left": Leaf(below, self.features), "right": Leaf(above, self.features)}
        self.leaves += 1
        if way is None:
            self.root = node
        else:
            way[0][way[1]] = node


def accuracy(stream, features, rows):
    tree = Tree(features)
    right = 0
    for _, (x, y) in zip(range(rows), stream):
        right += tree.predict(x) == y
        tree.learn(x, y)
    return right / rows, tree.leaves


rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
print("SEA", rows, "%.5f, %d leaves" % accuracy(sea(1, rows // 4), 3, rows))
print("hyperplane", rows, "%.5f, %d leaves" % accuracy(hyperplane(1), 10, rows))
