// SPDX-License-Identifier: MIT
// One step of fine-tuning: the convolutions of the digits' network frozen in flash as bytes, its last layer
// in float in RAM. The checksum covers the answers to ten images after thirty passes over them.
#include "tests/firmware/models/digits_fine_tuning.hpp"

#include "tests/firmware/row.hpp"

using namespace digits_fine_tuning;

constexpr Frozen frozen = make_frozen();
constinit Learning tail = make_tail();
constinit Tuner tuner{};
alignas(4) constinit Image image = moved(digit_images[3]);

int main() {
    return mote::firmware::report(
        "fine_tuning", Front::macs + 2 * Tail::macs,
        [] { tuner.update(frozen, tail, mote::firmware::opaque(image), std::uint8_t{3}); },
        [] {
            for (int pass = 0; pass < 30; ++pass) {
                for (std::uint8_t digit = 0; digit < 10; ++digit) {
                    image = moved(digit_images[digit]);
                    tuner.update(frozen, tail, image, digit);
                }
            }
            std::array<std::uint8_t, 10> labels{};
            for (std::uint8_t digit = 0; digit < 10; ++digit) {
                image = moved(digit_images[digit]);
                labels[digit] = tuner.predict(frozen, tail, image);
            }
            return mote::firmware::checksum(labels);
        });
}
