// SPDX-License-Identifier: MIT
// A gauge at the end of a lathe that sorts out bad parts, and says which measurement was odd.
//
// Problem  Three variants of a part run mixed on one line. Limits must be wide enough for all three, so a
// part
//          with the bore of one and the length of another passes, and so does one that is off by little. Bad
//          parts are rare and of kinds that nobody has seen: there is nothing to train a classifier with.
// Data     Simulated: diameter, length, weight and hole position of turned parts. 64 good ones to learn from,
//          then 2,000 of which 5 in 100 are bad by one of their measurements.
// Yours    Replace `make_part` by your gauge; put in what is measured of a part, and let the first 64 good
// parts
//          be the reference.
// Writes   quality_control.svg: the parts by length and weight, the bad ones coloured, those sorted out
// ringed.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "mote/anomaly/k_nearest_distance.hpp"
#include "mote/core/random.hpp"
#include "mote/evaluate/ranking.hpp"
#include "mote/signal/standard_scaler.hpp"

using namespace mote;

constexpr std::size_t reference_parts = 64, parts = 2000, seeds = 10;
enum Measurement : std::size_t { diameter, length, weight, hole, measurements };
constexpr std::array<const char*, measurements> names = {"diameter", "length", "weight", "hole"};
using Detector = KNearestDistance<float, measurements, reference_parts>;
using Part = Detector::Row;

struct Variant {
    float diameter, length, hole;
};
constexpr std::array<Variant, 3> variants = {{{20, 80, 20}, {20.4f, 82, 22}, {20.8f, 81, 21}}};

/// Millimetres and grams. The weight follows from the size.
Part make_part(Random& random) {
    const Variant& variant = variants[random.below(3)];
    const auto about = [&](float value, float deviation) {
        return value + deviation * random.normal<float>();
    };
    const float d = about(variant.diameter, 0.02f), l = about(variant.length, 0.1f);
    return {d, l, about(0.00785f * 0.7854f * d * d * l, 0.3f), about(variant.hole, 0.1f)};
}

/// One measurement is off, by less than limits for all variants can see.
void spoil(Part& part, Measurement fault, Random& random) {
    constexpr std::array<float, measurements> by = {0.1f, 0.5f, 2.5f, 0.4f};
    part[fault] += random.below(2) == 0 ? by[fault] : -by[fault];
}

struct Run {
    std::vector<Part> all;
    std::vector<int> faults;  // -1: good
    std::vector<float> scores, beyond_limits;
    float threshold = 0;
    std::size_t named = 0, bad = 0;  // bad parts whose odd measurement was named
};

float largest_deviation(const Part& scaled) {
    float largest = 0;
    for (const float z : scaled) largest = std::max(largest, z < 0 ? -z : z);
    return largest;
}

Run run(std::uint64_t seed) {
    Random random(seed);
    std::array<Part, reference_parts> good;
    for (Part& part : good) part = make_part(random);
    StandardScaler<float, measurements> scaler;
    Detector detector;
    Run result;
    if (scaler.fit(good) != Status::ok) return result;
    for (Part& part : good) part = scaler.transform(part);
    if (detector.fit(good) != Status::ok) return result;
    std::vector<float> usual;  // of 200 further good parts, of which 1 in 100 may be sorted out
    for (int n = 0; n < 200; ++n) usual.push_back(detector.score(scaler.transform(make_part(random))));
    std::sort(usual.begin(), usual.end());
    result.threshold = usual[197];

    for (std::size_t n = 0; n < parts; ++n) {
        Part part = make_part(random);
        const bool bad = n % 20 == 19;
        const auto fault = static_cast<Measurement>(random.below(measurements));
        if (bad) spoil(part, fault, random);
        result.all.push_back(part);
        result.faults.push_back(bad ? static_cast<int>(fault) : -1);
        part = scaler.transform(part);
        result.scores.push_back(detector.score(part));
        result.beyond_limits.push_back(largest_deviation(part));
        if (!bad) continue;
        const Part why = detector.contributions(part);
        result.named += std::max_element(why.begin(), why.end()) - why.begin() == static_cast<long>(fault);
        ++result.bad;
    }
    return result;
}

double area(const std::vector<float>& scores, const std::vector<int>& faults) {
    std::vector<ScoredLabel<double>> scored;
    for (std::size_t n = 0; n < scores.size(); ++n)
        scored.push_back({static_cast<double>(scores[n]), faults[n] >= 0});
    return roc_auc(std::span(scored));
}

void draw(const Run& run) {
    constexpr std::array<const char*, measurements> colours = {"#06c", "#c60", "#c00", "#808"};
    std::ofstream svg("quality_control.svg");
    svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 640 420' font-family='sans-serif' "
           "font-size='12'>\n"
           "<rect width='640' height='420' fill='white'/>\n";
    for (std::size_t n = 0; n < run.all.size(); ++n) {
        const Part& part = run.all[n];
        const int fault = run.faults[n];
        if (fault < 0 && n % 4 != 0 && run.scores[n] <= run.threshold) continue;
        const float x = 320 + (part[length] - 81) * 180, y = 210 - (part[weight] - 207) * 14;
        svg << "<circle cx='" << x << "' cy='" << y << "' r='" << (fault < 0 ? 1.5 : 3) << "' fill='"
            << (fault < 0 ? "#999" : colours[static_cast<std::size_t>(fault)]) << "'/>\n";
        if (run.scores[n] > run.threshold)
            svg << "<circle cx='" << x << "' cy='" << y << "' r='5' fill='none' stroke='#333'/>\n";
    }
    for (std::size_t i = 0; i < measurements; ++i)
        svg << "<text x='12' y='" << 40 + 16 * i << "' fill='" << colours[i] << "'>" << names[i]
            << "</text>\n";
    svg << "<text x='12' y='24' fill='#999'>good (one in four shown); ringed: sorted out; bad by</text>\n"
           "<text x='320' y='412' text-anchor='middle'>length, 79.3 to 82.7 mm</text>\n"
           "<text x='12' y='395'>weight, 193 to 221 g, upwards</text>\n</svg>\n";
}

int main() {
    double mean = 0, squares = 0, limits = 0;
    std::size_t named = 0, bad = 0, found = 0, false_alarms = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const Run result = run(seed);
        if (seed == 1) draw(result);
        const double here = area(result.scores, result.faults);
        mean += here / seeds;
        squares += here * here / seeds;
        limits += area(result.beyond_limits, result.faults) / seeds;
        named += result.named;
        bad += result.bad;
        for (std::size_t n = 0; n < parts; ++n) {
            const bool out = result.scores[n] > result.threshold;
            found += out && result.faults[n] >= 0;
            false_alarms += out && result.faults[n] < 0;
        }
    }
    std::printf("bad parts sorted out: %zu of %zu, the right measurement named: %zu\n", found, bad, named);
    std::printf("good parts sorted out: %zu of %zu; wrote quality_control.svg\n", false_alarms,
                seeds * parts - bad);
    std::printf(
        "demo: family=anomaly; algorithm=KNearestDistance; data=simulated turned parts; score=%.3f +- %.3f "
        "ROC "
        "area; reference=%.3f (limits on each measurement); row=k_nearest_distance; constant=0; ram=%zu; "
        "macs=256\n",
        mean, std::sqrt(std::max(0.0, squares - mean * mean) / (seeds - 1)), limits, sizeof(Detector));
}
