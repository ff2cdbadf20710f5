// SPDX-License-Identifier: MIT
#include "mote/pipeline/cost.hpp"

#include <array>
#include <cstdint>

#include "mote/nn/network.hpp"
#include "mote/supervised/gaussian_naive_bayes.hpp"
#include "tests/support/catch.hpp"

using namespace mote;

namespace {

// 4 * 3 + 3 weights; the arena holds 3 scores in 16 bytes, where Softmax works in place.
using Architecture = nn::Sequential<nn::Shape{4}, nn::Dense<nn::DenseConfig{.units = 3}>, nn::Softmax>;
using Network = nn::Network<float, Architecture>;

struct Filter {  // remembers and needs room
    struct State {
        std::array<float, 10> past;
    };
    struct Workspace {
        std::array<std::byte, 100> room;
    };
    static constexpr std::size_t macs = 10;
    std::array<float, 5> taps;
};

struct Chooser {  // whose State is a number, not memory
    using State = std::uint16_t;
    std::array<float, 8> values;
};

}  // namespace

TEST_CASE("cost: worked examples") {
    STATIC_REQUIRE(4_KiB == 4096);
    STATIC_REQUIRE(2_MiB == 2097152);
    STATIC_REQUIRE(cost<Network> == Cost{.constant = 60, .scratch = 16, .macs = 12, .parameters = 15});
    STATIC_REQUIRE(cost<Filter> == Cost{.constant = 20, .state = 40, .scratch = 100, .macs = 10});
    STATIC_REQUIRE(cost<Chooser> == Cost{.constant = 32});
    STATIC_REQUIRE(cost<GaussianNaiveBayes<float, 4, 3>>.constant == sizeof(GaussianNaiveBayes<float, 4, 3>));
}

TEST_CASE("cost: stages share their scratch memory and nothing else") {
    STATIC_REQUIRE(cost<Filter, Network> ==
                   Cost{.constant = 80, .state = 40, .scratch = 100, .macs = 22, .parameters = 15});
    STATIC_REQUIRE(cost<Filter, Network> == cost<Network, Filter>);
}

TEST_CASE("fits: each limit is exact and counts alone") {
    STATIC_REQUIRE(fits<Filter>(Budget{}));
    STATIC_REQUIRE(fits<Filter>(Budget{.flash = 20, .ram = 140, .macs = 10}));
    STATIC_REQUIRE_FALSE(fits<Filter>(Budget{.flash = 19}));
    STATIC_REQUIRE_FALSE(fits<Filter>(Budget{.ram = 139}));
    STATIC_REQUIRE_FALSE(fits<Filter>(Budget{.macs = 9}));
    STATIC_REQUIRE(fits<Filter, Network>(Budget{.flash = 80, .ram = 140, .macs = 22}));
    STATIC_REQUIRE_FALSE(fits<Filter, Network>(Budget{.flash = 79}));
}

TEST_CASE("fits: a model that learns is in RAM") {
    STATIC_REQUIRE(fits<Filter>(Budget{.flash = 0, .ram = 160, .learns = true}));
    STATIC_REQUIRE_FALSE(fits<Filter>(Budget{.flash = 0, .ram = 159, .learns = true}));
}

TEST_CASE("fits_in: says the same as fits") {
    STATIC_REQUIRE(fits_in<Filter, Budget{.flash = 20, .ram = 140, .macs = 10}>);
    STATIC_REQUIRE_FALSE(fits_in<Filter, Budget{.flash = 19}>);
    STATIC_REQUIRE_FALSE(fits_in<Filter, Budget{.ram = 139}>);
    STATIC_REQUIRE_FALSE(fits_in<Filter, Budget{.macs = 9}>);
    STATIC_REQUIRE_FALSE(fits_in<Filter, Budget{.ram = 159, .learns = true}>);
}
