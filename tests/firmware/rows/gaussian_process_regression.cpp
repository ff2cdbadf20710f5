// SPDX-License-Identifier: MIT
// One estimate with its variance by a Gaussian process of 24 rows, 4 features, learnt on the board row by
// row.
#include "mote/supervised/gaussian_process_regression.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Model = mote::GaussianProcessRegression<float, 4, 24>;
using Row = std::array<float, 4>;

constexpr Row draw(mote::Random& random) {
    Row row{};
    for (float& value : row) value = random.uniform<float>() - 0.5f;
    return row;
}

constinit Model model({.noise = 0.015625f});
constinit Row input{0.2f, -0.1f, 0.4f, -0.3f};
constinit Model::Estimate estimate{};
constinit std::array<std::uint8_t, 32> answers{};

int main() {
    mote::Random random(1);
    for (std::size_t i = 0; i < Model::capacity; ++i) {
        const Row row = draw(random);
        if (model.update(row, 4 * row[0] * row[0] - 2 * row[1]) != mote::Status::ok) return 1;
    }
    return mote::firmware::report(
        "gaussian_process_regression", /*macs=*/24 * 5 + 24 * 24 / 2,
        [] { estimate = model.predict_with_variance(mote::firmware::opaque(input)); },
        [] {
            mote::Random other(2);
            for (std::uint8_t& answer : answers) {
                const auto [mean, variance] = model.predict_with_variance(draw(other));
                answer = static_cast<std::uint8_t>((mean > 0.25f ? 1 : 0) + (variance > 0.1f ? 2 : 0));
            }
            return mote::firmware::checksum(answers);
        });
}
