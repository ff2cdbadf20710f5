// SPDX-License-Identifier: MIT
// How soon change detectors find a change, and how often they find one that is none. Each of 200 seeded
// streams (or as many as the argument says) is stationary for 2,000 values, then changes; every detector goes
// on after an alarm as it would in the field. Prints two tables in Markdown: false alarms in 10,000
// stationary values, and for each kind of change in how many streams it was found within 3,000 values, after
// how many on average, and the standard error of that. A third shows delay and false alarms on 30 streams for
// which those of MOA are published.
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

}  // namespace

int main(int arguments, char** argument) {
    if (arguments > 1) streams = std::max(1, std::atoi(argument[1]));
    const AdwinOptions<float> rising{.direction = Direction::up};
    std::puts("| errors of a learner | false alarms in 10,000 | 0.2 to 0.4 at once | over 1,000 values |");
    std::puts("| --- | --- | --- | --- |");
    const auto on_errors = [](const char* name, const auto& fresh) {
        report(name, fresh, {errors<step>, errors<slope>});
    };
    on_errors("Ddm", Ddm<float>());
    on_errors("Eddm", Eddm<float>());
    on_errors("HddmA", HddmA<float>());
    on_errors("Adwin, up", Adwin<float>(rising));
    on_errors("PageHinkley, threshold 10, delta 0.05", PageHinkley<float>({.delta = 0.05f, .threshold = 10}));

    std::puts(
        "\n| normal values | false alarms in 10,000 | level by one deviation at once | over 1,000 values "
        "| deviation from 1 to 3 |");
    std::puts("| --- | --- | --- | --- | --- |");
    const auto on_values = [](const char* name, const auto& fresh) {
        report(name, fresh, {level<step>, level<slope>, spread});
    };
    on_values("Cusum, level known, threshold 5", Cusum<float>(0, 1));
    on_values("Cusum, level known, threshold 8", Cusum<float>(0, 1, CusumOptions<float>{.threshold = 8}));
    on_values("Cusum, level learnt from 100, threshold 8", Cusum<float>({.threshold = 8}));
    on_values("PageHinkley, threshold 50, delta 0.1", PageHinkley<float>({.delta = 0.1f}));
    on_values("Adwin", Adwin<float>());
    on_values("Kswin, 100 and 30, alpha 0.005", Kswin<float>());
    on_values("Kswin, 300 and 100, alpha 0.0001", Kswin<float, 300, 100>(1e-4f));
    on_values("BayesianOnlineChangePoint, 64 runs, hazard 1 / 250", BayesianOnlineChangePoint<float>());

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
