// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "mote/core/dataset.hpp"
#include "mote/core/random.hpp"
#include "mote/nn/integer_exp.hpp"
#include "mote/nn/integer_mlp.hpp"
#include "mote/nn/permutation.hpp"
#include "mote/nn/training.hpp"

namespace mote::nn {

/// How an IntegerTrainer trains. The learning rate is 2^-rate, halved after every `halve_every` epochs.
struct IntegerTraining {
    std::size_t epochs = 10;
    int rate = 5;
    std::size_t halve_every = 4;  // 0: never
    std::size_t patience = 0;     // with held-out rows: stop after so many epochs without a lower loss
    std::uint64_t seed = 0;
};

/// Learns an IntegerMlp by stochastic gradient descent on cross-entropy, one row at a time, in integers: the
/// same rows in the same order give the same weights, bit for bit, on every processor.
///
/// Shapes  x: [Inputs] bytes in units of 2^-7. Labels below the number of classes.
/// Errors  bad_label, before anything changes; bad_parameter for rates outside 0 .. 30. Nothing can overflow:
///         weights and biases saturate.
/// Memory  a Workspace of the model and 4 bytes for each unit of the widest layer; never allocates.
///         Time about three multiply-accumulates for each weight.
/// Source  Wang et al. 2022, IEEE TPDS 33(11):3249-3261 (NITI), with errors as 16-bit mantissas; Gupta et al.
///         2015, ICML, section 3 (stochastic rounding, which keeps steps below a weight's last bit alive).
template <class ModelType>
class IntegerTrainer {
public:
    using Model = ModelType;
    using Sample = typename Model::Sample;
    static constexpr std::size_t depth = Model::depth, classes = Model::classes;
    template <class Label>
    using Data = Dataset<std::int8_t, Model::features, Label>;

    /// The learning rate of update() is 2^-rate.
    int rate = 5;

    constexpr explicit IntegerTrainer(std::uint32_t seed = 1) : rounding_(seed) {}

    /// Trains on from the model's weights. The observer is shown Progress after each epoch, all of it as the
    /// rows came: metric, the share that was answered rightly, and loss, by how much on average the
    /// probability of the right class fell short of 1. Only for these does it use floats. An observer that
    /// returns false ends the training.
    template <class Label, class Observer = Unobserved>
    [[nodiscard]] constexpr Status fit(Model& model, const Data<Label>& data,
                                       const IntegerTraining& settings = {},
                                       Observer&& observer = Observer{}) {
        return train(model, data, Data<Label>{}, nullptr, settings, observer);
    }

    /// The same, judged after each epoch by rows that it does not learn from: the model ends as it was where
    /// their loss was lowest, and patience watches it. `best` is where the caller has room to keep that
    /// model.
    template <class Label, class Observer = Unobserved>
    [[nodiscard]] constexpr Status fit(Model& model, const Data<Label>& data, const Data<Label>& held_out,
                                       Model& best, const IntegerTraining& settings,
                                       Observer&& observer = Observer{}) {
        if (held_out.empty()) return Status::too_few_rows;
        return train(model, data, held_out, &best, settings, observer);
    }

    /// One step down the slope of one row's loss.
    constexpr Status update(Model& model, Sample x, std::size_t label) {
        if (label >= classes) return Status::bad_label;
        if (rate < 0 || rate > 30) return Status::bad_parameter;
        Answers answers;
        answer(model, x, label, answers);
        learn(model);
        return Status::ok;
    }

private:
    /// Rows, those of them answered rightly, and what the right classes' probabilities fell short of 1, in
    /// units of 2^-15.
    struct Answers {
        std::size_t rows = 0, right = 0;
        std::uint64_t lacking = 0;
    };

    template <class Label>
    static constexpr Status check(const Data<Label>& data) {
        if (data.check() != Status::ok) return data.check();
        for (const Label label : data.labels) {
            if (label >= classes) return Status::bad_label;
        }
        return Status::ok;
    }

