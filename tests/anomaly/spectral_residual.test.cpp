// SPDX-License-Identifier: MIT
#include "mote/anomaly/spectral_residual.hpp"

#include <algorithm>
#include <cmath>

#include "mote/core/random.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::Random;
using mote::SpectralResidual;
using mote::SpectralResidualConfig;

// tests/data/spectral_residual_reference.py: heart beats at 45 Hz, by scipy.fft. The series and its transform
// are exact to the last bits; logarithms of amplitudes near zero lose some.
TEST_CASE("SpectralResidual: scores are SciPy's") {
    struct Expected {
        std::size_t sample;
        double score;
    };
    constexpr Expected expected[] = {{58, 0.288795},    {59, -0.647128},  {100, 1.833040},  {101, -0.015418},
                                     {102, -0.755750},  {103, -0.870073}, {150, -0.886014}, {517, 7.347067},
                                     {1000, -0.823911}, {1111, -0.833376}};
    const auto beats = mote::testing::read_csv<double, 1>("electrocardiogram");
    REQUIRE(beats.size() == 108'000);
    SpectralResidual<double> precise;
    SpectralResidual<float> quick;
    const Expected* next = expected;
    for (std::size_t i = 0; next != std::end(expected); ++i) {
        const double x = beats[8 * i][0];
        const double score = precise.observe(std::array{x});
        const float rough = quick.observe(std::array{static_cast<float>(x)});
        if (i < 58) REQUIRE(score == 0);
        if (i != next->sample) continue;
        CAPTURE(i, score, rough, next->score);
        REQUIRE(std::abs(score - next->score) < 1e-5);
        REQUIRE(std::abs(static_cast<double>(rough) - next->score) < 1e-3);
        ++next;
    }
}

TEST_CASE("SpectralResidual: a spike in a wave is salient, a flat line is not") {
    SpectralResidual<float> detector;
    Random random(1);
    const auto wave = [&](int i) {
        return std::sin(0.4f * static_cast<float>(i)) + 0.05f * random.normal<float>();
    };
    float usual = 0;
    for (int i = 0; i < 500; ++i) usual = std::max(usual, detector.observe(std::array{wave(i)}));
    CAPTURE(usual);
    REQUIRE(detector.score(std::array{5.0f}) > 1.5f * usual);
    for (int i = 0; i < 64; ++i) detector.observe(std::array{2.0f});
    REQUIRE(detector.score(std::array{2.0f}) == 0);
}

TEST_CASE("SpectralResidual: knows no unit of measurement, and takes values of every size") {
    SpectralResidual<float> volts, millivolts, rough;
    Random random(2);
    for (int i = 0; i < 300; ++i) {
        const float x = random.normal<float>();
        REQUIRE(volts.observe(std::array{x}) == millivolts.observe(std::array{1024 * x}));
        REQUIRE(mote::isfinite(rough.observe(std::array{i % 7 ? x : 1e38f * x})));
    }
}

TEST_CASE("SpectralResidual: keeps the promises of a streaming detector") {
    constexpr SpectralResidualConfig quick{.window = 8, .compared = 3, .ahead = 2};
    mote::testing::check_streaming_detector<SpectralResidual<float, quick>>();
    mote::testing::check_streaming_detector<SpectralResidual<double, quick>>();
    STATIC_REQUIRE(
        mote::testing::scores(mote::testing::trained_detector<SpectralResidual<float, quick>>())[0] != 0);
    STATIC_REQUIRE(sizeof(SpectralResidual<float>) == 4 * 58 + 8);
}
