// SPDX-License-Identifier: MIT
#include "mote/nn/plan.hpp"

#include <span>
#include <vector>

#include "mote/core/random.hpp"
#include "tests/nn/models/autoencoder.hpp"
#include "tests/nn/models/keyword_spotting.hpp"
#include "tests/nn/models/mobilenet_v1_025.hpp"
#include "tests/nn/models/resnet8.hpp"
#include "tests/nn/models/wake_word.hpp"
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

/// Outputs, until the next layer has read them, and scratch; a layer that may work in place shares one block
/// with its input.
template <std::size_t N>
std::vector<Block> unplaced_blocks(const std::array<Demand, N>& layers) {
    std::vector<Block> all;
    for (std::size_t i = 0; i < N; ++i) {
        if (i > 0 && layers[i].in_place && layers[i].output <= all.back().size) {
            all.back().to = i + 1;
        } else {
            all.push_back({0, layers[i].output, i, i + 1});
        }
    }
    for (std::size_t i = 0; i < N; ++i) {
        if (layers[i].scratch > 0) all.push_back({0, layers[i].scratch, i, i});
    }
    return all;
}

/// Whether placing one block after another, in a random order, each at the lowest offset that is free while
/// it lives, takes less than `size`.
bool first_fit_takes_less(std::vector<Block>& blocks, std::size_t size, Random& random) {
    random.shuffle(std::span<Block>(blocks));
    for (auto block = blocks.begin(); block != blocks.end(); ++block) {
        block->begin = 0;
        for (bool moved = true; moved;) {
            moved = false;
            for (auto other = blocks.begin(); other != block; ++other) {
                if (!overlap(*block, *other)) continue;
                block->begin = other->begin + other->size;
                moved = true;
            }
        }
        if (block->begin + block->size >= size) return false;
    }
    return true;
}

/// What must hold of any plan; 1,000 random orders do not beat it.
template <std::size_t N>
void check_plan(std::array<Demand, N> layers, std::size_t granule, std::uint64_t seed) {
    const auto plan = nn::plan(layers, granule);
    for (Demand& layer : layers) {
        layer.output = nn::round_up(layer.output, granule);
        layer.scratch = nn::round_up(layer.scratch, granule);
        if (layer.lead != Demand::impossible) layer.lead = nn::round_up(layer.lead, granule);
    }
    const auto placed = blocks(layers, plan);
    bool apart = true, inside = true;
    for (std::size_t a = 0; a < placed.size(); ++a) {
        inside = inside && placed[a].begin + placed[a].size <= plan.size;
        for (std::size_t b = a + 1; b < placed.size(); ++b) apart = apart && !overlap(placed[a], placed[b]);
    }
    REQUIRE(inside);
    REQUIRE(apart);
    Random random(seed);
    auto orders = unplaced_blocks(layers);
    int beaten = 0;
    for (int order = 0; order < 1000; ++order) beaten += first_fit_takes_less(orders, plan.size, random);
    REQUIRE(beaten == 0);
}

/// Nine layers; of every kind of demand some.
std::array<Demand, 9> draw_layers(Random& random) {
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
    return layers;
}

/// A network of MLPerf Tiny as the plain loops need it, as kernels would that work in place wherever a layer
/// gives as much as it takes, and in floats.
template <class Architecture>
void check_architecture() {
    auto bytes = nn::demands_of<std::int8_t, Architecture, isa::Portable, 1>();
    bytes[0].output = Architecture::inputs;
    check_plan(bytes, 16, 1);
    for (std::size_t i = 1; i < bytes.size(); ++i) bytes[i].in_place = bytes[i].output == bytes[i - 1].output;
    check_plan(bytes, 16, 2);
    check_plan(nn::demands_of<float, Architecture, isa::Portable, 1>(), 4, 3);
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

TEST_CASE("Plan: live blocks never overlap, and none of 1,000 random orders packs them tighter") {
    Random random(42);
    for (std::uint64_t network = 0; network < 300; ++network) check_plan(draw_layers(random), 1, network);
}

TEST_CASE("Plan: no random order packs the networks of MLPerf Tiny tighter") {
    check_architecture<testing::keyword_spotting::Architecture>();
    check_architecture<testing::resnet8::Architecture>();
    check_architecture<testing::mobilenet_v1_025::Architecture>();
    check_architecture<testing::autoencoder::Architecture>();
    check_architecture<testing::wake_word::Architecture>();
}
