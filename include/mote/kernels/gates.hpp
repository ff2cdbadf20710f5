// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>

#include "mote/core/concepts.hpp"
#include "mote/core/exponential.hpp"

/// The two curves of recurrent layers: one division each and no branch, so that compilers can make vector
/// code of the loops. Absolute errors, of any input: below 1.2e-7 (sigmoids) and 2.4e-7 (tanhs) in float. NaN
/// stays NaN. mote::sigmoid and mote::tanh keep the relative error small as well, and take longer.
namespace mote::kernels::reference {

namespace gates {

/// log(2)^k / k!
template <FloatingScalar T>
inline constexpr auto powers_of_two_series = [] {
    auto table = mote::detail::inverse_factorials<double, mote::detail::ExponentialConstants<T>::exp_terms>;
    std::array<T, table.size()> series{};
    double power = 1;
    for (std::size_t k = 0; k < table.size(); ++k) {
        series[k] = static_cast<T>(table[k] * power);
        power *= 0.69314718055994530942;
    }
    return series;
}();

/// c[K] + c[K + 2] z + c[K + 4] z^2 + ... without a loop, which would cost more than its products.
template <std::size_t K, FloatingScalar T>
[[gnu::always_inline]] constexpr T every_other_term(T z) {
    constexpr auto& c = powers_of_two_series<T>;
    if constexpr (K + 2 < c.size()) {
        return c[K] + z * every_other_term<K + 2>(z);
    } else {
        return c[K];
    }
}

/// 2^t, with t held within the exponents of normal numbers.
template <FloatingScalar T>
[[gnu::always_inline]] constexpr T power_of_two(T t) {
    using Format = mote::detail::FloatFormat<T>;
    constexpr T most = Format::bias - 1;
    // Added to a number of this size, t is rounded to a whole number, which the lowest bits then hold.
    constexpr T whole_numbers =
        T{3} * static_cast<T>(typename Format::Bits{1} << (Format::fraction_bits - 1));
    t = t > most ? most : t;
    t = t < -most ? -most : t;
    const T shifted = t + whole_numbers;
    const T f = t - (shifted - whole_numbers);
    const T significand = every_other_term<0>(f * f) + f * every_other_term<1>(f * f);
    const auto exponent = std::bit_cast<typename Format::Bits>(shifted) + Format::bias;
    return significand * std::bit_cast<T>(exponent << Format::fraction_bits);
}

}  // namespace gates

/// x[i] = 1 / (1 + e^-x[i])
template <FloatingScalar T>
constexpr void sigmoids(T* x, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        x[i] = 1 / (1 + gates::power_of_two(-mote::detail::log2e<T> * x[i]));
    }
}

/// x[i] = tanh(x[i]) = 1 - 2 / (1 + e^(2 x[i]))
template <FloatingScalar T>
constexpr void tanhs(T* x, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        x[i] = 1 - 2 / (1 + gates::power_of_two(2 * mote::detail::log2e<T> * x[i]));
    }
}

}  // namespace mote::kernels::reference
