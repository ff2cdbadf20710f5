# SPDX-License-Identifier: MIT
# Reference values of tests/signal/incremental_pca.test.cpp: scikit-learn's PCA of all irises at once, and the
# components kept of one iris after another, each by NumPy's eigenvectors of the covariance that they span.
import pathlib
import numpy as np
from sklearn.decomposition import PCA

data = pathlib.Path(__file__).parent.parent / "data"
iris = np.loadtxt(data / "iris.csv", delimiter=",", skiprows=1)[:, :4]


def show(name, components, variances):
    print(name)
    for row, variance in zip(components, variances):
        row = row * np.sign(row[np.argmax(np.abs(row))])
        print("  ", ", ".join("%.12f" % v for v in row), " variance %.12f" % variance)


def one_by_one(x, components):
    mean, covariance = x[0], np.zeros((x.shape[1],) * 2)
    for n, row in enumerate(x[1:], 2):
        gap = row - mean
        mean = mean + gap / n
        covariance = (1 - 1 / n) * (covariance + np.outer(gap, gap) / n)
        values, vectors = np.linalg.eigh(covariance)
        values, vectors = values[::-1][:components], vectors[:, ::-1][:, :components]
        covariance = vectors * values @ vectors.T  # what is beside the components is lost
    return vectors.T, values * len(x) / (len(x) - 1)


batch = PCA(4).fit(iris)
show("all at once", batch.components_, batch.explained_variance_)
mixed = iris[np.arange(150) * 67 % 150]
kept, variances = one_by_one(mixed, 2)
show("one by one, two kept", kept, variances)
print("degrees apart", np.degrees(np.arccos(np.minimum(1, np.abs((kept * batch.components_[:2]).sum(axis=1))))))
