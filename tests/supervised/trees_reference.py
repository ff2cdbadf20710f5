# SPDX-License-Identifier: MIT
"""Writes trees_reference.hpp: what scikit-learn's trees learn and answer on the data of tests/data.

Run as: python3 tests/supervised/trees_reference.py (made with scikit-learn 1.2.1). Rows whose number divides
by five are held out, the others are learnt from. scikit-learn breaks ties between features at random: single
trees are given where 20 seeds agree, as the script checks; scores of forests are means over 20 seeds, with the
standard deviation of one seed.
"""
import pathlib

import numpy
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

here = pathlib.Path(__file__).parent
seeds = range(20)


def load(name):
    table = numpy.loadtxt(here.parent / "data" / f"{name}.csv", delimiter=",", skiprows=1)
    x, y = table[:, :-1], table[:, -1]
    held_out = numpy.arange(len(y)) % 5 == 0
    return x[~held_out], y[~held_out], x[held_out], y[held_out]


def array(name, values):
    text = ", ".join(repr(float(value)) for value in values)
    return f"inline constexpr std::array<double, {len(values)}> {name}{{{{{text}}}}};\n"


def agreed(answers):
    """What all seeds say."""
    assert all(numpy.allclose(answer, answers[0], rtol=1e-12, atol=1e-12) for answer in answers), "seeds differ"
    return answers[0]


def tree(name, data, kind, query, **options):
    x, y, x_test, y_test = load(data)
    models = [kind(random_state=seed, **options).fit(x, y) for seed in seeds]
    text = array(name, agreed([query(model, x_test) for model in models]))
    text += f"inline constexpr std::size_t {name}_leaves = {agreed([model.get_n_leaves() for model in models])};\n"
    return text + array(f"{name}_importances", agreed([model.feature_importances_ for model in models]))


def right(name, data, kind, **options):
    x, y, x_test, y_test = load(data)
    scores = [(kind(random_state=seed, **options).fit(x, y).predict(x_test) == y_test).sum() for seed in seeds]
    return array(f"{name}_right", [numpy.mean(scores), numpy.std(scores, ddof=1)])


def first_share(model, x):
    return model.predict_proba(x)[:, 0]


text = """// SPDX-License-Identifier: MIT
// Written by trees_reference.py with scikit-learn.
#pragma once

#include <array>
#include <cstddef>

namespace reference {

"""
C, R = DecisionTreeClassifier, DecisionTreeRegressor
text += tree("cancer_gini", "breast_cancer", C, first_share, max_depth=6, min_samples_leaf=7, ccp_alpha=0.01)
text += tree("cancer_entropy", "breast_cancer", C, first_share, max_depth=5, min_samples_leaf=12, ccp_alpha=0.02,
             criterion="entropy")
text += tree("cancer_weighted", "breast_cancer", C, first_share, max_depth=5, min_samples_leaf=12, ccp_alpha=0.005,
             class_weight={0: 1.0, 1: 3.5})
text += tree("cancer_six_leaves", "breast_cancer", C, first_share, max_leaf_nodes=6, min_samples_leaf=12)
text += tree("diabetes", "diabetes", R, lambda model, x: model.predict(x), max_depth=4, min_samples_leaf=10)
text += tree("diabetes_pruned", "diabetes", R, lambda model, x: model.predict(x), max_depth=8, min_samples_leaf=10,
             ccp_alpha=40.0)
text += "\n// Rows answered rightly: mean, standard deviation of one seed.\n"
for data in ("iris", "wine", "breast_cancer", "digits"):
    text += right(f"{data}_tree", data, C)
    text += right(f"{data}_forest10", data, RandomForestClassifier, n_estimators=10)
    text += right(f"{data}_extra10", data, ExtraTreesClassifier, n_estimators=10)
(here / "trees_reference.hpp").write_text(text + "\n}  // namespace reference\n")
