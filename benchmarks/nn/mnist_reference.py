#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What scikit-learn's MLP with 32 hidden units reaches on the rows of mnist.cpp. The argument is the same folder."""
import sys

import numpy as np
from sklearn.neural_network import MLPClassifier

x = np.fromfile(sys.argv[1] + "/train4000_images_u8.bin", np.uint8).reshape(-1, 784) / 255
y = np.fromfile(sys.argv[1] + "/train4000_labels_u8.bin", np.uint8)
for state in range(3):
    model = MLPClassifier((32,), random_state=state, max_iter=200).fit(x[:3500], y[:3500])
    print(f"random state {state}: {100 * model.score(x[3500:], y[3500:]):.1f} %")
