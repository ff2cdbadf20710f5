# SPDX-License-Identifier: MIT
# Reference values of tests/evaluate/clustering.test.cpp, by scikit-learn: iris and wine by their classes, and
# iris with its first flower in a cluster of its own.
import pathlib
import numpy as np
from sklearn.metrics import davies_bouldin_score, silhouette_score

data = pathlib.Path(__file__).parent.parent / "data"


def show(name, x, labels):
    print(name, repr(silhouette_score(x, labels)), repr(davies_bouldin_score(x, labels)))


for name in "iris", "wine":
    table = np.loadtxt(data / (name + ".csv"), delimiter=",", skiprows=1)
    show(name, table[:, :-1], table[:, -1])
    if name == "iris":
        alone = table[:, -1].copy()
        alone[0] = 4
        show("first alone", table[:, :-1], alone)
