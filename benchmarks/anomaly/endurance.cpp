// SPDX-License-Identifier: MIT
// Do detectors endure? Feeds each one stream without a change, a daily season and noise, and compares the
// mean score of a million samples at the end with that of a million near the beginning; trees must be
// consistent:
//
//     endurance_program [SAMPLES [DETECTOR]]
//
// 100 million samples to every detector take a few minutes; RandomCutForest runs only where it is named.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <type_traits>

#include "benchmarks/anomaly/sound_trees.hpp"
#include "mote/anomaly/contextual_detector.hpp"
#include "mote/anomaly/ewma.hpp"
#include "mote/anomaly/half_space_trees.hpp"
#include "mote/anomaly/holt_winters.hpp"
#include "mote/anomaly/integer_z_score.hpp"
#include "mote/anomaly/random_cut_forest.hpp"
#include "mote/anomaly/robust_z_score.hpp"
#include "mote/anomaly/seasonal_baseline.hpp"
#include "mote/anomaly/stream_detector.hpp"
#include "mote/anomaly/streaming_knn.hpp"
#include "mote/anomaly/z_score.hpp"
#include "mote/core/random.hpp"

namespace {

using mote::Random;

constexpr long learning = 200'000;
long block = 1'000'000;

/// A season of 24 samples and uniform noise.
float sample(long i, Random& random) {
    static const auto season = [] {
        std::array<float, 24> values{};
        for (std::size_t hour = 0; hour < 24; ++hour) {
            values[hour] = 100 * std::sin(6.2831853f * static_cast<float>(hour) / 24);
        }
        return values;
    }();
    return season[static_cast<std::size_t>(i % 24)] + 100 * random.uniform<float>();
}

template <class Detector>
bool endure(const char* name, long samples, const Detector& fresh) {
    const auto detector = std::make_unique<Detector>(fresh);
    using Element = std::remove_cv_t<typename Detector::Sample::element_type>;
    Random random(1);
    double early = 0, late = 0;
    long not_finite = 0;
    for (long i = 0; i < samples; ++i) {
        const auto score =
            static_cast<double>(detector->observe(std::array{static_cast<Element>(sample(i, random))}));
        if (!std::isfinite(score)) ++not_finite;
        if (i >= learning && i < learning + block) early += score / static_cast<double>(block);
        if (i >= samples - block) late += score / static_cast<double>(block);
    }
    const bool same = std::abs(late - early) <= 0.05 * early;
    const bool sound = endurance::sound(*detector);
    std::printf("%-20s %10.4f %10.4f %8.4f %10ld%s%s\n", name, early, late, late / early, not_finite,
                same && not_finite == 0 ? "" : "  drifts", sound ? "" : "  trees not consistent");
    std::fflush(stdout);
    return same && not_finite == 0 && sound;
}

}  // namespace

int main(int argc, char** argv) {
    const long samples = std::max(argc > 1 ? std::atol(argv[1]) : 100'000'000, 2 * learning);
    block = std::min(block, (samples - learning) / 2);
    const std::string_view wanted = argc > 2 ? argv[2] : "";
    std::printf("%ld samples\n%-20s %10s %10s %8s %10s\n", samples, "mean score", "early", "late", "ratio",
                "not finite");
    bool all = true;
    const auto run = [&](const char* name, const auto& fresh) {
        if (wanted.empty() || wanted == name) all = endure(name, samples, fresh) && all;
    };
    run("ZScore", mote::ZScore<float, 1>{});
    run("RobustZScore", mote::RobustZScore<float, 1>{});
    run("Ewma", mote::Ewma<float, 1>{});
    run("IntegerZScore", mote::IntegerZScore<1>{});
    run("HoltWinters", mote::HoltWinters<float, 24>{});
    run("SeasonalBaseline", mote::SeasonalBaseline<float, 1>(1));
    run("HalfSpaceTrees", mote::HalfSpaceTrees<float, 1>{});
    run("ContextualDetector", mote::ContextualDetector<float, 1>{});
    run("StreamingKnn", mote::StreamingKnn<float, 1>{});
    run("StreamDetector", mote::StreamDetector<float, 1>{});
    if (!wanted.empty()) run("RandomCutForest", mote::RandomCutForest<float, 1>{});
    return all ? 0 : 1;
}
