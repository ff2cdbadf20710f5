#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""CartPole-v1 and MountainCar-v0 after a few dozen steps, written down from their published equations in double
precision; and quantiles by numpy. Used by tests/rl/continuous_environment.test.cpp and tests/rl/discretizer.test.cpp."""
import math

import numpy as np


def cart_pole(state, action):
    x, v, theta, omega = state
    m, total, half, g, tau = 0.1, 1.1, 0.5, 9.8, 0.02
    force = 10.0 if action else -10.0
    push = (force + m * half * omega**2 * math.sin(theta)) / total
    alpha = (g * math.sin(theta) - math.cos(theta) * push) / (half * (4 / 3 - m * math.cos(theta) ** 2 / total))
    acceleration = push - m * half * alpha * math.cos(theta) / total
    return x + tau * v, v + tau * acceleration, theta + tau * omega, omega + tau * alpha


def mountain_car(state, action):
    x, v = state
    v = float(np.clip(v + (action - 1) * 0.001 - 0.0025 * math.cos(3 * x), -0.07, 0.07))
    x = float(np.clip(x + v, -1.2, 0.6))
    return (x, 0.0) if x == -1.2 and v < 0 else (x, v)


state = (0.01, -0.02, 0.03, 0.04)
for i in range(40):
    state = cart_pole(state, (i // 2 + i // 5) % 2)
    if i in (9, 39):
        print("cart_pole", i + 1, ["%.12f" % value for value in state])

state = (-0.5, 0.0)
for i in range(400):
    state = mountain_car(state, 2 if state[1] >= 0 else 0)
    if i in (9, 59):
        print("mountain_car", i + 1, ["%.12f" % value for value in state])
    if state[0] >= 0.5:
        print("mountain_car at the top after", i + 1)
        break

values = np.array([(37 * i) % 101 / 8 for i in range(50)])
print("quantiles", np.quantile(values, [0.2, 0.4, 0.6, 0.8]), np.quantile(values, [1 / 3, 2 / 3]))
