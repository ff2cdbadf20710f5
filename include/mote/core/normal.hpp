// SPDX-License-Identifier: MIT
#pragma once

#include "mote/core/concepts.hpp"
#include "mote/core/exponential.hpp"
#include "mote/core/floating.hpp"

namespace mote {

/// The probability that a standard normal value is at most z.
/// Errors  at most 7.5e-8, and what rounding adds; 0 or 1 for infinite z, NaN for NaN.
/// Source  Abramowitz and Stegun 1964, Handbook of Mathematical Functions, equation 26.2.17.
template <FloatingScalar T>
[[nodiscard]] constexpr T normal_cdf(T z) {
    constexpr T inverse_root_two_pi = static_cast<T>(0.39894228040143267794);
    const T size = min(abs(z), T(40));  // beyond, the density is 0 in double as well
    const T t = 1 / (1 + T(0.2316419) * size);
    const T series =
        t * (T(0.319381530) +
             t * (T(-0.356563782) + t * (T(1.781477937) + t * (T(-1.821255978) + t * T(1.330274429)))));
    const T above = inverse_root_two_pi * exp(-size * size / 2) * series;
    return z < 0 ? above : 1 - above;
}

}  // namespace mote
