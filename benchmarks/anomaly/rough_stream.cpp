// SPDX-License-Identifier: MIT
// A long and rough stream through the streaming detectors: rough_stream [SAMPLES [DETECTOR]] (10^8 where
// nothing is said, some minutes; a detector that is not named comes in turn with all others). The stream is a
// season with noise, steps, spikes of every size and stuck stretches. Every score must be finite and, where
// it has one, within its bound; after all of it a quiet time must score low and an anomaly high; trees must
// be sound. Prints a line per detector; 0 if all held.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <memory>
#include <string_view>
#include <type_traits>

#include "benchmarks/anomaly/sound_trees.hpp"
#include "mote/anomaly/contextual_detector.hpp"
#include "mote/anomaly/half_space_trees.hpp"
#include "mote/anomaly/left_matrix_profile.hpp"
#include "mote/anomaly/random_cut_forest.hpp"
#include "mote/anomaly/rs_hash.hpp"
#include "mote/anomaly/spectral_residual.hpp"
#include "mote/anomaly/stream_detector.hpp"
#include "mote/anomaly/streaming_knn.hpp"
#include "mote/anomaly/streaming_loda.hpp"
#include "mote/anomaly/subspace_tracker.hpp"
#include "mote/core/random.hpp"

namespace {

using Row = std::array<float, 2>;

class Stream {
public:
    Row usual() {
        tick_ = tick_ + 1 == 288 ? 0 : tick_ + 1;
        const float wave = std::sin(0.0218f * static_cast<float>(tick_));
        const float noise = random_.normal<float>();
        return {wave + 0.1f * noise, wave - 0.1f * noise + 0.05f * random_.normal<float>()};
    }
    Row rough() {
        Row row = usual();
        const std::uint32_t dice = random_.below(5000);
        if (dice == 0) level_ = 4 * random_.normal<float>();
        if (dice == 1) stuck_ = 50;
        if (dice == 2)
            row[0] = std::ldexp(random_.normal<float>(), static_cast<int>(random_.below(200)) - 100);
        if (stuck_ > 0) {
            --stuck_;
            return last_;
        }
        row[1] += level_;
        return last_ = row;
    }

private:
    mote::Random random_{1};
    Row last_{};
    float level_ = 0;
    int stuck_ = 0;
    std::uint32_t tick_ = 0;
};

/// As much of a row as the detector looks at.
template <class Detector>
auto seen(const Row& row) {
    std::array<float, Detector::features> x{};
    std::copy_n(row.begin(), x.size(), x.begin());
    return x;
}

template <class Detector>
constexpr double bound() {
    if constexpr (requires { Detector::highest; }) return static_cast<double>(Detector::highest);
    return std::numeric_limits<double>::max();
}

template <class Detector>
bool endures(const char* name, std::uint64_t samples, double lowest = 0) {
    const auto detector = std::make_unique<Detector>();
    Stream stream;
    std::uint64_t out_of_bounds = 0;
    const std::clock_t begin = std::clock();
    for (std::uint64_t i = 0; i < samples; ++i) {
        const auto score = static_cast<double>(detector->observe(seen<Detector>(stream.rough())));
        if (!(score >= lowest && score <= bound<Detector>())) ++out_of_bounds;
    }
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    double usual = 0;
    for (int i = 0; i < 8000; ++i) {  // more than any memory here
        const auto score = static_cast<double>(detector->observe(seen<Detector>(stream.usual())));
        if (i >= 7000) usual += score / 1000;
    }
    const auto strange = static_cast<double>(detector->score(seen<Detector>({9.0f, -9.0f})));
    const bool good = out_of_bounds == 0 && endurance::sound(*detector) && strange > usual;
    std::printf("%-20s %s: usual %.3g, strange %.3g, %.0f ns a sample\n", name, good ? "endured" : "FAILED",
                usual, strange, seconds / static_cast<double>(samples) * 1e9);
    std::fflush(stdout);
    return good;
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t samples = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000'000;
    if (samples == 0) return 2;
    constexpr mote::RandomCutConfig small{.trees = 10, .points = 32};
    const std::string_view wanted = argc > 2 ? argv[2] : "";
    int tried = 0, failed = 0;
    const auto run = [&]<class Detector>(const char* name, std::type_identity<Detector>, double lowest = 0) {
        if (!wanted.empty() && wanted != name) return;
        ++tried;
        if (!endures<Detector>(name, samples, lowest)) ++failed;
    };
    constexpr mote::SubspaceConfig one_direction{.rank = 1};
    run("StreamDetector", std::type_identity<mote::StreamDetector<float, 2>>{});
    run("ContextualDetector", std::type_identity<mote::ContextualDetector<float, 2>>{});
    run("StreamingKnn", std::type_identity<mote::StreamingKnn<float, 2>>{});
    run("RandomCutForest", std::type_identity<mote::RandomCutForest<float, 2, small>>{});
    run("SubspaceTracker", std::type_identity<mote::SubspaceTracker<float, 2, one_direction>>{});
    run("RsHash", std::type_identity<mote::RsHash<float, 2>>{});
    run("StreamingLoda", std::type_identity<mote::StreamingLoda<float, 2>>{});
    run("HalfSpaceTrees", std::type_identity<mote::HalfSpaceTrees<float, 2>>{});
    run("LeftMatrixProfile", std::type_identity<mote::LeftMatrixProfile<float>>{});
    run("SpectralResidual", std::type_identity<mote::SpectralResidual<float>>{}, /*lowest=*/-1);
    if (tried == 0) std::fprintf(stderr, "no such detector: %s\n", argv[2]);
    return tried > 0 && failed == 0 ? 0 : 1;
}
