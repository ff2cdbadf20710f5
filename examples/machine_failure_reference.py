# SPDX-License-Identifier: MIT
"""Says what scikit-learn's HistGradientBoosting scores on the rows of the example machine_failure.

Run as: build/<preset>/examples/machine_failure --rows | python3 examples/machine_failure_reference.py
"""
import sys

import numpy
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score

table = numpy.loadtxt(sys.stdin, delimiter=",")
learnt, unseen = table[: len(table) // 2], table[len(table) // 2 :]
for model in (
    HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=8, early_stopping=False),
    RandomForestClassifier(30, max_depth=10, random_state=0),
):
    answers = model.fit(learnt[:, :-1], learnt[:, -1]).predict(unseen[:, :-1])
    truth = unseen[:, -1]
    print(type(model).__name__, f"accuracy {accuracy_score(truth, answers):.4f}, macro F1 {f1_score(truth, answers, average='macro'):.4f}")
