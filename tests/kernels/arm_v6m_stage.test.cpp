// SPDX-License-Identifier: MIT
#include "mote/kernels/arm_v6m_stage.hpp"

#include <algorithm>
#include <cstdint>

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::kernels::OutputStage;
using mote::kernels::view;
namespace v6m = mote::kernels::impl::arm_v6m;
namespace reference = mote::kernels::reference;

namespace {

/// The sum is the accumulator's distance from the lowest, modulo 2^32.
constexpr v6m::Rescaled rescale(const OutputStage<1>& stage, std::int32_t bias, std::int64_t accumulator,
                                std::int64_t reach) {
    const v6m::Rescaling rescaling = v6m::rescaling(bias, reach, view(stage), 0);
    return v6m::rescale(rescaling.rescaler, static_cast<std::int32_t>(accumulator - rescaling.lowest));
}

struct Tally {
    std::int64_t checked = 0, wrong = 0, doubtful = 0;
};

void check(Tally& tally, const OutputStage<1>& stage, std::int32_t bias, std::int64_t accumulator) {
    const std::int64_t products = accumulator - bias;
    if (products != static_cast<std::int32_t>(products) ||
        accumulator != static_cast<std::int32_t>(accumulator))
        return;
    const v6m::Rescaled result = rescale(stage, bias, accumulator, products < 0 ? -products : products);
    ++tally.checked;
    tally.doubtful += result.doubtful;
    tally.wrong +=
        !result.doubtful &&
        result.output != reference::requantize(static_cast<std::int32_t>(accumulator), view(stage), 0);
}

OutputStage<1> draw(mote::Random& random, int shift) {
    OutputStage<1> stage;
    stage.multiplier[0] = static_cast<std::int32_t>((1u << 30) + random.below(1u << 30));
    stage.shift[0] = static_cast<std::int8_t>(shift);
    stage.zero_point = static_cast<std::int8_t>(random.next());
    const auto a = static_cast<std::int8_t>(random.next()), b = static_cast<std::int8_t>(random.next());
    if (random.below(2) == 0) stage.lowest = std::min(a, b), stage.highest = std::max(a, b);
    return stage;
}

}  // namespace

// By hand: 1000 * 0.5 * 2^-3 = 62.5 rounds to 63 away from zero: a tie, so the rescaler must not decide it.
TEST_CASE("Rescaler: worked example") {
    OutputStage<1> stage;
    stage.multiplier[0] = 1 << 30;
    stage.shift[0] = -3;
    constexpr auto result = [](const OutputStage<1>& s, std::int32_t sum) {
        return rescale(s, /*bias=*/0, sum, /*reach=*/1'000'000);
    };
    REQUIRE(result(stage, 1000).doubtful);
    REQUIRE_FALSE(result(stage, 1004).doubtful);
    REQUIRE(result(stage, 1004).output == 63);
    REQUIRE(result(stage, 1'000'000).output == 127);
    REQUIRE(result(stage, -1'000'000).output == -128);
}

TEST_CASE("Rescaler: every accumulator of the output's range and beyond") {
    mote::Random random(3);
    Tally tally;
    for (int round = 0; round < 24; ++round) {
        const OutputStage<1> stage = draw(random, -3 - round % 6);
        const auto bias = static_cast<std::int32_t>(random.below(100'001)) - 50'000;
        const std::int64_t reach = std::int64_t{600} << (1 - stage.shift[0]);
        for (std::int64_t a = -reach; a <= reach; ++a) check(tally, stage, bias, a);
    }
    REQUIRE(tally.checked > 1'000'000);
    REQUIRE(tally.wrong == 0);
}

TEST_CASE("Rescaler: around every rounding threshold, at every shift") {
    mote::Random random(4);
    Tally tally;
    for (int round = 0; round < 34 * 12; ++round) {
        OutputStage<1> stage = draw(random, -(round % 32));
        if (round % 7 == 0)
            stage.multiplier[0] = round % 2 == 0 ? 1 << 30 : std::numeric_limits<std::int32_t>::max();
        const auto bias = static_cast<std::int32_t>(random.next() >> random.below(31));
        for (std::int64_t output = -256; output <= 256; ++output) {
            const std::int64_t twice = (2 * output + 1) * (std::int64_t{1} << (30 - stage.shift[0] % 20));
            const std::int64_t threshold = twice / stage.multiplier[0];
            for (std::int64_t a = threshold - 2; a <= threshold + 2; ++a) check(tally, stage, bias, a);
        }
        check(tally, stage, bias, std::numeric_limits<std::int32_t>::min());
        check(tally, stage, bias, std::numeric_limits<std::int32_t>::max());
    }
    REQUIRE(tally.wrong == 0);
}

// A layer's usual scales leave few values to the 64-bit path: the bounds say 2 * (2^-(e+1) + |accumulator| /
// 2^25).
TEST_CASE("Rescaler: doubt is rare where layers live") {
    for (int shift = -9; shift <= -6; ++shift) {
        Tally tally;
        const OutputStage<1> stage{.multiplier = {1'500'000'000}, .shift = {static_cast<std::int8_t>(shift)}};
        const std::int64_t reach = std::int64_t{128} << -shift;
        for (std::int64_t a = -reach; a <= reach; ++a) check(tally, stage, 0, a);
        REQUIRE(tally.wrong == 0);
        REQUIRE(tally.doubtful * 40 < tally.checked);
    }
}
