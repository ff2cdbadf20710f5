# SPDX-License-Identifier: MIT
"""Prints the probabilities of pairwise_calibration.test.cpp: scikit-learn 1.2.1's sigmoid calibration of an
SVC that learnt from the standardised rows of breast_cancer whose number does not divide by five, calibrated on
the first 60 of the others and asked about the next 8. Run as: python3 tests/evaluate/pairwise_reference.py
"""
import pathlib

import numpy
from sklearn.calibration import CalibratedClassifierCV
from sklearn.svm import SVC

here = pathlib.Path(__file__).parent
table = numpy.loadtxt(here.parent / "data" / "breast_cancer.csv", delimiter=",", skiprows=1)
x, y = table[:, :-1], table[:, -1]
out = numpy.arange(len(y)) % 5 == 0
x = (x - x[~out].mean(axis=0)) / x[~out].std(axis=0)
model = SVC(tol=1e-8).fit(x[~out], y[~out])
calibrated = CalibratedClassifierCV(model, method="sigmoid", cv="prefit").fit(x[out][:60], y[out][:60])
print(", ".join(f"{p:.9f}" for p in calibrated.predict_proba(x[out][60:68])[:, 1]))
