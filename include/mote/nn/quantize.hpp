// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "mote/core/dataset.hpp"
#include "mote/nn/bias_correction.hpp"
#include "mote/nn/calibration.hpp"
#include "mote/nn/float_network.hpp"
#include "mote/nn/quantized_network.hpp"
#include "mote/nn/way.hpp"

namespace mote::nn {

namespace detail {

template <ActivationInteger To, class Ranges, FloatingScalar T, class Architecture, class Isa>
constexpr Network<To, Architecture, Isa> quantize_over(const Ranges& ranges,
                                                       const Network<T, Architecture, Isa>& model) {
    QuantizedWeights<Architecture, To> result;
    result.input = ScaleOf<To>::covering(ranges[0]);
    result.output = quantize_way<FormOf<To, Architecture>>(result.layers, model.weights().data(),
                                                           result.input, ranges.data() + 1, ranges.back());
    return Network<To, Architecture, Isa>(result);
}

}  // namespace detail

/// A trained network in integers, its weights bytes, symmetric per filter in -127 .. 127. As std::int8_t,
/// activations are asymmetric over the range they have on the calibration rows or a part of it, and biases
/// have 32 bits; as std::int16_t, activations are symmetric and biases have 64. Its weights() are the
/// portable form.
///
/// Shapes  rows: [n][inputs], n > 0; a hundred that look like what the device will see are enough.
/// Errors  A network with a layer that has no form in such integers does not compile: has_integer_layers_for.
/// Memory  one Workspace of the model on the stack; calibrate() says what clipping adds.
/// Source  TensorFlow Lite quantisation specification; Jacob et al. 2018, CVPR, pages 2704-2713.
template <ActivationInteger To, FloatingScalar T, class Architecture, class Isa, std::size_t Features>
constexpr Network<To, Architecture, Isa> quantize(const Network<T, Architecture, Isa>& model,
                                                  Rows<T, Features> calibration_rows,
                                                  const Calibration& how = {}) {
    const auto ranges = calibrate(model, calibration_rows, how);
    if (how.correct_biases) return detail::quantize_over<To>(ranges, correct_biases(model, calibration_rows));
    return detail::quantize_over<To>(ranges, model);
}

template <ActivationInteger To, FloatingScalar T, class Architecture, class Isa, std::size_t Features>
requires(!has_integer_layers_for<Architecture, To>) void quantize(const Network<T, Architecture, Isa>&,
                                                                  Rows<T, Features>,
                                                                  const Calibration& = {}) = delete;

/// The same, asking first: too_few_rows where there is none to calibrate on, bad_parameter for a percentile
/// that is none, not_finite where a row or a weight is not. Then the result stays as it was.
template <FloatingScalar T, ActivationInteger To, class Architecture, class Isa, std::size_t Features>
[[nodiscard]] constexpr Status quantize(const Network<T, Architecture, Isa>& model,
                                        Rows<T, Features> calibration_rows,
                                        Network<To, Architecture, Isa>& result, const Calibration& how = {}) {
    if (calibration_rows.empty()) return Status::too_few_rows;
    if (!how.valid()) return Status::bad_parameter;
    if (!all_finite(model.weights())) return Status::not_finite;
    for (const auto& row : calibration_rows) {
        if (!all_finite(row)) return Status::not_finite;
    }
    result = quantize<To>(model, calibration_rows, how);
    return Status::ok;
}

}  // namespace mote::nn
