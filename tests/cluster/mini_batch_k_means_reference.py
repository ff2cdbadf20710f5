# SPDX-License-Identifier: MIT
# Reference values of tests/cluster/mini_batch_k_means.test.cpp: the inertia of scikit-learn's MiniBatchKMeans after
# 101 batches of 256 digits, mean and standard error of thirty seeds; batches are given to it one by one.
import pathlib
import numpy as np
from sklearn.cluster import MiniBatchKMeans

data = pathlib.Path(__file__).parent.parent / "data"
x = np.loadtxt(data / "digits.csv", delimiter=",", skiprows=1)[:, :64]
inertias = []
for seed in range(30):
    random = np.random.RandomState(seed)
    model = MiniBatchKMeans(10, batch_size=256, n_init=3, random_state=seed)
    for _ in range(101):
        model.partial_fit(x[random.randint(0, len(x), 256)])
    inertias.append((model.transform(x).min(axis=1) ** 2).sum())
print("%.0f +- %.0f" % (np.mean(inertias), np.std(inertias, ddof=1) / len(inertias) ** 0.5))
