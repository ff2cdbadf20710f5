// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mote/kernels/patch.hpp"
#include "mote/kernels/quantized.hpp"

/// Gathers what a window of a convolution sees, in the order and width that the tiles multiply.
namespace mote::kernels::impl::arm_dsp {

/// Writes words of elements as the tiles of so many pixels multiply them: those of even elements follow those
/// of odd ones at a distance of `Pixels` words, where the words of other pixels of the tile lie between.
template <std::size_t Pixels>
struct PatchWriter {
    std::uint32_t* next;

    [[gnu::noinline]] void fill(std::int8_t value, std::size_t words) {
        const std::uint32_t odd = (static_cast<std::uint32_t>(value - 127) & 0xFFFF) * 0x10001;
        const std::uint32_t even = (static_cast<std::uint32_t>(255 * value + 127) & 0xFFFF) * 0x10001;
        for (; words != 0; --words, next += 2 * Pixels) {
            next[0] = odd;
            next[Pixels] = even;
        }
    }

    /// So many rows of so many words, `step` bytes apart.
    [[gnu::noinline]] void copy(const std::int8_t* bytes, std::size_t words, std::size_t rows = 1,
                                std::size_t step = 0) {
        std::uint32_t* to = next;
        for (;; bytes += step) {
            const std::int8_t* from = bytes;
            std::size_t left = words;
            for (; left >= 4; left -= 4) {
                widen(to, from);
                widen(to, from);
                widen(to, from);
                widen(to, from);
            }
            for (; left != 0; --left) widen(to, from);
            if (--rows == 0) break;
        }
        next = to;
    }

private:
    /// odd = x - 127, even = 256 x - odd. The load need not be aligned.
    [[gnu::always_inline]] static void widen(std::uint32_t*& to, const std::int8_t*& bytes) {
        std::uint32_t even, odd;
        asm volatile(
            "ldr %[even], [%[bytes]], #4 \n"
            "sxtab16 %[odd], %[minus_127], %[even], ror #8 \n"
            "and %[even], %[high], %[even], lsl #8 \n"
            "ssub16 %[even], %[even], %[odd] \n"
            "str %[odd], [%[to]], %[distance] \n"
            "str %[even], [%[to]], %[distance] \n"
            : [even] "=&r"(even), [odd] "=&r"(odd), [to] "+r"(to), [bytes] "+r"(bytes)
            : [distance] "i"(4 * Pixels), [minus_127] "r"(0xFF81FF81), [high] "r"(0xFF00FF00)
            : "memory");
    }
};

/// A few bytes, faster than by a call; returns where they end. The last word may overlap the one before it.
inline std::int8_t* copy_run(std::int8_t* to, const std::int8_t* from, std::size_t bytes) {
    std::int8_t* const end = to + bytes;
    if (bytes < 4) {
        while (to != end) *to++ = *from++;
        return end;
    }
    const std::int8_t* const last = from + (bytes - 4);
    for (; from < last; from += 4, to += 4) std::memcpy(to, from, 4);
    std::memcpy(end - 4, last, 4);
    return end;
}

/// The same as PatchWriter without widening, for dilated windows whose rows are not whole words.
struct ByteWriter {
    std::int8_t* next;

    [[gnu::noinline]] void fill(std::int8_t value, std::size_t bytes) {
        for (; bytes != 0; --bytes) *next++ = value;
    }
    [[gnu::noinline]] void copy(const std::int8_t* source, std::size_t bytes) {
        next = copy_run(next, source, bytes);
    }
};

/// Gathers one window after another, in the order of the output pixels.
class Gatherer {
public:
    /// patch_words: what a patch has, filled up; bytes: room for as many bytes, where the channels are not
    /// whole words.
    Gatherer(const ConvGeometry& geometry, const std::int8_t* image, std::int8_t padding,
             std::size_t patch_words, std::int8_t* bytes)
        : geometry_(geometry),
          image_(image),
          padding_(padding),
          pointwise_(pointwise(geometry)),
          row_(geometry.kernel_width * geometry.channels),
          step_(geometry.dilation_height * geometry.width * geometry.channels),
          patch_words_(patch_words),
          bytes_(bytes) {
        const std::size_t reach = (geometry.kernel_height - 1) * geometry.dilation_height + 1;
        if (geometry.dilation_width == 1 && geometry.kernel_width <= geometry.width &&
            reach <= geometry.height) {
            inside_columns_ = geometry.width - geometry.kernel_width + 1;
            inside_rows_ = geometry.height - reach + 1;
        }
    }

