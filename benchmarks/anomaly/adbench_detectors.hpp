// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "benchmarks/anomaly/adbench.hpp"
#include "mote/anomaly/copod.hpp"
#include "mote/anomaly/ecod.hpp"
#include "mote/anomaly/ensemble.hpp"
#include "mote/anomaly/extended_isolation_forest.hpp"
#include "mote/anomaly/gaussian_mixture_detector.hpp"
#include "mote/anomaly/hbos.hpp"
#include "mote/anomaly/isolation_forest.hpp"
#include "mote/anomaly/k_means_distance.hpp"
#include "mote/anomaly/k_nearest_distance.hpp"
#include "mote/anomaly/local_outlier_factor.hpp"
#include "mote/anomaly/loda.hpp"
#include "mote/anomaly/mahalanobis.hpp"
#include "mote/anomaly/one_class_svm.hpp"
#include "mote/anomaly/pca_reconstruction.hpp"
#include "mote/signal/min_max_scaler.hpp"
#include "mote/signal/random_projection.hpp"

/// Compiled once per number of features, in a source of its own that CMake writes.
namespace adbench {

constexpr std::size_t memory_limit = 32 * 1024;

template <class T>
std::vector<T> read(const char* file, std::streamoff first_byte, std::size_t count) {
    std::vector<T> values(count);
    std::ifstream stream(std::string(MOTE_ADBENCH_DIR "/") + file, std::ios::binary);
    stream.seekg(first_byte);
    stream.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(T)));
    if (!stream) values.clear();
    return values;
}

/// In percent: the share of pairs of an anomaly and a usual row that the scores order right, ties by half.
template <class Score>
double auroc(const std::vector<Score>& scores, const std::vector<std::uint8_t>& labels) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
    double right = 0, usual = 0, anomalies = 0;
    for (std::size_t i = 0; i < order.size();) {
        double usual_here = 0, anomalies_here = 0;
        const Score score = scores[order[i]];
        for (; i < order.size() && scores[order[i]] == score; ++i)
            ++(labels[order[i]] != 0 ? anomalies_here : usual_here);
        right += anomalies_here * (usual + usual_here / 2);
        usual += usual_here;
        anomalies += anomalies_here;
    }
    return 100 * right / (usual * anomalies);
}

template <std::size_t Features>
struct Data {
    std::vector<std::array<float, Features>> rows;
    std::vector<std::uint8_t> labels;
};

/// A set that a detector refuses, for having too few rows or none that differ, has no line, and a word on the
/// other stream.
template <class Detector, std::size_t Features>
void judge(const Set& set, const char* name, const Data<Features>& data) {
    static_assert(sizeof(Detector) <= memory_limit, "mote: a model has 32 KB here");
    const auto detector = std::make_unique<Detector>();
    if (const mote::Status status = detector->fit(data.rows); status != mote::Status::ok) {
        std::fprintf(stderr, "%s, %s: %s\n", set.name, name, mote::message(status).data());
        return;
    }
    std::vector<typename Detector::Score> scores;
    for (const auto& row : data.rows) scores.push_back(detector->score(row));
    std::printf("%s,%s,%.2f\n", set.name, name, auroc(scores, data.labels));
}

template <std::size_t Features>
Data<Features> load(const Set& set) {
    const auto values = read<float>("x_f32.bin", set.first_byte, set.rows * Features);
    Data<Features> data{{}, read<std::uint8_t>("y_u8.bin", set.first_label_byte, set.rows)};
    if (values.empty() || data.labels.empty()) return {};
    data.rows.resize(set.rows);
    for (std::size_t i = 0; i < values.size(); ++i) data.rows[i / Features][i % Features] = values[i];
    mote::MinMaxScaler<float, Features> scaler;
    if (scaler.fit(data.rows) != mote::Status::ok) data.rows.clear();
    for (auto& row : data.rows) row = scaler.transform(row);
    return data;
}

/// As many knots as fit, up to 64.
constexpr std::size_t knots_for(std::size_t features) {
    return std::min<std::size_t>(64, memory_limit / (12 * features) - 1);
}

