// SPDX-License-Identifier: MIT
// A small network that hears six words in running speech, trained on words that a machine spoke.
//
// Problem  Act on "yes", "no", "stop", "go", "left" and "right", whoever says them and in noise, and on
//          nothing else. A frame of sound comes every 20 ms and each is looked at once.
// Data     tests/data/spoken_words.txt: 14 words by 30 voices of the speech synthesiser espeak-ng at two
//          speeds, as 16 levels a frame; six of the voices are kept for the test. Noise, loudness and the
//          moment are drawn anew for each window. With --synthesise the words are spoken anew, where
//          espeak-ng is installed.
// Yours    Put your own words into spoken_words.hpp, or recordings in place of the synthesiser. The front end
//          in mel_levels.hpp makes frames of a microphone's samples.
// Writes   spoken_words.svg: the losses over the epochs; spoken_words_network.hpp: the network for firmware,
//          which tests/firmware/rows/spoken_words.cpp runs. A line on the terminal tells how long it takes.
#include "examples/spoken_words.hpp"

#include <cstdio>
#include <cstring>

#include "mote/deploy/host/learning_curve.hpp"
#include "mote/deploy/host/network_header.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/streaming.hpp"
#include "mote/nn/trainer.hpp"
#include "mote/supervised/gaussian_naive_bayes.hpp"

using namespace mote;

constexpr std::size_t frames = 44, bands = MelLevels::bands, classes = Synthesiser::keywords + 1;
using Window = std::array<float, frames * bands>;

constexpr auto relu = nn::Activation::relu;
using Architecture =
    nn::Sequential<nn::Shape{frames, bands},
                   nn::Conv1D<nn::Conv1DConfig{.filters = 16, .kernel = 5, .stride = 2, .activation = relu}>,
                   nn::SeparableConv1D<nn::Separable1DConfig{.filters = 16, .kernel = 5, .activation = relu}>,
                   nn::SeparableConv1D<nn::Separable1DConfig{.filters = 16, .kernel = 5, .activation = relu}>,
                   nn::AveragePool1D<nn::Pool1DConfig{.size = 12, .stride = 1}>,
                   nn::Conv1D<nn::Conv1DConfig{.filters = classes, .kernel = 1}>, nn::Softmax>;
constexpr std::size_t macs = 16 * (5 * bands + 2 * (5 + 16) + classes);  // for an output, every second frame
using Network = nn::Network<float, Architecture, isa::Portable>;
using SmallNetwork = nn::Network<std::int8_t, Architecture, isa::Portable>;

struct Windows {
    std::vector<Window> rows;
    std::vector<std::uint8_t> labels;

    Dataset<float, frames * bands> data() const { return {rows, labels}; }
};

/// Each word `times` times, whole; now and then half of it, and then it is none.
Windows record_words(const std::vector<Spoken>& all, bool unseen, std::size_t times, std::uint64_t seed) {
    Random random(seed);
    Windows windows;
    for (std::size_t i = 0; i < times * all.size(); ++i) {
        const Spoken& spoken = all[i % all.size()];
        const auto length = std::ssize(spoken.frames), room = std::ptrdiff_t{frames} - length;
        if (Synthesiser::is_unseen(spoken.voice) != unseen || room < 0) continue;  // a sentence has no room
        const bool half = random.below(8) == 0;
        std::ptrdiff_t at = random.below(static_cast<std::uint32_t>(room + 1));
        if (half) at = random.below(2) == 0 ? -length / 2 : room + length / 2;
        windows.labels.push_back(half ? 0 : Synthesiser::label_of(spoken.text));
        windows.rows.emplace_back();
        record(spoken.frames, at, random, windows.rows.back());
    }
    return windows;
}

template <class Predict>
double percent_right(const Windows& windows, Predict predict) {
    std::size_t right = 0;
    for (std::size_t i = 0; i < windows.rows.size(); ++i) {
        right += predict(windows.rows[i]) == windows.labels[i] ? 1 : 0;
    }
    return 100.0 * static_cast<double>(right) / static_cast<double>(windows.rows.size());
}

/// What one would compute by hand: the mean and the spread of each band.
std::array<float, 2 * bands> statistics(const Window& window) {
    std::array<float, 2 * bands> result{};
    for (std::size_t band = 0; band < bands; ++band) {
        float sum = 0, squares = 0;
        for (std::size_t i = band; i < window.size(); i += bands)
            sum += window[i], squares += window[i] * window[i];
        result[band] = sum / frames;
        result[bands + band] = sqrt(squares / frames - result[band] * result[band]);
    }
    return result;
}

