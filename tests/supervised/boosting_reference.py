# SPDX-License-Identifier: MIT
"""Writes boosting_reference.hpp: what scikit-learn's boosted ensembles answer on the data of tests/data.

Run as: python3 tests/supervised/boosting_reference.py (made with scikit-learn 1.2.1). Rows whose number divides by
five are held out, the others are learnt from. HistGradientBoosting draws nothing at random here. Its gradients are
rounded to 32 bits, so answers agree with ours in about six digits, unless a tie between two splits falls otherwise.
Slopes of a quantile's loss have two values, so that ties are many: its loss is given, and that loss's standard error.
"""
import pathlib

import numpy
from sklearn.ensemble import HistGradientBoostingClassifier as Classifier
from sklearn.ensemble import HistGradientBoostingRegressor as Regressor
from sklearn.metrics import r2_score

here = pathlib.Path(__file__).parent


def load(name):
    table = numpy.loadtxt(here.parent / "data" / f"{name}.csv", delimiter=",", skiprows=1)
    x, y = table[:, :-1], table[:, -1]
    held_out = numpy.arange(len(y)) % 5 == 0
    return x[~held_out], y[~held_out], x[held_out], y[held_out]


def with_gaps(x):
    """Lacks every third value, counted from the first."""
    x = x.copy()
    x.flat[::3] = numpy.nan
    return x


def array(name, values):
    text = ", ".join(f"{value:.9g}" for value in values)
    return f"inline constexpr std::array<double, {len(values)}> {name}{{{{{text}}}}};\n"


def shares(name, data, k, **options):
    x, y, x_test, _ = load(data)
    model = Classifier(early_stopping=False, **options).fit(x, y)
    return array(name, model.predict_proba(x_test)[:, k])


def right(name, data, gaps=False, **options):
    x, y, x_test, y_test = load(data)
    if gaps:
        x, x_test = with_gaps(x), with_gaps(x_test)
    model = Classifier(early_stopping=False, **options).fit(x, y)
    return f"inline constexpr int {name}_right = {(model.predict(x_test) == y_test).sum()};\n"


def pinball(name, quantile):
    x, y, x_test, y_test = load("diabetes")
    model = Regressor(early_stopping=False, loss="quantile", quantile=quantile, max_iter=30).fit(x, y)
    gaps = y_test - model.predict(x_test)
    losses = numpy.where(gaps >= 0, quantile * gaps, (quantile - 1) * gaps)
    return array(name, [losses.mean(), losses.std(ddof=1) / numpy.sqrt(len(losses))])


def regression(name, **options):
    x, y, x_test, y_test = load("diabetes")
    answers = Regressor(early_stopping=False, **options).fit(x, y).predict(x_test)
    score = f"inline constexpr double {name}_r2 = {r2_score(y_test, answers):.9g};\n"
    return array(name, answers) + score


text = """// SPDX-License-Identifier: MIT
// Written by boosting_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

// clang-format off
"""
text += shares("iris_shares", "iris", 1, max_iter=20)
text += shares("wine_shares", "wine", 2, max_iter=20)
text += shares("cancer_shares", "breast_cancer", 1, max_iter=10)
text += regression("diabetes_squared", max_iter=20)
text += regression("diabetes_hundred")
for quantile in (0.1, 0.5, 0.9):
    text += pinball(f"diabetes_pinball_{round(100 * quantile)}", quantile)
text += "// clang-format on\n\n// Rows answered rightly after 100 rounds of trees with 31 leaves; digits: 10 rounds.\n"
for data in ("iris", "wine", "breast_cancer"):
    text += right(data, data)
text += right("digits", "digits", max_iter=10)
text += right("cancer_with_gaps", "breast_cancer", gaps=True)
(here / "boosting_reference.hpp").write_text(text + "\n}  // namespace reference\n")
