# SPDX-License-Identifier: MIT
# Reference values of tests/cluster/k_means.test.cpp: the least inertia of ten starts of scikit-learn's KMeans.
import pathlib
import numpy as np
from sklearn.cluster import KMeans

data = pathlib.Path(__file__).parent.parent / "data"
for name, columns, clusters in ("iris", 4, 3), ("digits", 64, 10):
    x = np.loadtxt(data / (name + ".csv"), delimiter=",", skiprows=1)[:, :columns]
    model = KMeans(clusters, n_init=10, random_state=0).fit(x)
    print(name, "%.6f" % model.inertia_, np.sort(np.bincount(model.labels_)))
