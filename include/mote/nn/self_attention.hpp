// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/nn/layer.hpp"
#include "mote/nn/self_attention_bytes.hpp"
#include "mote/nn/workspace.hpp"

namespace mote::nn {

/// Single-head self-attention for short sequences: each step asks (q) all steps (k) what they have to say
/// (v), y = softmax(q k^T / sqrt(units)) v. What PyTorch's out_proj does is a TimeDistributed Dense behind
/// it.
///
/// Shapes  x: [steps][features], y: [steps][units]. Weights as PyTorch keeps them: in_proj_weight [3 units]
///         [features], rows of q, k and v, then in_proj_bias [3 units].
/// Errors  NaN in any step reaches every output, since all look at it.
/// Memory  3 * units * (features + 1) weights; scratch steps * (3 * units + 1). int8: a byte for each weight,
///         27 for each unit, 1 KB for the softmax; scratch 3 * steps * units + steps + 4 * units + 4 *
///         max(steps, units) bytes and what the projections' kernel needs.
/// Time    steps * 3 * units * features + 2 * steps^2 * units.
/// Source  Vaswani et al. 2017, NeurIPS, section 3.2.1, equation (1). int8: operators of TensorFlow Lite one
///         after the other, see self_attention_bytes.hpp.
template <AttentionConfig Config>
struct SelfAttention {
    template <Shape In>
    static constexpr bool accepts = In.width == 1 && In.size() > 0 && Config.units > 0;
    template <Shape In>
    static constexpr Shape shape{In.height, Config.units};

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::SelfAttention<mote::nn::AttentionConfig{", Config.units, "}>");
    }

    template <Shape In>
    struct At : SelfAttentionBytes<Config, In.channels, In.height> {
        using Bytes = SelfAttentionBytes<Config, In.channels, In.height>;
        static constexpr std::size_t steps = In.height, features = In.channels, units = Config.units;
        static constexpr std::size_t rows = 3 * units, bias = rows * features;
        static constexpr std::size_t parameters = bias + rows;
        static constexpr std::size_t macs = steps * rows * features + 2 * steps * steps * units;
        static constexpr std::size_t backward_scratch = 2 * steps * (rows + 1);
        template <class T, class Isa>
        static constexpr bool in_place = true;  // what is asked of x is asked before y begins
        template <class T, class Isa>
        static constexpr std::size_t scratch = [] {
            if constexpr (std::is_same_v<T, std::int8_t>) {
                return sizeof(typename Bytes::template Room<Isa>);
            } else {
                return steps * (rows + 1);
            }
        }();

        template <class T>
        static constexpr void initialise(T* weights, Random& random) {
            glorot_uniform(weights, bias, features, units, random);
            for (std::size_t i = bias; i < parameters; ++i) weights[i] = 0;
        }

        /// A watcher that asks for what is within is shown q, k, v and the scores.
        template <class Isa, FloatingScalar T, class Watch = Unwatched>
        static constexpr void forward(const T* weights, const T* x, T* y, T* space, Watch watch = {}) {
            T *const asked = space, *const share = asked + steps * rows;
            project<Isa>(weights, x, asked);
            if constexpr (requires { watch.inner(std::array<T, 1>{}); }) show<Isa>(asked, watch);
            for (std::size_t i = 0; i < steps; ++i) {
                attend<Isa>(asked, i, share);
                for (std::size_t u = 0; u < units; ++u) y[i * units + u] = 0;
                for (std::size_t j = 0; j < steps; ++j) {
                    kernels::axpy<Isa>(share[j], v(asked, j), std::span<T, units>(y + i * units, units));
                }
            }
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T*, T* dy, T* dx, T* gradient,
                                       T* space) {
            T *const asked = space, *const slopes = asked + steps * rows;
            T *const share = slopes + steps * rows, *const dshare = share + steps;
            project<Isa>(weights, x, asked);
            for (std::size_t i = 0; i < steps * rows; ++i) slopes[i] = 0;
            for (std::size_t i = 0; i < steps; ++i) {
                const std::span<const T, units> dout(dy + i * units, units);
                attend<Isa>(asked, i, share);
                T mean = 0;
                for (std::size_t j = 0; j < steps; ++j) {
                    dshare[j] = kernels::dot<Isa>(dout, v(asked, j));
                    mean += share[j] * dshare[j];
                    kernels::axpy<Isa>(share[j], dout, part(slopes, j, 2));
                }
                for (std::size_t j = 0; j < steps; ++j) {
                    const T slope = share[j] * (dshare[j] - mean) * inverse_root<T>();
                    kernels::axpy<Isa>(slope, k(asked, j), part(slopes, i, 0));
                    kernels::axpy<Isa>(slope, q(asked, i), part(slopes, j, 1));
                }
            }
            back_through_projection<Isa>(weights, x, slopes, dx, gradient);
        }

