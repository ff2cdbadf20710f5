// SPDX-License-Identifier: MIT
// One update of recursive least squares of 10 features with a forgetting factor.
#include "mote/supervised/recursive_least_squares.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Row = std::array<float, 10>;

constexpr Row draw(mote::Random& random) {
    Row row{};
    for (float& value : row) value = random.uniform<float>() - 0.5f;
    return row;
}

constinit mote::RecursiveLeastSquares<float, 10> model(0.99f);
constinit Row input{};
constinit std::array<std::uint8_t, 10> larger{};

int main() {
    mote::Random random(1);
    for (int i = 0; i < 20; ++i) {
        const Row x = draw(random);
        model.update(x, 4 * x[3] - x[7]);
    }
    input = draw(random);
    return mote::firmware::report(
        "recursive_least_squares", /*macs=*/363, [] { model.update(mote::firmware::opaque(input), 0.5f); },
        [] {
            for (std::size_t i = 0; i < 10; ++i) larger[i] = model.coefficients()[i] > 1 ? 1 : 0;
            return mote::firmware::checksum(larger);
        });
}
