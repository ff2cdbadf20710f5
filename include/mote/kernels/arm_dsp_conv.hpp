// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_column.hpp"
#include "mote/kernels/arm_dsp_layout.hpp"
#include "mote/kernels/arm_dsp_stage.hpp"
#include "mote/kernels/arm_dsp_tile.hpp"
#include "mote/kernels/arm_dsp_window.hpp"
#include "mote/kernels/isa.hpp"

/// int8 convolution of any geometry: gather the windows of five pixels into scratch, multiply them with
/// one filter after the other, and take what is left pixel by pixel with two filters at a time. Nothing
/// below the packed type depends on the shape at compile time, so all layers share one copy of the code.
namespace mote::kernels::impl::arm_dsp {

/// A packed layer of any shape, as the shared code sees it.
struct Filters {
    const std::uint32_t* stream;
    std::size_t count;
    std::size_t octets;
    const LayerStage& stage;

    [[nodiscard]] std::size_t words() const { return 2 * octets + FilterStage::words; }
    [[nodiscard]] const std::uint32_t* at(std::size_t filter) const { return stream + filter * words(); }
    /// Its weights from an octet on, without the bias.
    [[nodiscard]] const std::uint32_t* weights(std::size_t filter, std::size_t first_octet) const {
        return at(filter) + FilterStage::words_before + 2 * first_octet;
    }
    [[nodiscard]] FilterStage stage_of(std::size_t filter) const {
        return load_stage(at(filter), 2 * octets);
    }
};

/// Sums over so many octets never leave 24 bits: 128 * 127 * 128 + 128 * 127 * 255 < 2^23.
inline constexpr std::size_t safe_octets = 32;

constexpr std::size_t skip_of(std::size_t octets) {
    return (unrolled - 1 - (octets - 1) % unrolled) * octet_code;
}

/// Filters first .. last - 1, all of them fast, for five pixels.
inline void tile_in_short(const Filters& filters, std::size_t first, std::size_t last,
                          const std::uint32_t* patches, std::int8_t* y) {
    const LayerStage& stage = filters.stage;
    const Ending ending = stage.lowest == stage.zero_point ? Ending::relu : Ending::bytes;
    const Tile tile{.weights = filters.at(first),
                    .patches = patches,
                    .patches_end = patches + 4 * tile_pixels * filters.octets,
                    .skip = skip_of(filters.octets),
                    .output = y + first,
                    .pixel_stride = filters.count,
                    .output_end = y + last,
                    .ending = ending};
    multiply_tile(&tile);
}

/// One filter for five pixels with every rounding in full and sums of any size.
inline void tile_in_full(const Filters& filters, std::size_t f, const std::uint32_t* patches,
                         std::int8_t* y) {
    const FilterStage filter = filters.stage_of(f);
    std::array<std::uint32_t, tile_pixels> totals;  // modulo 2^32, like the folded bias
    totals.fill(static_cast<std::uint32_t>(filter.bias));
    for (std::size_t done = 0; done < filters.octets; done += safe_octets) {
        std::array<std::int32_t, tile_pixels> sums;
        const std::size_t end = std::min(done + safe_octets, filters.octets);
        const Tile tile{.weights = filters.weights(f, done),
                        .patches = patches + 4 * tile_pixels * done,
                        .patches_end = patches + 4 * tile_pixels * end,
                        .skip = skip_of(end - done),
                        .output = sums.data(),
                        .pixel_stride = 0,
                        .output_end = nullptr,
                        .ending = Ending::sums};
        multiply_tile(&tile);
        for (std::size_t p = 0; p < tile_pixels; ++p) totals[p] += static_cast<std::uint32_t>(sums[p] >> 8);
    }
    for (std::size_t p = 0; p < tile_pixels; ++p) {
        y[p * filters.count + f] = requantize(static_cast<std::int32_t>(totals[p]), filter, filters.stage);
    }
}

/// All filters for the five pixels whose outputs begin at y.
[[gnu::noinline]] inline void apply_to_tile(const Filters& filters, const std::uint32_t* patches,
                                            std::int8_t* y) {
    if (filters.stage.fast) return tile_in_short(filters, 0, filters.count, patches, y);
    for (std::size_t f = 0; f < filters.count; ++f) {
        if (filters.stage_of(f).fast) {
            tile_in_short(filters, f, f + 1, patches, y);
        } else {
            tile_in_full(filters, f, patches, y);
        }
    }
}

/// Two filters, or one and the same twice, for one pixel.
inline void pair_in_full(const Filters& filters, std::size_t f, std::size_t g, const std::uint32_t* patch,
                         std::int8_t* y) {
    const std::array<FilterStage, 2> pair{filters.stage_of(f), filters.stage_of(g)};
    std::array<std::uint32_t, 2> totals{static_cast<std::uint32_t>(pair[0].bias),
                                        static_cast<std::uint32_t>(pair[1].bias)};
    for (std::size_t done = 0; done < filters.octets; done += safe_octets) {
        std::array<std::int32_t, 2> sums;
        const std::size_t end = std::min(done + safe_octets, filters.octets);
        const Column column{.weights = filters.weights(f, done),
                            .next_weights = filters.weights(g, done),
                            .patch = patch + 4 * done,
                            .patch_end = patch + 4 * end,
                            .output = sums.data(),
                            .output_end = nullptr,
                            .ending = Ending::sums};
        multiply_column(&column);
        for (std::size_t i = 0; i < 2; ++i) totals[i] += static_cast<std::uint32_t>(sums[i] >> 8);
    }
    y[f] = requantize(static_cast<std::int32_t>(totals[0]), pair[0], filters.stage);
    y[g] = requantize(static_cast<std::int32_t>(totals[1]), pair[1], filters.stage);
}

/// All filters for the pixel whose outputs begin at y.
[[gnu::noinline]] inline void apply_to_pixel(const Filters& filters, const std::uint32_t* patch,
                                             std::int8_t* y) {
    std::size_t done = 0;
    if (filters.stage.fast && filters.count > 1) {
        done = filters.count & ~std::size_t{1};
        const Column column{.weights = filters.at(0),
                            .next_weights = filters.at(1),
                            .patch = patch,
                            .patch_end = patch + 4 * filters.octets,
                            .output = y,
                            .output_end = y + done,
                            .ending = Ending::bytes};
        multiply_column(&column);
    }
    for (; done < filters.count; done += 2) {
        pair_in_full(filters, done, std::min(done + 1, filters.count - 1), patch, y);
    }
}

/// Pixels one by one, from wherever the gatherer stands.
[[gnu::noinline]] inline void run_columns(const Filters& filters, Gatherer& gatherer, std::uint32_t* patch,
                                          std::size_t pixels, std::int8_t* y) {
    for (; pixels != 0; --pixels, y += filters.count) {
        gatherer.next<1>(patch);
        apply_to_pixel(filters, patch, y);
    }
}

/// A multiple of five pixels.
[[gnu::noinline]] inline void run_tiles(const Filters& filters, Gatherer& gatherer, std::uint32_t* patches,
                                        std::size_t pixels, std::int8_t* y) {
    for (; pixels != 0; pixels -= tile_pixels, y += tile_pixels * filters.count) {
        for (std::size_t p = 0; p < tile_pixels; ++p) gatherer.next<tile_pixels>(patches + p);
        apply_to_tile(filters, patches, y);
    }
}

}  // namespace mote::kernels::impl::arm_dsp

