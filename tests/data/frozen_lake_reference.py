#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Optimal value of FrozenLake's start, by linear programming (scipy): minimise sum(v) subject to
v >= r(a) + discount * P(a) v for every action. Used by tests/rl/value_iteration.test.cpp.
The undiscounted value is the linear programme's as well, with the least solution >= 0."""
import numpy as np
from scipy.optimize import linprog

MAPS = {4: "SFFF FHFH FFFH HFFG",
        8: "SFFFFFFF FFFFFFFF FFFHFFFF FFFFFHFF FFFHFFFF FHHFFFHF FHFFHFHF FFFHFFFG"}
MOVES = [(0, -1), (1, 0), (0, 1), (-1, 0)]


def optimum(side, discount):
    rows = MAPS[side].split()
    n = side * side
    a_ub, b_ub = [], []
    for s in range(n):
        r, c = divmod(s, side)
        for a in range(4):
            line, reward = np.zeros(n), 0.0
            if rows[r][c] not in "GH":
                for turn in (-1, 0, 1):
                    dr, dc = MOVES[(a + turn) % 4]
                    r2 = min(max(r + dr, 0), side - 1)
                    c2 = min(max(c + dc, 0), side - 1)
                    if rows[r2][c2] == "G":
                        reward += 1 / 3
                    elif rows[r2][c2] != "H":
                        line[r2 * side + c2] += discount / 3
            line[s] -= 1
            a_ub.append(line)
            b_ub.append(-reward)
    result = linprog(np.ones(n), A_ub=np.array(a_ub), b_ub=b_ub, bounds=(0, None), method="highs")
    return result.x[0]


for side, discount in ((4, 0.99), (4, 1.0), (8, 0.99)):
    print(f"{side}x{side} discount {discount}: {optimum(side, discount):.7f}")
