// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

#include "mote/core/random.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/kernels/sum_pixels.hpp"
#include "tests/kernels/conformance.hpp"

/// The vector primitives of an instruction set against their specification. The longest length sets the
/// memory: at most 32 bytes an element.
namespace mote::testing {

namespace conformance {

using kernels::Accumulator;

template <class T>
inline constexpr bool is_float = std::is_floating_point_v<T>;

/// Integers of every size with the extremes frequent; floats of mixed magnitude and sign, so that sums
/// cancel.
template <class T>
T draw(Random& random) {
    if constexpr (is_float<T>) {
        const T magnitude = static_cast<T>(1u << random.below(12)) / 64;
        return magnitude * (2 * random.uniform<T>() - 1);
    } else {
        constexpr std::array<T, 4> extremes = {std::numeric_limits<T>::min(), std::numeric_limits<T>::max(),
                                               0, -1};
        const std::uint32_t choice = random.below(8);
        return choice < 4 ? extremes[choice] : static_cast<T>(random.next());
    }
}

/// Higham's gamma: the relative error of `roundings` roundings in a row, in units of the sum of magnitudes.
/// Source  Higham 2002, Accuracy and Stability of Numerical Algorithms, lemma 3.1.
template <class T>
double gamma(std::size_t roundings) {
    const double u =
        static_cast<double>(roundings) * static_cast<double>(std::numeric_limits<T>::epsilon()) / 2;
    return u / (1 - u);
}

/// A sum of terms as the specification has it, and the sum of their magnitudes.
struct Exact {
    double value = 0;
    double magnitude = 0;
    void add(double term) {
        value += term;
        magnitude += std::abs(term);
    }
};

/// Within the kernel's rounding errors of the exact sum and the rounding errors of that sum itself.
template <class T>
bool agrees(T result, Exact exact, std::size_t roundings) {
    const double allowed = (gamma<T>(roundings) + gamma<double>(roundings)) * exact.magnitude;
    return std::abs(static_cast<double>(result) - exact.value) <= allowed;
}

/// Room for vectors of up to Longest elements at every offset from an aligned address.
template <class T, std::size_t Longest>
struct Vectors {
    static constexpr std::size_t offsets = 4;
    alignas(16) std::array<T, Longest + offsets> x;
    alignas(16) std::array<T, Longest + offsets> y;
    alignas(16) std::array<Accumulator<T>, Longest + offsets> sums;
    std::array<Accumulator<T>, Longest + offsets> expected;

