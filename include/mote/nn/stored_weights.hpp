// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/core/status.hpp"
#include "mote/nn/quantized_network.hpp"

/// An int8 network's portable weights as one run of bytes, to be sent or kept. Each layer's are in whichever
/// form is smallest: as they are; a bit for each byte that says whether it is zero, and the others; or, where
/// all lie in -8 .. 7, two to a byte as TensorFlow Lite's int4, the first in the lower half. In the end a
/// check.
namespace mote::nn {

namespace detail {

static_assert(std::endian::native == std::endian::little, "mote: stored weights have their least byte first");

inline std::size_t non_zeros(std::span<const std::byte> part) {
    return part.size() - static_cast<std::size_t>(std::ranges::count(part, std::byte{0}));
}

enum class Form : unsigned char { whole, sparse, halves };

constexpr int nibble(std::byte byte, std::size_t place) {
    return (std::to_integer<int>(byte >> (4 * (place % 2)) & std::byte{0xf}) ^ 8) - 8;
}

inline bool fits_halves(std::span<const std::byte> part) {
    return std::ranges::all_of(
        part, [](std::byte byte) { return nibble(byte, 0) == static_cast<std::int8_t>(byte); });
}

/// A part's smallest form, and what it takes in that with the byte in front that says which.
struct Stored {
    Form form = Form::whole;
    std::size_t size = 0;
};
inline Stored stored(std::span<const std::byte> part) {
    Stored best{Form::whole, 1 + part.size()};
    const std::size_t sparse = 1 + (part.size() + 7) / 8 + non_zeros(part),
                      halves = 1 + (part.size() + 1) / 2;
    if (sparse < best.size) best = {Form::sparse, sparse};
    if (halves < best.size && fits_halves(part)) best = {Form::halves, halves};
    return best;
}

/// Writes a part in its smallest form and returns where the next one begins.
inline std::byte* store_part(std::span<const std::byte> part, std::byte* to) {
    const Form form = stored(part).form;
    *to++ = static_cast<std::byte>(form);
    if (form == Form::whole) return std::ranges::copy(part, to).out;
    if (form == Form::halves) {
        for (std::size_t i = 0; i < part.size(); i += 2) {
            const std::byte next = i + 1 < part.size() ? part[i + 1] : std::byte{0};
            *to++ = (part[i] & std::byte{0xf}) | next << 4;
        }
        return to;
    }
    std::byte* const bits = to;
    to = std::fill_n(bits, (part.size() + 7) / 8, std::byte{0});
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (part[i] == std::byte{0}) continue;
        bits[i / 8] |= std::byte{1} << (i % 8);
        *to++ = part[i];
    }
    return to;
}

inline bool load_halves(std::span<const std::byte>& from, std::span<std::byte> part) {
    const std::size_t size = (part.size() + 1) / 2;
    if (from.size() < size) return false;
    for (std::size_t i = 0; i < part.size(); ++i) part[i] = static_cast<std::byte>(nibble(from[i / 2], i));
    from = from.subspan(size);
    return true;
}

/// Reads one part and drops it from the front of `from`; false where that ends too soon or says no form.
inline bool load_part(std::span<const std::byte>& from, std::span<std::byte> part) {
    if (from.empty() || from[0] > std::byte{2}) return false;
    const auto form = static_cast<Form>(from[0]);
    const auto bits = from.subspan(1);
    if (form == Form::halves) {
        from = bits;
        return load_halves(from, part);
    }
    const bool sparse = form == Form::sparse;
    const std::size_t map = sparse ? (part.size() + 7) / 8 : 0;
    if (bits.size() < (sparse ? map : part.size())) return false;
    std::span<const std::byte> values = bits.subspan(map);
    for (std::size_t i = 0; i < part.size(); ++i) {
        part[i] = std::byte{0};
        if (sparse && (bits[i / 8] >> (i % 8) & std::byte{1}) == std::byte{0}) continue;
        if (values.empty()) return false;
        part[i] = values[0];
        values = values.subspan(1);
    }
    from = values;
    return true;
}

/// Fowler, Noll, Vo: FNV-1a of 32 bits.
inline std::uint32_t check_of(std::span<const std::byte> bytes) {
    std::uint32_t check = 2166136261u;
    for (const std::byte byte : bytes) check = (check ^ std::to_integer<std::uint32_t>(byte)) * 16777619u;
    return check;
}

/// use(member) for each member of a layer that is a convolution as bytes, whose gaps are so left out; for
/// others the whole, with what lies in its gaps.
template <class Layer, class Use>
void for_each_member(Layer& layer, Use use) {
    if constexpr (requires { layer.weights, layer.bias, layer.output.multiplier, layer.input_zero_point; }) {
        use(layer.weights);
        use(layer.bias);
        use(layer.output.multiplier);
        use(layer.output.shift);
        use(layer.output.zero_point);
        use(layer.output.lowest);
        use(layer.output.highest);
        use(layer.input_zero_point);
    } else {
        use(layer);
    }
}

/// use(bytes) for each part: the two scales and what the layers with numbers are made of.
template <class Architecture, class Weights, class Use>
void for_each_part(Weights& weights, Use use) {
    const auto use_bytes = [&use](auto& value) {
        if constexpr (std::is_const_v<Weights>) {
            use(std::as_bytes(std::span(&value, 1)));
        } else {
            use(std::as_writable_bytes(std::span(&value, 1)));
        }
    };
    for (auto* affine : {&weights.input, &weights.output}) {
        use_bytes(affine->scale);
        use_bytes(affine->zero_point);
    }
    Architecture::for_each_layer([&](auto i) {
        using Quantized = typename Architecture::template Layer<i>::Quantized;
        if constexpr (!std::is_empty_v<Quantized>) for_each_member(get<i>(weights.layers), use_bytes);
    });
}

}  // namespace detail

