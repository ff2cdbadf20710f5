// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/floating.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Counts of a stream's values in bins of equal width, and of what falls outside.
///
/// Shapes  x: scalar. Bin i covers [lowest + i * width, lowest + (i + 1) * width).
/// Units   lowest, highest, quantile(): those of x.
/// Errors  update() refuses a non-finite x, and bad_parameter where highest > lowest does not hold;
///         merge() refuses another range. Counts stop at 2^32 - 1. quantile() is `lowest` for no values.
/// Memory  Bins + 2 counts and 2 scalars. Time O(1); quantile() O(Bins).
template <FloatingScalar T, std::size_t Bins>
requires(Bins > 0) class Histogram {
public:
    using Scalar = T;
    static constexpr std::size_t bins = Bins;
    static constexpr bool exactly_mergeable = true;

    constexpr Histogram() = default;
    constexpr Histogram(T lowest, T highest) : lowest_(lowest), highest_(highest) {}

    constexpr Status update(T x) {
        if (!isfinite(x)) return Status::not_finite;
        if (!(highest_ > lowest_) || !isfinite(highest_ - lowest_)) return Status::bad_parameter;
        std::uint32_t& place = x < lowest_ ? below_ : x >= highest_ ? above_ : counts_[bin_of(x)];
        add(place, 1);
        return Status::ok;
    }

    /// As if this histogram had also counted every value of the other.
    constexpr Status merge(const Histogram& other) {
        if (lowest_ != other.lowest_ || highest_ != other.highest_) return Status::bad_parameter;
        for (std::size_t i = 0; i < Bins; ++i) add(counts_[i], other.counts_[i]);
        add(below_, other.below_);
        add(above_, other.above_);
        return Status::ok;
    }

    constexpr void reset() { *this = Histogram(lowest_, highest_); }

    [[nodiscard]] constexpr std::uint32_t operator[](std::size_t i) const { return counts_[i]; }
    [[nodiscard]] constexpr std::uint32_t below() const { return below_; }
    [[nodiscard]] constexpr std::uint32_t above() const { return above_; }
    [[nodiscard]] constexpr std::uint64_t count() const {
        std::uint64_t sum = std::uint64_t{below_} + above_;
        for (const std::uint32_t in_bin : counts_) sum += in_bin;
        return sum;
    }

    /// Where the given share of the values lies below, values being spread evenly within their bin and those
    /// outside lying at the ends.
    [[nodiscard]] constexpr T quantile(T probability) const {
        const T wanted = clamp(probability, T{0}, T{1}) * static_cast<T>(count());
        T seen = static_cast<T>(below_);
        if (wanted <= seen) return lowest_;
        for (std::size_t i = 0; i < Bins; ++i) {
            const T in_bin = static_cast<T>(counts_[i]);
            if (wanted <= seen + in_bin) return edge(static_cast<T>(i) + (wanted - seen) / in_bin);
            seen += in_bin;
        }
        return highest_;
    }

private:
    [[nodiscard]] constexpr T edge(T bins_up) const {
        return lowest_ + (highest_ - lowest_) * (bins_up / static_cast<T>(Bins));
    }

    [[nodiscard]] constexpr std::size_t bin_of(T x) const {
        const T place = (x - lowest_) / (highest_ - lowest_) * static_cast<T>(Bins);
        return min(static_cast<std::size_t>(place), Bins - 1);  // rounding can reach Bins just below highest
    }

    static constexpr void add(std::uint32_t& count, std::uint32_t more) {
        count = count + more < count ? ~0u : count + more;
    }

    T lowest_ = 0;
    T highest_ = 1;
    std::array<std::uint32_t, Bins> counts_{};
    std::uint32_t below_ = 0;
    std::uint32_t above_ = 0;
};

}  // namespace mote
