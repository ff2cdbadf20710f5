#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The simulators of the field, written down a second time from their descriptions, and the mean over all states of
(1 - discount) times the optimal value, by numpy. Used by tests/rl/field.test.cpp."""
import math
from itertools import product

import numpy as np

DISCOUNT = 0.9


def between(level, bands):
    """The two bands next to a level with their shares."""
    level = min(max(level, 0.0), bands - 1.0)
    low = math.floor(level)
    return [(low, 1 - level + low), (min(low + 1, bands - 1), level - low)]


def hvac():
    outside = [1, 0, 0, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 7, 7, 6, 5, 4, 3, 3, 2, 2]
    peak = {6, 7, 8, 17, 18, 19}
    home = {6, 7, 8, *range(16, 23)}
    capacity = 165 * 60 / 3600  # kWh/K
    for hour, band, critical, (a, heat) in product(range(24), range(12), (0, 1), enumerate((0, 2.5, 5))):
        t = 17.5 + band / 2
        price = (1.6 if critical else 0.4) if hour in peak else 0.3 if 6 <= hour < 22 else 0.2
        cost = heat / 3 * price
        if hour in home:
            cost += 0.3 * max(20 - t, 0) + 0.15 * max(t - 22, 0)
        settled = outside[hour] + heat / 0.1
        later = settled + (t - settled) * math.exp(-0.1 / capacity)
        days = [(0, 0.75), (1, 0.25)] if hour == 23 else [(critical, 1.0)]
        for (b, share), (day, p) in product(between((later - 17.5) * 2, 12), days):
            yield (hour, band, critical), a, p * share, ((hour + 1) % 24, b, day), -cost


def traffic():
    def poisson(mean):
        p = [math.exp(-mean) * mean**n / math.factorial(n) for n in range(4)]
        return list(enumerate(p + [1 - sum(p)]))
    for q0, q1, phase, time, a in product(range(10), range(10), (0, 1), range(6), (0, 1)):
        q, ph, t = [q0, q1], phase, time
        if a and time >= 2:
            ph, t = 1 - phase, 0
        else:
            q[phase], t = max(q[phase] - 2, 0), min(time + 1, 5)
        for (n, p), (m, r) in product(poisson(480 * 5 / 3600), poisson(240 * 5 / 3600)):
            total = [q[0] + n, q[1] + m]
            after = [min(x, 9) for x in total]
            yield (q0, q1, phase, time), a, p * r, (*after, ph, t), -sum(after) - 12 * (sum(total) - sum(after))


def duty_cycle():
    harvest = [0, 0, 15, 65, 90, 50, 10, 0]
    interest = [0.2, 0.2, 0.8, 1, 0.7, 1, 0.8, 0.4]
    for charge, time, overcast, (a, n) in product(range(10), range(8), (0, 1), enumerate((0, 18, 180, 1080))):
        spent = (0.4 + 0.06 * n) if charge else 0
        gain = math.log(1 + n / 18) / math.log(61) * interest[time] if charge else -1
        level = charge + (harvest[time] * (0.15 if overcast else 1) - spent) / 20
        clouds = 0.92 if overcast else 0.06
        for (b, share), (sky, p) in product(between(level, 10), ((0, 1 - clouds), (1, clouds))):
            yield (charge, time, overcast), a, p * share, (b, (time + 1) % 8, sky), gain


def battery():
    profile = [20, 18, 17, 16, 17, 20, 26, 32, 33, 28, 24, 21, 19, 18, 19, 22, 27, 34, 39, 40, 36, 30, 25, 22]
    moves = [[0.85, 0.15, 0], [0.08, 0.84, 0.08], [0, 0.15, 0.85]]
    for hour, charge, market, a in product(range(24), range(9), range(3), range(3)):
        change = (0, min(2, 8 - charge), -min(2, charge))[a]
        price = profile[hour] / 100 * (0.6, 1, 1.6)[market]
        gain = -price * change if change > 0 else -change * (price * 0.9 - 0.02)
        for later in range(3):
            yield (hour, charge, market), a, moves[market][later], ((hour + 1) % 24, charge + change, later), gain


def optimum(transitions, actions):
    rows = list(transitions)
    number = {s: i for i, s in enumerate(dict.fromkeys(row[0] for row in rows))}
    at = np.array([number[s] * actions + a for s, a, *_ in rows])
    to = np.array([number[row[3]] for row in rows])
    p = np.array([row[2] for row in rows])
    r = np.array([row[4] for row in rows])
    v = np.zeros(len(number))
    for _ in range(400):
        v = np.bincount(at, p * (r + DISCOUNT * v[to])).reshape(-1, actions).max(axis=1)
    return v.mean() * (1 - DISCOUNT)


for name, model, actions in (("hvac", hvac, 3), ("traffic", traffic, 2), ("duty_cycle", duty_cycle, 4),
                             ("battery", battery, 3)):
    print(name, "%.9f" % optimum(model(), actions))
