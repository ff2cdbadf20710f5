// SPDX-License-Identifier: MIT
// One estimate by support vector regression with radial basis functions, 4 features, learnt on the board from
// 45 rows.
#include "mote/supervised/support_vector_regression.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Model = mote::SupportVectorRegression<float, 4, 45>;
using Row = std::array<float, 4>;

constexpr Row draw(mote::Random& random) {
    Row row{};
    for (float& value : row) value = random.uniform<float>() - 0.5f;
    return row;
}

constinit Model model({.C = 10, .epsilon = 0.125f});
constinit Model::Trainer<45, 8> trainer{};
constinit std::array<Row, 45> rows{};
constinit std::array<float, 45> targets{};
constinit Row input{0.2f, -0.1f, 0.4f, -0.3f};
constinit float estimate = 0;
constinit std::array<std::uint8_t, 32> high{};

int main() {
    mote::Random random(1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = draw(random);
        targets[i] = 4 * rows[i][0] * rows[i][0] - 2 * rows[i][1];
    }
    if (model.fit({rows, targets}, trainer) != mote::Status::ok) return 1;
    return mote::firmware::report(
        "support_vector_regression", /*macs=*/23 * 5,
        [] { estimate = model.predict(mote::firmware::opaque(input)); },
        [] {
            mote::Random other(2);
            for (std::uint8_t& answer : high) answer = model.predict(draw(other)) > 0.25f ? 1 : 0;
            return mote::firmware::checksum(high);
        });
}
