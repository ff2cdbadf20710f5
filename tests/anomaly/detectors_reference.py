# SPDX-License-Identifier: MIT
# Reference values of the tests of the batch detectors: scikit-learn's IsolationForest, and the definitions of
# the papers (HBOS, ECOD and COPOD in the form of PyOD) written down in numpy and scipy.
import pathlib
import numpy as np
from scipy.stats import skew
from sklearn.covariance import EmpiricalCovariance
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

data = pathlib.Path(__file__).parent.parent / "data"


def load(name, columns):
    table = np.loadtxt(data / (name + ".csv"), delimiter=",", skiprows=1)
    return table[:, :columns], table[:, columns]


def scale(x):
    return (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))


def hbos(x):
    score = np.zeros(len(x))
    for column in scale(x).T:
        density, edges = np.histogram(column, bins=10, density=True)
        place = np.clip(np.searchsorted(edges, column, side="right") - 1, 0, 9)
        score += -np.log2(density + 0.1)[place]
    return score


def tails(x):
    n = len(x)
    left = np.array([[np.sum(c <= v) for v in c] for c in x.T]).T / n
    right = np.array([[np.sum(c >= v) for v in c] for c in x.T]).T / n
    return -np.log(left), -np.log(right), np.sign(skew(x, axis=0))


def ecod(x):
    left, right, s = tails(x)
    skewed = left * (s <= 0) + right * (s >= 0)
    return np.maximum(np.maximum(left, right), skewed).sum(axis=1)


def copod(x):
    left, right, s = tails(x)
    skewed = left * (s <= 0) + right * (s >= 0)
    return np.maximum(skewed, (left + right) / 2).sum(axis=1)


def loda(x, random, cuts=100, bins=10):
    score = np.zeros(len(x))
    used = int(np.sqrt(x.shape[1]))
    for _ in range(cuts):
        chosen = random.choice(x.shape[1], used, replace=False)
        y = x[:, chosen] @ random.standard_normal(used)
        counts, edges = np.histogram(y, bins)
        place = np.clip(np.searchsorted(edges, y, side="right") - 1, 0, bins - 1)
        score += -np.log(counts[place] / len(x)) / cuts
    return score


x, y = load("iris", 4)
for detector in hbos, ecod, copod:
    print(detector.__name__, "iris", ", ".join("%.9f" % v for v in detector(x)[[0, 41, 60, 117, 131]]))

x, y = load("breast_cancer", 30)
malignant = y == 0
forest = [roc_auc_score(malignant, -IsolationForest(n_estimators=100, random_state=s).fit(x).score_samples(x)) for s in range(30)]
projections = [roc_auc_score(malignant, loda(scale(x), np.random.default_rng(s))) for s in range(30)]
for name, values in ("isolation forest", forest), ("loda", projections):
    print(name, "breast_cancer auroc: mean %.4f, deviation %.4f" % (np.mean(values), np.std(values, ddof=1)))
for detector in hbos, ecod, copod:
    print(detector.__name__, "breast_cancer auroc: %.4f" % roc_auc_score(malignant, detector(x)))

x, y = load("wine", 13)
empirical = EmpiricalCovariance().fit(x)
distances = np.sqrt(empirical.mahalanobis(x) * (len(x) - 1) / len(x))  # of the covariance that divides by n - 1
print("mahalanobis wine", ", ".join("%.9f" % v for v in distances[[0, 50, 100, 150, 177]]))
pca = PCA(4)
coordinates = pca.fit_transform(x)
largest = np.abs(pca.components_).argmax(axis=1)
coordinates *= np.sign(pca.components_[range(4), largest])  # the largest weight is positive
print("pca wine", ", ".join("%.9f" % v for v in coordinates[100]), "variances", ", ".join("%.6g" % v for v in pca.explained_variance_))
z = StandardScaler().fit_transform(x)
pca = PCA(4).fit(z)
rest = z - pca.inverse_transform(pca.transform(z))
print("pca reconstruction wine", ", ".join("%.9f" % v for v in (rest**2).sum(axis=1)[[0, 50, 100, 150, 177]]))
