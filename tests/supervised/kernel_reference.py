# SPDX-License-Identifier: MIT
"""Writes kernel_reference.hpp: what scikit-learn's support vector machines learn and answer on tests/data.

Run as: python3 tests/supervised/kernel_reference.py (made with scikit-learn 1.2.1). Rows whose number divides
by five are held out, the others are learnt from. Features are standardised by the mean and deviation of the
rows that are learnt from.
"""
import pathlib

import numpy
from sklearn.svm import SVC

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
// Written by kernel_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

"""
for name in ("iris", "wine", "breast_cancer", "digits"):
    x, y, x_test, y_test = load(name)
    for kernel in ("rbf", "poly", "linear"):
        model = SVC(kernel=kernel, coef0=1, decision_function_shape="ovo", tol=1e-6).fit(x, y)
        right = int((model.predict(x_test) == y_test).sum())
        text += f"inline constexpr int {name}_svc_{kernel}_right = {right};\n"
        text += f"inline constexpr int {name}_svc_{kernel}_vectors = {len(model.support_)};\n"
        if name in ("wine", "breast_cancer"):
            scores = model.decision_function(x_test[:20])
            # positive for the second class of a pair: as scikit-learn has it for two classes, not for more
            text += array(f"{name}_svc_{kernel}_scores", numpy.ravel(scores if scores.ndim == 1 else -scores))
(here / "kernel_reference.hpp").write_text(text + "\n}  // namespace reference\n")
