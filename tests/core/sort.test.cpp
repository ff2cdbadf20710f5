// SPDX-License-Identifier: MIT
#include "mote/core/sort.hpp"

#include <algorithm>
#include <vector>

#include "mote/core/random.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/catch.hpp"

namespace {

struct Item {
    int key;
    std::size_t place;
};

constexpr auto key_of = [](const Item& item) { return item.key; };

/// Sorted by key, and every item still there once.
bool sorts(std::vector<int> keys) {
    std::vector<Item> items;
    for (std::size_t i = 0; i < keys.size(); ++i) items.push_back({keys[i], i});
    mote::sort_by(std::span(items), key_of);
    std::vector<bool> seen(keys.size(), false);
    for (const Item& item : items) {
        if (seen[item.place] || keys[item.place] != item.key) return false;
        seen[item.place] = true;
    }
    return std::is_sorted(items.begin(), items.end(), [](auto a, auto b) { return a.key < b.key; });
}

}  // namespace

TEST_CASE("sort_by: at compile time") {
    constexpr auto sorted = [] {
        std::array<int, 40> values{};
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int>(i * 7 % 40);
        mote::sort_by(std::span<int>(values), [](int value) { return value; });
        return values;
    }();
    STATIC_REQUIRE(std::is_sorted(sorted.begin(), sorted.end()));
    STATIC_REQUIRE(sorted[39] == 39);
}

TEST_CASE("sort_by: every length, with many and with few different keys") {
    mote::Random random(1);
    for (std::size_t length = 0; length < 300; ++length) {
        for (const std::uint32_t different : {1u, 2u, 5u, 1000u}) {
            std::vector<int> keys(length);
            for (int& key : keys) key = static_cast<int>(random.below(different));
            REQUIRE(sorts(keys));
        }
    }
}

TEST_CASE("sort_by: rising, falling and pipe-organ keys") {
    std::vector<int> rising(5000), pipes(5000);
    for (int i = 0; i < 5000; ++i) {
        rising[static_cast<std::size_t>(i)] = i;
        pipes[static_cast<std::size_t>(i)] = std::min(i, 5000 - i);
    }
    REQUIRE(sorts(rising));
    REQUIRE(sorts({rising.rbegin(), rising.rend()}));
    REQUIRE(sorts(pipes));
}

TEST_CASE("sort_by: never allocates") {
    std::vector<Item> items(1000);
    mote::Random random(2);
    for (Item& item : items) item.key = static_cast<int>(random.below(500));
    REQUIRE(mote::testing::allocations_in([&] { mote::sort_by(std::span(items), key_of); }) == 0);
}
