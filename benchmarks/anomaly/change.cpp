// SPDX-License-Identifier: MIT
// How soon change detectors find a change, and how often they find one that is none. Each of 200 seeded
// streams (or as many as the argument says) is stationary for 2,000 values, then changes; every detector goes
// on after an alarm as it would in the field. Prints two tables in Markdown: false alarms in 10,000
// stationary values, and for each kind of change in how many streams it was found within 3,000 values, after
// how many on average, and the standard error of that. Three more stand beside what is published: delay and
// false alarms on 30 streams of MOA, run lengths of a CUSUM, and where changes are found on single streams.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

#include "mote/anomaly/adwin.hpp"
#include "mote/anomaly/bayesian_online_change_point.hpp"
#include "mote/anomaly/cusum.hpp"
#include "mote/anomaly/ddm.hpp"
#include "mote/anomaly/eddm.hpp"
#include "mote/anomaly/hddm_a.hpp"
#include "mote/anomaly/kswin.hpp"
#include "mote/anomaly/page_hinkley.hpp"
#include "mote/core/random.hpp"
#include "tests/anomaly/change_reference.hpp"
#include "tests/anomaly/detections.hpp"
#include "tests/anomaly/published_changes.hpp"
#include "tests/anomaly/published_run_lengths.hpp"
#include "tests/anomaly/published_streams.hpp"

