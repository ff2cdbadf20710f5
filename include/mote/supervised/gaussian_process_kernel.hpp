// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

/// How smooth a function is expected to be: without a kink of any order, of the first, of the second.
enum class GaussianProcessKernel : std::uint8_t { rbf, matern32, matern52 };

/// What a Gaussian process expects of the function before it has seen any row.
template <FloatingScalar T, std::size_t Features>
struct GaussianProcessConfig {
    T mean = 0;       // of the function
    T amplitude = 1;  // its variance around the mean, in squared units of the target
    std::array<T, Features> length_scales = all(1);  // how far in each feature it changes as good as nothing
    T noise = T(0.01);                               // variance of a target around the function, above 0
    bool thin_out = false;  // fit: of more rows than there is room for take as many, evenly spread

    /// The same length for all features.
    [[nodiscard]] static constexpr std::array<T, Features> all(T length) {
        std::array<T, Features> lengths{};
        lengths.fill(length);
        return lengths;
    }

    [[nodiscard]] constexpr bool usable() const {
        if (!isfinite(mean) || !(amplitude > 0) || !(noise > 0) || !isfinite(amplitude / noise)) return false;
        for (const T length : length_scales) {
            if (!(length > 0) || !isfinite(length) || !isfinite(1 / length)) return false;
        }
        return isfinite(amplitude + noise);
    }
};

namespace detail {

/// Squared distances in length scales become correlations.
///
/// Source  Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, (4.9), (4.17).
template <GaussianProcessKernel kernel, class Isa, FloatingScalar T>
constexpr void correlate(std::span<T> values) {
    if constexpr (kernel == GaussianProcessKernel::rbf) {
        for (T& value : values) value /= -2;
        kernels::exponentials<Isa>(values);
    } else {
        constexpr T factor = kernel == GaussianProcessKernel::matern32 ? 3 : 5;
        constexpr T square = kernel == GaussianProcessKernel::matern32 ? T(0) : T(1) / 3;
        std::array<T, 32> block{};
        while (!values.empty()) {
            const auto part = values.first(min(block.size(), values.size()));
            for (std::size_t i = 0; i < part.size(); ++i) {
                block[i] = sqrt(factor * part[i]);
                part[i] = -block[i];
            }
            kernels::exponentials<Isa>(part);
            for (std::size_t i = 0; i < part.size(); ++i) {
                if (part[i] > 0) part[i] *= 1 + block[i] * (1 + square * block[i]);  // 0 * infinity else
            }
            values = values.subspan(part.size());
        }
    }
}

}  // namespace detail

}  // namespace mote
