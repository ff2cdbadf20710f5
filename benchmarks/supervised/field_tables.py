#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Public sensor data as tables for the target `tables`, split as their papers do, and what scikit-learn makes of them.

    python3 field_tables.py FROM TO              writes TO/<name>.csv, with a column `fold`
    python3 field_tables.py FROM TO --reference  prints table,method,metric,value by scikit-learn on TO/*.csv

FROM holds what is there of the folders occupancy (UCI 357), wisdm_v1 (WISDM 1.1, transformed), gas_drift_b1to3
(UCI 224), hmp_adl (wrist accelerometers), cwru_dev (bearings), ai4i2020 (UCI 601) and mnist4k; docs/which_classifier.md
says what was measured. Methods have the settings of tables/methods.hpp.
"""
import csv
import pathlib
import sys

import numpy


def write(folder, name, folds, rows, targets):
    with open(folder / f"{name}.csv", "w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["fold"] + [f"x{i}" for i in range(len(rows[0]))] + ["target"])
        for fold, row, target in zip(folds, rows, targets):
            lines.writerow([fold] + ["" if isinstance(v, str) else f"{v:.6g}" for v in row] + [target])
    print(f"{name}: {len(rows)} rows, {len(rows[0])} features, {len(set(targets))} classes", file=sys.stderr)


def read(path, delimiter=","):
    with open(path, newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))[1:]


def number(text):
    return text if text in ("?", "") else float(text)


def group_folds(groups):
    """Five folds of whole groups, as alike in size as the largest-first rule makes them."""
    sizes = [0] * 5
    fold_of = {}
    for group in sorted(set(groups), key=lambda g: (-groups.count(g), g)):
        fold_of[group] = sizes.index(min(sizes))
        sizes[fold_of[group]] += groups.count(group)
    return [fold_of[group] for group in groups]


def occupancy(source, folder):
    parts = {name: read(source / f"data{name}.csv") for name in ("training", "test", "test2")}
    for name in ("test", "test2"):
        lines = [(-1, line) for line in parts["training"]] + [(0, line) for line in parts[name]]
        write(folder, f"occupancy_{name}", [fold for fold, _ in lines],
              [[float(v) for v in line[-6:-1]] for _, line in lines], [f"c{line[-1]}" for _, line in lines])


def wisdm_v1(source, folder):
    lines = read(source / "wisdm_v1.1_transformed.csv")
    write(folder, "wisdm_by_user", group_folds([line[1] for line in lines]),
          [[number(v) for v in line[2:-1]] for line in lines], [line[-1] for line in lines])


def gas_drift_b1to3(source, folder):
    rows = numpy.fromfile(source / "x_f32.bin", "<f4").reshape(-1, 128)[:445 + 1244]
    gases = [line[0] for line in read(source / "y.csv")][:len(rows)]
    write(folder, "gas_drift_1_to_2", [-1] * 445 + [0] * 1244, rows, gases)


def moments(window):
    """Of each axis: mean, deviation, extremes, quartiles, mean step, energy of four bands of frequency."""
    spectrum = numpy.abs(numpy.fft.rfft(window - window.mean(0), axis=0)) ** 2
    bands = [part.sum(0) for part in numpy.array_split(spectrum[1:], 4)]
    return numpy.concatenate([window.mean(0), window.std(0), window.min(0), window.max(0),
                              numpy.abs(numpy.diff(window, axis=0)).mean(0), numpy.log1p(bands).reshape(-1),
                              numpy.median(window, 0)])


def hmp_adl(source, folder):
    samples = numpy.fromfile(source / "xyz_u8.bin", "u1").reshape(-1, 3) / 63 * 3 - 1.5
    rows, labels, people = [], [], []
    for activity, subject, _, first, count in read(source / "index.csv"):
        if activity in ("Eat_meat", "Eat_soup"):
            continue
        for start in range(int(first), int(first) + int(count) - 127, 64):
            rows.append(moments(samples[start:start + 128]))
            labels.append(activity)
            people.append(subject)
    write(folder, "hmp_adl_by_subject", group_folds(people), rows, labels)


def cwru_dev(source, folder):
    """Learnt from the first two thirds of each run; windows cut at random would share their neighbours."""
    signal = numpy.fromfile(source / "de_i16.bin", "<i2") / 4096
    folds, rows, labels = [], [], []
    for name, _, _, _, first, count, _ in read(source / "index.csv"):
        for start in range(0, int(count) - 1023, 1024):
            rows.append(moments(signal[int(first) + start:int(first) + start + 1024, None]))
            labels.append(name)
            folds.append(-1 if 3 * start < 2 * int(count) else 0)
    write(folder, "cwru", folds, rows, labels)


def ai4i2020(source, folder):
    lines = read(source / "ai4i2020.csv")
    rows = [["LMH".index(line[2])] + [float(v) for v in line[3:8]] for line in lines]
    write(folder, "ai4i2020", [i % 5 for i in range(len(lines))], rows, [f"c{line[8]}" for line in lines])


def mnist4k(source, folder):
    """Means of 2 x 2 pixels."""
    images = numpy.fromfile(source / "train4000_images_u8.bin", "u1").reshape(-1, 14, 2, 14, 2).mean((2, 4))
    labels = numpy.fromfile(source / "train4000_labels_u8.bin", "u1")
    write(folder, "mnist4k", [i % 5 for i in range(len(labels))], images.reshape(len(labels), -1),
          [f"c{label}" for label in labels])


def reference(folder):
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import accuracy_score, f1_score
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier
    methods = {
        "GaussianNaiveBayes": GaussianNB(), "LogisticRegression": LogisticRegression(max_iter=1000, multi_class="multinomial"),
        "LinearDiscriminant": LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.01), "KernelSvm": SVC(),
        "KNearestNeighbors": KNeighborsClassifier(weights="distance"),
        "DecisionTree": DecisionTreeClassifier(max_depth=10, random_state=1),
        "RandomForest": RandomForestClassifier(50, max_depth=12, random_state=1),
        "ExtraTrees": ExtraTreesClassifier(50, max_depth=12, random_state=1)}
    print("table,method,metric,value")
    for path in sorted(folder.glob("*.csv")):
        lines = read(path)
        folds = numpy.array([int(line[0]) for line in lines])
        x = numpy.array([[float(v or "nan") for v in line[1:-1]] for line in lines])
        y = numpy.array([line[-1] for line in lines])
        for name, model in methods.items():
            results = []
            for fold in range(folds.max() + 1):
                train, test = folds != fold, folds == fold
                filled = numpy.where(numpy.isnan(x), numpy.nanmean(x[train], axis=0), x)
                scaler = StandardScaler().fit(filled[train])
                seen = filled if name == "GaussianNaiveBayes" or "Tree" in name or "Forest" in name \
                    else scaler.transform(filled)
                answer = model.fit(seen[train], y[train]).predict(seen[test])
                results.append((accuracy_score(y[test], answer), f1_score(y[test], answer, average="macro")))
            for metric, value in zip(("accuracy", "macro_f1"), numpy.mean(results, axis=0)):
                print(f"{path.stem},{name},{metric},{value:.6g}", flush=True)


source, folder = map(pathlib.Path, sys.argv[1:3])
if "--reference" in sys.argv:
    reference(folder)
else:
    folder.mkdir(exist_ok=True)
    for convert in (occupancy, wisdm_v1, gas_drift_b1to3, hmp_adl, cwru_dev, ai4i2020, mnist4k):
        if (source / convert.__name__).is_dir():
            convert(source / convert.__name__, folder)
        else:
            print(f"{convert.__name__} is not there", file=sys.stderr)
