// SPDX-License-Identifier: MIT
#include "mote/anomaly/random_cut_tree.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "tests/support/catch.hpp"

using mote::Random;
using mote::RandomCutTree;
using Line = RandomCutTree<1, 16>;

// Worked by hand: ten equal points are one leaf. Any other point would put all ten down a level: 10. Once it
// is in, one more like it would be the second of two beside ten: 10 / 2. An eleventh equal one puts nobody
// down.
constexpr std::uint32_t after(int others, std::int16_t x) {
    Line tree;
    Random random(1);
    for (int i = 0; i < 10; ++i) tree.insert({7}, random);
    for (int i = 0; i < others; ++i) tree.insert({100}, random);
    return tree.codisplacement({x}, random);
}

TEST_CASE("RandomCutTree: worked example") {
    STATIC_REQUIRE(after(0, 100) == 10 * 256);
    STATIC_REQUIRE(after(0, 7) == 0);
    STATIC_REQUIRE(after(1, 100) == 5 * 256);
    STATIC_REQUIRE(after(3, 100) == 10 * 256 / 4);
    STATIC_REQUIRE(after(3, 7) == 3 * 256 / 11);
}

namespace {

using Points3 = RandomCutTree<3, 32>;
using Point = Points3::Point;

/// The paper on the heap: a node keeps the points below it and measures their box whenever it is asked.
struct Node {
    std::vector<Point> points;
    std::unique_ptr<Node> left, right;
    std::size_t dimension = 0;
    int cut = 0;

    int low(std::size_t i) const {
        return edge(i, [](int a, int b) { return a < b; });
    }
    int high(std::size_t i) const {
        return edge(i, [](int a, int b) { return a > b; });
    }
    template <class Before>
    int edge(std::size_t i, Before before) const {
        int best = points.front()[i];
        for (const Point& p : points) best = before(p[i], best) ? p[i] : best;
        return best;
    }

    /// Draws a cut of the box around points and x; true where it lies beside the points, and is kept then.
    bool draw(const Point& x, Random& random, std::size_t& at, int& where) const {
        std::vector<std::pair<std::size_t, int>> beside;  // every cut that parts x from the points
        int sides = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            sides += high(i) - low(i);
            for (int c = x[i]; c < low(i); ++c) beside.emplace_back(i, c);
            for (int c = high(i); c < x[i]; ++c) beside.emplace_back(i, c);
        }
        if (beside.empty()) return false;
        const auto total = static_cast<std::uint64_t>(sides) + beside.size();
        const auto drawn = static_cast<std::size_t>(random.next() * total >> 32);
        if (drawn >= beside.size()) return false;
        at = beside[drawn].first;
        where = beside[drawn].second;
        return true;
    }
    Node& towards(const Point& x) const { return x[dimension] <= cut ? *left : *right; }

    std::uint32_t codisplacement(const Point& x, Random& random) const {
        std::size_t at = 0;
        int where = 0;
        if (draw(x, random, at, where)) return static_cast<std::uint32_t>(256 * points.size());
        if (!left) return 0;
        const Node& next = towards(x);
        const auto beside = points.size() - next.points.size();
        const auto here = static_cast<std::uint32_t>(256 * beside / (next.points.size() + 1));
        return std::max(here, next.codisplacement(x, random));
    }

    static void insert(std::unique_ptr<Node>& node, const Point& x, Random& random) {
        auto leaf = std::make_unique<Node>();
        leaf->points = {x};
        if (!node) {
            node = std::move(leaf);
            return;
        }
        std::size_t at = 0;
        int where = 0;
        if (node->draw(x, random, at, where)) {
            auto parent = std::make_unique<Node>();
            parent->points = node->points;
            parent->points.push_back(x);
            parent->dimension = at;
            parent->cut = where;
            const bool first = x[at] <= where;
            parent->left = std::move(first ? leaf : node);
            parent->right = std::move(first ? node : leaf);
            node = std::move(parent);
            return;
        }
        node->points.push_back(x);
        if (node->left) insert(x[node->dimension] <= node->cut ? node->left : node->right, x, random);
    }

    static void forget(std::unique_ptr<Node>& node, const Point& x) {
        auto& points = node->points;
        points.erase(std::find(points.begin(), points.end(), x));
        if (points.empty()) {
            node.reset();
        } else if (node->left) {
            auto& next = x[node->dimension] <= node->cut ? node->left : node->right;
            forget(next, x);
            if (!next) node = std::move(&next == &node->left ? node->right : node->left);
        }
    }
};

Point draw_point(Random& random) {
    Point point{};
    for (auto& value : point) value = static_cast<std::int16_t>(static_cast<int>(random.below(12)) - 6);
    return point;
}

}  // namespace

TEST_CASE("RandomCutTree: is the paper's tree, point after point") {
    Points3 tree;
    std::unique_ptr<Node> expected;
    std::vector<Point> slots;
    Random random(2), choice(3);
    for (int step = 0; step < 3000; ++step) {
        const Point x = draw_point(choice);
        if (expected) {
            Random one = random, two = random;
            REQUIRE(tree.codisplacement(x, one) == expected->codisplacement(x, two));
            REQUIRE(one.next() == two.next());
        }
        if (slots.size() == 32 || (!slots.empty() && choice.below(3) == 0)) {
            const auto slot = choice.below(static_cast<std::uint32_t>(slots.size()));
            tree.forget(slot);
            Node::forget(expected, slots[slot]);
            slots[slot] = slots.back();
            slots.pop_back();
        } else {
            Random same = random;
            tree.insert(x, random);
            Node::insert(expected, x, same);
            slots.push_back(x);
        }
        REQUIRE(tree.size() == slots.size());
        REQUIRE(tree.consistent());
    }
}

// Definition 1: 0, 1 and 10 are first cut between 1 and 10 nine times in ten, in whatever order they came,
// and though a fourth came and went. A second 10 would then be beside two: 2 / 2; else beside one: 1 / 2. The
// standard error of 4,000 trials is 0.0047.
TEST_CASE("RandomCutTree: the order of points leaves no trace") {
    std::array<std::int16_t, 3> order{0, 1, 10};
    Random random(4);
    do {
        for (const bool visited : {false, true}) {
            int nine_in_ten = 0;
            for (int trial = 0; trial < 4000; ++trial) {
                Line tree;
                tree.insert({order[0]}, random);
                if (visited) tree.insert({-30}, random);
                tree.insert({order[1]}, random);
                tree.insert({order[2]}, random);
                if (visited) tree.forget(1);
                const std::uint32_t score = tree.codisplacement({10}, random);
                REQUIRE((score == 256 || score == 128));
                nine_in_ten += score == 256 ? 1 : 0;
            }
            CAPTURE(order, visited, nine_in_ten);
            REQUIRE(std::abs(nine_in_ten / 4000.0 - 0.9) < 4 * 0.0047);
        }
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("RandomCutTree: knows when it is not sound") {
    Points3 tree;
    Random random(5);
    for (int i = 0; i < 20; ++i) tree.insert(draw_point(random), random);
    REQUIRE(tree.consistent());
    std::array<std::byte, sizeof(Points3)> bytes;
    std::memcpy(bytes.data(), static_cast<const void*>(&tree), sizeof(tree));
    std::fill_n(bytes.begin(), 24, std::byte{0});  // the first inner node
    std::memcpy(static_cast<void*>(&tree), bytes.data(), sizeof(tree));
    REQUIRE_FALSE(tree.consistent());
}
