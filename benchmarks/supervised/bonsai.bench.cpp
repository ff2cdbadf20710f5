// SPDX-License-Identifier: MIT
// One prediction of even or odd digits by trained Bonsai and ProtoNN, in float and in integers, on held-out
// rows.
#include "mote/supervised/bonsai.hpp"

#include <benchmark/benchmark.h>

#include <memory>

#include "mote/supervised/fixed_bonsai.hpp"
#include "mote/supervised/fixed_proto_nn.hpp"
#include "mote/supervised/proto_nn.hpp"
#include "tests/supervised/tiny.hpp"

namespace {

constexpr mote::BonsaiConfig tree{.projected = 8, .depth = 2, .kept = 128};
constexpr mote::ProtoNNConfig prototypes{.projected = 8, .prototypes = 20, .kept = 128};

template <class Model>
Model trained() {
    const auto digits = mote::testing::even_or_odd<float>();
    const auto trainer = std::make_unique<typename Model::Trainer>();
    trainer->settings.epochs = 30;
    Model model;
    static_cast<void>(model.fit(digits.train(), *trainer));
    return model;
}

template <class Model, class Rows>
void ask(benchmark::State& state, const Model& model, const Rows& rows) {
    std::size_t row = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(model.predict(rows[row]));
        row = row + 1 < rows.size() ? row + 1 : 0;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(Model);
}

template <class Model>
void floating(benchmark::State& state) {
    ask(state, trained<Model>(), mote::testing::even_or_odd<float>().held_out_rows);
}

template <class Model, class Fixed>
void integers(benchmark::State& state) {
    Fixed fixed;
    static_cast<void>(fixed.assign(trained<Model>(), 4.0f));
    std::vector<std::array<mote::q15, 64>> rows;
    for (const auto& row : mote::testing::even_or_odd<float>().held_out_rows) {
        rows.push_back(mote::testing::in_units(row, 4.0f));
    }
    ask(state, fixed, rows);
}

using Tree = mote::Bonsai<float, 64, 2, tree>;
using FixedTree = mote::FixedBonsai<64, 2, tree>;
using Neighbours = mote::ProtoNN<float, 64, 2, prototypes>;
using FixedNeighbours = mote::FixedProtoNN<64, 2, prototypes>;

}  // namespace

BENCHMARK(floating<Tree>)->Name("Bonsai, float");
BENCHMARK(integers<Tree, FixedTree>)->Name("Bonsai, integers");
BENCHMARK(floating<Neighbours>)->Name("ProtoNN, float");
BENCHMARK(integers<Neighbours, FixedNeighbours>)->Name("ProtoNN, integers");
