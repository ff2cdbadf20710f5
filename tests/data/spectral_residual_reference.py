#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Spectral residual scores by scipy.fft, windows of 64 with 5 extrapolated points, of heart beats decimated to 45 Hz.
Prints the samples and scores that tests/anomaly/spectral_residual.test.cpp checks."""
import os
import numpy as np
from scipy import fft

WINDOW, COMPARED, AHEAD = 64, 21, 5
here = os.path.dirname(os.path.abspath(__file__))
series = np.loadtxt(os.path.join(here, "electrocardiogram.csv"), skiprows=1)[::8]


def score(points):
    """Of the last point, with those before it."""
    before = points[:-1]
    slope = np.mean([(before[-1] - before[-1 - k]) / k for k in range(1, AHEAD + 1)])
    window = np.append(points, np.full(AHEAD, before[-AHEAD] + slope * AHEAD))
    window = window / np.max(np.abs(window))
    spectrum = fft.fft(window)
    amplitude, phase = np.abs(spectrum), np.angle(spectrum)
    logs = np.log(amplitude + 2.0**-20)
    average = (np.roll(logs, 1) + logs + np.roll(logs, -1)) / 3
    residual = np.log(np.maximum(amplitude, 1e-300)) - average
    saliency = np.abs(fft.ifft(np.exp(residual + 1j * phase)))
    at = WINDOW - AHEAD - 1
    usual = np.mean(saliency[at - COMPARED:at])
    return (saliency[at] - usual) / usual


for i in [58, 59, 100, 101, 102, 103, 150, 517, 1000, 1111]:
    print("{%d, %.6f}," % (i, score(series[i - WINDOW + AHEAD + 1:i + 1])))
