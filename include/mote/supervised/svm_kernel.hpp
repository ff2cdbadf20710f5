// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

/// How alike two samples are: exp(-gamma |x - y|^2), (gamma x.y + coef0)^degree, or x.y.
enum class SvmKernel : std::uint8_t { rbf, polynomial, linear };

/// The kernel of support vector machines with its parameters.
template <FloatingScalar T, std::size_t Features, SvmKernel kernel, class Isa>
struct SvmLikeness {
    T gamma, coef0;
    std::uint8_t degree;

    /// values[i]: of x with rows[i]
    constexpr void operator()(Sample<T, Features> x, Rows<T, Features> rows, std::span<T> values) const {
        compare(x, rows, values);
        finish(values);
    }

    /// Squared distances or products, which finish() turns into kernels.
    static constexpr void compare(Sample<T, Features> x, Rows<T, Features> rows, std::span<T> values) {
        if constexpr (kernel == SvmKernel::rbf) {
            kernels::squared_distances<Isa>(x, rows, values);
        } else {
            for (std::size_t i = 0; i < rows.size(); ++i) values[i] = kernels::dot<Isa>(x, rows[i]);
        }
    }

    constexpr void finish(std::span<T> values) const {
        if constexpr (kernel == SvmKernel::rbf) {
            for (T& value : values) value *= -gamma;
            kernels::exponentials<Isa>(values);
        } else if constexpr (kernel == SvmKernel::polynomial) {
            for (T& value : values) {
                const T base = gamma * value + coef0;
                value = 1;
                for (std::uint8_t power = 0; power < degree; ++power) value *= base;
            }
        }
    }

    /// 1 / (Features * variance of all values), scikit-learn's "scale"; 1 where they are all equal.
    /// Above 0 even where squares overflow: 0 times an infinite distance would be no number.
    [[nodiscard]] static constexpr T gamma_of(Rows<T, Features> rows) {
        T mean = 0, squares = 0, count = 0;
        for (const auto& row : rows) {
            for (const T value : row) {
                const T before = value - mean;
                mean += before / ++count;
                squares += before * (value - mean);
            }
        }
        if (!(squares > 0)) return 1;
        return max(count / (static_cast<T>(Features) * squares), std::numeric_limits<T>::min());
    }
};

/// Rows of a matrix of kernels, as many of them as there is room for.
template <FloatingScalar T, std::size_t Length, std::size_t Cached>
struct KernelRows {
    std::array<std::array<T, Length>, Cached> rows;
    std::array<std::uint32_t, Cached> owner, used;
    std::uint32_t clock;

    constexpr void forget() {
        owner.fill(std::numeric_limits<std::uint32_t>::max());
        used = {};
        clock = 0;
    }

    /// Row t: kept, or left by compute(span) in the place of that which was asked for longest ago.
    template <class Compute>
    constexpr std::span<const T> row(std::size_t t, std::size_t length, Compute compute) {
        ++clock;
        std::size_t place = 0;
        for (std::size_t k = 0; k < Cached; ++k) {
            if (owner[k] == t) {
                used[k] = clock;
                return std::span<const T>(rows[k]).first(length);
            }
            if (used[k] < used[place]) place = k;
        }
        const auto values = std::span<T>(rows[place]).first(length);
        compute(values);
        owner[place] = static_cast<std::uint32_t>(t);
        used[place] = clock;
        return values;
    }
};

}  // namespace mote