    explicit Vectors(Random& random) {
        for (T& value : x) value = draw<T>(random);
        for (T& value : y) value = draw<T>(random);
        for (Accumulator<T>& value : sums) value = static_cast<Accumulator<T>>(draw<T>(random));
        expected = sums;
    }
};

template <class Isa, class T, std::size_t N>
void check_float_sums(Conformance& report, std::span<const T, N> x, std::span<const T, N> y) {
    Exact dot, square, weighted, absolute, sum;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double gap = static_cast<double>(x[i]) - static_cast<double>(y[i]);
        dot.add(static_cast<double>(x[i]) * static_cast<double>(y[i]));
        square.add(gap * gap);
        weighted.add(static_cast<double>(y[i]) * gap * gap);
        absolute.add(std::abs(gap));
        sum.add(static_cast<double>(x[i]));
    }
    const std::size_t n = x.size();
    report.expect(agrees(kernels::dot<Isa>(x, y), dot, n), "dot", n);
    report.expect(agrees(kernels::squared_distance<Isa>(x, y), square, n + 2), "squared_distance", n);
    report.expect(agrees(kernels::weighted_squared_distance<Isa>(x, y, y), weighted, n + 3),
                  "weighted_squared_distance", n);
    report.expect(agrees(kernels::abs_distance<Isa>(x, y), absolute, n), "abs_distance", n);
    report.expect(agrees(kernels::sum<Isa>(x), sum, n), "sum", n);
}

template <class Isa, class T, std::size_t N>
void check_sums(Conformance& report, std::span<const T, N> x, std::span<const T, N> y) {
    namespace spec = kernels::reference;
    const std::size_t n = x.size();
    const T* a = x.data();
    const T* b = y.data();
    if constexpr (is_float<T>) {
        check_float_sums<Isa>(report, x, y);
    } else {
        report.expect(kernels::dot<Isa>(x, y) == spec::dot(a, b, n), "dot", n);
        report.expect(kernels::squared_distance<Isa>(x, y) == spec::squared_distance(a, b, n),
                      "squared_distance", n);
        report.expect(kernels::abs_distance<Isa>(x, y) == spec::abs_distance(a, b, n), "abs_distance", n);
        report.expect(kernels::sum<Isa>(x) == spec::sum(a, n), "sum", n);
    }
    if (n == 0) return;
    report.expect(kernels::argmax<Isa>(x) == spec::argmax(a, n), "argmax", n);
    report.expect(kernels::max<Isa>(x) == spec::max(a, n), "max", n);
    for (const std::size_t from :
         {std::size_t{0}, n / 3, n}) {  // a limit that many, one or no elements reach
        for (const T limit : {T{0}, b[n / 2], std::numeric_limits<T>::lowest()}) {
            report.expect(kernels::find_below<Isa>(x, limit, from) == spec::find_below(a, n, limit, from),
                          "find_below", n);
        }
    }
}

/// The whole buffer is compared, so that a write beyond the n elements shows.
template <class Isa, class T, std::size_t Longest>
void check_axpy(Conformance& report, Vectors<T, Longest>& v, std::size_t offset, std::size_t n) {
    const T a = v.y[0];
    const std::span<const T> x(v.x.data() + offset, n);
    const auto before = v.sums;
    kernels::axpy<Isa>(a, x, std::span(v.sums.data() + offset, n));
    kernels::reference::axpy(a, x.data(), v.expected.data() + offset, n);
    bool holds = true;
    for (std::size_t i = 0; i < v.sums.size(); ++i) {
        if (is_float<T> && i >= offset && i < offset + n) {
            Exact exact;
            exact.add(static_cast<double>(before[i]));
            exact.add(static_cast<double>(a) * static_cast<double>(x[i - offset]));
            holds = holds && agrees(v.sums[i], exact, 2);
        } else {
            holds = holds && v.sums[i] == v.expected[i];
        }
    }
    v.sums = before;
    v.expected = before;
    report.expect(holds, "axpy", n);
}

/// Rows of every split of n elements into rows; beyond the last row nothing is written.
template <class Isa, class T, std::size_t Longest>
void check_gemv(Conformance& report, Vectors<T, Longest>& v, std::size_t rows, std::size_t columns) {
    const std::span<const T> matrix(v.x.data(), rows * columns);
    const std::span<const T> x(v.y.data(), columns);
    const auto before = v.sums;
    kernels::gemv<Isa>(matrix, x, std::span(v.sums.data(), rows));
    bool holds = true;
    for (std::size_t row = 0; row < v.sums.size(); ++row) {
        if (row >= rows) {
            holds = holds && v.sums[row] == before[row];
        } else if constexpr (is_float<T>) {
            Exact exact;
            exact.add(static_cast<double>(before[row]));
            for (std::size_t i = 0; i < columns; ++i) {
                exact.add(static_cast<double>(matrix[row * columns + i]) * static_cast<double>(x[i]));
            }
            holds = holds && agrees(v.sums[row], exact, columns + 1);
        } else {
            const auto dot = kernels::reference::dot(matrix.data() + row * columns, x.data(), columns);
            holds = holds && v.sums[row] == before[row] + dot;
        }
    }
    v.sums = before;
    report.expect(holds, "gemv", columns);
}

/// One vector against 0 .. 9 rows of a length that the type knows; beyond the last row nothing is written.
template <class Isa, class T, std::size_t Columns>
void check_rows(Conformance& report, Random& random) {
    constexpr std::size_t most = 9;
    std::array<T, Columns> x;
    std::array<std::array<T, Columns>, most> rows;
    for (T& value : x) value = draw<T>(random);
    for (auto& row : rows) {
        for (T& value : row) value = draw<T>(random);
    }
    for (std::size_t n = 0; n <= most; ++n) {
        std::array<Accumulator<T>, most> squared{}, absolute{};
        kernels::squared_distances<Isa>(x, std::span(rows).first(n), squared);
        kernels::abs_distances<Isa>(x, std::span(rows).first(n), absolute);
        bool holds = true;
        for (std::size_t i = 0; i < most; ++i) {
            Exact square, sum;
            for (std::size_t k = 0; k < Columns && i < n; ++k) {
                const double gap = static_cast<double>(x[k]) - static_cast<double>(rows[i][k]);
                square.add(gap * gap);
                sum.add(std::abs(gap));
            }
            if constexpr (is_float<T>) {
                holds = holds && agrees(squared[i], square, Columns + 2) && agrees(absolute[i], sum, Columns);
            } else {
                holds = holds && static_cast<double>(squared[i]) == square.value &&
                        static_cast<double>(absolute[i]) == sum.value;
            }
        }
        report.expect(holds, "distances", n);
    }
}

/// 0 .. 9 columns of a length that the type knows, added to what y holds; beyond y nothing is written.
template <class Isa, class T, std::size_t Rows>
void check_columns(Conformance& report, Random& random) {
    constexpr std::size_t most = 9;
    std::array<T, most> x;
    std::array<T, most * Rows> columns;
    for (T& value : x) value = draw<T>(random);
    for (T& value : columns) value = draw<T>(random);
    for (std::size_t n = 0; n <= most; ++n) {
        std::array<Accumulator<T>, Rows + 1> y;
        for (auto& value : y) value = static_cast<Accumulator<T>>(draw<T>(random));
        const auto before = y;
        kernels::gemv_by_columns<Isa>(std::span(columns).first(n * Rows), std::span(x).first(n),
                                      std::span(y).template first<Rows>());
        bool holds = y[Rows] == before[Rows];
        for (std::size_t k = 0; k < Rows; ++k) {
            Exact exact;
            exact.add(static_cast<double>(before[k]));
            for (std::size_t i = 0; i < n; ++i) {
                exact.add(static_cast<double>(columns[i * Rows + k]) * static_cast<double>(x[i]));
            }
            if constexpr (is_float<T>) {
                holds = holds && agrees(y[k], exact, n + 2);
            } else {
                holds = holds && static_cast<double>(y[k]) == exact.value;
            }
        }
        report.expect(holds, "gemv_by_columns", n);
    }
}

template <class Isa, class T>
void check_exponentials(Conformance& report, Random& random) {
    constexpr double most = 2 * static_cast<double>(std::numeric_limits<T>::epsilon());
    constexpr T infinity = std::numeric_limits<T>::infinity();
    for (std::size_t n = 0; n <= 40; ++n) {
        std::array<T, 41> x{}, y{};
        for (std::size_t i = 0; i < n; ++i) x[i] = y[i] = (random.uniform<T>() - T(0.5)) * T(1 << n % 9);
        if (n > 5) x[5] = y[5] = -infinity;
        if (n > 11) x[11] = y[11] = T(1e4);
        kernels::exponentials<Isa>(std::span(y).first(n));
        bool holds = true;
        for (std::size_t i = 0; i < n; ++i) {
            const double exact = std::exp(static_cast<double>(x[i]));
            const double gap = std::abs(static_cast<double>(y[i]) - exact);
            const bool beyond = exact > static_cast<double>(std::numeric_limits<T>::max());
            const double least = static_cast<double>(std::numeric_limits<T>::denorm_min());
            holds = holds && (beyond ? y[i] == infinity : gap <= most * exact + least);
        }
        holds = holds && y[n] == 0;
        report.expect(holds, "exponentials", n);
    }
}

/// Both curves of recurrent layers, whose absolute errors are at most two units of the type's epsilon.
template <class Isa, class T>
void check_gates(Conformance& report, Random& random) {
    constexpr double most = 2 * static_cast<double>(std::numeric_limits<T>::epsilon());
    constexpr T infinity = std::numeric_limits<T>::infinity();
    for (std::size_t n = 0; n <= 40; ++n) {
        std::array<T, 41> x{};
        for (std::size_t i = 0; i < n; ++i) x[i] = (random.uniform<T>() - T(0.5)) * T(1 << n % 9);
        if (n > 5) x[5] = -infinity;
        if (n > 11) x[11] = T(1e30);
        if (n > 13) x[13] = std::numeric_limits<T>::quiet_NaN();
        auto sigmoid = x, tanh = x;
        kernels::sigmoids<Isa>(std::span(sigmoid).first(n));
        kernels::tanhs<Isa>(std::span(tanh).first(n));
        bool holds = sigmoid[n] == 0 && tanh[n] == 0;
        for (std::size_t i = 0; i < n; ++i) {
            const auto exact = static_cast<double>(x[i]);
            const double first = static_cast<double>(sigmoid[i]) - 1 / (1 + std::exp(-exact));
            const double second = static_cast<double>(tanh[i]) - std::tanh(exact);
            holds = holds && (std::isnan(x[i]) ? std::isnan(first) && std::isnan(second)
                                               : std::abs(first) <= most / 2 && std::abs(second) <= most);
        }
        report.expect(holds, "gates", n);
    }
}

/// Lengths that the type knows take another path: code for that length alone.
template <class Isa, class T, std::size_t Longest, std::size_t... Lengths>
void check_fixed_lengths(Conformance& report, const Vectors<T, Longest>& v, std::index_sequence<Lengths...>) {
    (check_sums<Isa>(report, std::span<const T, Lengths>(v.x.data() + 1, Lengths),
                     std::span<const T, Lengths>(v.y.data() + 2, Lengths)),
     ...);
}

}  // namespace conformance