    template <class Label, class Observer>
    constexpr Status train(Model& model, const Data<Label>& data, const Data<Label>& held_out, Model* best,
                           const IntegerTraining& settings, Observer& observer) {
        if (const Status status = check(data); status != Status::ok) return status;
        if (const Status status = check(held_out); status != Status::ok) return status;
        if (data.empty()) return Status::too_few_rows;
        if (settings.rate < 0 || settings.rate > 30) return Status::bad_parameter;
        Random random(settings.seed);
        rate = settings.rate;
        if (best != nullptr) *best = model;
        Progress progress{.epochs = settings.epochs};
        std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
        while (progress.epoch < settings.epochs) {
            const bool due = settings.halve_every > 0 && progress.epoch % settings.halve_every == 0;
            if (due && progress.epoch > 0 && rate < 30) ++rate;
            const Answers learnt = train_epoch(model, data, random);
            const Answers judged = best == nullptr ? learnt : judge(model, held_out);
            ++progress.epoch;
            progress.steps += data.size();
            if (best != nullptr && judged.lacking < least) {
                least = judged.lacking;
                progress.best_epoch = progress.epoch;
                *best = model;
            }
            if (!shown(observer, progress, learnt, judged)) break;
            if (settings.patience > 0 && best != nullptr &&
                progress.epoch - progress.best_epoch >= settings.patience) {
                break;
            }
        }
        if (best != nullptr) model = *best;
        return Status::ok;
    }

    template <class Label>
    constexpr Answers train_epoch(Model& model, const Data<Label>& data, Random& random) {
        const Permutation order(static_cast<std::uint32_t>(data.size()), random);
        Answers answers;
        for (std::size_t i = 0; i < data.size(); ++i) {
            const std::size_t row = order(static_cast<std::uint32_t>(i));
            answer(model, data.rows[row], data.labels[row], answers);
            learn(model);
        }
        return answers;
    }

    template <class Label>
    constexpr Answers judge(const Model& model, const Data<Label>& data) {
        Answers answers;
        for (std::size_t row = 0; row < data.size(); ++row) {
            answer(model, data.rows[row], data.labels[row], answers);
        }
        return answers;
    }

    /// Whether to go on, as the observer sees it.
    template <class Observer>
    constexpr bool shown(Observer& observer, Progress& progress, const Answers& learnt,
                         const Answers& judged) const {
        if constexpr (!std::is_same_v<std::remove_cv_t<Observer>, Unobserved>) {
            const auto share = [](std::uint64_t sum, const Answers& of) {
                return static_cast<float>(sum) / static_cast<float>(of.rows);
            };
            progress.loss = share(learnt.lacking, learnt) / 32768;
            progress.held_out_loss = share(judged.lacking, judged) / 32768;
            progress.metric = share(judged.right, judged);
            progress.learning_rate = 1 / static_cast<float>(std::uint32_t{1} << rate);
        }
        return detail::goes_on(observer, progress);
    }

    /// What the model says of a row, and its slopes there.
    constexpr void answer(const Model& model, Sample x, std::size_t label, Answers& answers) {
        model.forward(x, space_);
        ++answers.rows;
        answers.right += kernels::reference::argmax(space_.sums.data(), classes) == label ? 1 : 0;
        differ(label);
        answers.lacking += static_cast<std::uint32_t>(slopes_[label]);
    }

    /// A step from the row that answer() has seen last.
    constexpr void learn(Model& model) {
        for (std::size_t l = depth; l-- > 0;) {
            const int exponent = exponent_;
            if (l > 0) hand_back(model, l);
            descend(model, l, exponent);
            std::swap(slopes_, handed_back_);
        }
    }

    /// slopes_ = 2^15 (1[label] - probability): downhill from the loss, at the last layer's sums.
    constexpr void differ(std::size_t label) {
        std::array<std::int32_t, classes> exps{};
        const int exponent = space_.exponents[depth - 1] - Model::fraction_bits;
        std::int32_t largest = space_.sums[0];
        for (std::size_t k = 1; k < classes; ++k) largest = max(largest, space_.sums[k]);
        std::uint32_t total = 0;
        for (std::size_t k = 0; k < classes; ++k) {
            const std::int64_t below = std::int64_t{space_.sums[k]} - largest;
            exps[k] = fixed::exp_of_negative(in_q5(below, exponent)) >> 15;
            total += static_cast<std::uint32_t>(exps[k]);
        }
        for (std::size_t k = 0; k < classes; ++k) {
            const std::uint32_t share = (static_cast<std::uint32_t>(exps[k]) << 15) / total;
            const std::int32_t slope = (k == label ? 1 << 15 : 0) - static_cast<std::int32_t>(share);
            slopes_[k] = static_cast<std::int16_t>(min<std::int32_t>(slope, 0x7fff));
        }
        exponent_ = -15;
    }