/// How many bytes store_weights() writes.
template <class Architecture>
[[nodiscard]] std::size_t stored_size(const QuantizedWeights<Architecture>& weights) {
    std::size_t size = sizeof(std::uint32_t);
    detail::for_each_part<Architecture>(weights, [&size](auto part) { size += detail::stored(part).size; });
    return size;
}

/// Writes the weights; `size` tells how many bytes that took.
/// Errors  capacity_full where `to` is smaller than stored_size(); nothing is written then.
template <class Architecture>
[[nodiscard]] Status store_weights(const QuantizedWeights<Architecture>& weights, std::span<std::byte> to,
                                   std::size_t& size) {
    if (to.size() < stored_size(weights)) return Status::capacity_full;
    std::byte* end = to.data();
    detail::for_each_part<Architecture>(weights, [&end](auto part) { end = detail::store_part(part, end); });
    const std::uint32_t check = detail::check_of({to.data(), end});
    end = std::ranges::copy(std::as_bytes(std::span(&check, 1)), end).out;
    size = static_cast<std::size_t>(end - to.data());
    return Status::ok;
}

/// Reads them back, to the bit; a Network<std::int8_t, Architecture> made of them packs them for its target.
/// Errors  corrupt for anything but all of what store_weights() wrote, of this architecture; the weights stay
///         as they were then.
/// Memory  a copy of the weights on the stack.
template <class Architecture>
[[nodiscard]] Status load_weights(std::span<const std::byte> from, QuantizedWeights<Architecture>& weights) {
    std::uint32_t check = 0;
    if (from.size() < sizeof(check)) return Status::corrupt;
    const auto body = from.first(from.size() - sizeof(check));
    std::ranges::copy(from.last(sizeof(check)), std::as_writable_bytes(std::span(&check, 1)).begin());
    if (check != detail::check_of(body)) return Status::corrupt;
    QuantizedWeights<Architecture> loaded;
    std::span<const std::byte> rest = body;
    bool whole = true;
    detail::for_each_part<Architecture>(loaded,
                                        [&](auto part) { whole = whole && detail::load_part(rest, part); });
    if (!whole || !rest.empty()) return Status::corrupt;
    weights = loaded;
    return Status::ok;
}

}  // namespace mote::nn
