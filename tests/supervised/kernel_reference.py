# SPDX-License-Identifier: MIT
"""Writes kernel_reference.hpp: what scikit-learn's support vector machines learn and answer on tests/data.

Run as: python3 tests/supervised/kernel_reference.py (made with scikit-learn 1.2.1). Rows whose number divides
by five are held out, the others are learnt from. Features are standardised by the mean and deviation of the
rows that are learnt from. Probabilities: for each pair of classes, SVC learns five times from all but every fifth row of
both, Platt's sigmoid is fitted to its decisions of those (scipy), and the pairs are coupled by the linear system of
Wu, Lin and Weng 2004, (21).
"""
import pathlib

import numpy
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.metrics import log_loss
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


def platt(scores, second):
    above, below = second.sum(), (~second).sum()
    target = numpy.where(second, (above + 1) / (above + 2), 1 / (below + 2))

    def loss(line):
        z = line[0] * scores + line[1]
        return numpy.sum(numpy.logaddexp(0, z) - target * z), numpy.array(
            [((expit(z) - target) * scores).sum(), (expit(z) - target).sum()])

    return minimize(loss, numpy.zeros(2), jac=True, method="BFGS", options={"gtol": 1e-9}).x


def probabilities(x, y, x_test, y_test):
    labels, model = numpy.unique(y), dict(gamma=1 / (x.shape[1] * x.var()), tol=1e-8)
    size = len(labels)
    share = numpy.zeros((len(x_test), size, size))  # of the first where it is one of two
    for i in range(size):
        for j in range(i + 1, size):
            place = numpy.zeros(len(y), int)
            for label in (i, j):
                place[y == labels[label]] = numpy.arange((y == labels[label]).sum())
            both = (y == labels[i]) | (y == labels[j])
            scores = numpy.zeros(len(y))
            for fold in range(5):
                train, held = both & (place % 5 != fold), both & (place % 5 == fold)
                scores[held] = SVC(**model).fit(x[train], y[train]).decision_function(x[held])
            slope, offset = platt(scores[both], y[both] == labels[j])
            decision = SVC(**model).fit(x[both], y[both]).decision_function(x_test)
            share[:, j, i] = numpy.clip(expit(slope * decision + offset), 1e-7, 1 - 1e-7)
            share[:, i, j] = 1 - share[:, j, i]
    result = numpy.zeros((len(x_test), size))
    for row, r in enumerate(share):
        system = numpy.ones((size + 1, size + 1))
        system[:size, :size] = -r.T * r + numpy.diag((r ** 2).sum(axis=0))
        system[size, size] = 0
        result[row] = numpy.linalg.solve(system, numpy.append(numpy.zeros(size), 1))[:size]
    theirs = SVC(**model, probability=True, random_state=1).fit(x, y).predict_proba(x_test)
    print(log_loss(y_test, result), log_loss(y_test, theirs))
    return result, log_loss(y_test, theirs)


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
for name in ("wine", "breast_cancer"):
    shares, loss = probabilities(*load(name))
    text += array(f"{name}_shares", shares[:12].ravel())
    text += f"inline constexpr double {name}_svc_log_loss = {loss!r};\n"
(here / "kernel_reference.hpp").write_text(text + "\n}  // namespace reference\n")