/// Every primitive over element type T, at every length up to Longest and four alignments.
template <class Isa, class T, std::size_t Longest = 130>
void check_vectors(Conformance& report, std::uint64_t seed = 1) {
    Random random(seed);
    conformance::Vectors<T, Longest> v(random);
    for (std::size_t n = 0; n <= Longest; ++n) {
        for (std::size_t offset = 0; offset < v.offsets; ++offset) {
            const std::span<const T> x(v.x.data() + offset, n);
            const std::span<const T> y(v.y.data() + (offset * 3 + 1) % v.offsets, n);
            conformance::check_sums<Isa>(report, x, y);
            conformance::check_axpy<Isa>(report, v, offset, n);
        }
        if (n > 0) conformance::check_gemv<Isa>(report, v, Longest / n, n);
    }
    conformance::check_fixed_lengths<Isa>(report, v,
                                          std::index_sequence<1, 2, 3, 4, 6, 8, 13, 16, 30, 33, 64>{});
    conformance::check_rows<Isa, T, 1>(report, random);
    conformance::check_rows<Isa, T, 16>(report, random);
    conformance::check_rows<Isa, T, 30>(report, random);
    if constexpr (Longest > 64) conformance::check_rows<Isa, T, 67>(report, random);
    conformance::check_columns<Isa, T, 1>(report, random);
    conformance::check_columns<Isa, T, 24>(report, random);
    conformance::check_columns<Isa, T, 51>(report, random);
    if constexpr (Longest > 64) conformance::check_columns<Isa, T, 109>(report, random);
    if constexpr (conformance::is_float<T>) {
        conformance::check_exponentials<Isa, T>(report, random);
        conformance::check_gates<Isa, T>(report, random);
    }
    if constexpr (!conformance::is_float<T>) {
        v.x.fill(std::numeric_limits<T>::min());
        for (const T other : {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()}) {
            v.y.fill(other);
            conformance::check_sums<Isa>(report, std::span<const T>(v.x), std::span<const T>(v.y));
        }
    }
}

