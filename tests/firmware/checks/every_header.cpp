// SPDX-License-Identifier: MIT
// Every header that firmware may include compiles for this core, all in one program, and a model out of them
// answers from flash as it does in a constant expression.
#include "mote/mote.hpp"

#include "tests/firmware/check.hpp"

namespace {

constexpr mote::GaussianNaiveBayes<float, 1, 2> trained() {
    mote::GaussianNaiveBayes<float, 1, 2> model;
    for (float x : {1.0f, 2.0f, 3.0f}) model.update(std::array{x}, 0);
    for (float x : {7.0f, 8.0f, 9.0f}) model.update(std::array{x}, 1);
    return model;
}

constexpr auto model = trained();
constexpr std::array probe{6.0f};
static_assert(model.predict(probe) == 1);

}  // namespace

int main() {
    mote::firmware::Checks checks;
    volatile float x = probe[0];
    checks.expect(model.predict(std::array{float{x}}) == 1, "a constexpr model answers from flash");
    return checks.result();
}
