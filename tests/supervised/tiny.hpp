// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

#include "mote/core/fixed.hpp"
#include "tests/supervised/standardised.hpp"

/// What the tests of Bonsai and ProtoNN share.
namespace mote::testing {

/// Even or odd? A set of two classes from digits, every fifth row held out.
template <class T>
Split<T, 64> even_or_odd() {
    auto split = standardised<T, 64>("digits");
    for (auto* labels : {&split.labels, &split.held_out_labels}) {
        for (auto& label : *labels) label &= 1;
    }
    return split;
}

/// The parameters of tests/supervised/tiny_reference.py.
template <std::size_t N>
std::array<double, N> waves() {
    std::array<double, N> result{};
    for (std::size_t i = 0; i < N; ++i) result[i] = std::sin(static_cast<double>(i + 1)) / 2;
    return result;
}

/// And its features.
inline std::array<double, 5> wave_row() {
    std::array<double, 5> result{};
    for (std::size_t i = 0; i < 5; ++i) result[i] = std::cos(static_cast<double>(i));
    return result;
}

template <class A, class B>
double largest_gap(const A& a, const B& b) {
    double gap = 0;
    for (std::size_t i = 0; i < b.size(); ++i) gap = std::max(gap, std::abs(a[i] - b[i]));
    return gap;
}

template <std::size_t Features, class T>
std::array<q15, Features> in_units(const std::array<T, Features>& row, T unit) {
    std::array<q15, Features> result{};
    for (std::size_t i = 0; i < Features; ++i) result[i] = q15(row[i] / unit);
    return result;
}

/// Right answers of an integer model that takes features in units of 4 deviations.
template <class M, class T, std::size_t Features>
int right_in_integers(const M& model, const Split<T, Features>& split) {
    int right = 0;
    for (std::size_t i = 0; i < split.held_out_rows.size(); ++i) {
        right += model.predict(in_units(split.held_out_rows[i], T(4))) == split.held_out_labels[i];
    }
    return right;
}

}  // namespace mote::testing