double naive_bayes(const Windows& train, const Windows& test) {
    std::vector<std::array<float, 2 * bands>> rows;
    for (const Window& window : train.rows) rows.push_back(statistics(window));
    GaussianNaiveBayes<float, 2 * bands, classes> model;
    if (model.fit({rows, train.labels}) != Status::ok) return 0;
    return percent_right(test, [&](const Window& window) { return model.predict(statistics(window)); });
}

/// The keywords heard in a sentence, frame by frame: the probabilities of about the last five outputs are
/// averaged, and a keyword is heard when its mean is high, at most one in 0.7 seconds.
std::string listen(const nn::Streaming<SmallNetwork>& network, const Spoken& sentence, Random& random) {
    std::vector<float> sound((sentence.frames.size() + 2 * frames) * bands);
    record(sentence.frames, frames, random, sound);
    std::string heard;
    nn::Streaming<SmallNetwork>::State state;
    std::array<float, classes> mean{};
    int wait = 0;
    for (std::size_t at = 0; at < sound.size(); at += bands) {
        const auto output = network.push(std::span<const float, bands>(&sound[at], bands), state);
        if (!output) continue;
        --wait;
        for (std::size_t k = 0; k < classes; ++k) {
            mean[k] += 0.3f * (network.output().dequantize((*output)[k]) - mean[k]);
            if (k == 0 || mean[k] < 0.6f || wait > 0) continue;
            heard += std::string(" ") + Synthesiser::words[k - 1];
            wait = 18;
        }
    }
    return heard;
}

int main(int argc, char** argv) {
    std::string path = MOTE_DATA "/spoken_words.txt";
    if (argc > 1 && std::strcmp(argv[1], "--synthesise") == 0) {
        path = "spoken_words.txt";
        std::ofstream file(path);
        if (!Synthesiser::installed() || !Synthesiser::write(file))
            return std::puts("espeak-ng does not speak"), 1;
    }
    std::ifstream file(path);
    const std::vector<Spoken> all = read_spoken(file);
    if (all.empty()) return 1;
    const Windows train = record_words(all, false, 3, 1), test = record_words(all, true, 3, 2);

    static Network model;
    static nn::Trainer<Network> trainer;
    model.initialise(/*seed=*/1);
    trainer.optimizer.learning_rate = 0.01f;
    deploy::LearningCurve curve;
    const nn::Training settings{.epochs = 8, .batch = 16, .schedule = nn::Schedule::cosine()};
    const Status status = trainer.fit(model, train.data(), settings, curve);
    std::printf("Trained on %zu windows by %zu voices: %s\n", train.rows.size(),
                std::size(Synthesiser::voices), message(status).data());
    std::ofstream svg("spoken_words.svg");
    curve.draw(svg);

    static SmallNetwork small;
    if (nn::quantize(model, Rows<float, frames * bands>(train.rows).first(200), small) != Status::ok)
        return 1;
    static Network::Workspace scratch;
    static SmallNetwork::Workspace small_scratch;
    const double right = percent_right(test, [&](const Window& x) { return model.predict(x, scratch); });
    const double small_right =
        percent_right(test, [&](const Window& x) { return small.predict(x, small_scratch); });
    const double by_hand = naive_bayes(train, test);
    std::printf("Right on %zu windows by others: float %.1f %%, int8 %.1f %%; GaussianNaiveBayes %.1f %%\n",
                test.rows.size(), right, small_right, by_hand);

    static const nn::Streaming<SmallNetwork> stream(small);
    std::printf("Heard in \"%s\":\n", Synthesiser::sentence);
    Random random(3);
    for (const Spoken& spoken : all) {
        if (spoken.text != Synthesiser::sentence) continue;
        std::printf("%-18s%s\n", spoken.voice.c_str(), listen(stream, spoken, random).c_str());
    }
    std::printf("Flash for the stream %zu bytes, RAM %zu; the float network %zu\n", sizeof stream,
                sizeof(nn::Streaming<SmallNetwork>::State), sizeof model);

    std::ofstream header("spoken_words_network.hpp");
    const auto golden = small.quantize_input(test.rows[0]);
    deploy::write_header(header, "spoken_words", small, std::span<const std::int8_t, frames * bands>(golden));
    std::printf(
        "demo: family=deep; algorithm=separable CNN int8, streaming; data=words by espeak-ng, unseen voices; "
        "score=%.1f %%; reference=%.1f %% (GaussianNaiveBayes on statistics); row=spoken_words; "
        "constant=%zu; "
        "ram=%zu; macs=%zu\n",
        small_right, by_hand, sizeof stream, sizeof(nn::Streaming<SmallNetwork>::State), macs);
    return svg.good() && header.good() && small_right > by_hand ? 0 : 1;
}
