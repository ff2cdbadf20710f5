// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <ostream>
#include <span>
#include <vector>

#include "mote/core/dataset.hpp"
#include "mote/deploy/host/network_header.hpp"
#include "mote/nn/rounded_weights.hpp"

/// Which layers can do with weights of four bits? For the host only: it needs the heap.
namespace mote::deploy {

/// At most so many bytes of weights, with as little lost as can be.
struct SizeTarget {
    std::size_t bytes = 0;
};
/// As few bytes as can be, with outputs that stand out of what rounding loses by so much; 6 dB are one bit.
struct NoiseTarget {
    double decibels = 30;
};
/// As few bytes as can be, with at most so many rows of a hundred fewer right than in float.
struct AccuracyTarget {
    double points = 1;
};

/// Bits for each layer, what its weights then take with nine bytes for each filter, and the outputs' signal
/// over what rounding the weights loses of it, in decibels.
template <class Architecture>
struct WidthChoice {
    nn::Widths<Architecture> widths{};
    std::size_t bytes = 0;
    double decibels = 0;
};

namespace detail {

/// The best assignments of four or eight bits to the layers, and what each of them does to the outputs.
template <class Model>
class WidthSearch {
public:
    using Architecture = typename Model::Architecture;
    using Scalar = typename Model::Scalar;
    using Widths = nn::Widths<Architecture>;
    using Rows = mote::Rows<Scalar, Architecture::inputs>;

    /// One of the assignments than which none that is smaller loses less.
    struct Candidate {
        Widths widths{};
        std::size_t bytes = 0;
        double noise = 0;  // as if what the layers lose just added up
    };

    WidthSearch(const Model& model, Rows rows) : model_(model), rows_(rows), exact_(outputs(model)) {
        for (const Scalar y : exact_) signal_ += static_cast<double>(y) * static_cast<double>(y);
        find_front();
    }

    /// From the smallest to the one that loses least.
    [[nodiscard]] const std::vector<Candidate>& front() const { return front_; }

    [[nodiscard]] Model rounded(const Widths& widths) const {
        Model result = model_;
        Architecture::for_each_layer([&](auto i) {
            if (widths[i] == 0) return;
            const int largest = (1 << (widths[i] - 1)) - 1;
            nn::for_filters_of<typename Architecture::template Layer<i>>(
                result.weights().data() + Architecture::first_weight[i],
                [largest](auto layer, Scalar* weights) {
                    nn::round_filters<typename decltype(layer)::type>(weights, largest);
                });
        });
        return result;
    }

    [[nodiscard]] double noise(const Widths& widths) const {
        const auto y = outputs(rounded(widths));
        double sum = 0;
        for (std::size_t i = 0; i < y.size(); ++i) {
            const double lost = static_cast<double>(y[i]) - static_cast<double>(exact_[i]);
            sum += lost * lost;
        }
        return sum;
    }

    [[nodiscard]] double decibels(double noise) const {
        return noise > 0 ? 10 * std::log10(signal_ / noise) : std::numeric_limits<double>::infinity();
    }

private:
    /// Of the last layer, or of the one before Softmax.
    [[nodiscard]] std::vector<Scalar> outputs(const Model& model) const {
        constexpr std::size_t last = Architecture::depth - (Architecture::classifies ? 2 : 1);
        auto scratch = std::make_unique<typename Model::Workspace>();
        std::vector<Scalar> all;
        for (const auto& row : rows_) {
            model.forward(row, *scratch, [&](std::size_t i, const auto& y) {
                if (i == last) all.insert(all.end(), y.begin(), y.end());
            });
        }
        return all;
    }

    /// What the filters of layer i take, and those within it.
    [[nodiscard]] std::size_t bytes_of(auto i, int bits) const {
        std::size_t bytes = 0;
        nn::for_filters_of<typename Architecture::template Layer<i>>(
            model_.weights().data(), [&bytes, bits](auto layer, const Scalar*) {
                using Layer = typename decltype(layer)::type;
                const std::size_t row = (nn::taps_of<Layer> * static_cast<std::size_t>(bits) + 7) / 8;
                bytes += nn::filters_of<Layer> * (row + 9);
            });
        return bytes;
    }

    /// Layer by layer, both widths beside every assignment of the layers before, and of these the best.
    void find_front() {
        front_ = {Candidate{}};
        Architecture::for_each_layer([&](auto i) {
            if (bytes_of(i, 8) == 0) return;
            std::vector<Candidate> wider;
            for (const int bits : {4, 8}) {
                Widths alone{};
                alone[i] = bits;
                const double lost = noise(alone);
                for (Candidate candidate : front_) {
                    candidate.widths[i] = bits;
                    candidate.bytes += bytes_of(i, bits);
                    candidate.noise += lost;
                    wider.push_back(candidate);
                }
            }
            front_ = best_of(std::move(wider));
        });
    }

    static std::vector<Candidate> best_of(std::vector<Candidate> all) {
        std::ranges::sort(all, [](const Candidate& a, const Candidate& b) {
            return a.bytes != b.bytes ? a.bytes < b.bytes : a.noise < b.noise;
        });
        std::vector<Candidate> best;
        for (const Candidate& candidate : all) {
            if (best.empty() || candidate.noise < best.back().noise) best.push_back(candidate);
        }
        return best;
    }