namespace {

using namespace mote;

constexpr int change = 2000, after = 3000, ramp = 1000;
int streams = 200;

/// How much of a change there is: none before, all at once, or growing over 1,000 values.
float step(int i) {
    return i < change ? 0.0f : 1.0f;
}
float slope(int i) {
    return i < change ? 0.0f : std::fmin(1.0f, static_cast<float>(i - change) / ramp);
}

/// A learner's errors: one in five, then two.
template <float (*Share)(int)>
float errors(Random& random, int i) {
    return random.uniform<float>() < 0.2f + 0.2f * Share(i) ? 1.0f : 0.0f;
}
/// Normal values whose level rises by one deviation.
template <float (*Share)(int)>
float level(Random& random, int i) {
    return random.normal<float>() + Share(i);
}
/// Normal values whose deviation grows to three.
float spread(Random& random, int i) {
    return random.normal<float>() * (1 + 2 * step(i));
}

struct Tally {
    int false_alarms = 0, found = 0;
    double delays = 0, squares = 0;
};

template <class Detector>
Tally watch(const Detector& fresh, float (*draw)(Random&, int)) {
    Tally tally;
    for (int stream = 0; stream < streams; ++stream) {
        Random random(static_cast<std::uint64_t>(stream) + 1);
        Detector detector = fresh;
        for (int i = 0; i < change + after; ++i) {
            if (detector.observe(draw(random, i)) != Change::detected) continue;
            if (i < change) {
                ++tally.false_alarms;
                continue;
            }
            const double delay = i - change + 1;
            ++tally.found;
            tally.delays += delay;
            tally.squares += delay * delay;
            break;
        }
    }
    return tally;
}

template <class Detector>
void report(const char* name, const Detector& fresh, std::initializer_list<float (*)(Random&, int)> draws) {
    std::printf("| %s |", name);
    bool first = true;
    for (const auto draw : draws) {
        const Tally tally = watch(fresh, draw);
        if (first) std::printf(" %.2f |", 1e4 * tally.false_alarms / (streams * change));
        first = false;
        const double mean = tally.delays / tally.found;
        const double error = std::sqrt((tally.squares / tally.found - mean * mean) / tally.found);
        if (tally.found == 0) {
            std::printf(" never |");
        } else if (tally.found < streams) {
            std::printf(" %.0f +- %.0f in %d of %d |", mean, error, tally.found, streams);
        } else {
            std::printf(" %.0f +- %.0f |", mean, error);
        }
    }
    std::puts("");
}

template <class Detector>
void beside(const char* name, const Detector& fresh, const char* abruptly, const char* gradually) {
    std::printf("| %s |", name);
    const auto show = [&](const testing::PublishedStream& stream, const char* published) {
        const testing::Judged judged = judge(fresh, stream);
        std::printf(" %.2f, %.1f | %s |", judged.false_alarms, judged.delay, published);
    };
    show(testing::abrupt, abruptly);
    show(testing::gradual, gradually);
    std::puts("");
}

template <class Detector, class Stream>
void places(const char* name, const Detector& fresh, const Stream& stream, const char* published) {
    std::printf("| %s | %s |", name, published);
    for (const int place : testing::detections(fresh, stream)) std::printf(" %d", place);
    std::puts(" |");
}

void show_errors() {
    const AdwinOptions<float> rising{.direction = Direction::up};
    std::puts("| errors of a learner | false alarms in 10,000 | 0.2 to 0.4 at once | over 1,000 values |");
    std::puts("| --- | --- | --- | --- |");
    const auto row = [](const char* name, const auto& fresh) {
        report(name, fresh, {errors<step>, errors<slope>});
    };
    row("Ddm", Ddm<float>());
    row("Eddm", Eddm<float>());
    row("HddmA", HddmA<float>());
    row("Adwin, up", Adwin<float>(rising));
    row("PageHinkley, threshold 10, delta 0.05", PageHinkley<float>({.delta = 0.05f, .threshold = 10}));
}

void show_values() {
    std::puts(
        "\n| normal values | false alarms in 10,000 | level by one deviation at once | over 1,000 values "
        "| deviation from 1 to 3 |");
    std::puts("| --- | --- | --- | --- | --- |");
    const auto row = [](const char* name, const auto& fresh) {
        report(name, fresh, {level<step>, level<slope>, spread});
    };
    row("Cusum, level known, threshold 5", Cusum<float>(0, 1));
    row("Cusum, level known, threshold 8", Cusum<float>(0, 1, CusumOptions<float>{.threshold = 8}));
    row("Cusum, level learnt from 100, threshold 8", Cusum<float>({.threshold = 8}));
    row("PageHinkley, threshold 50, delta 0.1", PageHinkley<float>({.delta = 0.1f}));
    row("Adwin", Adwin<float>());
    row("Kswin, 100 and 30, alpha 0.005", Kswin<float>());
    row("Kswin, 300 and 100, alpha 0.0001", Kswin<float, 300, 100>(1e-4f));
    row("BayesianOnlineChangePoint, 64 runs, hazard 1 / 250", BayesianOnlineChangePoint<float>());
}

void show_published_streams() {
    std::puts(
        "\n| false alarms and delay, 30 streams | 0.2 to 0.8 at once | published | 0.2 to 1 over 800 values "
        "| published |");
    std::puts("| --- | --- | --- | --- | --- |");
    beside("Ddm, as in MOA from the 29th value on", Ddm<double>({.warm_up = 28}), "0.20, 64.5",
           "0.37, 365.2");
    beside("Ddm", Ddm<double>(), "0.20, 64.5", "0.37, 365.2");
    beside("Eddm", Eddm<double>(), "6.57, 26.8", "6.33, 148.1");
    beside("Adwin", Adwin<double>(), "1.87, 46.3", "1.63, 280.5");
    beside("HddmA", HddmA<double>(), "-", "-");
}

void show_run_lengths() {
    std::puts("\n| Cusum: change of | size | run length published | here |\n| --- | --- | --- | --- |");
    for (const auto& row : testing::published_run_lengths) {
        const auto [mean, error] = run_length(row, 1e4 * streams, 1);
        std::printf("| %s | %g | %.7g | %.2f +- %.2f |\n", row.scheme.name, row.size, row.length, mean,
                    error);
    }
}

void show_places_of_errors() {
    std::puts("\n| published by | changes found there at | here |\n| --- | --- | --- |");
    const HddmA<double> both({.direction = Direction::both});
    places("River, HddmA", HddmA<double>(), published::failures, "1206");
    places("River, HddmA", HddmA<double>(), reference::errors, "1047");
    places("River, HddmA both ways", both, reference::steps, "531 1015 1545");
    places("scikit-multiflow, HddmA both ways", both, published::always, "1052");
    places("scikit-multiflow, HddmA both ways", both, published::twice, "515 1514");
    places("River, Ddm", Ddm<double>(), published::failures, "1334");
    places("River, Ddm", Ddm<double>(), reference::errors, "1049");
    places("River 0.10, Eddm", Eddm<double>(), reference::errors, "681 848 983 1042 1089");
    const Eddm<double> careful({.warning = 0.8, .detected = 0.75});
    places("River as of now, Eddm 0.75", careful, published::failures, "1278");
}

void show_places_of_values() {
    places("River, Kswin 100 and 30", Kswin<float>(1e-4f), published::choices, "1016");
    places("River, Kswin 200 and 100", Kswin<float, 200, 100>(1e-4f), reference::levels, "1042");
    places("River, PageHinkley", PageHinkley<double>(), published::choices, "1006");
    places("River, PageHinkley", PageHinkley<double>(), reference::levels, "1020 1991");
    places("MOA, PageHinkley", PageHinkley<double>(), reference::leap, "1014 1685");
    places("Frouros, PageHinkley", PageHinkley<double>({.warm_up = 1}), published::levels, "113 227");
    const PageHinkley<double> moa({.threshold = 60, .keep = 1}), frouros({.keep = 1, .warm_up = 1});
    places("MOA, CUSUM: PageHinkley that forgets nothing", moa, reference::leap, "1011 1556");
    places("Frouros, CUSUM: the same", frouros, published::levels, "113 226");
    places("River, Cusum", Cusum<double>({.warm_up = 30}), published::rise, "201 251");
    places("River, Adwin", Adwin<double>(), published::choices, "1023");
    places("River, Adwin", Adwin<double>(), reference::levels, "1055");
    places("MOA, Adwin 0.001", Adwin<double>({.detected = 0.001}), reference::leap, "1023 1055");
    const BayesianOnlineChangePoint<double> bayesian({.hazard = 0.01});
    places("Frouros, BayesianOnlineChangePoint", bayesian, published::levels, "100 203");
}

}  // namespace

int main(int arguments, char** argument) {
    if (arguments > 1) streams = std::max(1, std::atoi(argument[1]));
    show_errors();
    show_values();
    show_published_streams();
    show_run_lengths();
    show_places_of_errors();
    show_places_of_values();
}
