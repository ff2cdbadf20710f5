// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/nn/int16.hpp"
#include "mote/nn/merge.hpp"
#include "mote/nn/record.hpp"
#include "mote/nn/way.hpp"
#include "mote/nn/workspace.hpp"

/// What Residual does in integers, of 8 bits and of 16.
namespace mote::nn {

/// Where the branch leaves its output, where the shortcut works, and the end of both.
struct ResidualPlaces {
    std::size_t output, side, end;
};
template <class T, class Main, class Side, bool Direct, class Isa>
inline constexpr ResidualPlaces residual_places = [] {
    constexpr auto main = inner_plan_of<T, Main, Isa, /*Kept=*/true>;
    constexpr auto side = inner_plan_of<T, Side, Isa, /*Kept=*/false>;
    const std::size_t output = main.output[Main::depth - 1];
    if (Direct) return ResidualPlaces{output, 0, main.size};
    const std::size_t behind = round_up(output + Main::outputs, 16 / sizeof(T));
    const std::size_t start = output >= side.size ? 0 : behind;
    return ResidualPlaces{output, start, max(main.size, start + side.size)};
}();

/// The output of all layers of one way, at its destination if it has one.
template <class Way, bool Kept, class Isa, class T, class Call, class Watch>
constexpr const T* run_way(const T* x, T* space, Call call, Watch watch, T* destination = nullptr) {
    constexpr auto& plan = inner_plan_of<T, Way, Isa, Kept>;
    return run_layers<Way::depth, Way>(x, space, plan.output.data(), plan.scratch.data(), call,
                                       show_within(watch), destination);
}

/// The integers of a Residual, and its run: see there. Direct says that the shortcut has no layers.
template <ActivationInteger T, class MainWay, class SideWay, bool Direct, Activation Fused, class Merge = Add>
struct QuantizedResidual {
    using Scale = ScaleOf<T>;
    using Main = FormOf<T, MainWay>;
    using Side = FormOf<T, SideWay>;
    static constexpr std::size_t observed = observed_along<MainWay> + (Direct ? 0 : observed_along<SideWay>);

    template <class, class Isa>
    static constexpr bool in_place = Direct;
    template <class, class Isa>
    static constexpr std::size_t scratch = residual_places<T, Main, Side, Direct, Isa>.end;

    template <class MainRecord, class SideRecord>
    struct Numbers {
        MainRecord main{};
        SideRecord side{};
        decltype(quantized_merge<Merge>(Scale{}, Scale{}, Scale{}, Fused)) add{};
    };
    using Quantized = Numbers<typename detail::RecordsOf<Main, isa::Portable>::Canonical,
                              typename detail::RecordsOf<Side, isa::Portable>::Canonical>;
    template <class Isa>
    using Packed =
        Numbers<typename detail::RecordsOf<Main, Isa>::Packed, typename detail::RecordsOf<Side, Isa>::Packed>;

    static constexpr Scale quantized_output(Scale, Range observed_sum) {
        return Scale::covering(observed_sum);
    }
    /// ranges: of the branch's outputs, then of the shortcut's.
    template <FloatingScalar Real>
    static constexpr Quantized quantize(const Real* weights, Scale in, Scale out, const Range* ranges) {
        Quantized layer;
        constexpr std::size_t along = observed_along<Main>;
        const Scale main = quantize_way<Main>(layer.main, weights, in, ranges, ranges[along - 1]);
        Scale side = in;
        if constexpr (!Direct) {
            side = quantize_way<Side>(layer.side, weights + Main::parameters, in, ranges + along,
                                      ranges[observed - 1]);
        }
        layer.add = quantized_merge<Merge>(main, side, out, Fused);
        return layer;
    }

    template <class Isa>
    static constexpr Packed<Isa> pack(const Quantized& layer) {
        return {pack_record<Main, Isa>(layer.main), pack_record<Side, Isa>(layer.side), layer.add};
    }
    static constexpr Quantized unpack(const auto& packed) {
        return {unpack_record<Main>(packed.main), unpack_record<Side>(packed.side), packed.add};
    }
    template <class Print>
    static constexpr void describe(const Quantized& layer, Print print) {
        print("{");
        describe_record<Main>(layer.main, print);
        print(", ");
        describe_record<Side>(layer.side, print);
        print(", ");
        describe_add(layer.add, print);
        print("}");
    }

    template <class Isa, class Watch = Unwatched>
    requires(has_integer_layers_for<MainWay, T> &&
             (Direct ||
              has_integer_layers_for<SideWay, T>)) static constexpr void run(const Packed<Isa>& packed,
                                                                             const T* x, T* y,
                                                                             std::byte* bytes,
                                                                             Watch watch = {}) {
        if (std::is_constant_evaluated()) {
            std::array<T, scratch<T, Isa>> space{};
            run_in<Isa>(packed, x, y, space.data(), watch);
        } else {
            run_in<Isa>(packed, x, y, reinterpret_cast<T*>(bytes), watch);
        }
    }

private:
    template <class Isa, class Watch>
    static constexpr void run_in(const Packed<Isa>& packed, const T* x, T* y, T* space, Watch watch) {
        const auto run_layer = [&]<class Way>(std::type_identity<Way>, const auto& record) {
            return [&](auto i, const T* from, T* to, T* layer_space) {
                Way::template Layer<i>::template run<Isa>(
                    get<i>(record), from, to,
                    std::is_constant_evaluated() ? nullptr : reinterpret_cast<std::byte*>(layer_space));
            };
        };
        const T* main =
            run_way<Main, true, Isa>(x, space, run_layer(std::type_identity<Main>{}, packed.main), watch);
        const T* side = x;
        if constexpr (!Direct) {
            side = run_way<Side, false, Isa>(x, space + residual_places<T, Main, Side, Direct, Isa>.side,
                                             run_layer(std::type_identity<Side>{}, packed.side), watch, y);
        }
        // A branch of one pixel goes with every pixel.
        for (std::size_t at = 0; at < Side::outputs; at += Main::outputs) {
            merge<Merge, Isa>(packed.add, main, side + at, y + at, Main::outputs);
        }
    }
};

}  // namespace mote::nn
