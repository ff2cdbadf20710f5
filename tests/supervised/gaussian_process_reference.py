# SPDX-License-Identifier: MIT
"""Writes gaussian_process_reference.hpp: what scikit-learn's GaussianProcessRegressor says of tests/data/diabetes.csv.

Run as: python3 tests/supervised/gaussian_process_reference.py (made with scikit-learn 1.2.1). Rows whose number divides by
five are held out, the others are learnt from; features are standardised by those, and the mean of their targets is
subtracted. The hyperparameters are searched for on the first 120 of them.
"""
import pathlib
import warnings

import numpy
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, WhiteKernel

warnings.simplefilter("ignore")  # length scales at their bounds
here = pathlib.Path(__file__).parent
table = numpy.loadtxt(here.parent / "data" / "diabetes.csv", delimiter=",", skiprows=1)
x, y = table[:, :-1], table[:, -1]
held_out = numpy.arange(len(y)) % 5 == 0
x = (x - x[~held_out].mean(axis=0)) / x[~held_out].std(axis=0)
mean = y[~held_out].mean()
rows, targets = x[~held_out], y[~held_out] - mean
lengths = numpy.linspace(3, 12, 10)

text = """// SPDX-License-Identifier: MIT
// Written by gaussian_process_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

"""


def number(name, value):
    global text
    text += f"inline constexpr double {name} = {float(value)!r};\n"


def numbers(name, values):
    global text
    text += f"inline constexpr std::array<double, {len(values)}> {name}{{"
    text += ", ".join(repr(float(value)) for value in values) + "};\n"


number("diabetes_mean_target", mean)
for name, shape in (("rbf", RBF(lengths)), ("matern32", Matern(lengths, nu=1.5)), ("matern52", Matern(lengths, nu=2.5))):
    # noise as alpha: the variance is that of the function
    kernel = ConstantKernel(5000) * shape
    model = GaussianProcessRegressor(kernel, alpha=3000, optimizer=None).fit(rows, targets)
    estimates, deviations = model.predict(x[held_out], return_std=True)
    number(f"{name}_likelihood", model.log_marginal_likelihood_value_)
    number(f"{name}_rmse", numpy.sqrt(numpy.mean((estimates + mean - y[held_out]) ** 2)))
    numbers(f"{name}_estimates", estimates[:12] + mean)
    numbers(f"{name}_deviations", deviations[:12])
    # the gradient by the logs: amplitude, length scales, noise
    model = GaussianProcessRegressor(kernel + WhiteKernel(3000), alpha=0, optimizer=None).fit(rows[:120], targets[:120])
    value, gradient = model.log_marginal_likelihood(model.kernel_.theta, eval_gradient=True)
    number(f"{name}_likelihood_of_120", value)
    numbers(f"{name}_gradient", numpy.concatenate([gradient[:1], gradient[-1:], gradient[1:-1]]))

for name, length in (("one", 5.0), ("each", [5.0] * 10)):
    bounds = (1e-3, 1e7)
    kernel = ConstantKernel(3000, bounds) * RBF(length, bounds) + WhiteKernel(3000, bounds)
    model = GaussianProcessRegressor(kernel, alpha=0).fit(rows[:120], targets[:120])
    print(name, model.kernel_, model.log_marginal_likelihood_value_)
    number(f"{name}_best_likelihood", model.log_marginal_likelihood_value_)
    number(f"{name}_best_amplitude", model.kernel_.k1.k1.constant_value)
    number(f"{name}_best_noise", model.kernel_.k2.noise_level)
    if name == "one":
        number(f"{name}_best_length", model.kernel_.k1.k2.length_scale)

(here / "gaussian_process_reference.hpp").write_text(text + "\n}  // namespace reference\n")
