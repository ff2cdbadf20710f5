// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/nn/plan.hpp"
#include "mote/nn/sequential.hpp"

namespace mote::nn {

/// What the layers of an architecture need, in elements of T; First is where their demands begin.
template <class T, class Architecture, class Isa, std::size_t First>
constexpr std::array<Demand, Architecture::depth + First> demands_of() {
    std::array<Demand, Architecture::depth + First> demands{};
    Architecture::for_each_layer([&](auto i) {
        using Layer = typename Architecture::template Layer<i>;
        demands[i + First] = {Architecture::shapes[i + 1].size(), Layer::template scratch<T, Isa>,
                              Layer::template in_place<T, Isa>};
        if constexpr (requires { Layer::template lead<T, Isa>; }) {
            demands[i + First].lead = Layer::template lead<T, Isa>;
        }
    });
    return demands;
}

/// Places of one architecture's activations in one arena, in elements of T: first of its input, where
/// integers go that the kernels could not read where they are, then of each layer's output.
template <class T, class Architecture, class Isa>
inline constexpr Plan<Architecture::depth + 1> plan_of = [] {
    auto demands = demands_of<T, Architecture, Isa, 1>();
    demands[0].output = ActivationInteger<T> ? Architecture::inputs : 0;
    return plan(demands, /*granule=*/16 / sizeof(T));
}();

/// The same for layers within a layer, whose input lies elsewhere, and whose output too unless it is Kept.
template <class T, class Architecture, class Isa, bool Kept>
inline constexpr Plan<Architecture::depth> inner_plan_of = [] {
    auto demands = demands_of<T, Architecture, Isa, 0>();
    Demand& last = demands[Architecture::depth - 1];
    if (!Kept) last = {0, last.scratch};
    return plan(demands, /*granule=*/16 / sizeof(T));
}();

/// The memory that running a network needs, owned by the caller, one for each thread. It carries nothing
/// from call to call; what forward() returns points into it.
template <class T, class Architecture, class Isa>
struct Workspace {
    alignas(16) std::array<T, plan_of<T, Architecture, Isa>.size> arena{};
};

/// A label of up to 256 classes is a byte.
template <std::size_t Classes>
using LabelFor = std::conditional_t<(Classes <= 256), std::uint8_t, std::uint16_t>;

/// What a watcher of a run does when nobody watches. A watcher that has inner(y) is shown the outputs within
/// layers of layers as well.
struct Unwatched {
    constexpr void operator()(std::size_t, const auto&) const {}
};

/// Runs one float layer, and lets a layer of layers show what is within.
template <class Layer, class Isa, class T, class Watch>
constexpr void forward_layer(const T* weights, const T* x, T* y, T* scratch, Watch watch) {
    if constexpr (requires { Layer::template forward<Isa>(weights, x, y, scratch, watch); }) {
        Layer::template forward<Isa>(weights, x, y, scratch, watch);
    } else {
        Layer::template forward<Isa>(weights, x, y, scratch);
    }
}

/// Runs the first Depth layers on x and returns where their output is: call(i, x, y, scratch) is to run
/// layer i, whose output and scratch lie at outputs[i] and scratches[i]; watch(i, y) then sees its output.
/// With a destination the last output goes there.
template <std::size_t Depth, class Architecture, class T, class Call, class Watch>
constexpr const T* run_layers(const T* x, T* arena, const std::size_t* outputs, const std::size_t* scratches,
                              Call call, Watch watch, T* destination = nullptr) {
    Architecture::for_each_layer([&](auto i) {
        if constexpr (i < Depth) {
            T* y = i + 1 == Depth && destination != nullptr ? destination : arena + outputs[i];
            call(i, x, y, arena + scratches[i]);
            constexpr std::size_t size = Architecture::shapes[i + 1].size();
            watch(i, std::span<const T, size>(y, size));
            x = y;
        }
    });
    return x;
}

/// The same in a network's own workspace.
template <std::size_t Depth, class Architecture, class T, class Isa, class Call, class Watch>
constexpr const T* run_layers(const T* x, Workspace<T, Architecture, Isa>& workspace, Call call,
                              Watch watch) {
    constexpr auto& places = plan_of<T, Architecture, Isa>;
    return run_layers<Depth, Architecture>(x, workspace.arena.data(), places.output.data() + 1,
                                           places.scratch.data() + 1, call, watch);
}

/// A trained or trainable network: see float_network.hpp and quantized_network.hpp.
template <class T, class Architecture, class Isa = isa::Native>
class Network;

}  // namespace mote::nn
