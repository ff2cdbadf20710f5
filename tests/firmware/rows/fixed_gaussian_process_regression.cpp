// SPDX-License-Identifier: MIT
// board: no soft float
// One estimate with its deviation by a Gaussian process in integers, 24 rows of 4 features, learnt by the
// compiler: those of the row gaussian_process_regression.
#include "mote/supervised/fixed_gaussian_process_regression.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using mote::q15;
using Model = mote::FixedGaussianProcessRegression<4, 24>;
using Row = std::array<float, 4>;
constexpr float unit = 1, target_unit = 4;

constexpr Row draw(mote::Random& random) {
    Row row{};
    for (float& value : row) value = random.uniform<float>() - 0.5f;
    return row;
}

constexpr auto in_units(const Row& row) {
    std::array<q15, 4> result{};
    for (std::size_t i = 0; i < row.size(); ++i) result[i] = q15(row[i] / unit);
    return result;
}

constexpr Model model = [] {
    mote::GaussianProcessRegression<float, 4, 24> learner({.noise = 0.015625f});
    mote::Random random(1);
    for (std::size_t i = 0; i < Model::capacity; ++i) {
        const Row row = draw(random);
        static_cast<void>(learner.update(row, 4 * row[0] * row[0] - 2 * row[1]));
    }
    Model fixed;
    static_cast<void>(fixed.assign(learner, unit, target_unit));
    return fixed;
}();

constexpr std::array<std::array<q15, 4>, 32> unseen = [] {
    std::array<std::array<q15, 4>, 32> result{};
    mote::Random random(2);
    for (auto& row : result) row = in_units(draw(random));
    return result;
}();

constinit std::array<q15, 4> input = in_units({0.2f, -0.1f, 0.4f, -0.3f});
constinit Model::Estimate estimate{};
constinit std::array<std::int16_t, 64> estimates{};

int main() {
    static_assert(model.count() == 24);
    return mote::firmware::report(
        "fixed_gaussian_process_regression", /*macs=*/24 * 5 + 24 * 24 / 2,
        [] { estimate = model.predict_with_deviation(mote::firmware::opaque(input)); },
        [] {
            for (std::size_t i = 0; i < unseen.size(); ++i) {
                const auto [mean, deviation] = model.predict_with_deviation(unseen[i]);
                estimates[2 * i] = mean.raw;
                estimates[2 * i + 1] = deviation.raw;
            }
            return mote::firmware::checksum(estimates);
        });
}
