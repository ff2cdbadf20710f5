// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/floating.hpp"
#include "mote/core/roots.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Mean and variance of every feature of an endless stream: those of all samples up to `Memory` of them, then
/// those of the last ones, a sample that lies `Memory` back weighing 1 / e.
///
/// Shapes  x: [Features].
/// Units   mean: those of x; variance: their square.
/// Errors  update() refuses a non-finite x. The mean of nothing is 0, and so is the variance of fewer than
///         two.
/// Memory  2 * Features scalars and a count. Time O(Features), with one division.
/// Source  Welford 1962, Technometrics 4(3):419-420, (1), (2), of the mean square in place of the sum; West
///         1979, Communications of the ACM 22(9):532-535, for weights that fade. A sum of squares of float
///         stops growing after 2^24 samples, while the mean square only ever moves by 1 / Memory of the way,
///         which is far above its last place: 10^8 samples and more do it no harm.
template <FloatingScalar T, std::size_t Features = 1, std::uint32_t Memory = 65'536>
requires(Memory > 1 && Memory <= 1u << 20) class FadingMoments {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    static constexpr std::size_t features = Features;

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        learn(x);
        return Status::ok;
    }
    constexpr Status update(T x) requires(Features == 1) { return update(std::span<const T, 1>(&x, 1)); }

    /// update() for an x that is known to be finite.
    constexpr void learn(Sample x) {
        const T share = next_share();
        for (std::size_t i = 0; i < Features; ++i) take(i, deviation(i, x[i]), share);
    }

    /// The same, but where a feature has varied, what is further off than 100 standard deviations counts as
    /// if it were those: one wild value does not outweigh all that are to come.
    constexpr void learn_bounded(Sample x) {
        const T share = next_share();
        for (std::size_t i = 0; i < Features; ++i) {
            T before = deviation(i, x[i]);
            const bool wild = square_[i] > 0 && before * before * T(1e-4) > square_[i];
            if (wild) before = (before > 0 ? 100 : -100) * sqrt(square_[i]);
            take(i, before, share);
        }
    }

    constexpr void reset() { *this = FadingMoments{}; }

    /// Samples so far, at most Memory.
    [[nodiscard]] constexpr std::uint32_t count() const { return count_; }
    [[nodiscard]] constexpr T mean(std::size_t i = 0) const { return mean_[i]; }
    /// Unbiased: of all samples, or as if of Memory samples.
    [[nodiscard]] constexpr T variance(std::size_t i = 0) const {
        return count_ < 2 ? 0 : square_[i] * (1 + 1 / static_cast<T>(count_ - 1));
    }
    /// x - mean, kept within +-2^60, so that neither it nor its square overflows.
    [[nodiscard]] constexpr T deviation(std::size_t i, T x) const {
        return clamp(x - mean_[i], T(-0x1p60), T(0x1p60));
    }
    /// A deviation in standard deviations, at most 2^60; 0 where nothing has varied yet.
    [[nodiscard]] constexpr T standardised(std::size_t i, T deviation) const {
        const T spread = variance(i);
        return spread > 0 ? min(abs(deviation) / sqrt(spread), T(0x1p60)) : 0;
    }

private:
    constexpr T next_share() {
        if (count_ < Memory) ++count_;
        return count_ < Memory ? 1 / static_cast<T>(count_) : T{1} / Memory;
    }

    constexpr void take(std::size_t i, T before, T share) {
        mean_[i] += before * share;                                               // (1)
        square_[i] += (before * (before - before * share) - square_[i]) * share;  // (2)
    }

    std::array<T, Features> mean_{};
    std::array<T, Features> square_{};  // mean squared deviations from the mean
    std::uint32_t count_ = 0;
};

}  // namespace mote
