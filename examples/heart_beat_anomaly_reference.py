# SPDX-License-Identifier: MIT
"""The ROC area that scikit-learn's isolation forest reaches on the rows that heart_beat_anomaly writes.

Run as: python3 heart_beat_anomaly_reference.py build/.../heart_beat_anomaly.csv. The forest learns from the
rows before the first fault, as a batch; it is scored on the rows after them: mean over the ten trials and three
seeds of the forest.
"""
import sys

import numpy
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score

table = numpy.loadtxt(sys.argv[1], delimiter=",")
areas = []
for trial in numpy.unique(table[:, -1]):
    rows = table[table[:, -1] == trial]
    x, row, faulty = rows[:, :-3], rows[:, -3], rows[:, -2]
    quiet = row < 440
    areas += [roc_auc_score(faulty[~quiet], -IsolationForest(random_state=seed).fit(x[quiet]).score_samples(x[~quiet]))
              for seed in range(3)]
print(f"{numpy.mean(areas):.3f}")
