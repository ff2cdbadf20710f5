# SPDX-License-Identifier: MIT
"""Writes neighbours_reference.hpp: what scikit-learn's nearest neighbours answer on the data of tests/data.

Run as: python3 tests/supervised/neighbours_reference.py (made with scikit-learn 1.2.1). Rows whose number
divides by five are held out, the others are learnt from. Features are standardised by the mean and deviation
of the rows that are learnt from.
"""
import pathlib

import numpy
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

here = pathlib.Path(__file__).parent


def load(name):
    table = numpy.loadtxt(here.parent / "data" / f"{name}.csv", delimiter=",", skiprows=1)
    x, y = table[:, :-1], table[:, -1]
    held_out = numpy.arange(len(y)) % 5 == 0
    mean, deviation = x[~held_out].mean(axis=0), x[~held_out].std(axis=0)
    x = (x - mean) / numpy.where(deviation > 0, deviation, 1)
    return x[~held_out], y[~held_out], x[held_out], y[held_out]


def array(name, values):
    text = ", ".join(repr(float(value)) for value in values)
    return f"inline constexpr std::array<double, {len(values)}> {name}{{{{{text}}}}};\n"


text = """// SPDX-License-Identifier: MIT
// Written by neighbours_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

"""
variants = [("uniform_l2", "uniform", 2), ("distance_l2", "distance", 2), ("distance_l1", "distance", 1)]
for variant, weights, p in variants:
    for name in ("iris", "wine", "breast_cancer", "digits"):
        x, y, x_test, y_test = load(name)
        model = KNeighborsClassifier(5, weights=weights, p=p, algorithm="brute").fit(x, y)
        right = int((model.predict(x_test) == y_test).sum())
        text += f"inline constexpr int {name}_{variant}_right = {right};\n"
        if name == "wine":
            shares = model.predict_proba(x_test)[:, 1]
            text += array(f"wine_{variant}_share_of_class_1", shares)
    x, y, x_test, y_test = load("diabetes")
    model = KNeighborsRegressor(5, weights=weights, p=p, algorithm="brute").fit(x, y)
    text += array(f"diabetes_{variant}_estimates", model.predict(x_test)[:20])
(here / "neighbours_reference.hpp").write_text(text + "\n}  // namespace reference\n")
