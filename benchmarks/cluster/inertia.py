# SPDX-License-Identifier: MIT
# The reference of inertia.cpp: python3 inertia.py <folder>
import sys
import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

x = np.fromfile(sys.argv[1] + "/train4000_images_u8.bin", np.uint8).reshape(-1, 784).astype(np.float64)
y = PCA(16, svd_solver="full").fit_transform(x)
print("%.1f" % KMeans(10, n_init=10, random_state=0).fit(y).inertia_)
