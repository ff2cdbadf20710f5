#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints the values that generalized_pareto.test.cpp expects: quantiles by SciPy, and fits by the mean and
half the mean difference of all pairs (the second L-moment), which is the method by another formula."""
import numpy as np
from scipy.stats import genpareto

for scale, shape in (2, 0.25), (0.5, -0.4), (3, 0), (1, 1e-5):
    print(scale, shape, ["%.9g" % v for v in genpareto.isf([0.5, 0.01, 1e-6], shape, scale=scale)])
for shape in 0.3, 0.0, -0.5:
    x = genpareto.isf((np.arange(20) + 0.35) / 20, shape, scale=2)
    pairs = np.abs(x[:, None] - x[None, :]).sum() / (len(x) * (len(x) - 1)) / 2
    fitted = 2 - x.mean() / pairs
    print(shape, "fitted shape %.9g scale %.9g" % (fitted, x.mean() * (1 - fitted)))