    const Model& model_;
    Rows rows_;
    std::vector<Scalar> exact_;
    double signal_ = 0;
    std::vector<Candidate> front_;
};

template <class Model>
std::size_t right_answers(const Model& model, Dataset<typename Model::Scalar, Model::features> data) {
    auto scratch = std::make_unique<typename Model::Workspace>();
    std::size_t right = 0;
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
        right += model.predict(data.rows[i], *scratch) == data.labels[i] ? 1 : 0;
    }
    return right;
}

/// The smallest candidate that is good enough, where the last is; `good` is taken to stay once it is reached.
template <class Model, class Good>
Status take_smallest(const WidthSearch<Model>& search, Good good,
                     WidthChoice<typename Model::Architecture>& choice) {
    const auto& front = search.front();
    if (!good(front.back())) return Status::capacity_full;
    const auto chosen = std::partition_point(front.begin(), front.end() - 1,
                                             [&](const auto& candidate) { return !good(candidate); });
    choice = {chosen->widths, chosen->bytes, search.decibels(search.noise(chosen->widths))};
    return Status::ok;
}

template <class T, class Architecture, class Isa>
Status check(const nn::Network<T, Architecture, Isa>& model, Rows<T, Architecture::inputs> rows) {
    if (rows.empty()) return Status::too_few_rows;
    if (!all_finite(model.weights())) return Status::not_finite;
    for (const auto& row : rows) {
        if (!all_finite(row)) return Status::not_finite;
    }
    return Status::ok;
}

}  // namespace detail

/// Four or eight bits for the weights of each layer that has filters, by what rounding them does to the
/// outputs on the rows. Layers within a layer have the same. The network itself is of
/// nn::WithWidths<Architecture, widths>, with widths that are constants by then: write_architecture() prints
/// it. Tune its weights before they are quantised where it pays: nn::Trainer trains such a network.
///
/// Errors  too_few_rows, not_finite; bad_parameter for a target that is none; capacity_full where no
///         assignment reaches it. The choice stays as it was then.
/// Time    the network twice for each layer and row, and for AccuracyTarget and NoiseTarget once for each row
///         and doubling of the best assignments, of which there are at most as many as bytes.
/// Source  Lin, Talathi, Annapureddy 2016, ICML, pages 2849-2858 (noise of layers adds up); Dong et al. 2020,
///         NeurIPS, HAWQ-V2, section 3.2 (the frontier of size and loss), with measured loss for the
///         Hessian's.
template <FloatingScalar T, class Architecture, class Isa>
[[nodiscard]] Status choose_widths(const nn::Network<T, Architecture, Isa>& model,
                                   Rows<T, Architecture::inputs> rows, SizeTarget target,
                                   WidthChoice<Architecture>& choice) {
    if (const Status status = detail::check(model, rows); status != Status::ok) return status;
    const detail::WidthSearch search(model, rows);
    const auto& front = search.front();
    const auto beyond =
        std::ranges::upper_bound(front, target.bytes, {}, [](const auto& c) { return c.bytes; });
    if (beyond == front.begin()) return Status::capacity_full;
    const auto chosen = beyond - 1;
    choice = {chosen->widths, chosen->bytes, search.decibels(search.noise(chosen->widths))};
    return Status::ok;
}

template <FloatingScalar T, class Architecture, class Isa>
[[nodiscard]] Status choose_widths(const nn::Network<T, Architecture, Isa>& model,
                                   Rows<T, Architecture::inputs> rows, NoiseTarget target,
                                   WidthChoice<Architecture>& choice) {
    if (const Status status = detail::check(model, rows); status != Status::ok) return status;
    if (!std::isfinite(target.decibels)) return Status::bad_parameter;
    const detail::WidthSearch search(model, rows);
    const auto good = [&](const auto& candidate) {
        return search.decibels(search.noise(candidate.widths)) >= target.decibels;
    };
    return detail::take_smallest(search, good, choice);
}

/// Judged by rows that were not learnt from.
template <FloatingScalar T, class Architecture, class Isa>
requires(Architecture::classifies) [[nodiscard]] Status
    choose_widths(const nn::Network<T, Architecture, Isa>& model, Dataset<T, Architecture::inputs> held_out,
                  AccuracyTarget target, WidthChoice<Architecture>& choice) {
    if (const Status status = held_out.check(); status != Status::ok) return status;
    if (const Status status = detail::check(model, held_out.rows); status != Status::ok) return status;
    if (!(target.points >= 0)) return Status::bad_parameter;
    const detail::WidthSearch search(model, held_out.rows);
    const auto rows = static_cast<double>(held_out.rows.size());
    const auto exact = static_cast<double>(detail::right_answers(model, held_out));
    const auto good = [&](const auto& candidate) {
        const auto right = detail::right_answers(search.rounded(candidate.widths), held_out);
        return 100 * (exact - static_cast<double>(right)) <= target.points * rows;
    };
    return detail::take_smallest(search, good, choice);
}

/// The architecture with these widths as C++ source, to be pasted.
template <class Architecture>
void write_architecture(std::ostream& out, const nn::Widths<Architecture>& widths) {
    const detail::SourceWriter print(out);
    print("mote::nn::WithWidths<");
    detail::write_architecture<Architecture>(print);
    print(", std::array{");
    for (std::size_t i = 0; i < widths.size(); ++i) print(i > 0 ? ", " : "", widths[i]);
    print("}>");
}

}  // namespace mote::deploy
