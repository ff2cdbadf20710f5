// SPDX-License-Identifier: MIT
// One prediction by a support vector machine with radial basis functions, 4 features and 3 classes, learnt on
// the board from 45 rows.
#include "mote/supervised/kernel_svm.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Model = mote::KernelSvm<float, 4, 3, 45>;
using Row = std::array<float, 4>;

constexpr Row draw(mote::Random& random, std::size_t label) {
    Row row{};
    for (float& value : row) value = random.uniform<float>() + 0.4f * static_cast<float>(label);
    return row;
}

constinit Model model;
constinit Model::Trainer<45, 8> trainer{};
constinit std::array<Row, 45> rows{};
constinit std::array<std::uint8_t, 45> classes{};
constinit Row input{0.7f, 0.9f, 0.4f, 0.8f};
constinit std::array<std::uint8_t, 32> labels{};

int main() {
    mote::Random random(1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = draw(random, i % 3);
        classes[i] = static_cast<std::uint8_t>(i % 3);
    }
    if (model.fit({rows, classes}, trainer) != mote::Status::ok) return 1;
    return mote::firmware::report(
        "kernel_svm", /*macs=*/33 * 6, [] { labels[0] = model.predict(mote::firmware::opaque(input)); },
        [] {
            mote::Random other(2);
            for (std::size_t i = 1; i < labels.size(); ++i) labels[i] = model.predict(draw(other, i % 3));
            return mote::firmware::checksum(labels);
        });
}
