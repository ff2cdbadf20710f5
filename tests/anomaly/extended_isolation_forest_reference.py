# SPDX-License-Identifier: MIT
# The extended isolation forest of Hariri, Carrasco Kind and Brunner 2021, algorithms 1 to 3, extension level 1,
# written down in numpy, with their intercepts and with those of Lesouple, Baudoin, Spigai and Tourneret 2021,
# section 3: the reference of extended_isolation_forest.test.cpp.
import pathlib
import numpy as np
from sklearn.metrics import roc_auc_score

table = np.loadtxt(pathlib.Path(__file__).parent.parent / "data/breast_cancer.csv", delimiter=",", skiprows=1)
x, malignant = table[:, :30], table[:, 30] == 0
x = x / np.abs(x - x.mean(axis=0)).mean(axis=0)


def c(n):
    return 0 if n < 2 else 2 * (1 / np.arange(1, n)).sum() - 2 * (n - 1) / n


def lengths(sample, x, depth, limit, random, between):
    if depth == limit or len(sample) < 2:
        return np.full(len(x), depth + c(len(sample)))
    normal = random.standard_normal(x.shape[1])
    normal[random.permutation(x.shape[1])[2:]] = 0
    if between:
        intercept = random.uniform((sample @ normal).min(), (sample @ normal).max())
    else:
        intercept = random.uniform(sample.min(axis=0), sample.max(axis=0)) @ normal
    result, left = np.empty(len(x)), x @ normal <= intercept
    below = sample @ normal <= intercept
    result[left] = lengths(sample[below], x[left], depth + 1, limit, random, between)
    result[~left] = lengths(sample[~below], x[~left], depth + 1, limit, random, between)
    return result


def forest(random, between, trees=100, samples=256):
    draw = lambda: x[random.choice(len(x), samples, replace=False)]
    mean = sum(lengths(draw(), x, 0, 8, random, between) for _ in range(trees)) / trees
    return 2 ** (-mean / c(samples))


for between in False, True:
    areas = [roc_auc_score(malignant, forest(np.random.default_rng(seed), between)) for seed in range(30)]
    print("intercept", "between members:" if between else "in their box:",
          "breast_cancer auroc mean %.4f, deviation %.4f" % (np.mean(areas), np.std(areas, ddof=1)))
