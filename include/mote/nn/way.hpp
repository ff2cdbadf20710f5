// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include "mote/nn/record.hpp"
#include "mote/nn/sequential.hpp"

/// Layers within a layer: how Residual and Parallel differentiate and quantise the ways through them.
namespace mote::nn {

/// How many outputs of layers within it a layer shows to a watcher; its own comes after them.
template <class Layer>
inline constexpr std::size_t observed_within = 0;
template <class Layer>
requires requires {
    Layer::observed;
}
inline constexpr std::size_t observed_within<Layer> = Layer::observed;

template <class Way>
inline constexpr std::size_t observed_along = [] {
    std::size_t total = 0;
    Way::for_each_layer([&](auto i) { total += 1 + observed_within<typename Way::template Layer<i>>; });
    return total;
}();

/// One layer in integers; `within` are the ranges of the layers within it.
template <class Layer, class T, class Scale>
constexpr typename Layer::Quantized quantize_layer(const T* weights, Scale in, Scale out,
                                                   const Range* within) {
    if constexpr (observed_within < Layer >> 0) {
        return Layer::quantize(weights, in, out, within);
    } else {
        return Layer::quantize(weights, in, out);
    }
}

/// The scale of a layer's output, which may hang on what is within the layer.
template <class Layer, class Scale>
constexpr Scale output_of(Scale in, Range own, const Range* within) {
    if constexpr (requires { Layer::quantized_output(in, own, within); }) {
        return Layer::quantized_output(in, own, within);
    } else {
        return Layer::quantized_output(in, own);
    }
}

/// The layers of a way in integers, and the scale of its end. ranges are those of their outputs in the order
/// in which they were shown, the last one's given apart.
template <class Way, class T, class Scale>
constexpr Scale quantize_way(auto& record, const T* weights, Scale in, const Range* ranges, Range last) {
    Scale scale = in;
    Way::for_each_layer([&](auto i) {
        using Layer = typename Way::template Layer<i>;
        const Range* const within = ranges;
        ranges += observed_within<Layer>;
        const Range own = i + 1 == Way::depth ? last : *ranges;
        ++ranges;
        const Scale out = output_of<Layer>(scale, own, within);
        if constexpr (!std::is_empty_v<typename Layer::Quantized>) {
            get<i>(record) = quantize_layer<Layer>(weights + Way::first_weight[i], scale, out, within);
        }
        scale = out;
    });
    return scale;
}

/// A way run again with all outputs kept, and differentiated.
template <class Way>
class Taped {
    static constexpr auto first = [] {
        std::array<std::size_t, Way::depth + 1> places{};
        for (std::size_t i = 0; i < Way::depth; ++i) places[i + 1] = places[i] + Way::shapes[i + 1].size();
        return places;
    }();
    static constexpr std::size_t widest = detail::widest<Way>;
    static constexpr std::size_t within = [] {
        std::size_t most = 0;
        Way::for_each_layer([&](auto i) {
            using Layer = typename Way::template Layer<i>;
            most = max(most, Layer::backward_scratch);
            most = max(most, Layer::template scratch<float, isa::Native>);
            most = max(most, Layer::template scratch<double, isa::Native>);
        });
        return most;
    }();

public:
    static constexpr std::size_t scratch = first[Way::depth] + 2 * widest + within;

    template <class Isa, FloatingScalar T>
    static constexpr void backward(const T* weights, const T* x, const T* dy, T* dx, T* gradient, T* space) {
        T *const slopes = space + first[Way::depth], *const rest = slopes + 2 * widest;
        const auto input_of = [&](std::size_t i) { return i == 0 ? x : space + first[i - 1]; };
        Way::for_each_layer([&](auto i) {
            Way::template Layer<i>::template forward<Isa>(weights + Way::first_weight[i], input_of(i),
                                                          space + first[i], rest);
        });
        constexpr std::size_t last = Way::depth - 1;
        for (std::size_t k = 0; k < Way::outputs; ++k) slopes[last % 2 * widest + k] = dy[k];
        Way::for_each_layer([&](auto reversed) {
            constexpr std::size_t i = last - reversed;
            T* const to = i > 0 ? slopes + (i + 1) % 2 * widest : dx;
            Way::template Layer<i>::template backward<Isa>(weights + Way::first_weight[i], input_of(i),
                                                           space + first[i], slopes + i % 2 * widest, to,
                                                           gradient + Way::first_weight[i], rest);
        });
    }
};

/// Shows the output of a layer within a layer to a watcher that asks for such.
template <class Watch>
constexpr auto show_within(Watch watch) {
    return [=](auto, const auto& y) {
        if constexpr (requires { watch.inner(y); }) watch.inner(y);
    };
}

}  // namespace mote::nn
