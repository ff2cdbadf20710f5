# SPDX-License-Identifier: MIT
"""Writes reference.hpp: what scikit-learn learns and answers on the data of tests/data.

Run as: python3 tests/supervised/reference.py (made with scikit-learn 1.2.1). Rows whose number divides by
five are held out, the others are learnt from. Logistic regression sees features standardised by the mean
and deviation of the rows it learns from.
"""
import pathlib

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

here = pathlib.Path(__file__).parent


def load(name):
    table = numpy.loadtxt(here.parent / "data" / f"{name}.csv", delimiter=",", skiprows=1)
    x, y = table[:, :-1], table[:, -1].astype(int)
    held_out = numpy.arange(len(y)) % 5 == 0
    return x[~held_out], y[~held_out], x[held_out], y[held_out]


def braces(values):
    if numpy.ndim(values) == 0:
        return repr(float(values))
    if numpy.ndim(values) == 2:
        return "{" + ", ".join(braces(row) for row in values) + "}"
    return "{" + ", ".join(braces(value) for value in values) + "}"


def array(name, values):
    kind = "double"
    for size in reversed(numpy.shape(values)):
        kind = f"std::array<{kind}, {size}>"
    return f"inline constexpr {kind} {name}{{{braces(values)}}};\n"


def naive_bayes(name):
    x, y, x_test, y_test = load(name)
    model = GaussianNB().fit(x, y)
    joint = model._joint_log_likelihood(x_test[:3])
    right = int((model.predict(x_test) == y_test).sum())
    return array(f"{name}_joint_log_proba", joint) + f"inline constexpr int {name}_naive_bayes_right = {right};\n"


def logistic_regression(name, strength):
    x, y, x_test, y_test = load(name)
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    # Softmax over all classes, also for two. newton-cg, since lbfgs stops 1e-4 short of the optimum.
    model = LogisticRegression(C=strength, solver="newton-cg", tol=1e-12, max_iter=10000, multi_class="multinomial")
    model.fit((x - mean) / deviation, y)
    right = int((model.predict((x_test - mean) / deviation) == y_test).sum())
    coefficients, intercepts = model.coef_, model.intercept_
    if len(coefficients) == 1:  # scikit-learn keeps one row of two that differ in sign
        coefficients = numpy.vstack([-coefficients, coefficients])
        intercepts = numpy.concatenate([-intercepts, intercepts])
    text = array(f"{name}_coefficients", coefficients) + array(f"{name}_intercepts", intercepts)
    return text + f"inline constexpr int {name}_logistic_regression_right = {right};\n"


text = """// SPDX-License-Identifier: MIT
// Written by reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

"""
for name in ("iris", "breast_cancer"):
    text += naive_bayes(name) + logistic_regression(name, 1.0) + "\n"
(here / "reference.hpp").write_text(text + "}  // namespace reference\n")
