#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes the CSV files of this folder from Debian's python3-sklearn and python3-scipy.

Needs nothing else and no network; running it again gives the same bytes. Sources and licences: README.md.
"""
import csv
import pathlib
import re

import numpy
import scipy.misc
from sklearn import datasets

HERE = pathlib.Path(__file__).parent


def plain(value):
    """The shortest text that reads back as the same double; whole numbers without a point."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def snake(name):
    return re.sub(r"[^a-z0-9]+", "_", str(name).lower()).strip("_")


def write(name, header, rows):
    with open(HERE / f"{name}.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([plain(value) for value in row] for row in rows)


def write_table(name, table, target):
    header = [snake(feature).removesuffix("_cm") for feature in table.feature_names]
    write(name, header + [target], numpy.column_stack([table.data, table.target]))


write_table("iris", datasets.load_iris(), "species")
write_table("wine", datasets.load_wine(), "cultivar")
write_table("breast_cancer", datasets.load_breast_cancer(), "benign")
write_table("digits", datasets.load_digits(), "digit")
write_table("diabetes", datasets.load_diabetes(scaled=False), "progression")

counts = numpy.load(pathlib.Path(scipy.misc.__file__).parent / "ecg.dat")["ecg"].astype(int) - 1024
write("electrocardiogram", ["adc_counts"], counts.reshape(-1, 1))
