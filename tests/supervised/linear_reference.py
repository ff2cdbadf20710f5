# SPDX-License-Identifier: MIT
"""Writes linear_reference.hpp: what scikit-learn's linear models learn and answer on the data of tests/data.

Run as: python3 tests/supervised/linear_reference.py (made with scikit-learn 1.2.1). Rows whose number divides by
five are held out, the others are learnt from. Features are standardised by the mean and deviation of the rows
learnt from, where a constant feature counts as having deviation 1.
"""
import pathlib
import warnings

import numpy
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.linear_model import (ElasticNet, Lasso, LogisticRegression, PassiveAggressiveClassifier,
                                  RidgeClassifier)
from sklearn.metrics import r2_score
from sklearn.naive_bayes import BernoulliNB, CategoricalNB
from sklearn.svm import LinearSVC

warnings.filterwarnings("ignore")
here = pathlib.Path(__file__).parent


def load(name):
    table = numpy.loadtxt(here.parent / "data" / f"{name}.csv", delimiter=",", skiprows=1)
    x, y = table[:, :-1], table[:, -1]
    held_out = numpy.arange(len(y)) % 5 == 0
    mean, deviation = x[~held_out].mean(axis=0), x[~held_out].std(axis=0)
    deviation[deviation == 0] = 1
    x = (x - mean) / deviation
    return x[~held_out], y[~held_out], x[held_out], y[held_out]


def braces(values):
    if numpy.ndim(values) == 0:
        return repr(float(values))
    return "{" * (2 if numpy.ndim(values) == 1 else 1) + ", ".join(braces(v) for v in values) + \
        "}" * (2 if numpy.ndim(values) == 1 else 1)


def array(name, values):
    kind = "double"
    for size in reversed(numpy.shape(values)):
        kind = f"std::array<{kind}, {size}>"
    body = braces(values)
    return f"inline constexpr {kind} {name}{'{' + body + '}' if numpy.ndim(values) > 1 else body};\n"


def planes(name, model):
    return array(f"{name}_coefficients", numpy.atleast_2d(model.coef_)) + \
        array(f"{name}_intercepts", numpy.atleast_1d(model.intercept_))


def right(name, model, x, y):
    return f"inline constexpr int {name}_right = {int((model.predict(x) == y).sum())};\n"


classifiers = {
    "svm_hinge": lambda: LinearSVC(loss="hinge", tol=1e-9, max_iter=3000000, random_state=0),
    "svm_squared": lambda: LinearSVC(loss="squared_hinge", tol=1e-9, max_iter=3000000, random_state=0),
    "pa1": lambda: PassiveAggressiveClassifier(C=0.05, loss="hinge", shuffle=False, max_iter=1, tol=None),
    "pa2": lambda: PassiveAggressiveClassifier(C=0.05, loss="squared_hinge", shuffle=False, max_iter=1, tol=None),
    "ridge": lambda: RidgeClassifier(alpha=1),
    "lda": lambda: LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1),
    "l1": lambda: LogisticRegression(penalty="l1", C=0.5, solver="saga", tol=1e-10, max_iter=200000, random_state=0,
                                     multi_class="multinomial"),
    "weighted": lambda: LogisticRegression(C=1, class_weight="balanced", solver="newton-cg", tol=1e-12,
                                           max_iter=10000, multi_class="multinomial"),
}
text = """// SPDX-License-Identifier: MIT
// Written by linear_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

"""
for name in ("iris", "breast_cancer"):
    x, y, x_test, y_test = load(name)
    for kind, make in classifiers.items():
        model = make().fit(x, y)
        text += planes(f"{name}_{kind}", model) + right(f"{name}_{kind}", model, x_test, y_test)
    model = QuadraticDiscriminantAnalysis(reg_param=0.1).fit(x, y)
    scores = model.decision_function(x_test[:3])
    text += array(f"{name}_qda_scores", scores) + right(f"{name}_qda", model, x_test, y_test) + "\n"

for name in ("wine", "digits"):
    x, y, x_test, y_test = load(name)
    for kind in ("svm_squared", "ridge", "lda"):
        model = classifiers[kind]()
        if kind == "svm_squared":
            model.set_params(tol=1e-4, max_iter=10000)
        text += right(f"{name}_{kind}", model.fit(x, y), x_test, y_test)
    text += right(f"{name}_qda", QuadraticDiscriminantAnalysis(reg_param=0.1).fit(x, y), x_test, y_test)
    bits = BernoulliNB().fit(x, y)
    text += right(f"{name}_bernoulli", bits, x_test, y_test)
    if name == "wine":
        text += array("wine_bernoulli_joint", bits._joint_log_likelihood((x_test[:3] > 0).astype(float)))
    else:
        table = numpy.loadtxt(here.parent / "data" / "digits.csv", delimiter=",", skiprows=1).astype(int)
        held_out = numpy.arange(len(table)) % 5 == 0
        shades = CategoricalNB(min_categories=17).fit(table[~held_out, :-1], table[~held_out, -1])
        text += right("digits_categorical", shades, table[held_out, :-1], table[held_out, -1])
        text += array("digits_categorical_joint", shades._joint_log_likelihood(table[held_out, :-1][:3]))
    text += "\n"

x, y, x_test, y_test = load("diabetes")
for name, model in (("lasso", Lasso(alpha=2, tol=1e-12, max_iter=100000)),
                    ("elastic_net", ElasticNet(alpha=0.2, l1_ratio=0.3, tol=1e-12, max_iter=100000))):
    model.fit(x, y)
    text += array(f"diabetes_{name}_coefficients", model.coef_)
    text += f"inline constexpr double diabetes_{name}_intercept = {float(model.intercept_)!r};\n"
    text += f"inline constexpr double diabetes_{name}_r2 = {float(r2_score(y_test, model.predict(x_test)))!r};\n"
# Recursive least squares with forgetting 0.99 is one weighted least-squares problem.
weights = numpy.sqrt(0.99 ** numpy.arange(len(y) - 1, -1, -1))[:, None]
design = numpy.hstack([x, numpy.ones((len(y), 1))])
solution = numpy.linalg.lstsq(design * weights, y * weights[:, 0], rcond=None)[0]
text += array("diabetes_forgetting", solution)
(here / "linear_reference.hpp").write_text(text + "\n}  // namespace reference\n")
