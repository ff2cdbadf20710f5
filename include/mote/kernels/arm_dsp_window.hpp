// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mote/kernels/patch.hpp"
#include "mote/kernels/quantized.hpp"

/// Gathers what a window of a convolution sees, in the order and width that the tiles multiply.
namespace mote::kernels::impl::arm_dsp {

/// Writes words of elements as the tiles multiply them: those of even elements follow those of odd ones at
/// a distance of `pixels` words, where the words of other pixels of the tile lie between.
struct PatchWriter {
    std::uint32_t* next;
    std::size_t pixels;

    void fill(std::int8_t value, std::size_t words) {
        if (words != 0) next = fill(next, pixels, value, words);
    }
    void copy(const std::int8_t* bytes, std::size_t words) { next = copy(next, pixels, bytes, words); }

private:
    [[gnu::noinline]] static std::uint32_t* fill(std::uint32_t* to, std::size_t pixels, std::int8_t value,
                                                 std::size_t words) {
        const std::uint32_t odd = (static_cast<std::uint32_t>(value - 127) & 0xFFFF) * 0x10001;
        const std::uint32_t even = (static_cast<std::uint32_t>(255 * value + 127) & 0xFFFF) * 0x10001;
        for (; words != 0; --words, to += 2 * pixels) {
            to[0] = odd;
            to[pixels] = even;
        }
        return to;
    }

    [[gnu::noinline]] static std::uint32_t* copy(std::uint32_t* to, std::size_t pixels,
                                                 const std::int8_t* bytes, std::size_t words) {
        const std::size_t distance = 4 * pixels;
        for (; words >= 4; words -= 4) {
            widen(to, distance, bytes);
            widen(to, distance, bytes);
            widen(to, distance, bytes);
            widen(to, distance, bytes);
        }
        for (; words != 0; --words) widen(to, distance, bytes);
        return to;
    }

    /// odd = x - 127, even = 256 x - odd. The load need not be aligned.
    [[gnu::always_inline]] static void widen(std::uint32_t*& to, std::size_t distance,
                                             const std::int8_t*& bytes) {
        std::uint32_t even, odd;
        asm volatile(
            "ldr %[even], [%[bytes]], #4 \n"
            "sxtab16 %[odd], %[minus_127], %[even], ror #8 \n"
            "and %[even], %[high], %[even], lsl #8 \n"
            "ssub16 %[even], %[even], %[odd] \n"
            "str %[odd], [%[to]] \n"
            "str %[even], [%[to], %[distance]] \n"
            "add %[to], %[to], %[distance], lsl #1 \n"
            : [even] "=&r"(even), [odd] "=&r"(odd), [to] "+r"(to), [bytes] "+r"(bytes)
            : [distance] "r"(distance), [minus_127] "r"(0xFF81FF81), [high] "r"(0xFF00FF00)
            : "memory");
    }
};

/// The same without widening, for windows whose rows are not whole words.
struct ByteWriter {
    std::int8_t* next;

    void fill(std::int8_t value, std::size_t bytes) {
        for (; bytes != 0; --bytes) *next++ = value;
    }
    void copy(const std::int8_t* source, std::size_t bytes) {
        for (; bytes >= 4; bytes -= 4, source += 4, next += 4) std::memcpy(next, source, 4);
        for (; bytes != 0; --bytes) *next++ = *source++;
    }
};

/// Runs over the windows of an image in the order of the output pixels.
class Windows {
public:
    Windows(const ConvGeometry& geometry, const std::int8_t* image, std::int8_t padding)
        : geometry_(geometry), image_(image), padding_(padding), pointwise_(pointwise(geometry)) {}

    /// Writes the next window; unit is what the writer counts in, 4 bytes or 1, and divides the channels.
    template <class Writer>
    void next(Writer& writer, std::size_t unit) {
        const std::size_t pixel = geometry_.channels / unit;
        if (pointwise_) {
            writer.copy(image_, pixel);
            image_ += geometry_.channels;
            return;
        }
        const Run run = run_at(geometry_, static_cast<std::ptrdiff_t>(left_), geometry_.kernel_width);
        const std::size_t before = run.before / unit, inside = run.inside / unit, behind = run.behind / unit;
        const std::size_t row_bytes = geometry_.width * geometry_.channels;
        for (std::size_t ky = 0; ky < geometry_.kernel_height; ++ky) {
            const std::size_t y = top_ + ky * geometry_.dilation_height;  // wraps above the image
            if (y >= geometry_.height) {
                writer.fill(padding_, geometry_.kernel_width * pixel);
            } else if (geometry_.dilation_width == 1) {
                writer.fill(padding_, before);
                writer.copy(image_ + (static_cast<std::ptrdiff_t>(y * row_bytes) + run.from), inside);
                writer.fill(padding_, behind);
            } else {
                dilated_row(writer, y * geometry_.width, pixel);
            }
        }
        advance();
    }

private:
    template <class Writer>
    void dilated_row(Writer& writer, std::size_t row, std::size_t pixel) {
        for (std::size_t kx = 0; kx < geometry_.kernel_width; ++kx) {
            const std::size_t x = left_ + kx * geometry_.dilation_width;  // wraps left of the image
            if (x >= geometry_.width) {
                writer.fill(padding_, pixel);
            } else {
                writer.copy(image_ + (row + x) * geometry_.channels, pixel);
            }
        }
    }

    void advance() {
        left_ += geometry_.stride_width;
        if (++column_ < geometry_.output_width) return;
        column_ = 0;
        left_ = 0 - geometry_.padding_left;
        top_ += geometry_.stride_height;
    }

    const ConvGeometry& geometry_;
    const std::int8_t* image_;
    std::int8_t padding_;
    bool pointwise_;
    std::size_t column_ = 0;
    std::size_t top_ = 0 - geometry_.padding_top;  // of the next window, modulo 2^32
    std::size_t left_ = 0 - geometry_.padding_left;
};

}  // namespace mote::kernels::impl::arm_dsp
