# SPDX-License-Identifier: MIT
# Reference values of tests/signal/scalers.test.cpp: scikit-learn's scalers on wine.csv, its first and last row.
import pathlib
import numpy as np
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

data = pathlib.Path(__file__).parent.parent / "data" / "wine.csv"
x = np.loadtxt(data, delimiter=",", skiprows=1)[:, :13]
for scaler in StandardScaler(), MinMaxScaler(), RobustScaler():
    y = scaler.fit_transform(x)
    for row in y[0], y[-1]:
        print(type(scaler).__name__, "{" + ", ".join("%.12g" % v for v in row) + "}")
