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
#include "mote/nn/int16.hpp"
#include "mote/nn/record.hpp"
#include "mote/nn/workspace.hpp"

namespace mote::nn {

/// All numbers of an integer network in the order of the TensorFlow Lite specification: the portable form,
/// which quantize() computes, headers and blobs carry, and every instruction set packs for itself.
template <class Architecture, ActivationInteger T = std::int8_t>
struct QuantizedWeights {
    ScaleOf<T> input{}, output{};
    typename detail::RecordsOf<FormOf<T, Architecture>, isa::Portable>::Canonical layers{};
};

/// A network of integers, its weights bytes, packed for Isa. A constant expression packs them when it is
/// compiled. T is the type of its activations: std::int8_t, or std::int16_t where bytes lose too much, which
/// costs twice the workspace.
///
/// Shapes  x: [inputs] as integers on the input's scale, or as real numbers; forward(): [outputs] integers.
/// Errors  Real numbers beyond the calibrated range saturate; NaN counts as the lowest. A layer that has no
///         form for T does not compile.
/// Memory  about a byte for each weight, 4 to 13 for each filter; a Workspace beside it, where real numbers
///         and integers that do not lie at a multiple of four bytes are copied first.
/// Source  Jacob et al. 2018, CVPR, pages 2704-2713; the bits are those of TensorFlow Lite's reference.
template <ActivationInteger T, class ArchitectureType, class Isa>
class Network<T, ArchitectureType, Isa> {
    static_assert(has_integer_layers_for<ArchitectureType, T>,
                  "mote: a layer does not run on these integers; take another, or float");
    using Form = FormOf<T, ArchitectureType>;

public:
    using Scalar = T;
    using Architecture = ArchitectureType;
    using Sample = mote::Sample<T, Architecture::inputs>;
    using RealSample = mote::Sample<float, Architecture::inputs>;
    using Output = std::span<const T, Architecture::outputs>;
    using Label = LabelFor<Architecture::outputs>;
    using Weights = QuantizedWeights<Architecture, T>;
    using Workspace = nn::Workspace<T, Form, Isa>;
    static constexpr std::size_t features = Architecture::inputs, classes = Architecture::outputs;

    constexpr Network() : Network(Weights{}) {}
    constexpr explicit Network(const Weights& canonical)
        : input_(canonical.input),
          output_(canonical.output),
          packed_(pack_record<Form, Isa>(canonical.layers)) {}

    /// The portable form again, to the bit.
    [[nodiscard]] constexpr Weights weights() const {
        return {input_, output_, unpack_record<Form>(packed_)};
    }

    /// The last layer's output, in the scratch memory until that is used again. watch(i, y) is shown each
    /// layer's output in passing.
    template <class Watch = Unwatched>
    constexpr Output forward(Sample x, Workspace& scratch, Watch watch = {}) const {
        return Output(run<Architecture::depth>(x, scratch, watch), classes);
    }

    /// The most probable class, by the scores before Softmax, which tell apart what its integers round
    /// together.
    [[nodiscard]] constexpr Label predict(Sample x, Workspace& scratch) const
        requires(Architecture::classifies) {
        const T* scores = run<Architecture::depth - 1>(x, scratch, Unwatched{});
        return static_cast<Label>(kernels::argmax<Isa>(Output(scores, classes)));
    }
    [[nodiscard]] constexpr Label predict(RealSample x, Workspace& scratch) const
        requires(Architecture::classifies) {
        return predict(quantized(x, scratch), scratch);
    }

    /// Multiples of 1/256, or 1/32768 in 16 bits; they sum to one but for rounding.
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

    /// Where x may be written so that it needs no memory of its own. forward() and predict() write over it.
    [[nodiscard]] static constexpr std::span<T, features> input_space(Workspace& scratch) {
        return std::span<T, features>(scratch.arena.data() + plan_of<T, Form, Isa>.output[0], features);
    }

    /// x on the input's scale.
    [[nodiscard]] constexpr std::array<T, features> quantize_input(RealSample x) const {
        std::array<T, features> integers{};
        for (std::size_t i = 0; i < features; ++i) integers[i] = input_.quantize(x[i]);
        return integers;
    }

    [[nodiscard]] constexpr ScaleOf<T> input() const { return input_; }
    [[nodiscard]] constexpr ScaleOf<T> output() const { return output_; }

private:
    using Packed = typename detail::RecordsOf<Form, Isa>::Packed;

    template <std::size_t Depth, class Watch>
    constexpr const T* run(Sample x, Workspace& scratch, Watch watch) const {
        const auto call = [&](auto i, const T* from, T* to, T* space) {
            using Layer = typename Form::template Layer<i>;
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

    /// x at an address that kernels may read words from.
    static constexpr const T* aligned(Sample x, Workspace& scratch) {
        if (std::is_constant_evaluated()) return x.data();
        if (reinterpret_cast<std::uintptr_t>(x.data()) % alignof(std::int32_t) == 0) return x.data();
        const std::span<T, features> here = input_space(scratch);
        std::ranges::copy(x, here.begin());
        return here.data();
    }

    constexpr Sample quantized(RealSample x, Workspace& scratch) const {
        const std::span<T, features> integers = input_space(scratch);
        std::ranges::transform(x, integers.begin(), [this](float value) { return input_.quantize(value); });
        return integers;
    }

    [[nodiscard]] constexpr std::array<float, classes> values(Sample x, Workspace& scratch) const {
        std::array<float, classes> result{};
        const Output y = forward(x, scratch);
        for (std::size_t i = 0; i < classes; ++i) result[i] = output_.dequantize(y[i]);
        return result;
    }

    ScaleOf<T> input_, output_;
    Packed packed_;
};

}  // namespace mote::nn
