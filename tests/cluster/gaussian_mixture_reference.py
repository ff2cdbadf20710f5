# SPDX-License-Identifier: MIT
# Reference values of the tests of gaussian_mixture and gaussian_mixture_detector: the mean log-likelihood of the
# likeliest of scikit-learn's GaussianMixtures, of ten starts from k-means and of ten from random shares.
import pathlib
import numpy as np
from sklearn.mixture import GaussianMixture

data = pathlib.Path(__file__).parent.parent / "data"


def best(x, components, kind):
    models = [GaussianMixture(components, covariance_type=kind, n_init=10, tol=1e-6, max_iter=2000, random_state=0,
                              init_params=init).fit(x) for init in ("kmeans", "random_from_data")]
    print(kind, components, " ".join("%.9f" % model.score(x) for model in models))
    return models[0]


for name, columns, components in ("iris", 4, 3), ("iris", 4, 2), ("wine", 13, 3), ("breast_cancer", 30, 4):
    x = np.loadtxt(data / (name + ".csv"), delimiter=",", skiprows=1)[:, :columns]
    if name != "iris":
        x = (x - x.mean(axis=0)) / x.std(axis=0)
    for kind in "diag", "full":
        print(name, end=" ")
        best(x, components, kind)

iris = np.loadtxt(data / "iris.csv", delimiter=",", skiprows=1)
for kind in "diag", "full":
    model = best(iris[::2, :4], 3, kind)
    print("asked", ", ".join("%.9f" % v for v in model.score_samples(iris[[1, 41, 61, 117, 131], :4])))
