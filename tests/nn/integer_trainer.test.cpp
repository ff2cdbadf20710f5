// SPDX-License-Identifier: MIT
#include "mote/nn/integer_trainer.hpp"

#include <vector>

#include "mote/nn/integer_mlp.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/trainer.hpp"
#include "tests/support/catch.hpp"

using namespace mote;

namespace {

using Tiny = nn::IntegerMlp<2, 2>;

/// Two inputs, weights 1, -2 and 0.5, 4, biases 0 and 1.
constexpr Tiny tiny() {
    Tiny model;
    model.weight(0, 0, 0) = 1 << 12;
    model.weight(0, 0, 1) = -2 << 12;
    model.weight(0, 1, 0) = 1 << 11;
    model.weight(0, 1, 1) = 3 << 12;
    model.biases()[1] = 1 << 19;
    return model;
}

/// Spots of light on a noisy screen: which quarter is the brightest?
struct Screens {
    std::vector<std::array<std::int8_t, 25>> rows;
    std::vector<std::uint8_t> labels;

    explicit Screens(std::size_t n, std::uint64_t seed) : rows(n), labels(n) {
        Random random(seed);
        for (std::size_t i = 0; i < n; ++i) {
            labels[i] = static_cast<std::uint8_t>(random.below(4));
            for (std::size_t pixel = 0; pixel < 25; ++pixel) {
                const std::size_t quarter = pixel / 5 / 3 * 2 + pixel % 5 / 3;
                const std::uint32_t light = random.below(quarter == labels[i] ? 128 : 70);
                rows[i][pixel] = static_cast<std::int8_t>(light);
            }
        }
    }
    Dataset<std::int8_t, 25> data() const { return {rows, labels}; }
};
using Screen = nn::IntegerMlp<25, 9, 4>;

double accuracy(const Screen& model, const Screens& screens) {
    Screen::Workspace space;
    std::size_t right = 0;
    for (std::size_t i = 0; i < screens.rows.size(); ++i) {
        right += model.predict(screens.rows[i], space) == screens.labels[i] ? 1 : 0;
    }
    return static_cast<double>(right) / static_cast<double>(screens.rows.size());
}

}  // namespace

TEST_CASE("IntegerMlp: sums worked by hand") {
    // x = (64, 32) is (0.5, 0.25): 0.5 - 0.5 = 0 and 0.25 + 0.75 + 1 = 2, in units of 2^-19.
    STATIC_REQUIRE([] {
        Tiny::Workspace space;
        const auto& sums = tiny().forward(std::array<std::int8_t, 2>{64, 32}, space);
        return sums[0] == 0 && sums[1] == 2 << 19;
    }());
}

TEST_CASE("IntegerTrainer: one step worked by hand") {
    // Scores 0 and 0 give 1/2 each: the right class goes up by 2^-1 * 0.5 * x, the other down; x = (1/2, 0).
    nn::IntegerTrainer<Tiny> trainer;
    trainer.rate = 1;
    Tiny model;
    REQUIRE(trainer.update(model, std::array<std::int8_t, 2>{64, 0}, 1) == Status::ok);
    CHECK(model.weight(0, 1, 0) == 1 << 9);  // 1/8 of 2^12
    CHECK(model.weight(0, 0, 0) == -(1 << 9));
    CHECK(model.weight(0, 1, 1) == 0);
    CHECK(model.biases()[1] == 1 << 17);  // 1/4 of 2^19
    CHECK(model.biases()[0] == -(1 << 17));
}

