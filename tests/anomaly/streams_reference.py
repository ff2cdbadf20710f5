#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints the scores that the tests of the z-score family and of the seasonal detectors expect, each computed from
the whole stream so far, without the detectors' recurrences where there is a closed form."""
import numpy as np

ecg = np.loadtxt(__file__.rsplit("/", 2)[0] + "/data/electrocardiogram.csv", skiprows=1)[:500] / 200


def z_score(x, t):
    return abs(x[t] - x[:t].mean()) / x[:t].std(ddof=1)


def ewma(x, t, smoothing):
    means = np.array([x[:j].mean() if j else x[0] for j in range(t + 1)])
    weights = smoothing * (1 - smoothing) ** (t - np.arange(t + 1))
    average = (weights * (x[: t + 1] - means)).sum()
    variance = (weights**2).sum()  # of independent samples of variance 1
    return abs(average) / x[:t].std(ddof=1) / np.sqrt(variance)


print("z_score", ["%.9g" % z_score(ecg, t) for t in (2, 100, 268, 499)])
print("ewma", ["%.9g" % ewma(ecg, t, 0.125) for t in (2, 100, 268, 499)])
