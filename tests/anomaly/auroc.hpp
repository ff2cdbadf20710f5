// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "tests/support/csv.hpp"

namespace mote::testing {

/// The rows of breast_cancer, scaled to 0 .. 1, and which of them are malignant.
template <class T>
struct Cancer {
    std::vector<std::array<T, 30>> rows;
    std::vector<bool> malignant;
};

template <class T>
Cancer<T> breast_cancer() {
    Cancer<T> cancer;
    for (const auto& line : read_csv<T, 31>("breast_cancer")) {
        std::copy_n(line.begin(), 30, cancer.rows.emplace_back().begin());
        cancer.malignant.push_back(line[30] == 0);
    }
    for (std::size_t i = 0; i < 30; ++i) {
        const auto [low, high] =
            std::minmax_element(cancer.rows.begin(), cancer.rows.end(),
                                [i](const auto& a, const auto& b) { return a[i] < b[i]; });
        const T lowest = (*low)[i], range = (*high)[i] - lowest;
        for (auto& row : cancer.rows) row[i] = (row[i] - lowest) / range;
    }
    return cancer;
}

/// The share of pairs of a malignant and a benign row that the detector orders right, ties by half.
template <class Detector, class T>
double auroc(const Detector& detector, const Cancer<T>& cancer) {
    std::vector<double> usual, anomalous;
    for (std::size_t n = 0; n < cancer.rows.size(); ++n) {
        (cancer.malignant[n] ? anomalous : usual)
            .push_back(static_cast<double>(detector.score(cancer.rows[n])));
    }
    double right = 0;
    for (const double a : anomalous) {
        for (const double u : usual) right += a > u ? 1 : a == u ? 0.5 : 0;
    }
    return right / (static_cast<double>(usual.size()) * static_cast<double>(anomalous.size()));
}

/// Five rows of iris, which the reference values are of.
inline constexpr std::array<std::size_t, 5> reference_rows = {0, 41, 60, 117, 131};

inline std::vector<std::array<double, 4>> iris() {
    std::vector<std::array<double, 4>> rows;
    for (const auto& line : read_csv<double, 5>("iris")) {
        std::copy_n(line.begin(), 4, rows.emplace_back().begin());
    }
    return rows;
}

}  // namespace mote::testing
