# SPDX-License-Identifier: MIT
"""Writes public_sets_reference.hpp: how many rows scikit-learn's trees answer rightly on three public sets.

Run as: python3 tests/supervised/public_sets_reference.py FOLDER (made with scikit-learn 1.2.1). The folder has
occupancy/datatraining.csv, datatest.csv and datatest2.csv (Candanedo and Feldheim 2016; UCI 357),
wisdm_v1/wisdm_v1.1_transformed.csv (Kwapisz, Weiss and Moore 2011) and ai4i2020/ai4i2020.csv (Matzka 2020; UCI 601). On
occupancy the official tests are held out, on wisdm_v1 the users whose number divides by five, on ai4i2020 the rows whose
number does. What is missing in wisdm_v1 is 0 for all but HistGradientBoosting. Scores are means over seeds, with the
standard deviation of one seed.
"""
import pathlib
import sys

import numpy
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

here = pathlib.Path(__file__).parent
folder = pathlib.Path(sys.argv[1])


def lines(name):
    for line in (folder / name).read_text().splitlines()[1:]:
        yield line.replace('"', "").split(",")


def occupancy(name):
    table = numpy.array([line[2:8] for line in lines(f"occupancy/{name}.csv")], dtype=float)
    return table[:, :5], table[:, 5]


def part(x, y, held_out):
    return x[~held_out], y[~held_out], x[held_out], y[held_out]


def wisdm():
    table = [line for line in lines("wisdm_v1/wisdm_v1.1_transformed.csv") if len(line) == 46]
    x = numpy.array([[numpy.nan if field == "?" else float(field) for field in line[2:45]] for line in table])
    names = sorted({line[45] for line in table})
    y = numpy.array([names.index(line[45]) for line in table])
    return part(x, y, numpy.array([int(line[1]) % 5 == 0 for line in table]))


def ai4i():
    table = list(lines("ai4i2020/ai4i2020.csv"))
    x = numpy.array([["LMH".index(line[2])] + line[3:8] for line in table], dtype=float)
    return part(x, numpy.array([int(line[8]) for line in table]), numpy.arange(len(table)) % 5 == 0)


def score(name, data, kind, seeds, **options):
    x, y, x_test, y_test = data
    models = [kind(random_state=seed, **options).fit(x, y) for seed in range(seeds)]
    right = [(model.predict(x_test) == y_test).sum() for model in models]
    deviation = numpy.std(right, ddof=1) if seeds > 1 else 0
    print(name, 100 * numpy.mean(right) / len(y_test), 100 * deviation / len(y_test), flush=True)
    return f"inline constexpr std::array<double, 2> {name}{{{{{numpy.mean(right):.9g}, {deviation:.9g}}}}};\n"


def scores(name, data):
    filled = [numpy.nan_to_num(part) for part in data]
    text = score(f"{name}_tree", filled, DecisionTreeClassifier, 20)
    text += score(f"{name}_forest", filled, RandomForestClassifier, 10, n_estimators=30, max_depth=10)
    text += score(f"{name}_extra", filled, ExtraTreesClassifier, 10, n_estimators=30, max_depth=10)
    return text + score(f"{name}_boosting", data, HistGradientBoostingClassifier, 1, early_stopping=False)


text = """// SPDX-License-Identifier: MIT
// Written by public_sets_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

// Rows answered rightly: mean, standard deviation of one seed.
"""
seen = occupancy("datatraining")
text += scores("occupancy_1", (*seen, *occupancy("datatest"))) + scores("occupancy_2", (*seen, *occupancy("datatest2")))
text += scores("wisdm", wisdm()) + scores("ai4i", ai4i())
(here / "public_sets_reference.hpp").write_text(text + "\n}  // namespace reference\n")
