# SPDX-License-Identifier: MIT
"""Writes ensembles_reference.hpp: the scores of scikit-learn's regression forests and AdaBoost on tests/data.

Run as: python3 tests/supervised/ensembles_reference.py (made with scikit-learn 1.2.1). Rows whose number divides by
five are held out, the others are learnt from. Scores are means over seeds, with the standard deviation of one seed: AdaBoost
only draws the order in which features are tried, which decides ties.
"""
import pathlib

import numpy
from sklearn.ensemble import AdaBoostClassifier, ExtraTreesRegressor, RandomForestRegressor
from sklearn.metrics import r2_score
from sklearn.tree import DecisionTreeClassifier

here = pathlib.Path(__file__).parent


def load(name):
    table = numpy.loadtxt(here.parent / "data" / f"{name}.csv", delimiter=",", skiprows=1)
    x, y = table[:, :-1], table[:, -1]
    held_out = numpy.arange(len(y)) % 5 == 0
    return x[~held_out], y[~held_out], x[held_out], y[held_out]


def array(name, scores):
    text = f"{numpy.mean(scores):.9g}, {numpy.std(scores, ddof=1):.9g}"
    return f"inline constexpr std::array<double, 2> {name}{{{{{text}}}}};\n"


def regression(name, kind):
    x, y, x_test, y_test = load("diabetes")
    models = [kind(n_estimators=10, random_state=seed).fit(x, y) for seed in range(20)]
    return array(name, [r2_score(y_test, model.predict(x_test)) for model in models])


def ada_boost(data, depth, rounds):
    x, y, x_test, y_test = load(data)

    def right(seed):
        tree = DecisionTreeClassifier(max_depth=depth)
        model = AdaBoostClassifier(tree, n_estimators=rounds, algorithm="SAMME", random_state=seed)
        return (model.fit(x, y).predict(x_test) == y_test).sum()

    return array(f"{data}_ada_boost_right", [right(seed) for seed in range(5)])


text = """// SPDX-License-Identifier: MIT
// Written by ensembles_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

// R^2 on diabetes, 10 trees; rows answered rightly. Mean, standard deviation of one seed.
"""
text += regression("diabetes_forest10_r2", RandomForestRegressor)
text += regression("diabetes_extra10_r2", ExtraTreesRegressor)
text += ada_boost("iris", 1, 50) + ada_boost("wine", 1, 50) + ada_boost("breast_cancer", 1, 50) + ada_boost("digits", 4, 30)
(here / "ensembles_reference.hpp").write_text(text + "\n}  // namespace reference\n")
