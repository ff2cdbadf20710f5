# SPDX-License-Identifier: MIT
"""Writes svr_reference.hpp: what scikit-learn's SVR learns and answers on tests/data/diabetes.csv.

Run as: python3 tests/supervised/svr_reference.py (made with scikit-learn 1.2.1). Rows whose number divides by five
are held out, the others are learnt from. Features are standardised by the mean and deviation of the rows that are
learnt from; targets are as they are.
"""
import pathlib

import numpy
from sklearn.svm import SVR

here = pathlib.Path(__file__).parent
table = numpy.loadtxt(here.parent / "data" / "diabetes.csv", delimiter=",", skiprows=1)
x, y = table[:, :-1], table[:, -1]
held_out = numpy.arange(len(y)) % 5 == 0
x = (x - x[~held_out].mean(axis=0)) / x[~held_out].std(axis=0)

text = """// SPDX-License-Identifier: MIT
// Written by svr_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

"""
for name, kernel, C, epsilon in (("default", "rbf", 1, 0.1), ("rbf", "rbf", 100, 20), ("poly", "poly", 1, 10),
                                 ("linear", "linear", 1, 10)):
    model = SVR(kernel=kernel, C=C, epsilon=epsilon, coef0=1, tol=1e-7).fit(x[~held_out], y[~held_out])
    estimates = model.predict(x[held_out])
    error = float(numpy.sqrt(numpy.mean((estimates - y[held_out]) ** 2)))
    print(name, len(model.support_), error, model.n_iter_)
    values = ", ".join(repr(float(value)) for value in estimates[:20])
    text += f"inline constexpr int diabetes_svr_{name}_vectors = {len(model.support_)};\n"
    text += f"inline constexpr double diabetes_svr_{name}_rmse = {error!r};\n"
    text += f"inline constexpr std::array<double, 20> diabetes_svr_{name}_estimates{{{{{values}}}}};\n"
(here / "svr_reference.hpp").write_text(text + "\n}  // namespace reference\n")