/// Sums of bytes, for scales of every kind: equal, and either a little or far smaller than the other.
template <class Isa>
void check_add(Conformance& report, std::uint64_t seed = 1) {
    Random random(seed);
    std::array<std::int8_t, 300> a{}, b{}, y{}, expected{};
    for (std::size_t i = 0; i < a.size(); ++i) {
        a[i] = i < 256 ? static_cast<std::int8_t>(i) : std::int8_t{-128};
        b[i] = static_cast<std::int8_t>(random.next() >> 24);
    }
    for (std::size_t round = 0; round < 60; ++round) {
        kernels::QuantizedAdd layer;
        layer.summands[0].zero_point = static_cast<std::int8_t>(random.next() >> 24);
        auto& smaller = layer.summands[round % 2];
        const auto multiplier = [&] { return static_cast<std::int32_t>(1u << 30 | random.next() >> 2); };
        smaller = {multiplier(),
                   static_cast<std::int8_t>(-static_cast<int>(random.below(round % 3 == 0 ? 2 : 9))),
                   static_cast<std::int8_t>(random.next() >> 24)};
        layer.output = {{multiplier()},
                        {static_cast<std::int8_t>(-19 - static_cast<int>(random.below(3)))},
                        0,
                        -128,
                        127};
        layer.output.zero_point = static_cast<std::int8_t>(random.next() >> 24);
        if (round % 4 == 0) layer.output.lowest = layer.output.zero_point;
        if (round % 5 == 0) layer.output.highest = static_cast<std::int8_t>(random.below(127));
        if (round % 5 == 0) layer.output.lowest = min(layer.output.lowest, layer.output.highest);
        const std::size_t n = a.size() - round;
        kernels::add<Isa>(layer, a.data(), b.data(), y.data(), n);
        kernels::reference::add(layer, a.data(), b.data(), expected.data(), n);
        report.expect(std::equal(y.begin(), y.begin() + n, expected.begin()), "add", round);
        std::array<std::int8_t, 300> in_place = b;
        kernels::add<Isa>(layer, a.data(), in_place.data(), in_place.data(), n);
        report.expect(std::equal(in_place.begin(), in_place.begin() + n, expected.begin()), "add in place",
                      round);
        kernels::subtract<Isa>(layer, a.data(), b.data(), y.data(), n);
        kernels::reference::add<-1>(layer, a.data(), b.data(), expected.data(), n);
        report.expect(std::equal(y.begin(), y.begin() + n, expected.begin()), "subtract", round);
    }
}

