// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "mote/anomaly/cusum.hpp"
#include "mote/core/random.hpp"

/// How many values a CUSUM with sums at zero takes until its alarm, on average, as published: without a
/// change, after one at once, after one that grows from value to value, and after one of spread alone.
namespace mote::testing {

struct Scheme {
    const char* name;
    double slack, threshold;
    Direction direction;
    double (*value)(double size, double normal, int i);  // the i-th of a stream, made of a normal value
};

inline constexpr auto shifted = [](double size, double normal, int) { return size + normal; };
inline constexpr auto drifting = [](double size, double normal, int i) { return size * i + normal; };
inline constexpr auto squared = [](double size, double normal, int) { return size * size * normal * normal; };

// Lucas and Crosier 1982, Technometrics 24:199-205, table 1; Montgomery, Introduction to Statistical Quality
// Control, the table of run lengths of a tabular CUSUM.
inline constexpr Scheme level_4{"level, both ways, slack 0.5, threshold 4", 0.5, 4, Direction::both, shifted};
inline constexpr Scheme level_5{"level, both ways, slack 0.5, threshold 5", 0.5, 5, Direction::both, shifted};
// Gan 1992, The Statistician 41:71-84, table 1: the level rises by `size` a value, from nothing at the first.
// At 0.005 a Markov chain of 321 states gives 77.17 for the table's 76.3.
inline constexpr Scheme drift{"drift a value, slack 0.25, threshold 8", 0.25, 8, Direction::up, drifting};
// Knoth 2006, Computational Statistics and Data Analysis 51:499-512, table 1: a sum of squares.
inline constexpr Scheme spread{"deviation, by squares, slack 1.46, threshold 10", 1.46, 10, Direction::up,
                               squared};

struct PublishedRunLength {
    const Scheme& scheme;
    double size, length, unit;  // the unit of the last digit published
};

inline constexpr PublishedRunLength published_run_lengths[]{
    {level_4, 0, 168, 1},         {level_4, 0.25, 74.2, 0.1},   {level_4, 0.5, 26.6, 0.1},
    {level_4, 0.75, 13.3, 0.1},   {level_4, 1, 8.38, 0.01},     {level_4, 1.5, 4.75, 0.01},
    {level_4, 2, 3.34, 0.01},     {level_4, 2.5, 2.62, 0.01},   {level_4, 3, 2.19, 0.01},
    {level_4, 4, 1.71, 0.01},     {level_4, 5, 1.31, 0.01},     {level_5, 0, 465, 1},
    {level_5, 0.5, 38.0, 0.1},    {level_5, 1, 10.4, 0.1},      {level_5, 2, 4.01, 0.01},
    {drift, 0.0001, 475, 1},      {drift, 0.0005, 261, 1},      {drift, 0.001, 187, 1},
    {drift, 0.002, 129, 1},       {drift, 0.005, 76.3, 0.1},    {drift, 0.01, 52.0, 0.1},
    {drift, 0.02, 35.2, 0.1},     {drift, 0.05, 21.4, 0.1},     {drift, 0.1, 15.0, 0.1},
    {drift, 0.5, 6.95, 0.01},     {drift, 1, 5.16, 0.01},       {drift, 3, 3.30, 0.01},
    {spread, 1, 260.7369, 1e-4},  {spread, 1.1, 90.1319, 1e-4}, {spread, 1.2, 43.6867, 1e-4},
    {spread, 1.3, 26.2916, 1e-4}, {spread, 1.4, 18.1231, 1e-4}, {spread, 1.5, 13.6268, 1e-4},
    {spread, 2, 5.9904, 1e-4}};

struct RunLength {
    double mean = 0, error = 0;
};

/// The mean over as many streams as about `values` values make, at least 30, and its standard error.
inline RunLength run_length(const PublishedRunLength& published, double values, std::uint64_t seed) {
    const Scheme& scheme = published.scheme;
    const Cusum<double> fresh(0, 1, CusumOptions<double>{scheme.slack, scheme.threshold, scheme.direction});
    const double streams = std::max(30.0, std::round(values / published.length));
    Random random(seed);
    double sum = 0, squares = 0;
    for (double stream = 0; stream < streams; ++stream) {
        Cusum<double> detector = fresh;
        int length = 1;
        const auto next = [&] { return scheme.value(published.size, random.normal<double>(), length - 1); };
        while (detector.observe(next()) != Change::detected) ++length;
        sum += length;
        squares += static_cast<double>(length) * length;
    }
    const double mean = sum / streams;
    return {mean, std::sqrt((squares / streams - mean * mean) / streams)};
}

}  // namespace mote::testing
