// SPDX-License-Identifier: MIT
#include "mote/kernels/sum_pixels.hpp"

#include <array>
#include <cstdint>

#include "tests/support/catch.hpp"

using namespace mote;

namespace {

constexpr std::array<std::int8_t, 9> image{1, -2,  9,    3, -4,
                                           9, 127, -128, 9};  // three pixels, nine is no channel

constexpr kernels::ChannelSums sums_of_two_channels() {
    kernels::ChannelSums sums{};
    kernels::sum_pixels(image.data(), /*pixels=*/3, /*step=*/3, /*channels=*/2, sums);
    return sums;
}

}  // namespace

TEST_CASE("sum_pixels: three pixels of two channels, by hand and when compiled") {
    STATIC_REQUIRE(sums_of_two_channels()[0] == 131);
    STATIC_REQUIRE(sums_of_two_channels()[1] == -134);
    const kernels::ChannelSums sums = sums_of_two_channels();
    REQUIRE(sums[0] == 131);
    REQUIRE(sums[1] == -134);
}

TEST_CASE("sum_pixels: a thousand pixels at either extreme, beyond what 16 bits hold") {
    alignas(4) static std::array<std::int8_t, 16000> pixels{};
    for (const std::int8_t extreme : {std::int8_t{-128}, std::int8_t{127}}) {
        pixels.fill(extreme);
        kernels::ChannelSums sums{};
        kernels::sum_pixels(pixels.data(), 1000, 16, 16, sums);
        for (const std::int32_t sum : sums) REQUIRE(sum == 1000 * extreme);
        kernels::sum_pixels<isa::Portable>(pixels.data(), 1000, 16, 16, sums);
        for (const std::int32_t sum : sums) REQUIRE(sum == 1000 * extreme);
    }
}
