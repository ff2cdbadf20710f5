// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "tests/supervised/split.hpp"

namespace mote::testing {

/// Every feature to mean 0 and deviation 1, as the rows that are learnt from have them; what is constant is
/// only moved. As in tests/supervised/linear_reference.py.
template <class T, std::size_t Features>
Split<T, Features> standardised(const std::string& name) {
    const Split<double, Features> raw(name);
    Split<T, Features> result(name);
    const auto rows = static_cast<double>(raw.rows.size());
    for (std::size_t i = 0; i < Features; ++i) {
        double mean = 0, square = 0;
        for (const auto& row : raw.rows) mean += row[i] / rows;
        for (const auto& row : raw.rows) square += (row[i] - mean) * (row[i] - mean) / rows;
        const double factor = square > 0 ? 1 / std::sqrt(square) : 1;
        const auto move = [&](const auto& from, auto& to) {
            for (std::size_t n = 0; n < from.size(); ++n) {
                to[n][i] = static_cast<T>((from[n][i] - mean) * factor);
            }
        };
        move(raw.rows, result.rows);
        move(raw.held_out_rows, result.held_out_rows);
    }
    return result;
}

/// The largest gap to the reference's planes, relative to its largest coefficient or to one.
template <class Planes, class Coefficients, class Intercepts>
double worst_gap(const Planes& planes, const Coefficients& coefficients, const Intercepts& intercepts) {
    double worst = 0, scale = 1;
    for (std::size_t k = 0; k < coefficients.size(); ++k) {
        for (std::size_t i = 0; i < coefficients[k].size(); ++i) {
            const double gap = static_cast<double>(planes.weights(k)[i]) - coefficients[k][i];
            worst = std::max(worst, std::abs(gap));
            scale = std::max(scale, std::abs(coefficients[k][i]));
        }
        worst = std::max(worst, std::abs(static_cast<double>(planes.intercept(k)) - intercepts[k]));
    }
    return worst / scale;
}

/// At least the reference's right answers but for half a point or one standard error, whichever is more.
inline bool as_good_as(int right, int reference, std::size_t rows) {
    const auto n = static_cast<double>(rows);
    const double share = reference / n;
    return right >= reference - std::max(0.005 * n, std::sqrt(share * (1 - share) * n));
}

}  // namespace mote::testing
