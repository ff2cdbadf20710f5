// SPDX-License-Identifier: MIT
#include "mote/anomaly/stream_window.hpp"

#include <limits>

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::Random;
using mote::StreamWindow;
using Window = StreamWindow<float, 1, 2>;
using Place = std::array<std::int16_t, 1>;

// Worked by hand: after 3, 5 and 7 the range is 3 .. 7, so that 256 steps are one unit.
constexpr Window after_three() {
    Window window(3);
    for (float x : {3.0f, 7.0f, 5.0f}) window.learn_range(std::array{x});
    return window;
}

TEST_CASE("StreamWindow: worked example") {
    STATIC_REQUIRE(after_three().known());
    STATIC_REQUIRE_FALSE(after_three().full());
    STATIC_REQUIRE(after_three().place(std::array{3.0f}) == Place{0});
    STATIC_REQUIRE(after_three().place(std::array{7.0f}) == Place{1024});
    STATIC_REQUIRE(after_three().place(std::array{4.5f}) == Place{384});
    STATIC_REQUIRE(after_three().place(std::array{1e30f}) == Place{9 * 1024});
    STATIC_REQUIRE(after_three().place(std::array{-1e30f}) == Place{-8 * 1024});
    constexpr auto filled = [] {
        Window window = after_three();
        for (std::int16_t place = 1; place <= 16; place = static_cast<std::int16_t>(2 * place)) {
            window.push(Place{place});
        }
        return window;
    }();
    STATIC_REQUIRE(filled.full());
    STATIC_REQUIRE(filled.window(Place{32}) == std::array<std::int16_t, 2>{32 + 16 + 8, 4 + 2 + 1});
}

TEST_CASE("StreamWindow: features keep apart") {
    StreamWindow<double, 2, 2> window(2);
    window.learn_range(std::array{0.0, -1.0});
    window.learn_range(std::array{1024.0, 1.0});
    for (int i = 0; i < 5; ++i) {
        window.push({static_cast<std::int16_t>(i), static_cast<std::int16_t>(-10 * i)});
    }
    const std::array<std::int16_t, 4> expected{5 + 4 + 3, -120, 2 + 1 + 0, -30};
    REQUIRE(window.window({5, -50}) == expected);
    REQUIRE(window.place(std::array{512.0, 0.0}) == std::array<std::int16_t, 2>{512, 512});
}

// 1,024 steps are 0 .. 1000; what comes then fills 16 or 8 of them, but for a wild one, which does not count.
TEST_CASE("StreamWindow: a range that is not filled is obsolete, once") {
    const auto after = [](float wide, int samples) {
        Window window(2);
        window.learn_range(std::array{0.0f});
        window.learn_range(std::array{1000.0f});
        for (int i = 0; i < samples; ++i) {
            const float x = i == 300 ? 900.0f : i % 2 == 0 ? 500.0f : 500.0f + wide;
            window.push(window.place(std::array{x}));
        }
        return window.obsolete();
    };
    CHECK_FALSE(after(15, 1024));
    CHECK_FALSE(after(7, 1023));
    CHECK(after(7, 1024));
    CHECK_FALSE(after(7, 1025));  // its owner has decided, or does not care
    Window flat(2);
    for (int i = 0; i < 2; ++i) flat.learn_range(std::array{5.0f});
    for (int i = 0; i < 1024; ++i) flat.push(flat.place(std::array{5.0f}));
    CHECK_FALSE(flat.obsolete());  // a constant never filled anything
}

TEST_CASE("StreamWindow: a feature that did not vary, and the widest range there is") {
    Window flat(2);
    flat.learn_range(std::array{32.0f});
    flat.learn_range(std::array{32.0f});
    REQUIRE(flat.place(std::array{34.0f}) == Place{1024});  // a sixteenth of 32 is a range
    Window zero(1);
    zero.learn_range(std::array{0.0f});
    REQUIRE(zero.place(std::array{0.5f}) == Place{512});
    Window least(2);  // 1,024 divided by it would be infinite, and nothing times that no place
    least.learn_range(std::array{0.0f});
    least.learn_range(std::array{std::numeric_limits<float>::denorm_min()});
    REQUIRE(least.place(std::array{0.0f}) == Place{0});
    REQUIRE(least.place(std::array{1.0f}) == Place{9 * 1024});
    constexpr float most = std::numeric_limits<float>::max();
    Window widest(2);
    widest.learn_range(std::array{-most});
    widest.learn_range(std::array{most});
    REQUIRE(widest.place(std::array{-most}) == Place{0});
    REQUIRE(widest.place(std::array{most})[0] >= 1024);
}

TEST_CASE("StreamWindow: is obsolete once the stream has left for good") {
    Window window = after_three();
    for (std::uint32_t i = 0; i < Window::obsolete_after; ++i) {
        REQUIRE_FALSE(window.obsolete());
        window.push(Place{5000});
    }
    REQUIRE(window.obsolete());
    Window visiting = after_three();
    for (int i = 0; i < 10'000; ++i) visiting.push(Place{static_cast<std::int16_t>(i % 2 ? 5000 : 100)});
    REQUIRE_FALSE(visiting.obsolete());
}
