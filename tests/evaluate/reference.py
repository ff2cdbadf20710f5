# SPDX-License-Identifier: MIT
"""Writes reference.hpp: what scikit-learn says of small random answers, and how it splits and calibrates.

Run as: python3 tests/evaluate/reference.py (made with scikit-learn 1.2.1).
"""
import pathlib

import numpy
from sklearn import metrics
from sklearn.calibration import _sigmoid_calibration
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit, cross_val_score
from sklearn.naive_bayes import GaussianNB

here = pathlib.Path(__file__).parent
random = numpy.random.RandomState(3)
rows = 60
out = []


def braces(values):
    if numpy.ndim(values) == 0:
        return repr(values.item() if hasattr(values, "item") else values)
    return "{{" + ", ".join(braces(value) for value in values) + "}}"


def write(name, values, kind="double"):
    for size in reversed(numpy.shape(values)):
        kind = f"std::array<{kind}, {size}>"
    text = braces(values)
    if numpy.ndim(values) == 0:
        text = "{" + text + "}"
    out.append(f"inline constexpr {kind} {name}{text};\n")


def folds_of(splitter, count, *arguments):
    fold_of = numpy.zeros(count, dtype=int)
    for fold, (_, test) in enumerate(splitter.split(numpy.zeros((count, 1)), *arguments)):
        fold_of[test] = fold
    return fold_of


# Answers among five classes, of which class 3 never occurs and class 4 is answered but never true.
truth = random.choice(3, rows, p=[0.5, 0.3, 0.2])
predicted = numpy.where(random.rand(rows) < 0.7, truth, random.choice([0, 1, 2, 4], rows))
write("truth", truth, "std::uint8_t")
write("predicted", predicted, "std::uint8_t")
write("accuracy", metrics.accuracy_score(truth, predicted))
write("balanced_accuracy", metrics.balanced_accuracy_score(truth, predicted))
per_class = metrics.precision_recall_fscore_support(truth, predicted, labels=range(5), zero_division=0)
for name, values in zip(("precision", "recall", "f1"), per_class):
    write(name, values)
write("macro", metrics.precision_recall_fscore_support(truth, predicted, average="macro", zero_division=0)[:3])
write("micro", metrics.precision_recall_fscore_support(truth, predicted, average="micro", zero_division=0)[:3])

# Scores of one decimal, so that many are tied; some right probabilities are exactly 0.
positive = random.rand(rows) < 0.4
scores = numpy.round(random.randn(rows) + 1.2 * positive, 1)
write("positive", positive.astype(int), "std::uint8_t")
write("scores", scores)
write("roc_auc", metrics.roc_auc_score(positive, scores))
write("average_precision", metrics.average_precision_score(positive, scores))

probabilities = random.dirichlet([1, 1, 1], rows)
probabilities[:3] = [[0, 0.5, 0.5], [1, 0, 0], [0, 0, 1]]
write("probabilities", probabilities)
write("log_loss", metrics.log_loss(truth, probabilities, labels=range(3)))
write("brier", ((probabilities - numpy.eye(3)[truth]) ** 2).sum(axis=1).mean())
write("binary_brier", metrics.brier_score_loss(positive, probabilities[:, 0]))
write("binary_log_loss", metrics.log_loss(positive, probabilities[:, 0]))

target = random.randn(rows) * 3 + 50
estimate = target + random.randn(rows)
write("target", target)
write("estimate", estimate)
write("mean_absolute", metrics.mean_absolute_error(target, estimate))
write("root_mean_square", metrics.mean_squared_error(target, estimate, squared=False))
write("largest_error", metrics.max_error(target, estimate))
write("r2", metrics.r2_score(target, estimate))
write("median_absolute", metrics.median_absolute_error(target, estimate))
write("median_absolute_of_59", metrics.median_absolute_error(target[:59], estimate[:59]))

groups = random.choice(9, rows, p=numpy.arange(1, 10) / 45)
write("k_fold_7", folds_of(KFold(7), rows), "std::uint8_t")
write("stratified_k_fold_7", folds_of(StratifiedKFold(7), rows, truth), "std::uint8_t")
write("groups", groups, "std::uint8_t")
write("group_k_fold_4", folds_of(GroupKFold(4), rows, None, groups), "std::uint8_t")
time = [(len(train), test[0], test[-1] + 1) for train, test in TimeSeriesSplit(4, gap=2).split(target)]
write("time_series_split_4", time, "std::size_t")
time = [(train[0], len(train), test[0], test[-1] + 1)
        for train, test in TimeSeriesSplit(3, gap=1, test_size=5, max_train_size=20).split(target)]
write("time_series_split_3", time, "std::size_t")

for name in ("iris", "breast_cancer"):
    table = numpy.loadtxt(here.parent / "data" / f"{name}.csv", delimiter=",", skiprows=1)
    write(f"{name}_naive_bayes", cross_val_score(GaussianNB(), table[:, :-1], table[:, -1], cv=StratifiedKFold(5)))
    write(f"{name}_naive_bayes_macro_f1",
          cross_val_score(GaussianNB(), table[:, :-1], table[:, -1], cv=KFold(4), scoring="f1_macro"))

# Platt's objective at its minimum: scikit-learn stops at a gradient of 1e-5, so the minimum is polished.
write("sklearn_platt", _sigmoid_calibration(scores, positive.astype(int)))
wanted = numpy.where(positive, (positive.sum() + 1) / (positive.sum() + 2), 1 / ((~positive).sum() + 2))
design = numpy.stack([scores, numpy.ones(rows)], axis=1)
line = numpy.array(_sigmoid_calibration(scores, positive.astype(int)))
for _ in range(20):  # iteratively reweighted least squares
    p = 1 / (1 + numpy.exp(design @ line))
    line -= numpy.linalg.solve(design.T @ (design * (p * (1 - p))[:, None]), design.T @ (wanted - p))
write("platt", line)

isotonic = IsotonicRegression(out_of_bounds="clip").fit(scores, positive)
write("isotonic_at", numpy.round(numpy.linspace(-4, 4, 33), 2))
write("isotonic", isotonic.predict(numpy.round(numpy.linspace(-4, 4, 33), 2)))
write("isotonic_targets", IsotonicRegression(out_of_bounds="clip").fit(scores, target).predict(scores))

text = """// SPDX-License-Identifier: MIT
// Written by reference.py with scikit-learn.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace reference {

"""
(here / "reference.hpp").write_text(text + "".join(out) + "\n}  // namespace reference\n")
