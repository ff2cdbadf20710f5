# SPDX-License-Identifier: MIT
# Reference values of the tests of k_nearest_distance, local_outlier_factor, k_means_distance and one_class_svm:
# scikit-learn's, fitted to the rows of iris with an even number.
import pathlib
import numpy as np
from sklearn.cluster import KMeans
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors
from sklearn.svm import OneClassSVM

table = np.loadtxt(pathlib.Path(__file__).parent.parent / "data/iris.csv", delimiter=",", skiprows=1)
usual, asked = table[::2, :4], table[[1, 41, 61, 117, 131], :4]


def show(name, values):
    print(name, ", ".join("%.9f" % v for v in values))


distances, _ = NearestNeighbors(n_neighbors=5).fit(usual).kneighbors(asked)
show("5th neighbour", distances[:, 4])
for k in 5, 20:
    show("factor, %d neighbours" % k, -LocalOutlierFactor(n_neighbors=k, novelty=True).fit(usual).score_samples(asked))
show("nearest of 3 centroids", KMeans(3, n_init=10, random_state=0).fit(usual).transform(asked).min(axis=1))
for nu in 0.1, 0.5:
    machine = OneClassSVM(nu=nu, tol=1e-10).fit(usual)
    show("machine, nu %.1f, gamma %.9f, %d vectors" % (nu, machine._gamma, len(machine.support_)), -machine.decision_function(asked) / (nu * len(usual)))
