#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Disjoint LinUCB by numpy.linalg, alpha 0.5: three arms that pay by three features. Prints each estimate and bound
that tests/rl/lin_ucb.test.cpp checks, and the arms chosen."""
import numpy as np

THETA = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [-0.5, -0.5, 0.1]])
gram = [np.eye(3) for _ in range(3)]
total = [np.zeros(3) for _ in range(3)]
chosen = []
for t in range(60):
    x = np.array([((7 * t) % 11) / 10 - 0.5, ((5 * t) % 13) / 12 - 0.5, 1.0])
    guesses = []
    for a in range(3):
        inverse = np.linalg.inv(gram[a])
        guesses.append((inverse @ total[a] @ x, np.sqrt(x @ inverse @ x)))
    arm = int(np.argmax([mean + 0.5 * doubt for mean, doubt in guesses]))
    chosen.append(arm)
    gram[arm] += np.outer(x, x)
    total[arm] += THETA[arm] @ x * x
print("chosen", "".join(map(str, chosen)))
x = np.array([0.3, -0.2, 1.0])
for a in range(3):
    inverse = np.linalg.inv(gram[a])
    print(a, "%.12f %.12f" % (inverse @ total[a] @ x, np.sqrt(x @ inverse @ x)))
