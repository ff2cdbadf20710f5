// SPDX-License-Identifier: MIT
// The 24th row that a Gaussian process learns, 4 features: one update.
#include "mote/core/random.hpp"
#include "mote/supervised/gaussian_process_regression.hpp"
#include "tests/firmware/row.hpp"

using Model = mote::GaussianProcessRegression<float, 4, 24>;
using Row = std::array<float, 4>;

constexpr Row draw(mote::Random& random) {
    Row row{};
    for (float& value : row) value = random.uniform<float>() - 0.5f;
    return row;
}

constexpr float target(const Row& row) {
    return 4 * row[0] * row[0] - 2 * row[1];
}

constinit Model model({.noise = 0.015625f});
constinit Row input{0.2f, -0.1f, 0.4f, -0.3f};
constinit std::array<std::uint8_t, 32> high{};

int main() {
    mote::Random random(1);
    for (std::size_t i = 1; i < Model::capacity; ++i) {
        const Row row = draw(random);
        if (model.update(row, target(row)) != mote::Status::ok) return 1;
    }
    return mote::firmware::report(
        "gaussian_process_regression_update", /*macs=*/24 * 4 + 24 * 24,
        [] { model.update(mote::firmware::opaque(input), target(input)); },
        [] {
            mote::Random other(2);
            for (std::uint8_t& answer : high) answer = model.predict(draw(other)) > 0.25f ? 1 : 0;
            return mote::firmware::checksum(high);
        });
}
