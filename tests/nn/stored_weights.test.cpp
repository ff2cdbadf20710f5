// SPDX-License-Identifier: MIT
#include "mote/nn/stored_weights.hpp"

#include <vector>

#include "mote/nn/prune.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/trainer.hpp"
#include "tests/nn/small_network.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using namespace mote;
using testing::SmallNetwork;

namespace {

using Digits =
    nn::Sequential<nn::Shape(64), nn::Dense<nn::DenseConfig{.units = 32, .activation = nn::Activation::relu}>,
                   nn::Dense<nn::DenseConfig{.units = 10}>, nn::Softmax>;

template <class Architecture>
std::vector<std::byte> stored(const nn::QuantizedWeights<Architecture>& weights) {
    std::vector<std::byte> bytes(nn::stored_size(weights));
    std::size_t size = 0;
    REQUIRE(nn::store_weights(weights, bytes, size) == Status::ok);
    REQUIRE(size == bytes.size());
    return bytes;
}

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
    std::vector<std::byte> bytes;
    for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

}  // namespace

TEST_CASE("store_part: by hand, the smallest form") {
    std::array<std::byte, 32> out{};
    const auto written = [&out](const std::vector<std::byte>& part) {
        std::byte* const end = nn::detail::store_part(part, out.data());
        REQUIRE(static_cast<std::size_t>(end - out.data()) == nn::detail::stored(part).size);
        return std::vector<std::byte>(out.data(), end);
    };
    REQUIRE(written(bytes_of({7, 8, 9})) == bytes_of({0, 7, 8, 9}));
    REQUIRE(written(bytes_of({0, 0, 5, 0, 0, 0, 0, 0, 0, 6})) == bytes_of({1, 0b00000100, 0b00000010, 5, 6}));
    REQUIRE(written(bytes_of({1, -2, 7, -8, 3})) ==
            bytes_of({2, 0xe1, 0x87, 0x03}));  // TensorFlow Lite's int4
    std::array<std::byte, 5> read{};
    std::span<const std::byte> from(out.data(), 4);
    REQUIRE(nn::detail::load_part(from, read));
    REQUIRE(std::ranges::equal(read, bytes_of({1, -2, 7, -8, 3})));
    REQUIRE(from.empty());
    from = {out.data(), 3};
    REQUIRE_FALSE(nn::detail::load_part(from, read));
}

TEST_CASE("check_of: published values of FNV-1a") {
    REQUIRE(nn::detail::check_of({}) == 0x811c9dc5u);
    const auto foobar = bytes_of({'f', 'o', 'o', 'b', 'a', 'r'});
    REQUIRE(nn::detail::check_of(foobar) == 0xbf9cf968u);
}

TEST_CASE("load_weights: gives back what was stored, to the bit") {
    const auto weights = testing::small_bytes();
    const auto bytes = stored(weights);
    nn::QuantizedWeights<SmallNetwork> loaded;
    REQUIRE(nn::load_weights(bytes, loaded) == Status::ok);
    REQUIRE(loaded.input == weights.input);
    REQUIRE(loaded.output == weights.output);
    REQUIRE(nn::get<0>(loaded.layers).weights == nn::get<0>(weights.layers).weights);
    REQUIRE(nn::get<5>(loaded.layers).bias == nn::get<5>(weights.layers).bias);
    REQUIRE(nn::get<5>(loaded.layers).output.multiplier == nn::get<5>(weights.layers).output.multiplier);
    REQUIRE(stored(loaded) == bytes);
}

TEST_CASE("load_weights: refuses every changed byte, every cut and another network's bytes") {
    const auto weights = testing::small_bytes();
    auto bytes = stored(weights);
    nn::QuantizedWeights<SmallNetwork> loaded;
    for (std::byte& byte : bytes) {
        byte ^= std::byte{4};
        REQUIRE(nn::load_weights(bytes, loaded) == Status::corrupt);
        byte ^= std::byte{4};
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        REQUIRE(nn::load_weights(std::span<const std::byte>(bytes).first(size), loaded) == Status::corrupt);
    }
    nn::QuantizedWeights<Digits> others;
    REQUIRE(nn::load_weights(bytes, others) == Status::corrupt);
    REQUIRE(nn::load_weights(stored(others), loaded) == Status::corrupt);
    REQUIRE(loaded.input == nn::Affine{});  // untouched
    std::size_t size = 99;
    REQUIRE(nn::store_weights(weights, std::span(bytes).first(bytes.size() - 1), size) ==
            Status::capacity_full);
    REQUIRE(size == 99);
}

TEST_CASE("store_weights: digits with four weights of five pruned take less than half the bytes") {
    std::vector<std::array<float, 64>> rows;
    std::vector<std::uint8_t> labels;
    const auto lines = testing::read_csv<float, 65>("digits");
    for (const auto& line : lines) {
        auto& pixels = rows.emplace_back();
        for (std::size_t i = 0; i < 64; ++i) pixels[i] = line[i] / 16;
        labels.push_back(static_cast<std::uint8_t>(line[64]));
    }
    using Network = nn::Network<float, nn::Pruned<Digits>>;
    static Network model;
    static nn::Trainer<Network> trainer;
    model.initialise(1);
    trainer.optimizer.learning_rate = 0.01f;
    const Rows<float, 64> all(rows);
    const Dataset<float, 64> train{all.first(600), std::span<const std::uint8_t>(labels).first(600)};
    REQUIRE(trainer.fit(model, train, {.epochs = 10}) == Status::ok);
    static Network::Workspace scratch;
    const auto percent_right = [&] {
        double right = 0;
        for (std::size_t i = 600; i < rows.size(); ++i)
            right += model.predict(rows[i], scratch) == labels[i] ? 1 : 0;
        return 100 * right / static_cast<double>(rows.size() - 600);
    };
    const auto size = [&] {
        const nn::Network<float, Digits> plain(model.weights());
        return stored(nn::quantize<std::int8_t>(plain, train.rows).weights()).size();
    };
    const double whole = percent_right();
    const std::size_t dense = size();
    for (const double share : {0.4, 0.6, 0.7, 0.8}) {
        REQUIRE(nn::prune(model, share) == Status::ok);
        REQUIRE(trainer.fit(model, train, {.epochs = 3}) == Status::ok);
    }
    REQUIRE(nn::sparsity(model) > 0.79);
    const double pruned = percent_right();
    const std::size_t sparse = size();
    CAPTURE(whole, pruned, dense, sparse);
    REQUIRE(2 * sparse < dense);
    REQUIRE(pruned > whole - 3);
}