    /// x * 2^exponent for x <= 0, with 26 fraction bits; not below -31.
    static constexpr std::int32_t in_q5(std::int64_t x, int exponent) {
        constexpr std::int64_t lowest = -(std::int64_t{31} << 26);
        const int shift = exponent + 26;
        if (shift < 0) return static_cast<std::int32_t>(max(x >> min(-shift, 62), lowest));
        return static_cast<std::int32_t>(x < lowest >> min(shift, 62) ? lowest : x << shift);
    }

    /// handed_back_ = the slopes at layer l's inputs, through the relu before them; 16 bits and an exponent.
    constexpr void hand_back(const Model& model, std::size_t l) {
        const std::size_t inputs = Model::sizes[l], units = Model::sizes[l + 1];
        const int room =
            max(bits_in(static_cast<std::uint32_t>(units)) - 2, 0);  // so that the sums stay below 2^31
        const std::int16_t* w = model.weights().data() + Model::first_weight[l];
        const std::int16_t* x = space_.activations.data() + Model::first_activation(l);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < inputs; ++i) {
            std::int32_t sum = 0;
            const std::int16_t* column = w + i / 2 * 2 * units + i % 2;
            for (std::size_t unit = 0; x[i] > 0 && unit < units; ++unit) {
                sum += column[2 * unit] * (slopes_[unit] >> room);
            }
            sums_[i] = sum;
            bits |= static_cast<std::uint32_t>(sum < 0 ? ~sum : sum);
        }
        const int shift = max(bits_in(bits) - 15, 0);
        for (std::size_t i = 0; i < inputs; ++i) {
            handed_back_[i] = static_cast<std::int16_t>(sums_[i] >> shift);
        }
        exponent_ = exponent_ + room - Model::fraction_bits + shift;
    }

    /// Weights and biases of layer l, by the slopes at its sums: slope * 2^(exponent - rate).
    constexpr void descend(Model& model, std::size_t l, int exponent) {
        const std::size_t units = Model::sizes[l + 1];
        std::int32_t* bias = model.biases().data() + Model::first_bias[l];
        const int bias_exponent = min(exponent - rate + Model::fraction_bits + 7, 12);
        for (std::size_t unit = 0; unit < units; ++unit) {
            bias[unit] = clamp(bias[unit] + scaled(slopes_[unit], bias_exponent), -Model::largest_bias,
                               Model::largest_bias);
        }
        // What the product of input and slope lacks to be 2^16 steps of a weight: the bytes have room for 8
        // bits above, steps that are larger still are cut short, and the slopes have some to lose below.
        const int lacking = space_.exponents[l] + exponent - rate + Model::fraction_bits + 16;
        std::int16_t* x = space_.activations.data() + Model::first_activation(l);
        for (std::size_t i = 0; lacking > 0 && i < 2 * Model::pairs(l); ++i) {
            x[i] = static_cast<std::int16_t>(x[i] * (1 << min(lacking, 8)));
        }
        for (std::size_t unit = 0; lacking < 0 && unit < units; ++unit) {
            slopes_[unit] = static_cast<std::int16_t>(scaled(slopes_[unit], lacking));
        }
        kernels::pair_descent<Model::weight_bits>(model.weights().data() + Model::first_weight[l], x,
                                                  slopes_.data(), Model::pairs(l), units, rounding_);
    }

    typename Model::Workspace space_{};
    alignas(4) std::array<std::int16_t, Model::widest> slopes_{}, handed_back_{};
    std::array<std::int32_t, Model::widest> sums_{};
    int exponent_ = 0;  // of slopes_
    std::uint32_t rounding_;
};

}  // namespace mote::nn
