// SPDX-License-Identifier: MIT
#pragma once

#include "mote/nn/reshape.hpp"

namespace mote::nn {

/// An image as the vector of its elements, in memory order. Costs nothing: within a network it is in place.
///
/// Shapes  x: [height][width][channels], y: [height * width * channels].
/// Memory  none. Time none.
struct Flatten {
    template <Shape In>
    static constexpr bool accepts = In.size() > 0;
    template <Shape In>
    static constexpr Shape shape = Shape(In.size());

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Flatten");
    }

    template <Shape In>
    struct At : Reshape<Shape(In.size())>::template At<In> {};
};

}  // namespace mote::nn