    /// The next window's words, one pixel of Pixels.
    template <std::size_t Pixels>
    void next(std::uint32_t* patch) {
        PatchWriter<Pixels> words{patch};
        if (pointwise_ && geometry_.channels % 4 == 0) {
            words.copy(image_, geometry_.channels / 4);
            image_ += geometry_.channels;
            return;
        }
        if (left_ < inside_columns_ && top_ < inside_rows_) {
            const std::int8_t* from = image_ + (top_ * geometry_.width + left_) * geometry_.channels;
            if (row_ % 4 == 0) {
                words.copy(from, row_ / 4, geometry_.kernel_height, step_);
            } else {
                copy_bytes(from);
                words.copy(bytes_, patch_words_);
            }
        } else if (geometry_.channels % 4 == 0) {
            over_the_edge(words, 4);
        } else {
            if (geometry_.dilation_width == 1) {
                copy_bytes_over_the_edge();
            } else {
                ByteWriter writer{bytes_};
                over_the_edge(writer, 1);
            }
            words.copy(bytes_, patch_words_);
        }
        advance();
    }

private:
    [[gnu::noinline]] void copy_bytes(const std::int8_t* from) const {
        std::int8_t* to = bytes_;
        for (std::size_t ky = geometry_.kernel_height; ky != 0; --ky, from += step_)
            to = copy_run(to, from, row_);
    }

    /// All padding first, then the part of each row that lies within the image.
    [[gnu::noinline]] void copy_bytes_over_the_edge() const {
        const Run run = run_at(geometry_, static_cast<std::ptrdiff_t>(left_), geometry_.kernel_width);
        const std::uint32_t padding = static_cast<std::uint8_t>(padding_) * 0x01010101u;
        for (std::size_t word = 0; word < patch_words_; ++word) {
            std::memcpy(bytes_ + 4 * word, &padding, sizeof padding);
        }
        const std::size_t row_bytes = geometry_.width * geometry_.channels;
        std::int8_t* to = bytes_ + run.before;
        for (std::size_t ky = 0; ky < geometry_.kernel_height; ++ky, to += row_) {
            const std::size_t y = top_ + ky * geometry_.dilation_height;  // wraps above the image
            if (y >= geometry_.height) continue;
            copy_run(to, image_ + (static_cast<std::ptrdiff_t>(y * row_bytes) + run.from), run.inside);
        }
    }

    /// A window that sees padding or is dilated; unit is what the writer counts in, 4 bytes or 1.
    template <class Writer>
    [[gnu::noinline]] void over_the_edge(Writer& writer, std::size_t unit) const {
        const std::size_t pixel = geometry_.channels / unit;
        const Run run = run_at(geometry_, static_cast<std::ptrdiff_t>(left_), geometry_.kernel_width);
        const std::size_t before = run.before / unit, inside = run.inside / unit, behind = run.behind / unit;
        const std::size_t row_bytes = geometry_.width * geometry_.channels;
        for (std::size_t ky = 0; ky < geometry_.kernel_height; ++ky) {
            const std::size_t y = top_ + ky * geometry_.dilation_height;  // wraps above the image
            if (y >= geometry_.height) {
                writer.fill(padding_, geometry_.kernel_width * pixel);
            } else if (geometry_.dilation_width == 1) {
                if (before != 0) writer.fill(padding_, before);
                if (inside != 0)
                    writer.copy(image_ + (static_cast<std::ptrdiff_t>(y * row_bytes) + run.from), inside);
                if (behind != 0) writer.fill(padding_, behind);
            } else {
                dilated_row(writer, y * geometry_.width, pixel);
            }
        }
    }

    template <class Writer>
    void dilated_row(Writer& writer, std::size_t row, std::size_t pixel) const {
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
    std::size_t row_;   // bytes of a row of the window, if they lie side by side
    std::size_t step_;  // bytes from a row of the window to the next
    std::size_t patch_words_;
    std::int8_t* bytes_;
    std::size_t inside_columns_ = 0;  // where the top left corners of windows within the image lie
    std::size_t inside_rows_ = 0;
    std::size_t column_ = 0;
    std::size_t top_ = 0 - geometry_.padding_top;  // of the next window, modulo 2^32
    std::size_t left_ = 0 - geometry_.padding_left;
};

}  // namespace mote::kernels::impl::arm_dsp
