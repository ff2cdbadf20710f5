#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes change_reference.hpp: the streams on which River's own tests publish what its detectors find, and what the
papers' rules, written here once more in numpy, find on them.

Run as: python3 tests/anomaly/change_reference.py (made with numpy 1.24). The streams are those of
river/drift/test_drift_detectors.py, version 0.10; `published` in change_detectors.test.cpp are the indices there.
"""
import math
import pathlib

import numpy as np

here = pathlib.Path(__file__).parent

np.random.seed(12345)
levels = np.concatenate((np.random.randint(2, size=1000), np.random.randint(8, size=1000)))
np.random.seed(12345)
errors = np.concatenate([[np.random.binomial(1, 0.2) for _ in range(1000)], [np.random.binomial(1, 0.8) for _ in range(1000)]])
np.random.seed(12345)
steps = np.concatenate([np.random.normal(mean, 0.1, 500) > 0 for mean in (0, 0.25, 0, 0.25)]).astype(int)

np.random.seed(0)  # of MOA's Python interface: the example beside ADWINChangeDetector
leap = np.random.randint(2, size=2000)
for i in range(999, 2000):
    leap[i] = np.random.randint(4, high=8)


def cusum(stream, mean, deviation, slack, threshold):
    """Montgomery's tabular form; after an alarm the sums begin at zero."""
    high = low = 0.0
    for i, x in enumerate(stream):
        z = (x - mean) / deviation
        high, low = max(0.0, high + z - slack), max(0.0, low - z - slack)
        if high > threshold or low > threshold:
            yield i
            high = low = 0.0


def cut_of(window, confidence):
    """True where some cut of the window has averages further apart than Bifet and Gavalda's epsilon."""
    n = len(window)
    sums = np.cumsum(window)
    n0 = np.arange(1, n)
    n1 = n - n0
    apart = np.abs(sums[:-1] / n0 - (sums[-1] - sums[:-1]) / n1)
    log = math.log(2 * math.log(n) / confidence)
    inverse_m = 1 / n0 + 1 / n1
    bound = np.sqrt(2 * inverse_m * np.var(window) * log) + 2 / 3 * inverse_m * log
    wide = (n0 >= 5) & (n1 >= 5)
    return bool(np.any((apart > bound) & wide))


def adwin(stream, confidence, clock):
    """ADWIN with every value kept: all cuts are tried, the oldest value goes while any cut is found."""
    window = []
    for i, x in enumerate(stream):
        window.append(float(x))
        if (i + 1) % clock != 0 or len(window) <= 10:
            continue
        found = False
        while len(window) > 10 and cut_of(window, confidence):
            del window[0]
            found = True
        if found:
            yield i


def bayesian(stream, hazard, mean, deviation):
    """Adams and MacKay with nothing left out: the most probable run length after each value."""
    mu, kappa, alpha, beta = np.array([mean]), np.array([1.0]), np.array([1.0]), np.array([deviation**2])
    weight = np.array([1.0])
    for x in stream:
        scale = beta * (kappa + 1) / (alpha * kappa)
        density = np.array([math.exp(math.lgamma(a + 0.5) - math.lgamma(a)) for a in alpha])
        density = density / np.sqrt(2 * math.pi * alpha * scale) * (1 + (x - mu) ** 2 / (2 * alpha * scale)) ** (-alpha - 0.5)
        joint = weight * density
        weight = np.concatenate(([joint.sum() * hazard], joint * (1 - hazard)))
        weight /= weight.sum()
        beta = np.concatenate(([deviation**2], beta + kappa * (x - mu) ** 2 / (2 * (kappa + 1))))
        mu = np.concatenate(([mean], (kappa * mu + x) / (kappa + 1)))
        kappa = np.concatenate(([1.0], kappa + 1))
        alpha = np.concatenate(([1.0], alpha + 0.5))
        yield int(np.argmax(weight)), float(weight[:20].sum())


def kswin(stream, window, recent, alpha, draws):
    """Raab et al.: the latest values against as many drawn from those before; after a change only the latest stay."""
    limit = math.sqrt(-math.log(alpha) / recent)
    held = []
    for i, x in enumerate(stream):
        held = held[-(window - 1):] + [x]
        if len(held) < window:
            continue
        before = np.sort(draws.choice(held[:-recent], recent, replace=False))
        latest = np.sort(held[-recent:])
        every = np.concatenate((before, latest))
        shares = [np.searchsorted(sample, every, side="right") / recent for sample in (before, latest)]
        if np.abs(shares[0] - shares[1]).max() > limit:
            yield i
            held = held[-recent:]


def kswin_on_spread(window, recent, alpha, streams):
    """Of normal values whose deviation goes from 1 to 3 after 2,000: false alarms in 10,000 values, and the mean of the
    values until the change is found, with its standard error."""
    draws = np.random.RandomState(7)
    false_alarms, delays = 0, []
    for _ in range(streams):
        stream = np.concatenate((draws.normal(0, 1, 2000), draws.normal(0, 3, 3000)))
        for i in kswin(stream, window, recent, alpha, draws):
            if i >= 2000:
                delays.append(i - 1999)
                break
            false_alarms += 1
    assert len(delays) == streams
    return [1e4 * false_alarms / (2000 * streams), float(np.mean(delays)), float(np.std(delays)) / math.sqrt(streams)]


def numbers(name, values, kind="int"):
    return f"inline constexpr std::array<{kind}, {len(values)}> {name}{{{', '.join(map(repr, values))}}};\n"


text = """// SPDX-License-Identifier: MIT
// Written by change_reference.py with numpy.
#pragma once

#include <array>
#include <string_view>

namespace reference {

"""
for name, stream in (("levels", levels), ("errors", errors), ("steps", steps), ("leap", leap)):
    digits = "".join(map(str, stream))
    lines = "\n".join(f'    "{digits[i:i + 100]}"' for i in range(0, len(digits), 100))
    text += f"inline constexpr std::string_view {name} =\n{lines};\n"
text += numbers("cusum_on_levels", list(cusum(levels, 0.5, 0.5, 0.5, 5))[:12])
text += numbers("adwin_on_levels", list(adwin(levels, 0.002, 32)))
text += numbers("adwin_on_errors", list(adwin(errors, 0.002, 32)))
text += numbers("adwin_on_steps", list(adwin(steps, 0.002, 32)))
runs = list(bayesian(levels[900:1100].astype(float), 1 / 250, 0.5, 0.5))
at = [50, 99, 101, 103, 105, 110, 150, 199]
text += numbers("run_lengths_at", at)
text += numbers("run_lengths", [runs[i][0] for i in at])
text += numbers("short_run_shares", [runs[i][1] for i in at], "double")
text += numbers("kswin_on_spread", kswin_on_spread(100, 30, 0.005, 800), "double")
(here / "change_reference.hpp").write_text(text + "\n}  // namespace reference\n")
