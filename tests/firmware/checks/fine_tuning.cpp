// SPDX-License-Identifier: MIT
// A device learns in the field: its camera has slipped, and it learns the ten digits anew.
#include "tests/firmware/check.hpp"
#include "tests/firmware/models/digits_fine_tuning.hpp"

using namespace digits_fine_tuning;

namespace {

constexpr Frozen frozen = make_frozen();
constinit Learning tail = make_tail();
constinit Tuner tuner{};
alignas(4) constinit Image image{};

int right_answers() {
    int right = 0;
    for (std::uint8_t digit = 0; digit < 10; ++digit) {
        image = moved(digit_images[digit]);
        right += tuner.predict(frozen, tail, image) == digit ? 1 : 0;
    }
    return right;
}

}  // namespace

int main() {
    mote::firmware::Checks checks;
    checks.expect(right_answers() <= 5, "the network does not know the digits where they are now");
    for (int pass = 0; pass < 30; ++pass) {
        for (std::uint8_t digit = 0; digit < 10; ++digit) {
            image = moved(digit_images[digit]);
            checks.expect(tuner.update(frozen, tail, image, digit) == mote::Status::ok, "a step is taken");
        }
    }
    checks.expect(right_answers() == 10, "it has learnt them");
    const auto before = tail.weights();
    checks.expect(tuner.update(frozen, tail, image, std::uint8_t{10}) == mote::Status::bad_label,
                  "an eleventh digit is refused");
    checks.expect(tail.weights() == before, "and changes nothing");
    static_assert(sizeof tail + sizeof tuner < 12 * 1024);
    return checks.result();
}
