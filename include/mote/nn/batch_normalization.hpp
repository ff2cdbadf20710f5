// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mote/core/dataset.hpp"
#include "mote/nn/float_network.hpp"
#include "mote/nn/quantized_conv.hpp"

namespace mote::nn {

struct BatchNormConfig {
    double epsilon = 1e-3;  // Keras's default; PyTorch's is 1e-5
    Activation activation = Activation::none;
};

/// Every channel to the mean and spread that are learnt for it: y = activation(scale (x - mean) /
/// sqrt(variance + epsilon) + offset). The mean and the variance are statistics of the data: training leaves
/// them alone, and estimate_statistics() measures them. fold() makes the layer part of the convolution before
/// it.
///
/// Shapes  x: any, y: the same. Weights scale, offset, mean and variance, [channels] each, as Keras keeps
///         them.
/// Errors  NaN stays NaN.
/// Memory  4 * channels weights; in place in float. int8: a depthwise convolution of one tap.
///         Time a multiply-accumulate for each number.
/// Source  Ioffe and Szegedy 2015, ICML, algorithms 1 and 2; the statistics over all rows at once after Wu
///         and Johnson 2021, arXiv:2105.07576, section 3.2.
template <BatchNormConfig Config = BatchNormConfig{}>
struct BatchNormalization : KeepsShape {
    static constexpr Activation activation = Config.activation;

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::BatchNormalization<mote::nn::BatchNormConfig{.epsilon = ", Config.epsilon);
        print(", .activation = ", name(Config.activation), "}>");
    }

    /// y = factor * x + offset, for one channel.
    template <class T>
    struct Line {
        T factor, offset;
    };
    template <class T>
    static constexpr Line<T> line(const T* weights, std::size_t channels, std::size_t c) {
        const T variance = weights[3 * channels + c];
        const T factor = weights[c] / sqrt(variance + static_cast<T>(Config.epsilon));
        return {factor, weights[channels + c] - factor * weights[2 * channels + c]};
    }

    template <Shape In>
    static constexpr kernels::ConvGeometry geometry{.height = In.height,
                                                    .width = In.width,
                                                    .channels = In.channels,
                                                    .output_height = In.height,
                                                    .output_width = In.width,
                                                    .filters = In.channels};

    template <Shape In>
    struct At
        : QuantizedAs<kernels::QuantizedDepthwise<geometry<In>>, Config.activation, /*FloatScratch=*/0> {
        static constexpr std::size_t channels = In.channels;
        static constexpr std::size_t parameters = 4 * channels, macs = In.size();
        static constexpr std::size_t statistics = 2 * channels;  // where the untrained half begins
        static constexpr std::size_t backward_scratch = 0;
        using Bytes = QuantizedAs<kernels::QuantizedDepthwise<geometry<In>>, Config.activation, 0>;
        template <class T, class Isa>
        static constexpr bool in_place = FloatingScalar<T> || Bytes::template in_place<T, Isa>;

        template <class T>
        static constexpr void initialise(T* weights, Random&) {
            for (std::size_t i = 0; i < parameters; ++i) {
                weights[i] = i < channels || i >= 3 * channels ? T{1} : T{0};
            }
        }

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T* weights, const T* x, T* y, T*) {
            for (std::size_t c = 0; c < channels; ++c) {
                const Line<T> through = line(weights, channels, c);
                for (std::size_t i = c; i < In.size(); i += channels) {
                    y[i] = through.factor * x[i] + through.offset;
                }
            }
            activate<Config.activation>(y, In.size());
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                       T*) {
            deactivate<Config.activation>(y, dy, In.size());
            for (std::size_t c = 0; c < channels; ++c) {
                const T mean = weights[2 * channels + c], variance = weights[3 * channels + c];
                const T inverse = 1 / sqrt(variance + static_cast<T>(Config.epsilon));
                for (std::size_t i = c; i < In.size(); i += channels) {
                    gradient[c] += dy[i] * (x[i] - mean) * inverse;
                    gradient[channels + c] += dy[i];
                    if (dx != nullptr) dx[i] = dy[i] * weights[c] * inverse;
                }
            }
        }

        template <class T>
        static constexpr typename Bytes::Quantized quantize(const T* weights, Affine in, Affine out) {
            std::array<T, 2 * channels> lines{};
            for (std::size_t c = 0; c < channels; ++c) {
                const Line<T> through = line(weights, channels, c);
                lines[c] = through.factor;
                lines[channels + c] = through.offset;
            }
            return Bytes::quantize(lines.data(), in, out);
        }
    };
};

namespace detail {

template <class Layer>
inline constexpr bool normalises_batches = false;
template <BatchNormConfig Config>
inline constexpr bool normalises_batches<BatchNormalization<Config>> = true;

/// Sets the statistics of layer I, which reads `values`, one row after another.
template <class T, std::size_t Channels>
class ChannelStatistics {
public:
    constexpr void add(std::span<const T> values) {
        count_ += static_cast<T>(values.size() / Channels);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const T before = values[i] - mean_[i % Channels];
            const T seen = count_ - static_cast<T>((values.size() - 1 - i) / Channels);
            mean_[i % Channels] += before / seen;
            squares_[i % Channels] += before * (values[i] - mean_[i % Channels]);
        }
    }
    constexpr void store(T* means_and_variances) const {
        for (std::size_t c = 0; c < Channels; ++c) {
            means_and_variances[c] = mean_[c];
            means_and_variances[Channels + c] = squares_[c] / count_;
        }
    }

private:
    T count_ = 0;
    std::array<T, Channels> mean_{}, squares_{};
};

}  // namespace detail

/// Measures the mean and variance of what each BatchNormalization reads, over all rows, from the first to the
/// last layer. Before training it makes a good start; during training and after it, the statistics current.
/// Errors  too_few_rows without rows, not_finite where a row or what becomes of it is not; the model keeps
///         its statistics then.
/// Memory  a copy of the model and a Workspace on the stack.
/// Time    the network for each row and each layer.
template <FloatingScalar T, class Architecture, class Isa, std::size_t Features>
[[nodiscard]] constexpr Status estimate_statistics(Network<T, Architecture, Isa>& model,
                                                   Rows<T, Features> rows) {
    if (rows.empty()) return Status::too_few_rows;
    Network<T, Architecture, Isa> measured = model;
    typename Network<T, Architecture, Isa>::Workspace scratch;
    Architecture::for_each_layer([&](auto i) {
        using Description = typename Architecture::template Description<i>;
        if constexpr (detail::normalises_batches<Description>) {
            using Layer = typename Architecture::template Layer<i>;
            detail::ChannelStatistics<T, Layer::channels> statistics;
            for (const auto& row : rows) {
                if constexpr (i == 0) {
                    statistics.add(row);
                } else {
                    measured.forward(row, scratch, [&](std::size_t layer, const auto& y) {
                        if (layer + 1 == i) statistics.add(y);
                    });
                }
            }
            statistics.store(measured.weights().data() + Architecture::first_weight[i] + Layer::statistics);
        }
    });
    if (!all_finite(measured.weights())) return Status::not_finite;
    model = measured;
    return Status::ok;
}

}  // namespace mote::nn
