# SPDX-License-Identifier: MIT
"""The ROC area that scikit-learn's isolation forest reaches on the rows that heart_beat_anomaly writes.

Run as: python3 heart_beat_anomaly_reference.py build/.../heart_beat_anomaly.csv. The forest learns from the
rows before the first fault, as a batch; it is scored on the rows after them, mean of ten seeds.
"""
import sys

import numpy
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score

table = numpy.loadtxt(sys.argv[1], delimiter=",")
x, row, faulty = table[:, :-2], table[:, -2], table[:, -1]
quiet = row < 440
areas = [roc_auc_score(faulty[~quiet], -IsolationForest(random_state=seed).fit(x[quiet]).score_samples(x[~quiet]))
         for seed in range(10)]
print(f"{numpy.mean(areas):.3f} +- {numpy.std(areas):.3f}")