/// Products of int16 weights in pairs and their descent, for odd and even numbers of units and the largest
/// numbers that are allowed.
template <class Isa>
void check_pairs(Conformance& report, std::uint64_t seed = 1) {
    constexpr std::size_t pairs = 9, most_units = 19;
    constexpr int bits = 15;
    Random random(seed);
    alignas(4) std::array<std::int16_t, 2 * pairs * most_units> w{}, expected_w{};
    alignas(4) std::array<std::int16_t, 2 * pairs> x{};
    alignas(4) std::array<std::int16_t, most_units + 1> d{};
    std::array<std::int32_t, most_units> y{}, expected_y{};
    const auto draw = [&random](std::uint32_t bound) {
        const std::uint32_t extreme = random.below(8);
        const std::uint32_t value = extreme == 0 ? 0 : extreme == 1 ? 2 * bound - 1 : random.below(2 * bound);
        return static_cast<std::int16_t>(static_cast<std::int32_t>(value) - static_cast<std::int32_t>(bound));
    };
    for (std::size_t round = 0; round < 6 * most_units; ++round) {
        const std::size_t units = 1 + round % most_units;
        for (std::int16_t& value : x) value = random.below(3) == 0 ? std::int16_t{0} : draw(1u << 15);
        for (std::int16_t& value : w) value = draw(1u << (bits - 1));
        for (std::int16_t& value : d) value = draw(1u << 15);
        for (std::int16_t& value : x) value = static_cast<std::int16_t>(value >> 8);
        y.fill(static_cast<std::int32_t>(round));
        expected_y = y;
        kernels::pair_products<Isa>(w.data(), x.data(), y.data(), pairs, units);
        kernels::reference::pair_products(w.data(), x.data(), expected_y.data(), pairs, units);
        report.expect(y == expected_y, "pair_products", units);
        for (std::int16_t& value : x) value = static_cast<std::int16_t>(value * (1 << round % 9));
        expected_w = w;
        std::uint32_t rounding = random.next(), expected_rounding = rounding;
        kernels::pair_descent<bits, Isa>(w.data(), x.data(), d.data(), pairs, units, rounding);
        kernels::reference::pair_descent(expected_w.data(), x.data(), d.data(), pairs, units,
                                         expected_rounding, std::integral_constant<int, bits>{});
        report.expect(w == expected_w && rounding == expected_rounding, "pair_descent", units);
    }
}

/// Sums of pixels whose extremes reach the ends of 16 bits, for whole words of channels and others.
template <class Isa>
void check_sum_pixels(Conformance& report, std::uint64_t seed = 1) {
    Random random(seed);
    alignas(4) std::array<std::int8_t, 4000> x{};
    for (const std::int8_t extreme : {std::int8_t{-128}, std::int8_t{127}}) {
        for (std::int8_t& byte : x)
            byte = random.below(8) == 0 ? conformance::draw<std::int8_t>(random) : extreme;
        for (std::size_t channels = 1; channels <= kernels::summed_channels; ++channels) {
            for (const std::size_t step : {channels, (channels + 7) / 4 * 4}) {
                for (const std::size_t from : {std::size_t{0}, std::size_t{1}, std::size_t{4}}) {
                    const std::size_t pixels = min(std::size_t{515}, (x.size() - from - channels) / step + 1);
                    kernels::ChannelSums sums, expected;
                    kernels::sum_pixels<Isa>(x.data() + from, pixels, step, channels, sums);
                    kernels::reference::sum_pixels(x.data() + from, pixels, step, channels, expected);
                    report.expect(std::equal(sums.begin(), sums.begin() + channels, expected.begin()),
                                  "sum_pixels", channels);
                }
            }
        }
    }
}

/// Every primitive over every element type.
template <class Isa, std::size_t Longest = 130>
void check_all_vectors(Conformance& report) {
    check_vectors<Isa, std::int8_t, Longest>(report);
    check_vectors<Isa, std::int16_t, Longest>(report);
    check_vectors<Isa, float, Longest>(report);
    check_vectors<Isa, double, Longest>(report);
    check_add<Isa>(report);
    check_pairs<Isa>(report);
    check_sum_pixels<Isa>(report);
}

}  // namespace mote::testing