namespace mote::kernels::impl {

template <ConvGeometry G>
constexpr auto pack(isa::ArmDsp, const QuantizedConv<G>& layer) {
    return arm_dsp::pack_conv(layer);
}

template <ConvGeometry G>
void run(isa::ArmDsp, const arm_dsp::PackedConv<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    static constexpr ConvGeometry geometry = G;
    using Packed = arm_dsp::PackedConv<G>;
    const arm_dsp::Filters filters{packed.stream.data(), G.filters, Packed::octets, packed.stage};
    auto* patches = reinterpret_cast<std::uint32_t*>(scratch);
    auto* bytes = reinterpret_cast<std::int8_t*>(scratch + Packed::patch_bytes);
    arm_dsp::Gatherer gatherer(geometry, x, packed.stage.input_zero_point, 2 * Packed::octets, bytes);
    // Apart, so that a network without pixels that are left over goes without their code.
    constexpr std::size_t left = Packed::pixels % arm_dsp::tile_pixels, whole = Packed::pixels - left;
    if constexpr (whole > 0) arm_dsp::run_tiles(filters, gatherer, patches, whole, y);
    if constexpr (left > 0) arm_dsp::run_columns(filters, gatherer, patches, left, y + whole * G.filters);
}

}  // namespace mote::kernels::impl
