// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/dataset.hpp"
#include "mote/core/random.hpp"
#include "mote/nn/float_network.hpp"
#include "mote/nn/loss.hpp"
#include "mote/nn/optimizer.hpp"

namespace mote::nn {

/// 0, 1, ... n - 1 in a random order that needs no memory: a Feistel cipher on the next power of four,
/// walked until it lands below n.
/// Source  Black and Rogaway 2002, CT-RSA, section 5 (cycle walking).
class Permutation {
public:
    constexpr Permutation(std::uint32_t n, Random& random) : n_(n) {
        while ((std::uint64_t{1} << 2 * half_bits_) < n) ++half_bits_;
        for (std::uint32_t& key : keys_) key = random.next();
    }

    [[nodiscard]] constexpr std::uint32_t operator()(std::uint32_t i) const {
        do i = encrypt(i);
        while (i >= n_);
        return i;
    }

private:
    [[nodiscard]] constexpr std::uint32_t encrypt(std::uint32_t i) const {
        const std::uint32_t mask = (std::uint32_t{1} << half_bits_) - 1;
        std::uint32_t left = i >> half_bits_, right = i & mask;
        for (const std::uint32_t key : keys_) {
            const std::uint32_t mixed = (right ^ key) * 0x9e3779b1u;
            const std::uint32_t next = left ^ (mixed >> 16 & mask);
            left = right;
            right = next;
        }
        return left << half_bits_ | right;
    }

    std::uint32_t n_;
    unsigned half_bits_ = 1;
    std::array<std::uint32_t, 4> keys_{};
};

/// How long to train. The learning rate is the optimiser's; each epoch multiplies it by `decay`.
struct Training {
    std::size_t epochs = 20;
    std::size_t batch = 32;
    double decay = 1;
    std::uint64_t seed = 0;
};

/// Learns a network's weights from labelled rows by back-propagation: on the host, or on a device that has
/// the memory. The same seed gives the same weights with the same compiler and flags.
///
/// Shapes  rows: [n][inputs]. Labels: below the number of classes (CrossEntropy, the network ends in
///         Softmax), or target vectors [outputs] (SquaredError).
/// Errors  fit() refuses bad rows, labels and settings before it changes anything; `diverged` where the
///         loss leaves the finite range, and then the model is as it was.
/// Memory  the activations of all layers, 2 * parameters and the optimiser's state; never allocates, but
///         is large: make it static.
/// Source  Rumelhart, Hinton, Williams 1986, Nature 323:533-536.
template <class NetworkType, template <class, std::size_t> class OptimizerType = Adam,
          class Loss = CrossEntropy>
class Trainer {
public:
    using Network = NetworkType;
    using T = typename Network::Scalar;
    using Architecture = typename Network::Architecture;
    using Sample = typename Network::Sample;
    using Weights = typename Network::Weights;
    using Optimizer = OptimizerType<T, Architecture::parameters>;

    Optimizer optimizer{};

    /// Trains on from the model's weights (Network::initialise gives the first ones).
    template <class Label>
    [[nodiscard]] constexpr Status fit(Network& model, Dataset<T, Network::features, Label> data,
                                       const Training& settings = {}) {
        if (const Status status = check(data, settings); status != Status::ok) return status;
        const Weights before = model.weights();
        const T rate = optimizer.learning_rate;
        Random random(settings.seed);
        optimizer.reset();
        bool finite = true;
        for (std::size_t epoch = 0; epoch < settings.epochs && finite; ++epoch) {
            loss_ = train_epoch(model, data, settings.batch, random);
            finite = isfinite(loss_) && all_finite(model.weights());
            optimizer.learning_rate *= static_cast<T>(settings.decay);
        }
        optimizer.learning_rate = rate;
        if (!finite) model.weights() = before;
        return finite ? Status::ok : Status::diverged;
    }

    /// The mean loss over the last epoch.
    [[nodiscard]] constexpr T loss() const { return loss_; }

