// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

#include "mote/nn/int16.hpp"
#include "mote/nn/record.hpp"
#include "mote/nn/way.hpp"
#include "mote/nn/workspace.hpp"

/// What Parallel<Concatenate, ...> does in integers, of 8 bits and of 16.
namespace mote::nn {

/// From one way's scale to the output's, both of bytes.
struct ByteMove {
    kernels::OutputStage<1> stage{};
    std::int8_t zero_point = 0;

    static constexpr ByteMove of(Affine in, Affine out) {
        const Multiplier factor =
            multiplier_of(static_cast<double>(in.scale) / static_cast<double>(out.scale));
        return {{{factor.multiplier}, {factor.shift}, out.zero_point, -128, 127}, in.zero_point};
    }
    constexpr std::int8_t operator()(std::int8_t x) const {
        return kernels::reference::requantize(x - zero_point, kernels::view(stage), 0);
    }
    constexpr void describe(auto print) const {
        print("{");
        describe_stage(stage, print);
        print(", ", zero_point, "}");
    }
};

/// The same of 16 bits, which have no zero point.
struct Int16Move {
    Multiplier factor{};

    static constexpr Int16Move of(Symmetric in, Symmetric out) {
        return {int16_multiplier(static_cast<double>(in.scale) / static_cast<double>(out.scale))};
    }
    constexpr std::int16_t operator()(std::int16_t x) const { return rescaled_int16(x, factor); }
    constexpr void describe(auto print) const { print("{{", factor.multiplier, ", ", factor.shift, "}}"); }
};

namespace detail {

template <class Scale>
using MoveTo = std::conditional_t<std::is_same_v<Scale, Affine>, ByteMove, Int16Move>;

}  // namespace detail

/// Calls use(way, its first weight, its first channel, its number) for all ways, each as a type_identity.
template <class... Ways>
constexpr void for_each_way(auto use) {
    std::size_t first_weight = 0, channel = 0;
    const auto one = [&](auto way, auto index) {
        using Way = typename decltype(way)::type;
        use(way, first_weight, channel, index);
        first_weight += Way::parameters;
        channel += Way::shapes[Way::depth].channels;
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (one(std::type_identity<Ways>{}, std::integral_constant<std::size_t, I>{}), ...);
    }
    (std::index_sequence_for<Ways...>{});
}

/// Calls use(place in an output of so many channels, place in the way's own) for all of a way's outputs.
template <class Way>
constexpr void for_each_output(std::size_t channels, std::size_t first_channel, auto use) {
    constexpr std::size_t own = Way::shapes[Way::depth].channels;
    for (std::size_t i = 0; i < Way::outputs; ++i) use(i / own * channels + first_channel + i % own, i);
}

/// The integers of ways whose channels stand next to each other, and its run: see Parallel.
template <ActivationInteger T, class... Ways>
struct QuantizedConcatenation {
    using Scale = ScaleOf<T>;
    using Move = detail::MoveTo<Scale>;
    static constexpr std::size_t observed = (observed_along<Ways> + ...);
    static constexpr std::size_t channels = (Ways::shapes[Ways::depth].channels + ...);

    template <class, class>
    static constexpr bool in_place = false;
    template <class, class Isa>
    static constexpr std::size_t scratch =
        std::max({inner_plan_of<T, FormOf<T, Ways>, Isa, /*Kept=*/true>.size...});

    template <class Layers>
    struct Numbers {
        Layers ways{};
        std::array<Move, sizeof...(Ways)> moves{};
    };
    template <class Way>
    using Canonical = typename detail::RecordsOf<FormOf<T, Way>, isa::Portable>::Canonical;
    using Quantized = Numbers<Record<Canonical<Ways>...>>;
    template <class Isa>
    using Packed = Numbers<Record<typename detail::RecordsOf<FormOf<T, Ways>, Isa>::Packed...>>;

