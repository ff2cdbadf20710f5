// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/dataset.hpp"
#include "mote/nn/affine.hpp"
#include "mote/nn/float_network.hpp"
#include "mote/nn/way.hpp"

namespace mote::nn {

/// Which part of what an activation was seen to do its 256 bytes are spread over; the rest saturates.
enum class Clipping {
    none,           // all of it
    percentile,     // all but the rarest values at either end
    squared_error,  // what loses least: finer steps for most against saturation for few
};

struct Calibration {
    Clipping clipping = Clipping::none;
    double percentile = 99.99;    // 50 .. 100: so many lie below the upper end, and above the lower
    bool correct_biases = false;  // by what rounding the weights does to the mean: see bias_correction.hpp

    [[nodiscard]] constexpr bool valid() const { return percentile >= 50 && percentile <= 100; }
};

/// How often an activation took which values, in 2,048 steps over the range it has, and what to clip it to.
///
/// Errors  Values outside the range count at its ends.
/// Memory  8 KB. include(): O(1); least_squares(): some 300 candidates, each over all steps.
/// Source  Banner et al. 2019, NeurIPS, section 3.1 (clipping against rounding); searched instead of
///         solved, with the rounding as it will be.
class RangeHistogram {
public:
    static constexpr std::size_t bins = 2048;

    constexpr explicit RangeHistogram(Range all)
        : all_(all), width_((static_cast<double>(all.high) - static_cast<double>(all.low)) / bins) {}

    constexpr void include(float x) {
        const double steps = (static_cast<double>(x) - static_cast<double>(all_.low)) / width_;
        ++counts_[width_ > 0 && steps > 0 ? static_cast<std::size_t>(min(steps, bins - 1.0)) : 0];
        ++total_;
    }

    /// Up to a step: `percent` of the values lie at or below the upper end, and as many at or above the
    /// lower.
    [[nodiscard]] constexpr Range percentile(double percent) const {
        const double enough = percent * static_cast<double>(total_) / 100;
        std::size_t upper = 0, lower = bins;
        for (std::uint64_t below = 0; upper < bins && static_cast<double>(below) < enough; ++upper) {
            below += counts_[upper];
        }
        for (std::uint64_t above = 0; lower > 0 && static_cast<double>(above) < enough; --lower) {
            above += counts_[lower - 1];
        }
        Range range;
        range.include(edge(upper));
        range.include(edge(lower));
        return range;
    }

    /// The range whose bytes are nearest to the values in the mean of squares.
    [[nodiscard]] constexpr Range least_squares() const {
        Range best = all_;
        double least = error(best);
        shrink(best, least, true, true);
        shrink(best, least, false, true);
        shrink(best, least, true, false);
        shrink(best, least, false, true);
        return best;
    }

    /// The mean square of what bytes over this range lose.
    [[nodiscard]] constexpr double error(Range range) const {
        const Affine bytes = Affine::covering(range);
        double sum = 0;
        for (std::size_t i = 0; i < bins; ++i) {
            if (counts_[i] == 0) continue;
            const float x = (edge(i) + edge(i + 1)) / 2;
            const double lost = static_cast<double>(x - bytes.dequantize(bytes.quantize(x)));
            sum += lost * lost * static_cast<double>(counts_[i]);
        }
        return total_ > 0 ? sum / static_cast<double>(total_) : 0;
    }

private:
    [[nodiscard]] constexpr float edge(std::size_t bin) const {
        return static_cast<float>(static_cast<double>(all_.low) + width_ * static_cast<double>(bin));
    }

    /// Takes the best of smaller and smaller low or high ends, from the whole range to a sixtieth of it.
    constexpr void shrink(Range& best, double& least, bool low, bool high) const {
        constexpr float finer = 0.95f;
        Range candidate = best;
        if (low) candidate.low = all_.low;
        if (high) candidate.high = all_.high;
        for (int step = 0; step < 80; ++step) {
            if (low) candidate.low *= finer;
            if (high) candidate.high *= finer;
            const double lost = error(candidate);
            if (lost >= least) continue;
            least = lost;
            best = candidate;
        }
    }

    Range all_;
    double width_;
    std::uint64_t total_ = 0;
    std::array<std::uint32_t, bins> counts_{};
};

namespace detail {

/// Numbers the activations in the order in which they are shown: the input, then the outputs of layers, those
/// of layers within a layer before its own.
template <class Use>
struct ActivationWatcher {
    std::size_t* place;
    Use use;

    constexpr void inner(const auto& values) const { use((*place)++, values); }
    constexpr void operator()(std::size_t, const auto& values) const { inner(values); }
};

/// use(place, values) for every activation of every row.
template <FloatingScalar T, class Architecture, class Isa, std::size_t Features, class Use>
constexpr void for_each_activation(const Network<T, Architecture, Isa>& model, Rows<T, Features> rows,
                                   Use use) {
    typename Network<T, Architecture, Isa>::Workspace scratch;
    for (const auto& row : rows) {
        std::size_t place = 0;
        const ActivationWatcher<Use> watcher{&place, use};
        watcher.inner(row);
        model.forward(row, scratch, watcher);
    }
}

}  // namespace detail

/// The range of the input ([0]) and of each layer's output ([i + 1]) over the rows; those of layers within a
/// layer come before its own.
/// Memory  one Workspace of the model on the stack, with clipping a RangeHistogram beside it. Time the
///         network once for each row; with clipping, once more for each activation.
template <FloatingScalar T, class Architecture, class Isa, std::size_t Features>
constexpr std::array<Range, observed_along<Architecture> + 1> calibrate(
    const Network<T, Architecture, Isa>& model, Rows<T, Features> rows, const Calibration& how = {}) {
    std::array<Range, observed_along<Architecture> + 1> ranges{};
    detail::for_each_activation(model, rows, [&ranges](std::size_t place, const auto& values) {
        for (const T value : values) ranges[place].include(static_cast<float>(value));
    });
    if (how.clipping == Clipping::none) return ranges;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        RangeHistogram histogram(ranges[i]);
        detail::for_each_activation(model, rows, [&histogram, i](std::size_t place, const auto& values) {
            if (place != i) return;
            for (const T value : values) histogram.include(static_cast<float>(value));
        });
        ranges[i] = how.clipping == Clipping::percentile ? histogram.percentile(how.percentile)
                                                         : histogram.least_squares();
    }
    return ranges;
}

}  // namespace mote::nn
