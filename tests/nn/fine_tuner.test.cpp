// SPDX-License-Identifier: MIT
#include "mote/nn/fine_tuner.hpp"

#include <limits>

#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "tests/nn/small_network.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using testing::SmallNetwork;

namespace {

using Front = nn::Front<SmallNetwork, 2>;  // all but Dense and Softmax
using Tail = nn::Tail<SmallNetwork, 2>;
using Image = std::array<float, 108>;
using Frozen = nn::Network<std::int8_t, Front>;
using Learning = nn::Network<float, Tail>;

nn::Network<float, SmallNetwork> small_model() {
    nn::Network<float, SmallNetwork> model;
    for (std::size_t i = 0; i < model.weights().size(); ++i) {
        model.weights()[i] = static_cast<float>(reference::weights[i]);
    }
    return model;
}

Image noise(std::uint64_t seed) {
    Random random(seed);
    Image image{};
    for (float& value : image) value = random.normal<float>();
    return image;
}

std::array<Image, 300> images() {
    std::array<Image, 300> result{};
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = noise(i);
    return result;
}

}  // namespace

TEST_CASE("Front and Tail: one behind the other are the whole network") {
    STATIC_REQUIRE(Front::depth + Tail::depth == SmallNetwork::depth);
    STATIC_REQUIRE(Front::parameters + Tail::parameters == SmallNetwork::parameters);
    STATIC_REQUIRE(Tail::inputs == 5);
    const auto model = small_model();
    const auto front = nn::front<2>(model);
    const auto tail = nn::tail<2>(model);
    nn::Network<float, SmallNetwork>::Workspace scratch;
    nn::Network<float, Front>::Workspace front_scratch;
    Learning::Workspace tail_scratch;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        const Image x = noise(seed);
        CHECK(tail.predict_proba(front.predict(x, front_scratch), tail_scratch) ==
              model.predict_proba(x, scratch));
    }
}

TEST_CASE("FineTuner: a step is that of the trainer on the frozen network's features") {
    const auto model = small_model();
    const auto rows = images();
    const Frozen frozen = nn::quantize<std::int8_t>(nn::front<2>(model), Rows<float, 108>(rows));
    Learning tail = nn::tail<2>(model), expected = tail;
    nn::FineTuner<Frozen, Learning> tuner;
    nn::Trainer<Learning, nn::Sgd> trainer;
    Frozen::Workspace scratch;
    for (std::uint8_t i = 0; i < 9; ++i) {
        const std::array<std::array<float, 5>, 1> features{{frozen.predict(rows[i], scratch)}};
        const std::array<std::uint8_t, 1> label{static_cast<std::uint8_t>(i % 3)};
        REQUIRE(trainer.update(expected, Dataset<float, 5>{features, label}) == Status::ok);
        REQUIRE(tuner.update(frozen, tail, rows[i], label[0]) == Status::ok);
    }
    CHECK(tail.weights() == expected.weights());
    CHECK(tail.weights() != nn::tail<2>(model).weights());
    Learning::Workspace tail_scratch;
    CHECK(tuner.predict(frozen, tail, rows[0]) ==
          tail.predict(frozen.predict(rows[0], scratch), tail_scratch));
}

TEST_CASE("FineTuner: learns what the classes are called now") {
    // Somebody has renamed the classes: what was 0 is 1, what was 1 is 2, what was 2 is 0.
    const auto model = small_model();
    const auto rows = images();
    const Frozen frozen = nn::quantize<std::int8_t>(nn::front<2>(model), Rows<float, 108>(rows));
    Learning tail = nn::tail<2>(model);
    nn::FineTuner<Frozen, Learning> tuner;
    tuner.trainer.optimizer.learning_rate = 0.001f;
    nn::Network<float, SmallNetwork>::Workspace scratch;
    const auto renamed = [&](const Image& x) {
        return static_cast<std::uint8_t>((model.predict(x, scratch) + 1) % 3);
    };
    for (int pass = 0; pass < 20; ++pass) {
        for (const Image& x : rows) REQUIRE(tuner.update(frozen, tail, x, renamed(x)) == Status::ok);
    }
    std::size_t right = 0;
    for (std::uint64_t seed = 1000; seed < 1100; ++seed) {
        const Image x = noise(seed);
        right += tuner.predict(frozen, tail, x) == renamed(x) ? 1 : 0;
    }
    CHECK(right >= 90);
}

TEST_CASE("FineTuner: the part that learns may hold convolutions and pooling") {
    // All but the first convolution and its pooling: an image goes from one part to the other.
    using Deep = nn::Network<float, nn::Tail<SmallNetwork, 5>>;
    using Shallow = nn::Network<std::int8_t, nn::Front<SmallNetwork, 5>>;
    STATIC_REQUIRE(Deep::Architecture::shapes[0] == SmallNetwork::shapes[2]);
    const auto model = small_model();
    const auto rows = images();
    const Shallow frozen = nn::quantize<std::int8_t>(nn::front<5>(model), Rows<float, 108>(rows));
    Deep tail = nn::tail<5>(model);
    nn::FineTuner<Shallow, Deep, nn::Adam> tuner;
    nn::Network<float, SmallNetwork>::Workspace scratch;
    const auto agreement = [&] {
        std::size_t same = 0;
        for (const Image& x : rows)
            same += tuner.predict(frozen, tail, x) == model.predict(x, scratch) ? 1 : 0;
        return same;
    };
    CHECK(agreement() >= 285);  // what bytes in the middle leave of 300
    for (int pass = 0; pass < 10; ++pass) {
        for (const Image& x : rows) {
            const auto other = static_cast<std::uint8_t>((model.predict(x, scratch) + 1) % 3);
            REQUIRE(tuner.update(frozen, tail, x, other) == Status::ok);
        }
    }
    CHECK(agreement() <= 30);
}

TEST_CASE("FineTuner: bad input leaves the tail as it was") {
    const auto model = small_model();
    const auto rows = images();
    const Frozen frozen = nn::quantize<std::int8_t>(nn::front<2>(model), Rows<float, 108>(rows));
    Learning tail = nn::tail<2>(model);
    const auto before = tail.weights();
    nn::FineTuner<Frozen, Learning> tuner;
    CHECK(tuner.update(frozen, tail, rows[0], std::uint8_t{3}) == Status::bad_label);
    tuner.trainer.optimizer.learning_rate = std::numeric_limits<float>::quiet_NaN();
    CHECK(tuner.update(frozen, tail, rows[0], std::uint8_t{0}) == Status::bad_parameter);
    tuner.trainer.optimizer.learning_rate = std::numeric_limits<float>::max();
    Status status = Status::ok;
    for (std::uint8_t i = 0; i < 9 && status == Status::ok; ++i) {
        tail = nn::tail<2>(model);
        status = tuner.update(frozen, tail, rows[i], i % 3);
    }
    CHECK(status == Status::diverged);
    CHECK(tail.weights() == before);
}
