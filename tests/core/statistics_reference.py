# SPDX-License-Identifier: MIT
"""Prints the reference values of moments.test.cpp (numpy 1.24)."""
import numpy

rows = numpy.array([[2.5, -1.0, 1e6 + 1], [0.5, 3.0, 1e6 + 2], [-1.5, 4.5, 1e6], [4.0, -2.5, 1e6 + 4], [3.5, 0.25, 1e6 - 3]])
print("mean", rows.mean(axis=0).tolist())
print("variance", rows.var(axis=0, ddof=1).tolist())
print("population variance", rows.var(axis=0).tolist())
print("covariance", numpy.cov(rows, rowvar=False).tolist())