/// As many rows as fit, up to what a tree of an isolation forest sees: the fewer of the rows are kept, the
/// fewer anomalies are among them.
constexpr std::size_t rows_for(std::size_t features) {
    return std::min<std::size_t>(256, (memory_limit - 16) / (4 * (features + 2)));
}

/// The whole part of the square root.
constexpr std::size_t components_for(std::size_t features) {
    std::size_t root = 1;
    while ((root + 1) * (root + 1) <= features) ++root;
    return root;
}

/// Two normal distributions, whose features lean on each other where there is room for that.
template <std::size_t Features, std::size_t room>
using Mixture = mote::GaussianMixtureDetector<float, Features, 2,
                                              4 * 2 * (Features * (Features + 3) / 2 + 2) + 24 <= room
                                                  ? mote::Covariance::full
                                                  : mote::Covariance::diagonal>;

/// A view of each kind: like other rows, hard to isolate, within the covariance, and likely in one of two
/// states. 32 KB for 166 features, so 4 KB of rows, a forest of 10 KB, a byte for each weight, and slanted
/// states up to 14 KB.
template <std::size_t Features>
using Views = mote::Ensemble<
    mote::KNearestDistance<float, Features, std::min<std::size_t>(256, 4 * 1024 / 4 / Features)>,
    mote::ExtendedIsolationForest<float, Features,
                                  mote::ExtendedIsolationForestConfig{.trees = 23, .samples = 64}>,
    mote::Mahalanobis<float, Features, std::int8_t>, Mixture<Features, 14 * 1024>>;

template <std::size_t Features>
void judge_all(const Set& set, const Data<Features>& data) {
    constexpr mote::IsolationForestConfig forest{.trees = 48, .samples = 128};
    constexpr mote::ExtendedIsolationForestConfig slanted{.trees = 92, .samples = 64};
    judge<mote::IsolationForest<float, Features, forest>>(set, "IForest", data);
    judge<mote::ExtendedIsolationForest<float, Features, slanted>>(set, "ExtendedIForest", data);
    judge<mote::Hbos<float, Features>>(set, "HBOS", data);
    judge<mote::Ecod<float, Features, knots_for(Features)>>(set, "ECOD", data);
    judge<mote::Copod<float, Features, knots_for(Features)>>(set, "COPOD", data);
    judge<mote::Loda<float, Features>>(set, "LODA", data);
    judge<mote::Mahalanobis<float, Features, std::int16_t>>(set, "Mahalanobis", data);
    if constexpr (Features > 1)  // of one feature no component can be left out
        judge<mote::PcaReconstruction<float, Features, components_for(Features)>>(set, "PCA", data);
    judge<mote::KNearestDistance<float, Features, rows_for(Features)>>(set, "KNN", data);
    judge<mote::LocalOutlierFactor<float, Features, rows_for(Features)>>(set, "LOF", data);
    judge<mote::KMeansDistance<float, Features, 8>>(set, "KMeans8", data);
    judge<Mixture<Features, memory_limit>>(set, "GMM2", data);
    judge<mote::OneClassSvm<float, Features, rows_for(Features)>>(set, "OCSVM", data);
    judge<Views<Features>>(set, "Ensemble", data);
}

/// A model of 32 KB has no room for the covariance of more: signs keep the distances among fewer features.
constexpr std::size_t most_features = 166;

template <std::size_t Features>
bool run(const Set& set) {
    const auto data = load<Features>(set);
    const auto anomalies =
        std::count_if(data.labels.begin(), data.labels.end(), [](auto y) { return y != 0; });
    if (data.labels.empty()) {
        std::fprintf(stderr, "%s: cannot be read\n", set.name);
        return false;
    }
    if (data.rows.empty() || anomalies == 0 || static_cast<std::size_t>(anomalies) == set.rows) {
        std::fprintf(stderr, "%s: left out, holds values that are none or rows of one kind only\n", set.name);
        return true;
    }
    if constexpr (Features <= most_features) {
        judge_all<Features>(set, data);
    } else {
        const mote::RandomProjection<float, Features, most_features> projection;
        Data<most_features> fewer{{}, data.labels};
        for (const auto& row : data.rows) fewer.rows.push_back(projection.transform(row));
        judge_all<most_features>(set, fewer);
    }
    return true;
}

}  // namespace adbench