TEST_CASE("IntegerTrainer: on average a step is the gradient's") {
    // The same network in double, and its gradient by back-propagation, which PyTorch has agreed to. Bytes
    // for the hidden layer are right to 1/254 of the largest; the mean of 4,000 roundings to 0.01 of a step.
    using Small = nn::IntegerMlp<5, 6, 3>;
    using Exact =
        nn::Network<double,
                    nn::Sequential<nn::Shape{5},
                                   nn::Dense<nn::DenseConfig{.units = 6, .activation = nn::Activation::relu}>,
                                   nn::Dense<nn::DenseConfig{.units = 3}>, nn::Softmax>>;
    Small before;
    before.initialise(7);
    before.biases() = {40'000, -20'000, 100'000, 0, 60'000, -7'000, 30'000, 0, -90'000};
    Exact exact;
    std::size_t at = 0;
    for (std::size_t l = 0; l < 2; ++l) {
        for (std::size_t unit = 0; unit < Small::sizes[l + 1]; ++unit) {
            for (std::size_t i = 0; i < Small::sizes[l]; ++i) {
                exact.weights()[at++] = before.weight(l, unit, i) / 4096.0;
            }
        }
        for (std::size_t unit = 0; unit < Small::sizes[l + 1]; ++unit) {
            exact.weights()[at++] = before.biases()[Small::first_bias[l] + unit] / 524288.0;
        }
    }
    const std::array<std::int8_t, 5> x{100, -30, 0, 127, -77};
    std::array<double, 5> real{};
    for (std::size_t i = 0; i < 5; ++i) real[i] = x[i] / 128.0;
    Exact::Weights gradient{};
    nn::Trainer<Exact> by_gradient;
    by_gradient.accumulate(exact, real, std::uint8_t{2}, gradient);

    constexpr int rate = 6, trials = 4000;
    std::array<double, Exact::Architecture::parameters> mean{};
    for (std::uint32_t trial = 0; trial < trials; ++trial) {
        nn::IntegerTrainer<Small> trainer(trial * 2654435761u);
        trainer.rate = rate;
        Small model = before;
        REQUIRE(trainer.update(model, x, 2) == Status::ok);
        std::size_t k = 0;
        for (std::size_t l = 0; l < 2; ++l) {
            for (std::size_t unit = 0; unit < Small::sizes[l + 1]; ++unit) {
                for (std::size_t i = 0; i < Small::sizes[l]; ++i) {
                    mean[k++] += (model.weight(l, unit, i) - before.weight(l, unit, i)) / 4096.0 / trials;
                }
            }
            for (std::size_t unit = 0; unit < Small::sizes[l + 1]; ++unit) {
                const std::size_t b = Small::first_bias[l] + unit;
                mean[k++] += (model.biases()[b] - before.biases()[b]) / 524288.0 / trials;
            }
        }
    }
    double largest = 0;
    for (const double slope : gradient) largest = max(largest, abs(slope));
    for (std::size_t k = 0; k < mean.size(); ++k) {
        CAPTURE(k);
        CHECK(-mean[k] * (1 << rate) == Approx(gradient[k]).margin(0.01 * largest));
    }
}

TEST_CASE("IntegerTrainer: learns, and shows how") {
    const Screens train(600, 1), test(400, 2);
    Screen model;
    model.initialise(3);
    nn::IntegerTrainer<Screen> trainer;
    std::vector<nn::Progress> seen;
    const auto watch = [&](const nn::Progress& now) { seen.push_back(now); };
    REQUIRE(trainer.fit(model, train.data(), {.epochs = 8, .rate = 4, .halve_every = 3, .seed = 1}, watch) ==
            Status::ok);
    REQUIRE(seen.size() == 8);
    CHECK(seen.back().loss < seen.front().loss / 2);
    CHECK(seen.back().learning_rate == 1.0f / 64);
    CHECK(seen.back().steps == 4800);
    CHECK(seen.back().metric > seen.front().metric);

    // As well as floats do on the same rows, within three standard errors of the difference, 1.5 points each.
    using Exact =
        nn::Network<float,
                    nn::Sequential<nn::Shape{25},
                                   nn::Dense<nn::DenseConfig{.units = 9, .activation = nn::Activation::relu}>,
                                   nn::Dense<nn::DenseConfig{.units = 4}>, nn::Softmax>>;
    const auto real = [](const Screens& screens) {
        std::vector<std::array<float, 25>> rows(screens.rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (std::size_t k = 0; k < 25; ++k) rows[i][k] = static_cast<float>(screens.rows[i][k]) / 128;
        }
        return rows;
    };
    const auto train_rows = real(train), test_rows = real(test);
    Exact exact;
    exact.initialise(3);
    nn::Trainer<Exact> by_floats;
    REQUIRE(by_floats.fit(exact, Dataset<float, 25>{train_rows, train.labels}, {.epochs = 40}) == Status::ok);
    Exact::Workspace space;
    double right = 0;
    for (std::size_t i = 0; i < test_rows.size(); ++i) {
        right += exact.predict(test_rows[i], space) == test.labels[i] ? 1 : 0;
    }
    CHECK(accuracy(model, test) > right / 400 - 0.045);
    CHECK(right / 400 > 0.85);
}

TEST_CASE("IntegerTrainer: ends as it was best on rows that it does not learn from") {
    // Few rows and many weights: what is learnt by heart after the first epochs does not help.
    const Screens train(60, 1), held_out(300, 2);
    const nn::IntegerTraining settings{.epochs = 60, .rate = 3, .halve_every = 0, .patience = 6, .seed = 1};
    Screen model, best;
    model.initialise(3);
    nn::IntegerTrainer<Screen> trainer;
    std::vector<nn::Progress> seen;
    std::vector<Screen> models;
    const auto watch = [&](const nn::Progress& now) {
        seen.push_back(now);
        models.push_back(model);
    };
    REQUIRE(trainer.fit(model, train.data(), held_out.data(), best, settings, watch) == Status::ok);
    REQUIRE(seen.size() < 60);
    std::size_t lowest = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        if (seen[i].held_out_loss < seen[lowest].held_out_loss) lowest = i;
    }
    CHECK(seen.size() == lowest + 1 + settings.patience);
    CHECK(seen.back().best_epoch == lowest + 1);
    CHECK(model.weights() == models[lowest].weights());
    CHECK(model.biases() == models[lowest].biases());
    CHECK(model.weights() != models.back().weights());
    CHECK(static_cast<double>(seen[lowest].metric) == Approx(accuracy(model, held_out)));
    CHECK(seen.back().loss < seen.back().held_out_loss);

    // The rows held out change nothing of what is learnt.
    Screen alone;
    alone.initialise(3);
    nn::IntegerTrainer<Screen> other;
    REQUIRE(other.fit(alone, train.data(),
                      {.epochs = lowest + 1, .rate = 3, .halve_every = 0, .patience = 1, .seed = 1}) ==
            Status::ok);
    CHECK(alone.weights() == model.weights());

    // An observer may end it.
    std::size_t epochs = 0;
    const auto twice = [&](const nn::Progress& now) {
        epochs = now.epoch;
        return now.epoch < 2;
    };
    REQUIRE(trainer.fit(model, train.data(), settings, twice) == Status::ok);
    CHECK(epochs == 2);
}

