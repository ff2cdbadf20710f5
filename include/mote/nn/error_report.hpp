// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "mote/nn/calibration.hpp"
#include "mote/nn/quantized_network.hpp"

namespace mote::nn {

/// How far a layer's signal stands out of what bytes lose of it, in decibels: 6 dB are a factor of two, and
/// one bit. Infinite where nothing is lost.
struct LayerError {
    float alone = 0;        // the layer by itself, on the float network's input to it
    float accumulated = 0;  // with all that was lost before it
};

template <class Architecture>
using ErrorReport = std::array<LayerError, Architecture::depth>;

/// The layer that loses most by itself.
template <std::size_t Depth>
constexpr std::size_t weakest(const std::array<LayerError, Depth>& report) {
    std::size_t layer = 0;
    for (std::size_t i = 1; i < Depth; ++i) {
        if (report[i].alone < report[layer].alone) layer = i;
    }
    return layer;
}

/// The scales of the input ([0]) and of each layer's output ([i + 1]) that quantize() chooses.
template <FloatingScalar T, class Architecture, class Isa, std::size_t Features>
constexpr std::array<Affine, Architecture::depth + 1> activation_scales(
    const Network<T, Architecture, Isa>& model, Rows<T, Features> calibration_rows,
    const Calibration& how = {}) {
    const auto ranges = calibrate(model, calibration_rows, how);
    std::array<Affine, Architecture::depth + 1> scales{Affine::covering(ranges[0])};
    std::size_t place = 0;
    Architecture::for_each_layer([&](auto i) {
        using Layer = typename Architecture::template Layer<i>;
        const Range* const within = ranges.data() + place + 1;
        place += 1 + observed_within<Layer>;
        scales[i + 1] = output_of<Layer>(scales[i], ranges[place], within);
    });
    return scales;
}

namespace detail {

/// Follows a float network through its rows with the layers of bytes beside it.
template <class Architecture>
class ErrorMeter {
public:
    using Scales = std::array<Affine, Architecture::depth + 1>;
    using Weights = QuantizedWeights<Architecture>;

    constexpr ErrorMeter(const Weights& weights, const Scales& scales) : weights_(weights), scales_(scales) {}

    constexpr void begin(const auto& row) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            alone_[i] = accumulated_[i] = scales_[0].quantize(static_cast<float>(row[i]));
        }
    }

    /// Layer i, of which y is the float output.
    constexpr void follow(auto i, const auto& y) {
        using Layer = typename Architecture::template Layer<i>;
        const auto packed = Layer::template pack<isa::Portable>(get<i>(weights_.layers));
        for (Bytes* bytes : {&alone_, &accumulated_}) {
            Layer::template run<isa::Portable>(packed, bytes->data(), output_.data(), scratch());
            double& noise = bytes == &alone_ ? alone_noise_[i] : accumulated_noise_[i];
            for (std::size_t k = 0; k < y.size(); ++k) {
                const double lost = static_cast<double>(static_cast<float>(y[k])) -
                                    static_cast<double>(scales_[i + 1].dequantize(output_[k]));
                noise += lost * lost;
            }
            *bytes = output_;
        }
        for (std::size_t k = 0; k < y.size(); ++k) {
            signal_[i] += static_cast<double>(y[k]) * static_cast<double>(y[k]);
            alone_[k] = scales_[i + 1].quantize(static_cast<float>(y[k]));
        }
    }

    [[nodiscard]] constexpr ErrorReport<Architecture> report() const {
        ErrorReport<Architecture> report{};
        for (std::size_t i = 0; i < report.size(); ++i) {
            report[i] = {decibels(signal_[i], alone_noise_[i]), decibels(signal_[i], accumulated_noise_[i])};
        }
        return report;
    }

private:
    static constexpr std::size_t widest = detail::widest<Architecture>;
    static constexpr std::size_t scratch_size = [] {
        std::size_t most = 1;
        Architecture::for_each_layer([&](auto i) {
            using Layer = typename Architecture::template Layer<i>;
            most = max(most, Layer::template scratch<std::int8_t, isa::Portable>);
        });
        return most;
    }();
    using Bytes = std::array<std::int8_t, (widest + 15) / 16 * 16>;

    static constexpr float decibels(double signal, double noise) {
        if (!(noise > 0)) return std::numeric_limits<float>::infinity();
        return static_cast<float>(10 / log(10.0) * (signal > 0 ? log(signal / noise) : log(0x1p-100)));
    }

    constexpr std::byte* scratch() { return std::is_constant_evaluated() ? nullptr : scratch_.data(); }

    alignas(16) Bytes alone_{};
    alignas(16) Bytes accumulated_{};
    alignas(16) Bytes output_{};
    alignas(16) std::array<std::byte, scratch_size> scratch_{};
    const Weights& weights_;
    const Scales& scales_;
    std::array<double, Architecture::depth> signal_{}, alone_noise_{}, accumulated_noise_{};
};

}  // namespace detail

/// What each layer of a network loses as bytes: the signal-to-quantisation-noise ratio of its output, over
/// the rows, calibration's or others. A layer far below its neighbours wants other weights, another
/// calibration, or to stay in float.
///
/// Shapes  rows: [n][inputs]; scales: activation_scales() of the rows that small was calibrated on.
/// Errors  too_few_rows without rows, not_finite for one that is not, bad_parameter for scales that are not
///         those of small; the report is untouched then.
/// Memory  three of the widest layer's outputs as bytes, a Workspace of model and small's portable weights,
///         on the stack. Time the float network once and the one of bytes twice for each row.
/// Source  Sheng et al. 2018, EMC2, arXiv:1803.08607 (the ratio layer by layer).
template <FloatingScalar T, class Architecture, class Isa, class SmallIsa, std::size_t Features>
[[nodiscard]] constexpr Status report_errors(const Network<T, Architecture, Isa>& model,
                                             const Network<std::int8_t, Architecture, SmallIsa>& small,
                                             const std::array<Affine, Architecture::depth + 1>& scales,
                                             Rows<T, Features> rows, ErrorReport<Architecture>& report) {
    if (rows.empty()) return Status::too_few_rows;
    if (scales.front() != small.input() || scales.back() != small.output()) return Status::bad_parameter;
    for (const auto& row : rows) {
        if (!all_finite(row)) return Status::not_finite;
    }
    const auto weights = small.weights();
    detail::ErrorMeter<Architecture> meter(weights, scales);
    typename Network<T, Architecture, Isa>::Workspace scratch;
    for (const auto& row : rows) {
        meter.begin(row);
        model.forward(row, scratch, [&meter](auto i, const auto& y) { meter.follow(i, y); });
    }
    report = meter.report();
    return Status::ok;
}

}  // namespace mote::nn