    private:
        template <class T>
        using Units = std::span<const T, units>;

        template <class T>
        static constexpr std::span<T, units> part(T* all, std::size_t step, std::size_t which) {
            return std::span<T, units>(all + step * rows + which * units, units);
        }
        template <class T>
        static constexpr Units<T> q(const T* asked, std::size_t step) {
            return part(asked, step, 0);
        }
        template <class T>
        static constexpr Units<T> k(const T* asked, std::size_t step) {
            return part(asked, step, 1);
        }
        template <class T>
        static constexpr Units<T> v(const T* asked, std::size_t step) {
            return part(asked, step, 2);
        }
        template <class T>
        static constexpr T inverse_root() {
            return 1 / sqrt(static_cast<T>(units));
        }

        /// q, k and v of all steps.
        template <class Isa, class T>
        static constexpr void project(const T* weights, const T* x, T* asked) {
            const std::span<const T, bias> matrix(weights, bias);
            for (std::size_t step = 0; step < steps; ++step) {
                T* const to = asked + step * rows;
                for (std::size_t row = 0; row < rows; ++row) to[row] = weights[bias + row];
                kernels::gemv<Isa>(matrix, std::span<const T, features>(x + step * features, features),
                                   std::span<T, rows>(to, rows));
            }
        }

        template <class Isa, class T>
        static constexpr void score(const T* asked, std::size_t i, T* scores) {
            for (std::size_t j = 0; j < steps; ++j) {
                scores[j] = kernels::dot<Isa>(q(asked, i), k(asked, j)) * inverse_root<T>();
            }
        }

        template <class Isa, class T, class Watch>
        static constexpr void show(T* asked, Watch watch) {
            std::array<T, steps * units> values{};
            for (std::size_t which = 0; which < 3; ++which) {
                for (std::size_t i = 0; i < values.size(); ++i) {
                    values[i] = part(asked, i / units, which)[i % units];
                }
                watch.inner(values);
            }
            std::array<T, steps * steps> scores{};
            for (std::size_t i = 0; i < steps; ++i) score<Isa>(asked, i, scores.data() + i * steps);
            watch.inner(scores);
        }

        /// How much step i looks at each step, (1).
        template <class Isa, class T>
        static constexpr void attend(const T* asked, std::size_t i, T* share) {
            score<Isa>(asked, i, share);
            T largest = share[0], total = 0;
            for (std::size_t j = 1; j < steps; ++j) largest = max(largest, share[j]);
            for (std::size_t j = 0; j < steps; ++j) total += share[j] = exp(share[j] - largest);
            for (std::size_t j = 0; j < steps; ++j) share[j] /= total;
        }

        template <class Isa, class T>
        static constexpr void back_through_projection(const T* weights, const T* x, const T* slopes, T* dx,
                                                      T* gradient) {
            using Row = std::span<T, features>;
            using ConstRow = std::span<const T, features>;
            for (std::size_t i = 0; dx != nullptr && i < In.size(); ++i) dx[i] = 0;
            for (std::size_t step = 0; step < steps; ++step) {
                const ConstRow input(x + step * features, features);
                for (std::size_t row = 0; row < rows; ++row) {
                    const T slope = slopes[step * rows + row];
                    gradient[bias + row] += slope;
                    kernels::axpy<Isa>(slope, input, Row(gradient + row * features, features));
                    if (dx == nullptr) continue;
                    kernels::axpy<Isa>(slope, ConstRow(weights + row * features, features),
                                       Row(dx + step * features, features));
                }
            }
        }
    };
};

}  // namespace mote::nn
