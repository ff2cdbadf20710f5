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


def holt_winters(x, period, multiply, a, b, c):
    """Component form (Winters 1960), where the detector has the error-correction form: level and season are
    mixtures of what the sample says and of what was expected. The detector's rates are a, a * b and c."""
    level, trend = x[:period].mean(), 0.0
    season = list(x[:period] / level if multiply else x[:period] - level)
    errors, scores = [], [0.0] * period
    for t in range(period, len(x)):
        s = season[t - period]
        forecast = (level + trend) * s if multiply else level + trend + s
        error = x[t] - forecast
        deviation = np.std(errors, ddof=1) if len(errors) > 1 else 0
        scores.append(abs(error) / deviation if t >= 2 * period else 0)
        if t >= 2 * period and deviation > 0:  # Gelper et al. 2010: the sample is cleaned
            error = np.clip(error, -3 * deviation, 3 * deviation)
        cleaned = forecast + error
        errors.append(error)
        before, base = level, level + trend
        level = a * (cleaned / s if multiply else cleaned - s) + (1 - a) * base
        trend = b * (level - before) + (1 - b) * trend
        season.append(c * (cleaned / base if multiply else cleaned - base) + (1 - c) * s)
    return scores


t = np.arange(24 * 8)
series = (10 + 0.05 * t) * (1 + 0.5 * np.sin(2 * np.pi * t / 24)) + (t * 7919 % 101) / 101
series[100] += 20
for multiply in False, True:
    scores = holt_winters(series, 24, multiply, 0.25, 0.125, 0.5)
    print("holt_winters", ["%.9g" % scores[t] for t in (48, 100, 101, 124, 191)])
