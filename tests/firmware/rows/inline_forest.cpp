// SPDX-License-Identifier: MIT
// As the row `breast_cancer_forest`, with the forest as code.
#include "mote/supervised/forest_layout.hpp"

#include "tests/firmware/models/breast_cancer_forest.hpp"
#include "tests/firmware/row.hpp"

namespace {

using namespace mote::firmware::breast_cancer;

constexpr auto inlined = mote::lay_out<forest, mote::ForestLayout::inlined>();
constinit std::array<float, 30> input = rows[0];
constinit std::array<std::uint8_t, rows.size()> answers{};

[[gnu::noinline]] std::uint8_t ask(const std::array<float, 30>& x) {
    return inlined.predict(x);
}

}  // namespace

int main() {
    return mote::firmware::report(
        "inline_forest", /*macs=*/0, [] { answers[0] = ask(mote::firmware::opaque(input)); },
        [] {
            for (std::size_t i = 1; i < answers.size(); ++i) answers[i] = ask(rows[i]);
            return mote::firmware::checksum(answers);
        });
}
