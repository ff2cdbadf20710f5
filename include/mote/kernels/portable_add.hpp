// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/quantized.hpp"
#include "mote/kernels/reference_conv.hpp"

/// The sum of two images of bytes, and their difference, for any processor.
///
/// The summand of the larger scale has the factor 1/2, so that it enters as x * 2^19. The other is one of 256
/// numbers, which are worked out once and kept on the stack: 1 KB. Only the sum is rescaled for each element.
namespace mote::kernels::impl {

namespace portable {

/// round(x * multiplier * 2^-31) by one long product.
struct LongProduct {
    std::int32_t multiplier;
    [[gnu::always_inline]] std::int32_t operator()(std::int32_t x) const {
        return static_cast<std::int32_t>((std::int64_t{2 * x} * multiplier + (std::int64_t{1} << 31)) >> 32);
    }
};

/// The same by four short products, for |x| < 2^29 and processors that have no long one. With x = u 2^16 + v
/// and the multiplier m 2^16 + n it is 2 u m + floor((u n + v m + floor(v n / 2^16) + 2^14) / 2^15), where
/// 2^30 keeps the dividend positive and below 2^32.
struct ShortProducts {
    std::uint32_t high, low;
    explicit ShortProducts(std::int32_t multiplier)
        : high(static_cast<std::uint32_t>(multiplier) >> 16),
          low(static_cast<std::uint32_t>(multiplier) & 0xffff) {}
    [[gnu::always_inline]] std::int32_t operator()(std::int32_t x) const {
        const auto u = static_cast<std::uint32_t>(x >> 16), v = static_cast<std::uint32_t>(x) & 0xffff;
        const std::uint32_t dividend = u * low + v * high + (v * low >> 16) + (1u << 14) + (1u << 30);
        return static_cast<std::int32_t>(2 * u * high + (dividend >> 15) - (1u << 15));
    }
};

/// The second rounding: y / 2^shift to the nearest, ties away from zero, by adding before the shift.
struct RoundingShift {
    int shift;
    std::int32_t half, below_zero;

    explicit RoundingShift(int right)
        : shift(right),
          half(right > 0 ? std::int32_t{1} << (right - 1) : 0),
          below_zero(right > 0 ? -1 : 0) {}
    [[gnu::always_inline]] std::int32_t operator()(std::int32_t y) const {
        return (y + half + ((y >> 31) & below_zero)) >> shift;
    }
};

/// Whether a summand is x - zero_point times 2^19.
constexpr bool halved(const QuantizedAdd::Summand& summand) {
    return summand.multiplier == std::int32_t{1} << 30 && summand.shift == 0;
}

/// y[i] = a[i] + Sign b[i]; y may be a or b.
template <class Product, int Sign = 1>
[[gnu::noinline]] void add(const QuantizedAdd& layer, const std::int8_t* a, const std::int8_t* b,
                           std::int8_t* y, std::size_t n) {
    const bool first = halved(layer.summands[0]);
    if (!first && !halved(layer.summands[1])) return reference::add<Sign>(layer, a, b, y, n);
    const std::int8_t* plain = first ? a : b;
    const std::int8_t* scaled = first ? b : a;
    const QuantizedAdd::Summand &shifted = layer.summands[first ? 0 : 1],
                                &other = layer.summands[first ? 1 : 0];
    const std::int32_t sign = first ? Sign : 1, plain_step = (first ? 1 : Sign) * (1 << 19);
    std::array<std::int32_t, 256> table;
    for (int byte = -128; byte < 128; ++byte) {
        table[static_cast<std::uint8_t>(byte)] =
            sign * reference::rescale((byte - other.zero_point) * (1 << 20), other.multiplier, other.shift) -
            shifted.zero_point * plain_step;
    }
    const Product product{layer.output.multiplier[0]};
    const RoundingShift round(-layer.output.shift[0]);
    const std::int32_t zero_point = layer.output.zero_point;
    const std::int32_t lowest = layer.output.lowest - zero_point, highest = layer.output.highest - zero_point;
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t sum = table[static_cast<std::uint8_t>(scaled[i])] + plain[i] * plain_step;
        const std::int32_t raw = round(product(sum));
        const std::int32_t above = raw < lowest ? lowest : raw;
        y[i] = static_cast<std::int8_t>((above > highest ? highest : above) + zero_point);
    }
}

}  // namespace portable

inline void add(isa::Portable, const QuantizedAdd& layer, const std::int8_t* a, const std::int8_t* b,
                std::int8_t* y, std::size_t n) {
    portable::add<portable::LongProduct>(layer, a, b, y, n);
}
inline void subtract(isa::Portable, const QuantizedAdd& layer, const std::int8_t* a, const std::int8_t* b,
                     std::int8_t* y, std::size_t n) {
    portable::add<portable::LongProduct, -1>(layer, a, b, y, n);
}

}  // namespace mote::kernels::impl