    static constexpr Scale quantized_output(Scale, Range all) { return Scale::covering(all); }
    template <FloatingScalar Real>
    static constexpr Quantized quantize(const Real* weights, Scale in, Scale out, const Range* ranges) {
        Quantized layer;
        const Range all{out.dequantize(std::numeric_limits<T>::min()),
                        out.dequantize(std::numeric_limits<T>::max())};
        for_each_way<Ways...>([&](auto way, std::size_t first_weight, std::size_t, auto index) {
            using Way = typename decltype(way)::type;
            Canonical<Way> record{};
            const Scale end = quantize_way<FormOf<T, Way>>(record, weights + first_weight, in, ranges, all);
            if constexpr (!std::is_empty_v<Canonical<Way>>) get<index>(layer.ways) = record;
            layer.moves[index] = Move::of(end, out);
            ranges += observed_along<Way>;
        });
        return layer;
    }

    template <class Isa>
    static constexpr Packed<Isa> pack(const Quantized& layer) {
        return {make_record<decltype(Packed<Isa>::ways)>(
                    [&](auto i) { return pack_record<FormOf<T, Way<i>>, Isa>(get<i>(layer.ways)); }),
                layer.moves};
    }
    static constexpr Quantized unpack(const auto& packed) {
        return {make_record<decltype(Quantized::ways)>(
                    [&](auto i) { return unpack_record<FormOf<T, Way<i>>>(get<i>(packed.ways)); }),
                packed.moves};
    }

    template <class Print>
    static constexpr void describe(const Quantized& layer, Print print) {
        print("{");
        for_each_way<Ways...>([&](auto way, std::size_t, std::size_t, auto index) {
            using Way = typename decltype(way)::type;
            print("{");
            if constexpr (!std::is_empty_v<Canonical<Way>>) {
                describe_record<FormOf<T, Way>>(get<index>(layer.ways), print);
                print(", ");
            }
        });
        print("{");
        for (std::size_t i = 0; i <= sizeof...(Ways); ++i) print("}");
        print(", {{");
        for (const Move& move : layer.moves) {
            move.describe(print);
            print(", ");
        }
        print("}}}");
    }

    template <class Isa>
    requires(has_integer_layers_for<Ways, T>&&...) static constexpr void run(const Packed<Isa>& packed,
                                                                             const T* x, T* y,
                                                                             std::byte* bytes) {
        if (std::is_constant_evaluated()) {
            std::array<T, scratch<T, Isa>> space{};
            run_in<Isa>(packed, x, y, space.data());
        } else {
            run_in<Isa>(packed, x, y, reinterpret_cast<T*>(bytes));
        }
    }

private:
    template <std::size_t I>
    using Way = std::tuple_element_t<I, std::tuple<Ways...>>;

    template <class Isa>
    static constexpr void run_in(const Packed<Isa>& packed, const T* x, T* y, T* space) {
        for_each_way<Ways...>([&](auto way, std::size_t, std::size_t channel, auto index) {
            using Way = FormOf<T, typename decltype(way)::type>;
            using Layers = typename detail::RecordsOf<Way, Isa>::Packed;
            constexpr auto& plan = inner_plan_of<T, Way, Isa, true>;
            const auto call = [&](auto i, const T* from, T* to, T* layer_space) {
                std::byte* bytes =
                    std::is_constant_evaluated() ? nullptr : reinterpret_cast<std::byte*>(layer_space);
                if constexpr (std::is_empty_v<Layers>) {
                    Way::template Layer<i>::template run<Isa>(Nothing{}, from, to, bytes);
                } else {
                    Way::template Layer<i>::template run<Isa>(get<i>(get<index>(packed.ways)), from, to,
                                                              bytes);
                }
            };
            const T* end = run_layers<Way::depth, Way>(x, space, plan.output.data(), plan.scratch.data(),
                                                       call, Unwatched{});
            const Move& move = packed.moves[index];
            for_each_output<Way>(channels, channel,
                                 [&](std::size_t at, std::size_t i) { y[at] = move(end[i]); });
        });
    }
};

}  // namespace mote::nn