    /// The loss of one sample; adds its slope in every weight to the gradient.
    template <class Label>
    constexpr T accumulate(const Network& model, Sample x, const Label& target, Weights& gradient) {
        remember(model, x);
        const std::span<const T, Network::classes> y(tape_.data() + first_activation[depth],
                                                     Network::classes);
        const T loss = Loss::evaluate(y, target, slopes_[depth % 2].data());
        propagate(model, x, gradient);
        return loss;
    }

private:
    static_assert(!Loss::before_softmax || Architecture::classifies,
                  "mote: CrossEntropy trains networks that end in nn::Softmax");
    /// Layers that are trained: CrossEntropy contains the Softmax.
    static constexpr std::size_t depth = Architecture::depth - (Loss::before_softmax ? 1 : 0);

    /// Where layer i's input lies on the tape; the network's own input stays with the caller.
    static constexpr std::array<std::size_t, depth + 2> first_activation = [] {
        std::array<std::size_t, depth + 2> first{};
        for (std::size_t i = 1; i <= depth; ++i) first[i + 1] = first[i] + Architecture::shapes[i].size();
        return first;
    }();
    static constexpr std::size_t widest = [] {
        std::size_t most = 0;
        for (const Shape shape : Architecture::shapes) most = max(most, shape.size());
        return most;
    }();
    static constexpr std::size_t scratch_size = [] {
        std::size_t most = 1;
        Architecture::for_each_layer([&](auto i) {
            using Layer = typename Architecture::template Layer<i>;
            most = max(most, Layer::template scratch<T, isa::Native>);
            most = max(most, Layer::backward_scratch);
        });
        return most;
    }();

    template <class Label>
    static constexpr Status check(const Dataset<T, Network::features, Label>& data,
                                  const Training& settings) {
        if (const Status status = data.check(); status != Status::ok) return status;
        if (data.empty()) return Status::too_few_rows;
        if (settings.batch == 0 || !(settings.decay > 0)) return Status::bad_parameter;
        for (const auto& row : data.rows) {
            if (!all_finite(row)) return Status::not_finite;
        }
        for (const Label& label : data.labels) {
            if (!Loss::template allows<Network::classes>(label)) return Status::bad_label;
        }
        return Status::ok;
    }

    template <class Data>
    constexpr T train_epoch(Network& model, const Data& data, std::size_t batch, Random& random) {
        const Permutation order(static_cast<std::uint32_t>(data.size()), random);
        T total = 0;
        for (std::size_t start = 0; start < data.size(); start += batch) {
            const std::size_t end = min(start + batch, data.size());
            gradient_ = {};
            for (std::size_t i = start; i < end; ++i) {
                const std::size_t row = order(static_cast<std::uint32_t>(i));
                total += accumulate(model, data.rows[row], data.labels[row], gradient_);
            }
            for (T& slope : gradient_) slope /= static_cast<T>(end - start);
            optimizer.step(model.weights(), gradient_);
        }
        return total / static_cast<T>(data.size());
    }

    /// Runs forward and keeps every layer's output.
    constexpr void remember(const Network& model, Sample x) {
        Architecture::for_each_layer([&](auto i) {
            if constexpr (i < depth) {
                Architecture::template Layer<i>::template forward<isa::Native>(
                    weights_of<i>(model.weights()), input_of<i>(x), tape_.data() + first_activation[i + 1],
                    scratch_.data());
            }
        });
    }

    /// Runs backward from the slope of the last trained layer's output.
    constexpr void propagate(const Network& model, Sample x, Weights& gradient) {
        Architecture::for_each_layer([&](auto reversed) {
            constexpr std::size_t i = Architecture::depth - 1 - reversed;
            if constexpr (i < depth) {
                T* dx = i > 0 ? slopes_[i % 2].data() : nullptr;
                Architecture::template Layer<i>::template backward<isa::Native>(
                    weights_of<i>(model.weights()), input_of<i>(x), tape_.data() + first_activation[i + 1],
                    slopes_[(i + 1) % 2].data(), dx, gradient.data() + Architecture::first_weight[i],
                    scratch_.data());
            }
        });
    }

    template <std::size_t I>
    static constexpr const T* weights_of(const Weights& weights) {
        return weights.data() + Architecture::first_weight[I];
    }
    template <std::size_t I>
    constexpr const T* input_of(Sample x) const {
        return I == 0 ? x.data() : tape_.data() + first_activation[I];
    }

    Weights gradient_{};
    std::array<T, first_activation[depth + 1]> tape_{};
    std::array<std::array<T, widest>, 2> slopes_{};
    std::array<T, scratch_size> scratch_{};
    T loss_ = 0;
};

}  // namespace mote::nn
