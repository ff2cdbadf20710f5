// SPDX-License-Identifier: MIT
#include "mote/nn/plan.hpp"

#include <vector>

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Demand, nn::Plan;

namespace {

/// A stretch of the arena that is in use from one layer to another, both included.
struct Block {
    std::size_t begin, size, from, to;
};

bool overlap(const Block& a, const Block& b) {
    return a.from <= b.to && b.from <= a.to && a.begin < b.begin + b.size && b.begin < a.begin + a.size;
}

/// Outputs (until the next layer has read them) and scratch, where the plan puts them.
template <std::size_t N>
std::vector<Block> blocks(const std::array<Demand, N>& layers, const Plan<N>& plan) {
    std::vector<Block> all;
    for (std::size_t i = 0; i < N; ++i) {
        if (plan.moves[i]) {
            all.push_back({plan.output[i], layers[i].output, i, i + 1});
        } else {  // its input already is in the list: it is shared, not overlapped
            all.push_back({plan.output[i], layers[i].output, i + 1, i + 1});
            const std::size_t lead = plan.output[i - 1] - plan.output[i];
            if (lead > 0) all.push_back({plan.output[i], lead, i, i});
            REQUIRE((lead == 0 ? layers[i].in_place || layers[i].lead == 0 : lead == layers[i].lead));
        }
        all.push_back({plan.scratch[i], layers[i].scratch, i, i});
    }
    return all;
}

/// Places one block after another at the lowest offset that is free while it lives; layers that may work in
/// place share one block with their input.
template <std::size_t N>
std::size_t first_fit(const std::array<Demand, N>& layers, Random& random) {
    std::vector<Block> todo, placed;
    for (std::size_t i = 0; i < N; ++i) {
        if (i > 0 && layers[i].in_place && layers[i].output <= todo.back().size) {
            todo.back().to = i + 1;
        } else {
            todo.push_back({0, layers[i].output, i, i + 1});
        }
    }
    for (std::size_t i = 0; i < N; ++i) {
        if (layers[i].scratch > 0) todo.push_back({0, layers[i].scratch, i, i});
    }
    std::size_t end = 0;
    while (!todo.empty()) {
        const auto pick = todo.begin() + random.below(static_cast<std::uint32_t>(todo.size()));
        Block block = *pick;
        todo.erase(pick);
        for (bool moved = true; moved;) {
            moved = false;
            for (const Block& other : placed) {
                if (overlap(block, other)) {
                    block.begin = other.begin + other.size;
                    moved = true;
                }
            }
        }
        placed.push_back(block);
        end = max(end, block.begin + block.size);
    }
    return end;
}

}  // namespace

TEST_CASE("Plan: worked example") {
    // conv 100, pool in place to 25, conv 60 with scratch 10, dense 5: at most 25 + 10 + 60 and 100 live
    // together.
    constexpr std::array<Demand, 4> layers{{{100}, {25, 0, true}, {60, 10}, {5}}};
    constexpr auto plan = nn::plan(layers, 1);
    STATIC_REQUIRE(plan.size == 100);
    STATIC_REQUIRE(plan.output == std::array<std::size_t, 4>{0, 0, 40, 0});
    STATIC_REQUIRE(plan.scratch[2] == 25);
    // Two equal layers, of which the second may begin 10 before its input: not 200, but 100 + 10 + 5.
    constexpr std::array<Demand, 2> chasing{{{100}, {100, 5, false, 10}}};
    constexpr auto overlapping = nn::plan(chasing, 1);
    STATIC_REQUIRE(overlapping.size == 115);
    STATIC_REQUIRE(overlapping.output == std::array<std::size_t, 2>{15, 5});
    STATIC_REQUIRE(overlapping.scratch[1] == 0);
    // Multiples of 16 from the same numbers: 112, 32 + 16 + 64.
    STATIC_REQUIRE(nn::plan(layers, 16).size == 112);
}

TEST_CASE("Plan: live blocks never overlap, and no random order packs them tighter") {
    Random random(42);
    for (int trial = 0; trial < 300; ++trial) {
        std::array<Demand, 9> layers{};
        for (std::size_t i = 0; i < layers.size(); ++i) {
            layers[i].output = 1 + random.below(100);
            layers[i].scratch = random.below(3) == 0 ? random.below(40) : 0;
            layers[i].in_place = i > 0 && random.below(2) == 0;
            if (layers[i].in_place && random.below(2) == 0) layers[i].output = layers[i - 1].output;
            if (i > 0 && random.below(3) == 0) {
                layers[i].lead = random.below(20);
                layers[i].output = layers[i - 1].output - random.below(2) * layers[i - 1].output / 3;
            }
        }
        const auto plan = nn::plan(layers, 1);
        const auto all = blocks(layers, plan);
        for (std::size_t a = 0; a < all.size(); ++a) {
            REQUIRE(all[a].begin + all[a].size <= plan.size);
            for (std::size_t b = a + 1; b < all.size(); ++b) REQUIRE_FALSE(overlap(all[a], all[b]));
        }
        std::size_t best = first_fit(layers, random);
        for (int order = 0; order < 30; ++order) best = min(best, first_fit(layers, random));
        REQUIRE(plan.size <= best);
    }
}
