// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/cluster/k_means.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

struct MiniBatchKMeansConfig {
    std::size_t batch = 256;
    std::size_t batches = 100;  // of fit(), beside the first
    std::size_t starts = 3;     // on the first batch, the best of which goes on
};

template <MiniBatchKMeansConfig Config, std::size_t Clusters>
concept valid_mini_batch_config = Config.batch >= Clusters&& Config.starts > 0;

/// K-means for many rows, or for rows that come in small groups: each batch moves the centroids a little.
///
/// Shapes  x: [Features]. predict(): 0 .. Clusters - 1. transform(): the distance to each centroid.
/// Units   x: any, one unit for all features; scale them first.
/// Errors  as KMeans, whatever the rows that are drawn. update() refuses rows before fit() (not_trained) and
///         what would count more than 2^32 - 1 for a cluster.
/// Memory  16 bytes more than KMeans; fit() a batch and six times the model on the stack. fit() takes batch *
///         batches * Clusters * Features multiply-accumulates, and reads every row once to see that it is
///         finite.
/// Source  Sculley 2010, Web-scale k-means clustering, WWW: 1177-1178, algorithm 1, the steps of a batch
///         added up before they are taken, which changes nothing but rounding. Deviation: starts from k-means
///         on the first batch, which counts as seen, in place of single rows.
template <FloatingScalar T, std::size_t Features, std::size_t Clusters,
          MiniBatchKMeansConfig Config = MiniBatchKMeansConfig{}, class LabelType = std::uint8_t,
          class Isa = isa::Native>
requires can_label<LabelType, Clusters> && valid_mini_batch_config<Config, Clusters>
class MiniBatchKMeans {
    using Model = KMeans<T, Features, Clusters, KMeansConfig{.starts = Config.starts}, LabelType, Isa>;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t clusters = Clusters;
    static constexpr std::size_t outputs = Clusters;

    constexpr explicit MiniBatchKMeans(std::uint64_t seed = 1) : model_(seed), seed_(seed) {}

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.size() < Clusters) return Status::too_few_rows;
        for (const Row& row : rows) {
            if (!all_finite(row)) return Status::not_finite;
        }
        MiniBatchKMeans next(seed_);
        Random random(seed_);
        if (const Status status = next.start(rows, random); status != Status::ok) return status;
        for (std::size_t n = 0; n < Config.batches; ++n) {
            typename Model::Tally tally;
            for (std::size_t i = 0; i < Config.batch; ++i) {
                const Status status = tally.add(next.model_, draw(rows, random));
                if (status != Status::ok) return status;
            }
            if (const Status status = next.model_.learn(tally); status != Status::ok) return status;
        }
        *this = next;
        return Status::ok;
    }

    /// Learns from further rows, all of them one batch.
    constexpr Status update(Rows<T, Features> batch) {
        if (!trained_) return Status::not_trained;
        typename Model::Tally tally;
        for (const Row& row : batch) {
            if (const Status status = tally.add(model_, row); status != Status::ok) return status;
        }
        return model_.learn(tally);
    }

    [[nodiscard]] constexpr Label predict(Sample x) const { return model_.predict(x); }
    [[nodiscard]] constexpr std::array<T, Clusters> transform(Sample x) const { return model_.transform(x); }

    constexpr void reset() { *this = MiniBatchKMeans(seed_); }

    [[nodiscard]] constexpr Sample centroid(std::size_t k) const { return model_.centroid(k); }
    /// The rows that centroid k is the mean of; one that was drawn again counts again.
    [[nodiscard]] constexpr std::uint32_t count(std::size_t k) const { return model_.count(k); }

private:
    [[nodiscard]] static constexpr const Row& draw(Rows<T, Features> rows, Random& random) {
        return rows[random.below(static_cast<std::uint32_t>(rows.size()))];
    }

    constexpr Status start(Rows<T, Features> rows, Random& random) {
        std::array<Row, Config.batch> first{};
        for (Row& row : first) row = draw(rows, random);
        trained_ = true;
        return model_.fit(first);
    }

    Model model_;
    std::uint64_t seed_;
    bool trained_ = false;
};

}  // namespace mote
