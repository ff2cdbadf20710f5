// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/evaluate/platt_scaling.hpp"
#include "mote/supervised/smo.hpp"
#include "mote/supervised/svm_kernel.hpp"

namespace mote {

/// The memory in which two classes are parted.
template <FloatingScalar T, std::size_t Capacity, std::size_t Cached>
struct SvmPairMemory {
    std::array<T, Capacity> weights, gradient, diagonal;  // by row of the pair, first the negative ones
    std::array<T, Capacity> scores;                       // of rows that were held out
    std::array<std::uint32_t, Capacity> pair;             // rows of the dataset
    std::array<std::uint8_t, Capacity> second;
    KernelRows<T, Capacity, Cached> kernels;
};

/// Two classes of a dataset, named by their rows, and how they are parted.
///
/// Errors  part() gives an intercept that is not finite where a kernel overflows. calibrate() refuses what
///         PlattScaling refuses.
/// Source  Platt 1999, Advances in Large Margin Classifiers, 61-74: the sigmoid is fitted to scores of rows
///         that were held out, every `folds`-th of both classes at a time.
template <FloatingScalar T, std::size_t Features, SvmKernel kernel, class Isa>
struct SvmPair {
    Rows<T, Features> rows;
    std::span<const std::uint32_t> negatives, positives;
    SvmLikeness<T, Features, kernel, Isa> likeness;
    SmoLimits<T> limits;

    /// Leaves the weights of all rows, first of the negative ones; returns the intercept.
    template <class Memory>
    constexpr T part(Memory& memory) const {
        return solve(gather(memory, 1, 1), memory);
    }

    template <class Memory>
    constexpr Status calibrate(std::uint32_t folds, Memory& memory, PlattScaling<T>& scaling) const {
        if (negatives.empty() || positives.empty()) {
            scaling.set(negatives.empty() && positives.empty() ? T(0) : T(-16), 0);  // it is the other one
            return Status::ok;
        }
        std::size_t count = 0;
        for (std::uint32_t fold = 0; fold < folds; ++fold) {
            const Sides sides = gather(memory, folds, fold);
            const T intercept = solve(sides, memory);
            const auto score = [&](std::span<const std::uint32_t> places, std::uint8_t second) {
                for (std::size_t t = fold; t < places.size(); t += folds) {
                    memory.scores[count] = intercept + decide(rows[places[t]], sides.count, memory);
                    memory.second[count++] = second;
                }
            };
            score(negatives, 0);
            score(positives, 1);
        }
        return scaling.fit(std::span<const T>(memory.scores).first(count),
                           std::span<const std::uint8_t>(memory.second).first(count));
    }

private:
    struct Sides {
        std::size_t negatives, count;
    };

    /// All rows of the pair but each `folds`-th, from `fold` on.
    template <class Memory>
    constexpr Sides gather(Memory& memory, std::uint32_t folds, std::uint32_t fold) const {
        Sides sides{};
        const auto take = [&](std::span<const std::uint32_t> places) {
            for (std::size_t t = 0; t < places.size(); ++t) {
                if (t % folds != fold) memory.pair[sides.count++] = places[t];
            }
            return sides.count;
        };
        sides.negatives = take(negatives);
        take(positives);
        return sides;
    }

    template <class Memory>
    constexpr T solve(Sides sides, Memory& memory) const {
        const std::size_t n = sides.count;
        for (std::size_t t = 0; t < n; ++t) {
            memory.weights[t] = 0;
            memory.gradient[t] = t < sides.negatives ? T(-1) : T(1);
            likeness(rows[memory.pair[t]], rows.subspan(memory.pair[t], 1),
                     std::span(&memory.diagonal[t], 1));
        }
        if (sides.negatives == n) return -1;
        if (sides.negatives == 0) return 1;
        memory.kernels.forget();
        const auto kernel_row = [&](std::size_t t) {
            return memory.kernels.row(t, n, [&](std::span<T> values) {
                for (std::size_t k = 0; k < n; ++k) {
                    likeness.compare(rows[memory.pair[t]], rows.subspan(memory.pair[k], 1),
                                     values.subspan(k, 1));
                }
                likeness.finish(values);
            });
        };
        const SmoState<T> state{std::span(memory.weights).first(n), std::span(memory.gradient).first(n),
                                std::span<const T>(memory.diagonal).first(n), sides.negatives};
        return sequential_minimal_optimisation<T>(state, limits, kernel_row);
    }

    /// The weighted sum of the kernels of x.
    template <class Memory>
    constexpr T decide(Sample<T, Features> x, std::size_t n, const Memory& memory) const {
        T sum = 0, value = 0;
        for (std::size_t t = 0; t < n; ++t) {
            if (memory.weights[t] == 0) continue;
            likeness(x, rows.subspan(memory.pair[t], 1), std::span(&value, 1));
            sum += memory.weights[t] * value;
        }
        return sum;
    }
};

}  // namespace mote
