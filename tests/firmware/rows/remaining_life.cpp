// SPDX-License-Identifier: MIT
// What examples/remaining_life.cpp does, on a board: a Gaussian process learns from pumps that broke, here
// from 30 rows, and one estimate with its variance is measured.
#include "examples/wearing_pump.hpp"
#include "mote/supervised/gaussian_process_regression.hpp"
#include "tests/firmware/row.hpp"

using Model = mote::GaussianProcessRegression<float, 4, 30, mote::GaussianProcessKernel::matern52>;

constinit Model model(
    {.mean = 120, .amplitude = 84 * 84, .length_scales = {1.9f, 100, 12, 0.5f}, .noise = 144});
constinit WearingPump::Features input{};
constinit Model::Estimate estimate{};
constinit std::array<std::uint8_t, 32> soon{};

int main() {
    for (std::uint64_t seed = 1; model.count() < Model::capacity; ++seed) {
        WearingPump pump(seed);
        for (int hour = 0; pump.step(); ++hour) {
            if (hour % (pump.remaining() < 50 ? 12 : 200) != 0) continue;
            input = pump.features();
            static_cast<void>(model.update(input, pump.remaining()));
        }
    }
    return mote::firmware::report(
        "remaining_life", /*macs=*/30 * 5 + 30 * 30 / 2,
        [] { estimate = model.predict_with_variance(mote::firmware::opaque(input)); },
        [] {
            WearingPump pump(100);
            for (std::size_t hour = 0; pump.step(); ++hour) {
                if (hour % 16 != 0 || hour / 16 >= soon.size()) continue;
                const float mean = model.predict(pump.features());
                soon[hour / 16] = mean < 100 ? 1 : 0;
            }
            return mote::firmware::checksum(soon);
        });
}
