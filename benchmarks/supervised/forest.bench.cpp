// SPDX-License-Identifier: MIT
// Forests grown until their leaves are pure, asked for rows that they have not seen, in random order: a row
// asked twice in a row would have its branches foretold.
#include <benchmark/benchmark.h>

#include <vector>

#include "mote/core/random.hpp"
#include "mote/supervised/batch_forest.hpp"
#include "mote/supervised/compact_forest.hpp"
#include "mote/supervised/fast_forest.hpp"
#include "mote/supervised/forest_layout.hpp"
#include "mote/supervised/gradient_boosting.hpp"
#include "mote/supervised/random_forest.hpp"
#include "tests/firmware/models/breast_cancer_forest.hpp"
#include "tests/supervised/split.hpp"

namespace {

template <std::size_t Features, std::size_t Classes, std::size_t Trees>
struct Task {
    using Forest = mote::RandomForest<float, Features, Classes,
                                      mote::ForestConfig{.trees = Trees, .depth = 30, .leaves = 256}>;
    static constexpr const char* name = Features == 64 ? "digits" : "breast_cancer";
};

template <class Task>
const typename Task::Forest& grown() {
    static typename Task::Forest forest = [] {
        static typename Task::Forest model;
        static typename Task::Forest::template Trainer<1500> trainer;
        const mote::testing::Split<float, Task::Forest::features> split(Task::name);
        static_cast<void>(model.fit(split.train(), trainer));
        return model;
    }();
    return forest;
}

template <std::size_t Features>
using Table = std::vector<std::array<float, Features>>;

/// The rows held out, in random order.
template <std::size_t Features>
Table<Features> unseen_rows(const char* name) {
    const Table<Features> rows = mote::testing::Split<float, Features>(name).held_out_rows;
    mote::Random random(5);
    Table<Features> shuffled;
    for (int i = 0; i < 4096; ++i)
        shuffled.push_back(rows[random.below(static_cast<std::uint32_t>(rows.size()))]);
    return shuffled;
}

template <class Model>
void ask(benchmark::State& state, const Model& model, const Table<Model::features>& shuffled) {
    std::size_t row = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(model.predict(shuffled[row]));
        row = (row + 1) % shuffled.size();
    }
    state.SetItemsProcessed(state.iterations());
}

template <class Task>
void forest(benchmark::State& state) {
    ask(state, grown<Task>(), unseen_rows<Task::Forest::features>(Task::name));
    state.counters["bytes"] = sizeof(typename Task::Forest);
}

template <class Task>
void compact(benchmark::State& state) {
    static mote::CompactForest<typename Task::Forest> packed;
    if (packed.assign(grown<Task>()) != mote::Status::ok) return state.SkipWithError("does not fit");
    ask(state, packed, unseen_rows<Task::Forest::features>(Task::name));
    state.counters["bytes"] = static_cast<double>(packed.used().node_bytes);
}

template <class Task>
void fast(benchmark::State& state) {
    static mote::FastForest<typename Task::Forest> quick;
    if (quick.assign(grown<Task>()) != mote::Status::ok) return state.SkipWithError("does not fit");
    ask(state, quick, unseen_rows<Task::Forest::features>(Task::name));
    state.counters["bytes"] = 8.0 * static_cast<double>(quick.used().nodes);
}

/// A small forest that the compiler knows: 10 trees of 15 leaves.
template <mote::ForestLayout Layout>
void laid_out(benchmark::State& state) {
    static constexpr auto model = mote::lay_out<mote::firmware::breast_cancer::forest, Layout>();
    ask(state, model, unseen_rows<30>("breast_cancer"));
}

/// 1,000 rows at once; the time is that of one row.
template <class Forest>
void ask_all(benchmark::State& state, const Forest& source, const Table<Forest::features>& shuffled) {
    static mote::BatchForest<Forest> batch;
    static typename mote::BatchForest<Forest>::Workspace workspace;
    if (batch.assign(source) != mote::Status::ok) return state.SkipWithError("does not fit");
    const auto rows = std::span(shuffled).first(1000);
    std::array<std::uint8_t, 1000> answers{};
    while (state.KeepRunningBatch(1000)) {
        if (batch.predict(rows, answers, workspace) != mote::Status::ok) state.SkipWithError("refused");
        benchmark::DoNotOptimize(answers);
    }
    state.SetItemsProcessed(state.iterations());
}

