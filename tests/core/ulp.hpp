// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "mote/core/random.hpp"

/// Errors of floating-point functions against a wider reference.
namespace mote::testing {

/// The type in which the standard library's answer is taken as exact.
template <class T>
struct WiderOf;
template <>
struct WiderOf<float> {
    using type = double;
};
template <>
struct WiderOf<double> {
    using type = long double;
};
template <class T>
using Wider = typename WiderOf<T>::type;

/// |got - exact| in units of the last place of exact; infinite where only one of them is NaN, infinite, or
/// where a zero or infinity has the wrong sign.
template <class T>
double ulps(T got, Wider<T> exact) {
    constexpr double wrong = std::numeric_limits<double>::infinity();
    const T rounded = static_cast<T>(exact);
    if (std::isnan(exact) || std::isnan(got)) return std::isnan(exact) && std::isnan(got) ? 0 : wrong;
    if (std::isinf(rounded) || std::isinf(got)) return rounded == got ? 0 : wrong;
    if (std::signbit(got) != std::signbit(rounded)) return wrong;
    const int exponent = exact == 0 ? std::numeric_limits<int>::min() / 2 : std::ilogb(exact);
    constexpr int digits = std::numeric_limits<T>::digits;
    const int last = std::max(exponent, std::numeric_limits<T>::min_exponent - 1) - digits + 1;
    return static_cast<double>(std::ldexp(std::abs(static_cast<Wider<T>>(got) - exact), -last));
}

/// Floats of every size and both signs, subnormals, infinities and NaN by even steps through all bit
/// patterns; for double the same number at random, half of them of moderate size.
template <class T, class Visit>
void for_many_values(Visit visit) {
    if constexpr (sizeof(T) == 4) {
        for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += 4999) {
            visit(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
        }
    } else {
        Random random(11);
        for (int i = 0; i < 400'000; ++i) {
            const std::uint64_t bits = std::uint64_t{random.next()} << 32 | random.next();
            visit(std::bit_cast<double>(bits));
            visit(std::ldexp(static_cast<double>(static_cast<std::int64_t>(bits)), -59));
        }
    }
    using Limits = std::numeric_limits<T>;
    for (T x : {T{0}, T{1}, Limits::min(), Limits::denorm_min(), Limits::max(), Limits::infinity(),
                Limits::quiet_NaN()}) {
        visit(x);
        visit(-x);
    }
}

/// The largest error of a function over many values.
template <class T, class Function, class Exact>
double worst_ulps(Function function, Exact exact) {
    double worst = 0;
    for_many_values<T>(
        [&](T x) { worst = std::max(worst, ulps<T>(function(x), exact(static_cast<Wider<T>>(x)))); });
    return worst;
}

}  // namespace mote::testing
