// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "mote/core/sample.hpp"
#include "mote/nn/affine.hpp"
#include "mote/nn/record.hpp"
#include "mote/nn/workspace.hpp"

namespace mote::nn {

/// All numbers of an int8 network in the order of the TensorFlow Lite specification: the portable form,
/// which quantize() computes, headers and blobs carry, and every instruction set packs for itself.
template <class Architecture>
struct QuantizedWeights {
    Affine input{}, output{};
    typename detail::RecordsOf<Architecture, isa::Portable>::Canonical layers{};
};

/// A network of bytes, its weights packed for Isa. A constant expression packs them when it is compiled.
///
/// Shapes  x: [inputs] as bytes on the input's scale, or as real numbers; forward(): [outputs] bytes.
/// Errors  Real numbers beyond the calibrated range saturate; NaN counts as the lowest.
/// Memory  about a byte for each weight, 4 to 9 for each filter; a Workspace beside it, where real numbers
///         and bytes that do not lie at a multiple of four are copied first.
/// Source  Jacob et al. 2018, CVPR, pages 2704-2713; the bits are those of TensorFlow Lite's reference.
template <class ArchitectureType, class Isa>
class Network<std::int8_t, ArchitectureType, Isa> {
public:
    using Scalar = std::int8_t;
    using Architecture = ArchitectureType;
    using Sample = mote::Sample<std::int8_t, Architecture::inputs>;
    using RealSample = mote::Sample<float, Architecture::inputs>;
    using Output = std::span<const std::int8_t, Architecture::outputs>;
    using Label = LabelFor<Architecture::outputs>;
    using Weights = QuantizedWeights<Architecture>;
    using Workspace = nn::Workspace<std::int8_t, Architecture, Isa>;
    static constexpr std::size_t features = Architecture::inputs, classes = Architecture::outputs;

    constexpr Network() : Network(Weights{}) {}
    constexpr explicit Network(const Weights& canonical)
        : input_(canonical.input),
          output_(canonical.output),
          packed_(pack_record<Architecture, Isa>(canonical.layers)) {}

    /// The portable form again, to the bit.
    [[nodiscard]] constexpr Weights weights() const {
        return {input_, output_, unpack_record<Architecture>(packed_)};
    }

    /// The last layer's output, in the scratch memory until that is used again. watch(i, y) is shown each
    /// layer's output in passing.
    template <class Watch = Unwatched>
    constexpr Output forward(Sample x, Workspace& scratch, Watch watch = {}) const {
        return Output(run<Architecture::depth>(x, scratch, watch), classes);
    }

    /// The most probable class, by the scores before Softmax, which tell apart what its bytes round together.
    [[nodiscard]] constexpr Label predict(Sample x, Workspace& scratch) const
        requires(Architecture::classifies) {
        const std::int8_t* scores = run<Architecture::depth - 1>(x, scratch, Unwatched{});
        return static_cast<Label>(kernels::argmax<Isa>(Output(scores, classes)));
    }
    [[nodiscard]] constexpr Label predict(RealSample x, Workspace& scratch) const
        requires(Architecture::classifies) {
        return predict(quantized(x, scratch), scratch);
    }

    /// Multiples of 1/256; they sum to one but for rounding.
    [[nodiscard]] constexpr std::array<float, classes> predict_proba(Sample x, Workspace& scratch) const
        requires(Architecture::classifies) {
        return values(x, scratch);
    }
    [[nodiscard]] constexpr std::array<float, classes> predict_proba(RealSample x, Workspace& scratch) const
        requires(Architecture::classifies) {
        return values(quantized(x, scratch), scratch);
    }

    /// The outputs, as real numbers, of a network that does not end in Softmax.
    [[nodiscard]] constexpr std::array<float, classes> predict(Sample x, Workspace& scratch) const
        requires(!Architecture::classifies) {
        return values(x, scratch);
    }
    [[nodiscard]] constexpr std::array<float, classes> predict(RealSample x, Workspace& scratch) const
        requires(!Architecture::classifies) {
        return values(quantized(x, scratch), scratch);
    }

    /// x on the input's scale.
    [[nodiscard]] constexpr std::array<std::int8_t, features> quantize_input(RealSample x) const {
        std::array<std::int8_t, features> bytes{};
        for (std::size_t i = 0; i < features; ++i) bytes[i] = input_.quantize(x[i]);
        return bytes;
    }

    [[nodiscard]] constexpr Affine input() const { return input_; }
    [[nodiscard]] constexpr Affine output() const { return output_; }

private:
    using Packed = typename detail::RecordsOf<Architecture, Isa>::Packed;

    template <std::size_t Depth, class Watch>
    constexpr const std::int8_t* run(Sample x, Workspace& scratch, Watch watch) const {
        const auto call = [&](auto i, const std::int8_t* from, std::int8_t* to, std::int8_t* space) {
            using Layer = typename Architecture::template Layer<i>;
            // Constant expressions know no bytes of other types; the reference that they take needs none.
            std::byte* bytes = std::is_constant_evaluated() ? nullptr : reinterpret_cast<std::byte*>(space);
            if constexpr (requires { Layer::template run<Isa>(get<i>(packed_), from, to, bytes, watch); }) {
                Layer::template run<Isa>(get<i>(packed_), from, to, bytes, watch);
            } else {
                Layer::template run<Isa>(get<i>(packed_), from, to, bytes);
            }
        };
        return run_layers<Depth>(aligned(x, scratch), scratch, call, watch);
    }

    static constexpr std::int8_t* input_of(Workspace& scratch) {
        return scratch.arena.data() + plan_of<std::int8_t, Architecture, Isa>.output[0];
    }

    /// x at an address that kernels may read words from.
    static constexpr const std::int8_t* aligned(Sample x, Workspace& scratch) {
        if (std::is_constant_evaluated()) return x.data();
        if (reinterpret_cast<std::uintptr_t>(x.data()) % alignof(std::int32_t) == 0) return x.data();
        std::ranges::copy(x, input_of(scratch));
        return input_of(scratch);
    }

    constexpr Sample quantized(RealSample x, Workspace& scratch) const {
        const std::span<std::int8_t, features> bytes(input_of(scratch), features);
        std::ranges::transform(x, bytes.begin(), [this](float value) { return input_.quantize(value); });
        return bytes;
    }

    [[nodiscard]] constexpr std::array<float, classes> values(Sample x, Workspace& scratch) const {
        std::array<float, classes> result{};
        const Output y = forward(x, scratch);
        for (std::size_t i = 0; i < classes; ++i) result[i] = output_.dequantize(y[i]);
        return result;
    }

    Affine input_, output_;
    Packed packed_;
};

}  // namespace mote::nn
