// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

/// Sizes of activations and windows, as values that serve as template arguments.
namespace mote::nn {

/// Height x width x channels, channels fastest. A vector has height and width 1; a sequence of feature
/// vectors runs along the height.
struct Shape {
    std::size_t height = 1, width = 1, channels = 1;

    constexpr explicit Shape(std::size_t units) : channels(units) {}
    constexpr Shape(std::size_t steps, std::size_t features) : height(steps), channels(features) {}
    constexpr Shape(std::size_t rows, std::size_t columns, std::size_t depth)
        : height(rows), width(columns), channels(depth) {}

    [[nodiscard]] constexpr std::size_t size() const { return height * width * channels; }
    [[nodiscard]] constexpr bool flat() const { return height == 1 && width == 1; }
    constexpr bool operator==(const Shape&) const = default;
};

/// Height and width of a kernel, a stride or a dilation; one number means both.
struct Extent {
    std::size_t height = 1, width = 1;

    constexpr Extent(std::size_t both = 1) : height(both), width(both) {}
    constexpr Extent(std::size_t rows, std::size_t columns) : height(rows), width(columns) {}

    constexpr bool operator==(const Extent&) const = default;
};

/// valid: windows lie inside the image. same: ceil(size / stride) of them, half of what is missing is
/// padded on each side and the odd one at the end, as in TensorFlow. causal, for sequences only: as many as
/// with same, all padding before the first step, so that no output sees a later step than its own.
enum class Padding { valid, same, causal };

/// A window sliding along one axis.
struct Axis {
    std::size_t size, kernel, stride, dilation = 1;

    [[nodiscard]] constexpr std::size_t reach() const { return (kernel - 1) * dilation + 1; }
    [[nodiscard]] constexpr bool fits(Padding padding) const {
        return size > 0 && kernel > 0 && stride > 0 && dilation > 0 &&
               (padding != Padding::valid || reach() <= size);
    }
    [[nodiscard]] constexpr std::size_t windows(Padding padding) const {
        return padding == Padding::valid ? (size - reach()) / stride + 1 : (size + stride - 1) / stride;
    }
    /// How far the first window hangs over the beginning.
    [[nodiscard]] constexpr std::size_t overhang(Padding padding) const {
        if (padding == Padding::valid) return 0;
        if (padding == Padding::causal) return reach() - 1;
        const std::size_t covered = (windows(padding) - 1) * stride + reach();
        return covered > size ? (covered - size) / 2 : 0;
    }
};

}  // namespace mote::nn
