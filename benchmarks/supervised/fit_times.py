# SPDX-License-Identifier: MIT
"""The same methods of scikit-learn, on the rows that fit_times_program wrote: python3 fit_times.py rows.csv times.csv

times.csv is what the program printed. Prints both times and their ratio, the least of several runs on one thread, in time on the processor.
"""
import os
import sys
import time
import warnings

os.environ.update({name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")})
import numpy  # after the number of threads
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.linear_model import (ElasticNet, Lasso, LinearRegression, LogisticRegression, PassiveAggressiveClassifier,
                                  Ridge, RidgeClassifier)
from sklearn.naive_bayes import BernoulliNB, GaussianNB
from sklearn.neighbors import NearestCentroid
from sklearn.svm import SVC, SVR, LinearSVC

warnings.simplefilter("ignore")
classifiers = {
    "GaussianNaiveBayes": GaussianNB(),
    "BernoulliNaiveBayes": BernoulliNB(binarize=0),
    "NearestCentroid": NearestCentroid(),
    "LogisticRegression": LogisticRegression(),
    "LinearSvm": LinearSVC(loss="hinge", tol=1e-3, max_iter=300),
    "PassiveAggressive": PassiveAggressiveClassifier(max_iter=10, tol=None),
    "KernelSvm": SVC(),
    "LinearDiscriminant": LinearDiscriminantAnalysis(solver="lsqr"),
    "QuadraticDiscriminant": QuadraticDiscriminantAnalysis(reg_param=0.1),
    "RidgeClassifier": RidgeClassifier(),
}
regressors = {
    "LinearRegression": LinearRegression(),
    "Ridge": Ridge(),
    "Lasso": Lasso(alpha=0.01),
    "ElasticNet": ElasticNet(alpha=0.01),
    "SupportVectorRegression": SVR(),
}


def least_milliseconds(model, x, y):
    times = []
    while len(times) < 3 or sum(times) < 0.5:
        begin = time.process_time()
        model.fit(x, y)
        times.append(time.process_time() - begin)
    return 1e3 * min(times)


table = numpy.loadtxt(sys.argv[1], delimiter=",")
features, failed = table[:, :6], table[:, 6].astype(int)
others, speed = numpy.delete(features, 3, axis=1), features[:, 3]
print(f"{'method':<26}{'mote, ms':>12}{'scikit-learn, ms':>18}{'ratio':>9}")
worst = 0.0
for line in open(sys.argv[2]):
    name, ours = line.strip().split(",")
    if name in classifiers:
        theirs = least_milliseconds(classifiers[name], features, failed)
    else:
        theirs = least_milliseconds(regressors[name], others, speed)
    try:
        ratio = float(ours) / theirs
    except ValueError:
        ratio = float("nan")
    worst = max(worst, ratio)
    print(f"{name:<26}{ours:>12}{theirs:>18.4f}{ratio:>9.3f}", flush=True)
print(f"worst ratio: {worst:.2f}")
