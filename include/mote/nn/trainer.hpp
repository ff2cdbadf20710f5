// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/dataset.hpp"
#include "mote/core/random.hpp"
#include "mote/nn/backpropagation.hpp"
#include "mote/nn/loss.hpp"
#include "mote/nn/optimizer.hpp"
#include "mote/nn/permutation.hpp"
#include "mote/nn/training.hpp"

namespace mote::nn {

/// Learns a network's weights from labelled rows by back-propagation in mini-batches: on the host, or on a
/// device that has the memory. The same seed gives the same weights with the same compiler and flags.
///
/// Shapes  rows: [n][inputs]. Labels: below the number of classes (CrossEntropy, the network ends in
///         Softmax), or target vectors [outputs] (the other losses).
/// Errors  fit() and update() refuse bad rows, labels, settings and weights before they change anything;
///         progress() tells the row. `diverged` where a loss, a slope or a weight leaves the finite range or
///         an epoch's loss is `divergence` times that of guessing; fit() then puts back the weights of the
///         last good epoch (with patience, the best), update() those before it; progress() tells the step.
/// Memory  twice the weights, the optimiser's state and what Backpropagation needs; never allocates, but is
///         large: make it static. Time about three forward passes for each row and epoch.
/// Source  Rumelhart, Hinton, Williams 1986, Nature 323:533-536; Prechelt 1998, Neural Networks: Tricks of
///         the Trade, pages 55-69 (patience); Pascanu et al. 2013, ICML, algorithm 1 (clip_norm).
template <class NetworkType, template <class, std::size_t> class OptimizerType = Adam,
          class Loss = CrossEntropy>
requires ends_in_softmax_for<NetworkType, Loss>
class Trainer {
public:
    using Network = NetworkType;
    using T = typename Network::Scalar;
    using Architecture = typename Network::Architecture;
    using Sample = typename Network::Sample;
    using Weights = typename Network::Weights;
    using Optimizer = OptimizerType<T, Architecture::parameters>;
    template <class Label>
    using Data = Dataset<T, Network::features, Label>;

    Optimizer optimizer{};
    Loss criterion{};

    /// Trains on from the model's weights (Network::initialise gives the first ones). The observer is shown
    /// Progress after each epoch; one that returns false ends the training.
    template <class Label, class Observer = Unobserved>
    [[nodiscard]] constexpr Status fit(Network& model, const Data<Label>& data, const Training& settings = {},
                                       Observer&& observer = Observer{}) {
        return fit(model, data, Data<Label>{}, settings, observer);
    }

    /// The same, judged by rows that it does not learn from: their loss is what patience watches.
    template <class Label, class Observer = Unobserved>
    [[nodiscard]] constexpr Status fit(Network& model, const Data<Label>& data, const Data<Label>& held_out,
                                       const Training& settings, Observer&& observer = Observer{}) {
        progress_ = {.epochs = settings.epochs};
        if (data.empty()) return Status::too_few_rows;
        Status status = settings.valid() ? check(model, data) : Status::bad_parameter;
        if (status == Status::ok) status = check(model, held_out);
        if (status != Status::ok) return status;
        kept_ = model.weights();
        optimizer.reset();
        const T rate = optimizer.learning_rate;
        status = train(model, data, held_out, settings, observer, rate);
        optimizer.learning_rate = rate;
        if (status != Status::ok || settings.patience > 0) model.weights() = kept_;
        return status;
    }

    /// One step of the optimiser on one mini-batch, for rows that come one by one or do not fit in memory. Of
    /// the settings it takes the clipping.
    template <class Label>
    constexpr Status update(Network& model, const Data<Label>& batch, const Training& settings = {}) {
        if (batch.empty()) return Status::too_few_rows;
        const Status status = settings.valid() ? check(model, batch) : Status::bad_parameter;
        if (status != Status::ok) return status;
        kept_ = model.weights();
        Sums sums;
        const bool stepped =
            step(model, batch, 0, batch.size(), settings, sums, [](std::size_t i) { return i; });
        if (!stepped || !all_finite(model.weights())) {
            model.weights() = kept_;
            return Status::diverged;
        }
        progress_.loss = static_cast<float>(sums.loss / static_cast<T>(batch.size()));
        progress_.metric = static_cast<float>(sums.metric / static_cast<T>(batch.size()));
        return Status::ok;
    }

    /// How far the last fit() came, or the updates since.
    [[nodiscard]] constexpr const Progress& progress() const { return progress_; }

    /// The mean loss over the last epoch.
    [[nodiscard]] constexpr T loss() const { return static_cast<T>(progress_.loss); }

    /// The loss of one sample; adds its slope in every weight to the gradient.
    template <class Label>
    constexpr T accumulate(const Network& model, Sample x, const Label& target, Weights& gradient) {
        return backward_.accumulate(model, criterion, x, target, gradient);
    }

private:
    struct Sums {
        T loss = 0, metric = 0;
    };

    template <class Label>
    constexpr Status check(const Network& model, const Data<Label>& data) {
        if (const Status status = data.check(); status != Status::ok) return status;
        if (!all_finite(model.weights())) return Status::not_finite;
        if (!(optimizer.learning_rate > 0)) return Status::bad_parameter;
        for (std::size_t row = 0; row < data.size(); ++row) {
            progress_.row = row;
            if (!all_finite(data.rows[row])) return Status::not_finite;
            if (!Loss::template allows<Network::classes>(data.labels[row])) return Status::bad_label;
        }
        progress_.row = 0;
        return Status::ok;
    }

