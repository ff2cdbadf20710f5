#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prequential accuracy of a Hoeffding tree with River's defaults on the streams of streams.hpp.

Run as: python3 tests/supervised/hoeffding_reference.py [rows] (made with numpy 1.24; 100,000 rows take minutes),
or as: python3 tests/supervised/hoeffding_reference.py forest, for an adaptive random forest of ten such trees.
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
    def __init__(self, prior, chosen):
        self.prior, self.chosen = prior, chosen
        features = len(chosen)
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
        return int(np.argmax(self.logs(x)))

    def logs(self, x):
        x = x[self.chosen]
        logs = np.full(2, -1e300)
        for y in range(2):
            if self.prior[y] == 0:
                continue
            logs[y] = math.log(self.prior[y])
            if self.n[y] > 1:
                deviation = self.deviation(y)
                ok = deviation > 0
                z = (x - self.sum[y] / self.n[y])[ok] / deviation[ok]
                logs[y] -= (np.log(deviation[ok]) + z * z / 2 + 0.9189385332046727).sum()
        return logs

    def share(self, x):
        """Of class 1, as the leaf would predict."""
        if self.prior.sum() == 0:
            return 0.5
        if self.bayes_right < self.majority_right:
            return self.prior[1] / self.prior.sum()
        logs = self.logs(x)
        return 1 / (1 + math.exp(min(700.0, logs[0] - logs[1])))

    def predict(self, x):
        return self.bayes(x) if self.bayes_right >= self.majority_right else self.majority()

    def learn(self, x, y, weight):
        self.majority_right += weight * (self.majority() == y)
        self.bayes_right += weight * (self.bayes(x) == y)
        x = x[self.chosen]
        self.prior[y] += weight
        self.n[y] += weight
        self.sum[y] += weight * x
        self.squares[y] += weight * x * x
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
    def __init__(self, features, tried=None, grace=200, delta=1e-7):
        self.features, self.tried, self.grace, self.delta = features, tried, grace, delta
        self.root = self.leaf(np.zeros(2))
        self.leaves = 1

    def leaf(self, prior):
        if self.tried is None:
            return Leaf(prior, np.arange(self.features))
        return Leaf(prior, draws.choice(self.features, self.tried, replace=False))

    def find(self, x):
        node, way = self.root, None
        while isinstance(node, dict):
            way = (node, "left" if x[node["feature"]] <= node["at"] else "right")
            node = node[way[1]]
        return node, way

    def predict(self, x):
        return self.find(x)[0].predict(x)

    def learn(self, x, y, weight=1):
        leaf, way = self.find(x)
        leaf.learn(x, y, weight)
        n = leaf.prior.sum()
        if n - leaf.attempted < self.grace:
            return
        leaf.attempted = n
        if leaf.prior.min() == 0:
            return
        splits = [leaf.best_split(i) for i in range(len(leaf.chosen))]
        order = sorted([split[0] for split in splits] + [0.0])
        bound = math.sqrt(math.log(1 / self.delta) / (2 * n))
        if order[-1] <= 0 or not (order[-1] - order[-2] > bound or bound < 0.05):
            return
        best = int(np.argmax([split[0] for split in splits]))
        _, at, below, above = splits[best]
        node = {"feature": leaf.chosen[best], "at": at, "left": self.leaf(below), "right": self.leaf(above)}
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


class Adwin:
    """Bifet and Gavalda's window with every value kept; only a rise counts. Two of them watch each tree."""

    def __init__(self, confidence):
        self.window, self.seen, self.confidence = [], 0, confidence

    def rises(self, x):
        self.window.append(x)
        self.seen += 1
        risen = None
        if self.seen % 32 != 0:
            return False
        window = np.array(self.window, float)
        while len(window) > 10:
            n = len(window)
            sums = np.cumsum(window)
            n0 = np.arange(1, n)
            gaps = (sums[-1] - sums[:-1]) / (n - n0) - sums[:-1] / n0
            log, inverse_m = math.log(2 * math.log(n) / self.confidence), 1 / n0 + 1 / (n - n0)
            bounds = np.sqrt(2 * inverse_m * np.var(window) * log) + 2 / 3 * inverse_m * log
            cut = (np.abs(gaps) > bounds) & (n0 >= 5) & (n - n0 >= 5)
            if not cut.any():
                break
            if risen is None:
                risen = bool(gaps[cut][0] > 0)
            window = window[max(1, n // 50):]
        self.window = list(window)
        return bool(risen)


def forest_accuracy(stream, features, rows):
    """Gomes et al. 2017, algorithms 1 and 2, with River's settings: Poisson(6), ADWIN at 0.01 and 0.001, grace
    period 50, delta 0.01, here sqrt(M) + 1 features as in the paper."""
    tried = min(features, int(math.sqrt(features)) + 1)
    fresh = lambda: {"tree": Tree(features, tried, 50, 0.01), "background": None, "right": 0, "seen": 0,
                     "warning": Adwin(0.01), "drift": Adwin(0.001)}
    members = [fresh() for _ in range(10)]
    right = 0
    for _, (x, y) in zip(range(rows), stream):
        votes = 0.0
        for member in members:
            leaf = member["tree"].find(x)[0]
            weight = member["right"] / member["seen"] if member["seen"] else 1.0
            votes += weight * (2 * leaf.share(x) - 1)
        right += (votes > 0) == (y == 1)
        for i, member in enumerate(members):
            wrong = member["tree"].predict(x) != y
            member["seen"] += 1
            member["right"] += not wrong
            weight = draws.poisson(6)
            if weight > 0:
                member["tree"].learn(x, y, weight)
                if member["background"] is not None:
                    member["background"].learn(x, y, weight)
            if member["warning"].rises(wrong):
                member["background"] = Tree(features, tried, 50, 0.01)
                member["warning"] = Adwin(0.01)
            if member["drift"].rises(wrong):
                members[i] = fresh()
                if member["background"] is not None:
                    members[i]["tree"] = member["background"]
    return right / rows


def contrary(seed, length):
    for i, (x, y) in enumerate(sea(seed, 2**63)):
        yield x, 1 - y if i // length % 2 == 1 else y


draws = np.random.default_rng(1)
if sys.argv[1:] == ["forest"]:
    print("forest, SEA 20000 %.4f" % forest_accuracy(sea(1, 5000), 3, 20000))
    print("forest, contrary 20000 %.4f" % forest_accuracy(contrary(1, 5000), 3, 20000))
    print("forest, hyperplane 20000 %.4f" % forest_accuracy(hyperplane(1), 10, 20000))
    sys.exit()
rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
print("SEA", rows, "%.5f, %d leaves" % accuracy(sea(1, rows // 4), 3, rows))
print("hyperplane", rows, "%.5f, %d leaves" % accuracy(hyperplane(1), 10, rows))
