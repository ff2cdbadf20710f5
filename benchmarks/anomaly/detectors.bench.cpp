// SPDX-License-Identifier: MIT
// One score, and the fit, of every batch detector: 2,000 rows of 16 features. isolation_forest.bench.cpp has
// the paper's forest.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "mote/anomaly/copod.hpp"
#include "mote/anomaly/ecod.hpp"
#include "mote/anomaly/ensemble.hpp"
#include "mote/anomaly/extended_isolation_forest.hpp"
#include "mote/anomaly/gaussian_mixture_detector.hpp"
#include "mote/anomaly/hbos.hpp"
#include "mote/anomaly/integer_hbos.hpp"
#include "mote/anomaly/integer_loda.hpp"
#include "mote/anomaly/k_means_distance.hpp"
#include "mote/anomaly/k_nearest_distance.hpp"
#include "mote/anomaly/local_outlier_factor.hpp"
#include "mote/anomaly/loda.hpp"
#include "mote/anomaly/mahalanobis.hpp"
#include "mote/anomaly/one_class_svm.hpp"
#include "mote/anomaly/pca_reconstruction.hpp"

namespace {

constexpr std::size_t features = 16;

template <class Detector>
std::vector<typename Detector::Row> random_rows() {
    std::vector<typename Detector::Row> rows(2'000);
    mote::Random random(3);
    for (auto& row : rows) {
        for (auto& value : row) value = static_cast<typename Detector::Scalar>(100 * random.normal<float>());
    }
    return rows;
}

/// Rows one after the other, enough that branches cannot be learnt by heart.
template <class Detector>
void score(benchmark::State& state) {
    const auto rows = random_rows<Detector>();
    const auto detector = std::make_unique<Detector>();
    if (detector->fit(rows) != mote::Status::ok) state.SkipWithError("cannot be fitted");
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(detector->score(rows[i]));
        i = i + 1 == rows.size() ? 0 : i + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(Detector);
}

template <class Detector>
void fit(benchmark::State& state) {
    const auto rows = random_rows<Detector>();
    const auto detector = std::make_unique<Detector>();
    for (auto _ : state) benchmark::DoNotOptimize(detector->fit(rows));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows.size()));
}

using Hbos = mote::Hbos<float, features>;
using IntegerHbos = mote::IntegerHbos<features>;
using Ecod = mote::Ecod<float, features, 64>;
using Copod = mote::Copod<float, features, 64>;
using Loda = mote::Loda<float, features>;
using IntegerLoda = mote::IntegerLoda<features>;
using Mahalanobis = mote::Mahalanobis<float, features>;
using PcaReconstruction = mote::PcaReconstruction<float, features, 4>;
using KNearestDistance = mote::KNearestDistance<float, features, 256>;
using LocalOutlierFactor = mote::LocalOutlierFactor<float, features, 256>;
using OneClassSvm = mote::OneClassSvm<float, features, 256>;
using KMeansDistance = mote::KMeansDistance<float, features, 8>;
using Mixture = mote::GaussianMixtureDetector<float, features, 2, mote::Covariance::full>;
using SlantedForest =
    mote::ExtendedIsolationForest<float, features,
                                  mote::ExtendedIsolationForestConfig{.trees = 92, .samples = 64}>;
using Ensemble = mote::Ensemble<KNearestDistance, SlantedForest, Mahalanobis, Mixture>;

#define MOTE_BENCHMARK(detector)         \
    BENCHMARK_TEMPLATE(score, detector); \
    BENCHMARK_TEMPLATE(fit, detector)->Unit(benchmark::kMillisecond)

MOTE_BENCHMARK(Hbos);
MOTE_BENCHMARK(IntegerHbos);
MOTE_BENCHMARK(Ecod);
MOTE_BENCHMARK(Copod);
MOTE_BENCHMARK(Loda);
MOTE_BENCHMARK(IntegerLoda);
MOTE_BENCHMARK(Mahalanobis);
MOTE_BENCHMARK(PcaReconstruction);
MOTE_BENCHMARK(KNearestDistance);
MOTE_BENCHMARK(LocalOutlierFactor);
MOTE_BENCHMARK(OneClassSvm);
MOTE_BENCHMARK(KMeansDistance);
MOTE_BENCHMARK(Mixture);
MOTE_BENCHMARK(SlantedForest);
MOTE_BENCHMARK(Ensemble);

}  // namespace