    template <class Label, class Observer>
    constexpr Status train(Network& model, const Data<Label>& data, const Data<Label>& held_out,
                           const Training& settings, Observer& observer, T rate) {
        const T limit = static_cast<T>(settings.divergence) * loss_of_guessing(model, data);
        Random random(settings.seed);
        float lowest = std::numeric_limits<float>::infinity();
        while (progress_.epoch < settings.epochs) {
            const double factor = settings.schedule.factor(progress_.epoch, settings.epochs);
            optimizer.learning_rate = rate * static_cast<T>(factor);
            Sums sums;
            if (!train_epoch(model, data, settings, random, sums)) return Status::diverged;
            const T loss = sums.loss / static_cast<T>(data.size());
            if (!(loss <= limit) || !all_finite(model.weights())) return Status::diverged;
            ++progress_.epoch;
            progress_.loss = progress_.held_out_loss = static_cast<float>(loss);
            progress_.metric = static_cast<float>(sums.metric / static_cast<T>(data.size()));
            progress_.learning_rate = static_cast<float>(optimizer.learning_rate);
            if (!held_out.empty()) judge(model, held_out);
            if (progress_.held_out_loss < lowest - static_cast<float>(settings.least_gain) ||
                settings.patience == 0) {
                lowest = progress_.held_out_loss;
                progress_.best_epoch = progress_.epoch;
                kept_ = model.weights();
            }
            if (!detail::goes_on(observer, progress_)) break;
            if (settings.patience > 0 && progress_.epoch - progress_.best_epoch >= settings.patience) break;
        }
        return Status::ok;
    }

    template <class Label>
    constexpr bool train_epoch(Network& model, const Data<Label>& data, const Training& settings,
                               Random& random, Sums& sums) {
        const Permutation order(static_cast<std::uint32_t>(data.size()), random);
        const auto row_at = [&order](std::size_t i) {
            return static_cast<std::size_t>(order(static_cast<std::uint32_t>(i)));
        };
        for (std::size_t first = 0; first < data.size(); first += settings.batch) {
            const std::size_t end = min(first + settings.batch, data.size());
            if (!step(model, data, first, end, settings, sums, row_at)) return false;
        }
        return true;
    }

    /// One step on the rows row_at(first) .. row_at(end - 1); false, and none, where a number is not finite.
    template <class Label, class RowAt>
    constexpr bool step(Network& model, const Data<Label>& data, std::size_t first, std::size_t end,
                        const Training& settings, Sums& sums, RowAt row_at) {
        gradient_ = {};
        Sums batch;
        for (std::size_t i = first; i < end; ++i) {
            const std::size_t row = row_at(i);
            batch.loss += accumulate(model, data.rows[row], data.labels[row], gradient_);
            batch.metric += criterion.metric(backward_.output(), data.labels[row]);
        }
        for (T& slope : gradient_) slope /= static_cast<T>(end - first);
        if (!isfinite(batch.loss) || !all_finite(gradient_)) return false;
        clip(static_cast<T>(settings.clip_value), static_cast<T>(settings.clip_norm));
        optimizer.step(model.weights(), gradient_);
        ++progress_.steps;
        sums.loss += batch.loss;
        sums.metric += batch.metric;
        return true;
    }

    constexpr void clip(T value, T norm) {
        if (value > 0) {
            for (T& slope : gradient_) slope = clamp(slope, -value, value);
        }
        if (norm > 0) {
            T squares = 0;
            for (const T slope : gradient_) squares += slope * slope;
            const T factor = norm / (sqrt(squares) + static_cast<T>(1e-6));  // as PyTorch has it
            if (factor >= 1) return;
            for (T& slope : gradient_) slope *= factor;
        }
    }

    /// Loss and metric on rows that are not learnt from.
    template <class Label>
    constexpr void judge(const Network& model, const Data<Label>& data) {
        Sums sums;
        for (std::size_t row = 0; row < data.size(); ++row) {
            sums.loss += backward_.loss(model, criterion, data.rows[row], data.labels[row]);
            sums.metric += criterion.metric(backward_.output(), data.labels[row]);
        }
        progress_.held_out_loss = static_cast<float>(sums.loss / static_cast<T>(data.size()));
        progress_.metric = static_cast<float>(sums.metric / static_cast<T>(data.size()));
    }

    /// The larger of two mean losses over up to 64 rows: the network's as it is, and that of outputs of 0.
    template <class Label>
    constexpr T loss_of_guessing(const Network& model, const Data<Label>& data) {
        const std::size_t count = min<std::size_t>(data.size(), 64);
        const std::array<T, Network::classes> zeros{};
        std::array<T, Network::classes> slopes{};
        T before = 0, guessed = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t row = i * data.size() / count;
            before += backward_.loss(model, criterion, data.rows[row], data.labels[row]);
            guessed += criterion.evaluate(std::span(zeros), data.labels[row], slopes.data());
        }
        return max(before, guessed) / static_cast<T>(count);
    }

    Backpropagation<Network, Loss> backward_{};
    Weights gradient_{}, kept_{};
    Progress progress_{};
};

}  // namespace mote::nn
