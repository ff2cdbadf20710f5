// SPDX-License-Identifier: MIT
// Not a measurement of time: how many alarms a day there are when one a day is asked for. Each detector
// watches simulated sensors on which nothing happens, a sample a second for 100 days from switching on, and
// Alarm makes alarms of its scores. Prints one line for each detector and family of sensors: alarms a day,
// mean over the seeds, and the fewest and the most of a seed. `alarm_rate_program 3` takes three seeds; the
// default is one.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "mote/anomaly/alarm.hpp"
#include "mote/anomaly/ewma.hpp"
#include "mote/anomaly/half_space_trees.hpp"
#include "mote/anomaly/holt_winters.hpp"
#include "mote/anomaly/robust_z_score.hpp"
#include "mote/anomaly/seasonal_baseline.hpp"
#include "mote/anomaly/stream_detector.hpp"
#include "mote/anomaly/z_score.hpp"
#include "tests/anomaly/simulated_sensor.hpp"

namespace {

using mote::testing::Family;
using mote::testing::SimulatedSensor;

constexpr std::uint32_t samples_per_day = 86'400;
std::uint32_t days = 100;
constexpr mote::AlarmRate once_a_day{.per_day = 1, .samples_per_day = samples_per_day};

template <class Detector>
double alarms_per_day(Detector detector, Family family, std::uint64_t seed) {
    SimulatedSensor sensor(family, samples_per_day, seed);
    mote::Alarm<float, mote::AlarmConfig{.warm_up = 1000}> alarm(once_a_day);
    for (std::uint32_t i = 0; i < days * samples_per_day; ++i) {
        alarm.observe(static_cast<float>(detector.observe(std::array{sensor.next()})));
    }
    return static_cast<double>(alarm.alarms()) / days;
}

constexpr std::array families{Family::gaussian, Family::heavy_tailed, Family::autocorrelated,
                              Family::seasonal};
constexpr std::array names{"Gaussian", "heavy-tailed", "autocorrelated", "seasonal"};

template <class Detector>
void judge(const char* name, int seeds, const Detector& fresh) {
    for (std::size_t family = 0; family < families.size(); ++family) {
        double sum = 0, least = 1e9, most = 0;
        for (int seed = 1; seed <= seeds; ++seed) {
            const double rate = alarms_per_day(fresh, families[family], static_cast<std::uint64_t>(seed));
            sum += rate;
            least = std::min(least, rate);
            most = std::max(most, rate);
        }
        std::printf("%-17s %-14s %6.2f %6.2f .. %4.2f%s\n", name, names[family], sum / seeds, least, most,
                    least < 0.5 || most > 2 ? "  beyond a factor of two" : "");
        std::fflush(stdout);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const int seeds = std::max(1, argc > 1 ? std::atoi(argv[1]) : 1);
    days = static_cast<std::uint32_t>(std::clamp(argc > 2 ? std::atoi(argv[2]) : 100, 1, 10'000));
    std::printf("%-17s %-14s alarms a day (%u days, %d seeds)\n", "detector", "sensor", days, seeds);
    judge("ZScore", seeds, mote::ZScore<float, 1>{});
    judge("RobustZScore", seeds, mote::RobustZScore<float, 1>{});
    judge("Ewma", seeds, mote::Ewma<float, 1>{});
    judge("HoltWinters", seeds, mote::HoltWinters<float, 24>{});
    judge("SeasonalBaseline", seeds, mote::SeasonalBaseline<float, 1>(samples_per_day / 24));
    judge("StreamDetector", seeds, mote::StreamDetector<float, 1>{});
    judge("HalfSpaceTrees", seeds, mote::HalfSpaceTrees<float, 1>{});
}
