// SPDX-License-Identifier: MIT
// One prediction from flash by a compact forest of 10 trees that has learnt breast_cancer. Model and code are
// what this row takes more flash than the row `empty`, and its four samples.
#include "tests/firmware/models/breast_cancer_forest.hpp"

#include "tests/firmware/row.hpp"

namespace {

using namespace mote::firmware::breast_cancer;

constinit std::array<float, 30> input = rows[0];
constinit std::array<std::uint8_t, rows.size()> answers{};

static_assert(sizeof model < 2048);

}  // namespace

int main() {
    return mote::firmware::report(
        "breast_cancer_forest", /*macs=*/0, [] { answers[0] = model.predict(mote::firmware::opaque(input)); },
        [] {
            for (std::size_t i = 1; i < answers.size(); ++i) answers[i] = model.predict(rows[i]);
            return mote::firmware::checksum(answers);
        });
}