TEST_CASE("IntegerTrainer: compile time, run time, again: the same bits") {
    constexpr auto trained = [](std::uint32_t rounding) {
        nn::IntegerMlp<3, 4, 2> model;
        model.initialise(1);
        nn::IntegerTrainer<nn::IntegerMlp<3, 4, 2>> trainer(rounding);
        for (std::int8_t i = 0; i < 20; ++i) {
            const auto sign = static_cast<std::int8_t>(i % 2 == 0 ? 1 : -1);
            const std::array<std::int8_t, 3> x{static_cast<std::int8_t>(sign * 5 * i), 0,
                                               static_cast<std::int8_t>(100 - i)};
            trainer.update(model, x, i % 2 == 0 ? 0 : 1);
        }
        return model;
    };
    constexpr auto in_the_compiler = trained(9);
    const auto here = trained(9), other = trained(10);
    CHECK(here.weights() == in_the_compiler.weights());
    CHECK(here.biases() == in_the_compiler.biases());
    CHECK(here.weights() != other.weights());  // rounded by other numbers
}

TEST_CASE("IntegerTrainer: nothing overflows, whatever the input and the rate") {
    // Under the sanitizer, which stops at the first overflow.
    using Wide = nn::IntegerMlp<895, 33, 7, 3>;
    STATIC_REQUIRE(Wide::weight_bits == 15);
    STATIC_REQUIRE(nn::IntegerMlp<4000, 2>::weight_bits == 12);
    static Wide model;
    static nn::IntegerTrainer<Wide> trainer;
    Random random(4);
    std::array<std::int8_t, 895> x{};
    for (const int rate : {0, 3, 30}) {
        model.initialise(1);
        trainer.rate = rate;
        for (std::uint32_t step = 0; step < 60; ++step) {
            for (std::int8_t& value : x) {
                value = static_cast<std::int8_t>(step % 3 == 0 ? 128u : random.next() >> 24);
            }
            REQUIRE(trainer.update(model, x, random.below(3)) == Status::ok);
        }
        for (const std::int16_t weight : model.weights()) REQUIRE(abs(weight) <= 1 << 14);
    }
}

TEST_CASE("IntegerTrainer: bad input changes nothing") {
    Screens screens(10, 1);
    Screen model;
    model.initialise(1);
    const auto weights = model.weights();
    nn::IntegerTrainer<Screen> trainer;
    CHECK(trainer.update(model, screens.rows[0], 4) == Status::bad_label);
    CHECK(trainer.fit(model, screens.data().subset(0, 0)) == Status::too_few_rows);
    CHECK(trainer.fit(model, screens.data(), {.rate = 31}) == Status::bad_parameter);
    CHECK(trainer.fit(model, screens.data(), {.rate = -1}) == Status::bad_parameter);
    CHECK(trainer.fit(model, Dataset<std::int8_t, 25>{screens.rows, std::span(screens.labels).first(3)}) ==
          Status::size_mismatch);
    Screen best;
    const Screens good(10, 2);
    CHECK(trainer.fit(model, good.data(), {}, best, {}) == Status::too_few_rows);
    screens.labels[9] = 200;
    CHECK(trainer.fit(model, screens.data()) == Status::bad_label);
    CHECK(trainer.fit(model, good.data(), screens.data(), best, {}) == Status::bad_label);
    CHECK(best.weights() == Screen{}.weights());
    trainer.rate = 40;
    CHECK(trainer.update(model, screens.rows[0], 0) == Status::bad_parameter);
    CHECK(model.weights() == weights);
}
