// SPDX-License-Identifier: MIT
// A hundred million values (or as many as the argument says) of an unchanging stream through every change
// detector, then a change. One that has tired finds it late or never; one that has lost count has cried wolf.
// Prints a table in Markdown.
//
//     change_endurance_program [VALUES [DETECTOR]]
//
// Kswin and BayesianOnlineChangePoint take most of the time, some eight and two microseconds a value.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "mote/anomaly/adwin.hpp"
#include "mote/anomaly/bayesian_online_change_point.hpp"
#include "mote/anomaly/cusum.hpp"
#include "mote/anomaly/ddm.hpp"
#include "mote/anomaly/eddm.hpp"
#include "mote/anomaly/hddm_a.hpp"
#include "mote/anomaly/kswin.hpp"
#include "mote/anomaly/page_hinkley.hpp"
#include "mote/core/random.hpp"
#include "mote/supervised/hoeffding_tree.hpp"

namespace {

using namespace mote;

float error(Random& random, bool changed) {
    return random.below(10) < (changed ? 4u : 2u) ? 1.0f : 0.0f;
}

/// Nearly normal in a tenth of the time: the sum of twelve uniform values has a variance of one.
float value(Random& random, bool changed) {
    float sum = changed ? -5.0f : -6.0f;
    for (int i = 0; i < 6; ++i) {
        const std::uint32_t two = random.next();
        sum += static_cast<float>(two >> 16) * 0x1p-16f + static_cast<float>(two & 0xffff) * 0x1p-16f;
    }
    return sum;
}

template <class Detector>
void endure(const char* name, const char* settings, Detector detector, float (*draw)(Random&, bool),
            std::uint64_t count) {
    Random random(11);
    std::uint64_t alarms = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        alarms += detector.observe(draw(random, false)) == Change::detected ? 1u : 0u;
    }
    std::uint64_t delay = 1;
    while (detector.observe(draw(random, true)) != Change::detected && delay < count) ++delay;
    std::printf("| %s%s | %.3f | %llu |\n", name, settings,
                1e4 * static_cast<double>(alarms) / static_cast<double>(count),
                static_cast<unsigned long long>(delay));
    std::fflush(stdout);
}

/// The tree has nothing to learn but that one row in four is of class 1.
void endure_tree(std::uint64_t count) {
    static HoeffdingTree<float, 2, 2> tree;
    Random random(12);
    const auto draw = [&] { return std::array{random.uniform<float>(), random.uniform<float>()}; };
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto row = draw();
        tree.update(row, random.below(4) == 0 ? 1 : 0);
    }
    float lowest = 1, highest = 0;
    for (int i = 0; i < 1000; ++i) {
        const float share = tree.predict_proba(draw())[1];
        lowest = min(lowest, share);
        highest = max(highest, share);
    }
    std::printf("\nHoeffdingTree: %zu leaves, probability of class 1 from %.3f to %.3f (0.250 is true)\n",
                tree.leaf_count(), static_cast<double>(lowest), static_cast<double>(highest));
}

}  // namespace

int main(int arguments, char** argument) {
    const std::uint64_t count = arguments > 1 ? std::strtoull(argument[1], nullptr, 10) : 100'000'000;
    const std::string_view wanted = arguments > 2 ? argument[2] : "";
    const auto run = [&](const char* name, const char* settings, auto detector,
                         float (*draw)(Random&, bool)) {
        if (wanted.empty() || wanted == name) endure(name, settings, detector, draw, count);
    };
    std::puts("| detector | false alarms in 10,000 | values until the change is found |");
    std::puts("| --- | --- | --- |");
    run("Ddm", "", Ddm<float>(), error);
    run("Eddm", "", Eddm<float>(), error);
    run("HddmA", "", HddmA<float>(), error);
    run("Adwin", ", up", Adwin<float>(AdwinOptions<float>{.direction = Direction::up}), error);
    run("Cusum", ", threshold 8", Cusum<float>(0, 1, CusumOptions<float>{.threshold = 8}), value);
    run("PageHinkley", ", delta 0.1", PageHinkley<float>({.delta = 0.1f}), value);
    run("BayesianOnlineChangePoint", "", BayesianOnlineChangePoint<float>(), value);
    run("Kswin", ", 300 and 100, alpha 0.0001", Kswin<float, 300, 100>(1e-4f), value);
    if (wanted.empty() || wanted == "HoeffdingTree") endure_tree(count);
}
