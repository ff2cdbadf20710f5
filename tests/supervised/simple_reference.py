# SPDX-License-Identifier: MIT
"""Writes simple_reference.hpp: what scikit-learn's nearest centroids and least squares learn and answer.

Run as: python3 tests/supervised/simple_reference.py (made with scikit-learn 1.2.1). Rows whose number divides
by five are held out, the others are learnt from.
"""
import pathlib

import numpy
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neighbors import NearestCentroid

here = pathlib.Path(__file__).parent


def load(name):
    table = numpy.loadtxt(here.parent / "data" / f"{name}.csv", delimiter=",", skiprows=1)
    x, y = table[:, :-1], table[:, -1]
    held_out = numpy.arange(len(y)) % 5 == 0
    return x[~held_out], y[~held_out], x[held_out], y[held_out]


text = """// SPDX-License-Identifier: MIT
// Written by simple_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

"""
for name in ("iris", "wine", "breast_cancer", "digits"):
    x, y, x_test, y_test = load(name)
    right = int((NearestCentroid().fit(x, y).predict(x_test) == y_test).sum())
    text += f"inline constexpr int {name}_nearest_centroid_right = {right};\n"

x, y, x_test, y_test = load("diabetes")
for name, model in (("ordinary", LinearRegression()), ("ridge", Ridge(alpha=10, solver="svd"))):
    model.fit(x, y)
    coefficients = ", ".join(repr(float(value)) for value in model.coef_)
    text += f"inline constexpr std::array<double, 10> {name}_coefficients{{{{{coefficients}}}}};\n"
    text += f"inline constexpr double {name}_intercept = {float(model.intercept_)!r};\n"
    text += f"inline constexpr double {name}_r2 = {r2_score(y_test, model.predict(x_test))!r};\n"
table = numpy.loadtxt(here.parent / "data" / "diabetes.csv", delimiter=",", skiprows=1)
scores = ", ".join(repr(float(r2)) for r2 in cross_val_score(LinearRegression(), table[:, :-1], table[:, -1], cv=KFold(5)))
text += f"inline constexpr std::array<double, 5> ordinary_cross_validated_r2{{{{{scores}}}}};\n"
(here / "simple_reference.hpp").write_text(text + "\n}  // namespace reference\n")
