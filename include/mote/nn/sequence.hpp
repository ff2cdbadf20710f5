// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/nn/layer.hpp"

namespace mote::nn {

/// A layer of images for sequences: [steps][features] is an image of one column.
template <class ImageLayer>
struct OfSequence {
    template <Shape In>
    static constexpr bool accepts = In.width == 1 && ImageLayer::template accepts<In>;
    template <Shape In>
    static constexpr Shape shape = ImageLayer::template shape<In>;
    template <Shape In>
    using At = typename ImageLayer::template At<In>;
    template <Shape In>
    requires requires { ImageLayer::template time<In>; }
    static constexpr TimeWindow time = ImageLayer::template time<In>;
    using Frame = FrameLayer<ImageLayer>;
};

/// What windows along a sequence have in common as C++ source, behind the first of their settings.
template <class Config, class Print>
constexpr void describe_steps(const Config& config, Print print) {
    print(", .kernel = ", config.kernel, ", .stride = ", config.stride, ", .dilation = ", config.dilation);
    print(", .padding = ", name(config.padding), ", .activation = ", name(config.activation), "}>");
}

}  // namespace mote::nn