template <class Task>
void batch(benchmark::State& state) {
    ask_all(state, grown<Task>(), unseen_rows<Task::Forest::features>(Task::name));
}

/// 10,000 rows of 6 features whose label is a rule with noise.
struct Synthetic {
    Table<6> rows{10'000};
    std::vector<std::uint8_t> labels = std::vector<std::uint8_t>(rows.size());

    explicit Synthetic(std::uint64_t seed) {
        mote::Random random(seed);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (float& value : rows[i]) value = random.normal<float>();
            labels[i] = rows[i][0] * rows[i][1] + rows[i][2] + random.normal<float>() / 2 > 0 ? 1 : 0;
        }
    }
};

using Boosted =
    mote::GradientBoosting<float, 6, 2,
                           mote::BoostingConfig{.rounds = 10, .leaves = 31, .depth = 30, .bins = 255}>;
Boosted::Trainer<10'000> boosting_trainer;

const Boosted& boosted_model() {
    static Boosted model;
    const Synthetic seen(6);
    static const mote::Status status = model.fit({seen.rows, seen.labels}, boosting_trainer);
    if (status != mote::Status::ok) model.reset();
    return model;
}

/// 10 trees of 31 leaves.
void boosted(benchmark::State& state) {
    ask(state, boosted_model(), Synthetic(7).rows);
    state.counters["leaves"] = static_cast<double>(boosted_model().tree(9).leaf_count());
}

void boosted_fast(benchmark::State& state) {
    static mote::FastForest<Boosted> quick;
    if (quick.assign(boosted_model()) != mote::Status::ok) return state.SkipWithError("does not fit");
    ask(state, quick, Synthetic(7).rows);
}

void boosted_batch(benchmark::State& state) {
    ask_all(state, boosted_model(), Synthetic(7).rows);
}

void fit_boosted(benchmark::State& state) {
    static Boosted model;
    const Synthetic seen(6);
    for (auto _ : state) {
        if (model.fit({seen.rows, seen.labels}, boosting_trainer) != mote::Status::ok)
            state.SkipWithError("");
    }
}

/// 100 trees.
void fit(benchmark::State& state) {
    const Synthetic seen(6);
    using Forest =
        mote::RandomForest<float, 6, 2, mote::ForestConfig{.trees = 100, .depth = 60, .leaves = 3000}>;
    static Forest forest;
    static Forest::Trainer<10'000> trainer;
    for (auto _ : state) {
        if (forest.fit({seen.rows, seen.labels}, trainer) != mote::Status::ok)
            state.SkipWithError("does not fit");
    }
    state.counters["leaves"] = static_cast<double>(forest.tree(0).leaf_count());
}

using Digits10 = Task<64, 10, 10>;
using Digits100 = Task<64, 10, 100>;
using BreastCancer100 = Task<30, 2, 100>;
BENCHMARK_TEMPLATE(forest, Digits10);
BENCHMARK_TEMPLATE(compact, Digits10);
BENCHMARK_TEMPLATE(fast, Digits10);
BENCHMARK_TEMPLATE(batch, Digits10);
BENCHMARK_TEMPLATE(forest, Digits100);
BENCHMARK_TEMPLATE(compact, Digits100);
BENCHMARK_TEMPLATE(fast, Digits100);
BENCHMARK_TEMPLATE(batch, Digits100);
BENCHMARK_TEMPLATE(forest, BreastCancer100);
BENCHMARK_TEMPLATE(compact, BreastCancer100);
BENCHMARK_TEMPLATE(fast, BreastCancer100);
BENCHMARK_TEMPLATE(batch, BreastCancer100);
BENCHMARK_TEMPLATE(laid_out, mote::ForestLayout::compact);
BENCHMARK_TEMPLATE(laid_out, mote::ForestLayout::inlined);
BENCHMARK_TEMPLATE(laid_out, mote::ForestLayout::interleaved);
BENCHMARK(boosted);
BENCHMARK(boosted_fast);
BENCHMARK(boosted_batch);
BENCHMARK(fit_boosted)->Unit(benchmark::kMillisecond);
BENCHMARK(fit)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
