#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The epochs of training.bench.cpp in PyTorch on one thread: the least and the median of fifteen, in milliseconds
of processor time, which other programs do not stretch."""
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit("PyTorch is not installed (Debian: python3-torch); nothing to compare with")

torch.set_num_threads(1)
torch.manual_seed(1)
rows, labels = torch.rand(1437, 64), torch.randint(0, 10, (1437,))


def perceptron():
    return nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn():
    return nn.Sequential(nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                         nn.Linear(64, 10))


for name, make in (("epoch_64_128_10", perceptron), ("epoch_digits_cnn", cnn)):
    model, times = make(), []
    optimiser = torch.optim.Adam(model.parameters())
    criterion = nn.CrossEntropyLoss()
    for _ in range(15):
        start = time.process_time()
        for batch in torch.randperm(1437).split(32):
            optimiser.zero_grad()
            criterion(model(rows[batch]), labels[batch]).backward()
            optimiser.step()
        times.append(1e3 * (time.process_time() - start))
    times.sort()
    print(f"PyTorch {torch.__version__} {name}: {times[0]:.1f} ms at best, {times[len(times) // 2]:.1f} ms as a rule")
