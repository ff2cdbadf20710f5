// SPDX-License-Identifier: MIT
// board: no soft float
// One prediction by a support vector machine in integers, 4 features and 3 classes, learnt by the compiler
// from the rows of the row kernel_svm.
#include "mote/supervised/fixed_kernel_svm.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using mote::q15;
using Row = std::array<float, 4>;
constexpr float unit = 2;

constexpr Row draw(mote::Random& random, std::size_t label) {
    Row row{};
    for (float& value : row) value = random.uniform<float>() + 0.4f * static_cast<float>(label);
    return row;
}

constexpr auto in_units(const Row& row) {
    std::array<q15, 4> result{};
    for (std::size_t i = 0; i < row.size(); ++i) result[i] = q15(row[i] / unit);
    return result;
}

constexpr mote::FixedKernelSvm<4, 3, 45> model = [] {
    std::array<Row, 45> rows{};
    std::array<std::uint8_t, 45> classes{};
    mote::Random random(1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = draw(random, i % 3);
        classes[i] = static_cast<std::uint8_t>(i % 3);
    }
    mote::KernelSvm<float, 4, 3, 45> learner;
    mote::KernelSvm<float, 4, 3, 45>::Trainer<45> trainer{};
    mote::FixedKernelSvm<4, 3, 45> fixed;
    if (learner.fit({rows, classes}, trainer) == mote::Status::ok) {
        static_cast<void>(fixed.assign(learner, unit));
    }
    return fixed;
}();

constexpr std::array<std::array<q15, 4>, 32> unseen = [] {
    std::array<std::array<q15, 4>, 32> result{};
    mote::Random random(2);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = in_units(draw(random, i % 3));
    return result;
}();

constinit std::array<q15, 4> input = in_units({0.7f, 0.9f, 0.4f, 0.8f});
constinit std::array<std::uint8_t, 32> labels{};

int main() {
    static_assert(model.count() == 33);
    return mote::firmware::report(
        "fixed_kernel_svm", /*macs=*/33 * 6, [] { labels[0] = model.predict(mote::firmware::opaque(input)); },
        [] {
            for (std::size_t i = 1; i < labels.size(); ++i) labels[i] = model.predict(unseen[i]);
            return mote::firmware::checksum(labels);
        });
}
