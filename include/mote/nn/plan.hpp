// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "mote/core/math.hpp"

/// Where the activations of a chain of layers live while it runs.
namespace mote::nn {

/// What one layer needs, in elements of the arena.
struct Demand {
    std::size_t output = 0, scratch = 0;
    bool in_place = false;          // the output may lie where the input does
    std::size_t lead = impossible;  // the output may begin so far before the input, and overwrite it
    static constexpr std::size_t impossible = static_cast<std::size_t>(-1);
};

/// Offsets into one arena: of each layer's output and of its scratch.
template <std::size_t Layers>
struct Plan {
    std::array<std::size_t, Layers> output{}, scratch{};
    std::array<bool, Layers> moves{};  // false where a layer overwrites its input
    std::size_t size = 0;
};

constexpr std::size_t round_up(std::size_t n, std::size_t granule) {
    return (n + granule - 1) / granule * granule;
}

/// Two ends of one arena: activations alternate between the front and the back, so that a layer's input and
/// output never meet, and scratch lies between them. A layer that may work in place does so where that pays.
/// The network's input is the caller's and not planned.
///
/// What shrinks in place at the front frees its end at once; at the back it keeps its first size, because it
/// starts where it started. A layer with a lead may write over an input at the back that has just been made,
/// and begin before it. So a layer finds its input in one of these places: 0, the front; k > 0, the back, as
/// large as layer k - 1's output; or Layers + k, the back, as large as that and layer k's lead. Going
/// backward over all of them finds the least arena.
template <std::size_t Layers>
class Planner {
public:
    /// Everything starts at a multiple of the granule, in elements.
    constexpr Planner(const std::array<Demand, Layers>& layers, std::size_t granule) : layers_(layers) {
        for (Demand& layer : layers_) {
            layer.output = round_up(layer.output, granule);
            layer.scratch = round_up(layer.scratch, granule);
            if (layer.lead != never) layer.lead = round_up(layer.lead, granule);
        }
        for (std::size_t i = Layers; i-- > 0;) {
            for (std::size_t place = 0; place <= i; ++place) least_[i][place] = least(i, place);
            for (std::size_t led = 1; led < i; ++led) least_[i][Layers + led] = least(i, Layers + led);
        }
    }

    [[nodiscard]] constexpr Plan<Layers> best() const {
        Plan<Layers> plan;
        plan.size = least_[0][0];
        std::size_t place = 0;
        for (std::size_t i = 0; i < Layers; ++i) {
            const std::size_t most = least(i, place);
            const bool stays = if_it_stays(i, place) == most;
            const bool leads = !stays && if_it_leads(i, place) == most;
            const std::size_t input_in_front = place == 0 ? held(i, place) : 0;
            if (leads) place = Layers + i;
            if (!stays && !leads) place = target(i, place);
            const std::size_t output_in_front = place == 0 ? layers_[i].output : 0;
            plan.moves[i] = !stays && !leads;
            plan.scratch[i] = max(input_in_front, output_in_front);
            plan.output[i] = place > 0 ? plan.size - held(i + 1, place) : 0;
        }
        return plan;
    }

private:
    static constexpr std::size_t never = Demand::impossible;

    /// What layer i's input occupies.
    [[nodiscard]] constexpr std::size_t held(std::size_t i, std::size_t place) const {
        if (i == 0) return 0;
        if (place > Layers) return layers_[place - Layers - 1].output + layers_[place - Layers].lead;
        return layers_[place > 0 ? place - 1 : i - 1].output;
    }

    /// Where layer i's output goes when it leaves its input's end; the first may choose.
    [[nodiscard]] constexpr std::size_t target(std::size_t i, std::size_t place) const {
        const bool to_front = place > 0 || (i == 0 && least_[1][0] <= least_[1][1]);
        return to_front ? 0 : i + 1;
    }

    /// The arena that layer i and all after it need.
    [[nodiscard]] constexpr std::size_t if_it_moves(std::size_t i, std::size_t place) const {
        const std::size_t here = held(i, place) + layers_[i].scratch + layers_[i].output;
        return max(here, least_[i + 1][target(i, place)]);
    }
    [[nodiscard]] constexpr std::size_t if_it_stays(std::size_t i, std::size_t place) const {
        if (i == 0 || !layers_[i].in_place || layers_[i].output > held(i, place)) return never;
        return max(held(i, place) + layers_[i].scratch, least_[i + 1][place]);
    }

    [[nodiscard]] constexpr std::size_t if_it_leads(std::size_t i, std::size_t place) const {
        if (i == 0 || place != i || layers_[i].lead == never) return never;
        if (layers_[i].output > layers_[i - 1].output) return never;
        return max(held(i + 1, Layers + i) + layers_[i].scratch, least_[i + 1][Layers + i]);
    }
    [[nodiscard]] constexpr std::size_t least(std::size_t i, std::size_t place) const {
        return min(if_it_moves(i, place), min(if_it_stays(i, place), if_it_leads(i, place)));
    }

    std::array<Demand, Layers> layers_;
    std::array<std::array<std::size_t, 2 * Layers>, Layers + 1> least_{};  // [layer][place of its input]
};

template <std::size_t Layers>
constexpr Plan<Layers> plan(const std::array<Demand, Layers>& layers, std::size_t granule) {
    return Planner<Layers>(layers, granule).best();
}

}  // namespace mote::nn
