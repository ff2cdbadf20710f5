// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "examples/mel_levels.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"

/// Something that a voice said.
struct Spoken {
    std::string voice, text;
    std::vector<MelLevels::Frame> frames;
};

/// The lines of a file that Synthesiser::write made: each level is one character, '0' for 0.
inline std::vector<Spoken> read_spoken(std::istream& file) {
    std::vector<Spoken> all;
    std::string levels;
    std::getline(file, levels);  // the names of the columns
    for (Spoken spoken; std::getline(file, spoken.voice, '|');) {
        std::getline(std::getline(file, spoken.text, '|'), levels);
        spoken.frames.resize(levels.size() / MelLevels::bands);
        for (std::size_t i = 0; i < levels.size(); ++i) {
            spoken.frames[i / MelLevels::bands][i % MelLevels::bands] =
                static_cast<std::uint8_t>(levels[i] - '0');
        }
        all.push_back(spoken);
    }
    return all;
}

/// The words and voices of tests/data/spoken_words.txt: speaks them anew, where espeak-ng is installed.
class Synthesiser {
public:
    static constexpr const char* words[] = {"yes",   "no",    "stop", "go",     "left",  "right", "seven",
                                            "water", "light", "open", "please", "three", "turn",  "now"};
    static constexpr std::size_t keywords = 6;  // the first ones
    static constexpr const char* sentence =
        "please turn left, then, go, now stop, three, yes, open water, no, right";
    static constexpr const char* voices[] = {
        "en-us+m1",          "en-us+m3",          "en-us+f1",          "en-us+f3",
        "en-us+klatt2",      "en-us-nyc+m2",      "en-us-nyc+f2",      "en-gb+m2",
        "en-gb+m4",          "en-gb+m5",          "en-gb+f2",          "en-gb+f4",
        "en-gb-scotland+m3", "en-gb-scotland+f2", "en-gb-scotland+m1", "en-gb-x-rp+m1",
        "en-gb-x-rp+f3",     "en-gb-x-rp+klatt4", "en-gb-x-gbclan+m4", "en-gb-x-gbclan+f1",
        "en-gb-x-gbcwmd+m2", "en-gb-x-gbcwmd+f4", "en-029+m2",         "en-029+f4"};
    static constexpr const char* unseen[] = {"en-us-nyc+m6",      "en-us+f5",          "en-gb+m7",
                                             "en-gb-x-gbcwmd+f5", "en-gb-scotland+m8", "en-gb-x-rp+m6"};

    static bool is_unseen(const std::string& voice) {
        return std::ranges::find(unseen, voice) != std::end(unseen);
    }
    /// 1, 2, ... for the keywords, 0 for everything else.
    static std::uint8_t label_of(const std::string& text) {
        const auto at = std::find(words, words + keywords, text) - words;
        return static_cast<std::uint8_t>(static_cast<std::size_t>(at) < keywords ? at + 1 : 0);
    }

    static bool installed() { return std::system("espeak-ng --version >spoken_words.wav") == 0; }

    /// The words at two speeds by every voice, and the sentence by the unseen ones.
    static bool write(std::ostream& file) {
        file << "voice|text|levels\n";
        for (const char* voice : voices) {
            if (!speak_words(file, voice)) return false;
        }
        for (const char* voice : unseen) {
            if (!speak_words(file, voice) || !speak(file, voice, 150, 50, sentence)) return false;
        }
        return file.good();
    }

private:
    static bool speak_words(std::ostream& file, const char* voice) {
        return std::ranges::all_of(words, [&](const char* word) {
            return speak(file, voice, 140, 40, word) && speak(file, voice, 180, 60, word);
        });
    }

    static bool speak(std::ostream& file, const char* voice, int speed, int pitch, const char* text) {
        const std::string command = std::string("espeak-ng -w spoken_words.wav -v ") + voice + " -s " +
                                    std::to_string(speed) + " -p " + std::to_string(pitch) + " \"" + text +
                                    '"';
        if (std::system(command.c_str()) != 0) return false;
        file << voice << '|' << text << '|';
        for (const auto& frame : trimmed(listen())) {
            for (const std::uint8_t level : frame) file << static_cast<char>('0' + level);
        }
        file << '\n';
        return true;
    }

    /// The levels of spoken_words.wav: 16 bits, one channel, after a header of 44 bytes.
    static std::vector<MelLevels::Frame> listen() {
        std::ifstream wav("spoken_words.wav", std::ios::binary);
        const std::vector<char> bytes(std::istreambuf_iterator<char>(wav), {});
        std::vector<double> samples;
        for (std::size_t i = 44; i + 1 < bytes.size(); i += 2) {
            const int sample =
                static_cast<unsigned char>(bytes[i]) + 256 * static_cast<signed char>(bytes[i + 1]);
            samples.push_back(sample / 32768.0);
        }
        const MelLevels levels;
        std::vector<MelLevels::Frame> frames;
        for (std::size_t at = 0; at + MelLevels::samples <= samples.size(); at += MelLevels::hop) {
            frames.push_back(
                levels(std::span<const double, MelLevels::samples>(&samples[at], MelLevels::samples)));
        }
        return frames;
    }

    /// Without the silence before and after.
    static std::vector<MelLevels::Frame> trimmed(const std::vector<MelLevels::Frame>& frames) {
        const auto loud = [](const MelLevels::Frame& frame) {
            return *std::ranges::max_element(frame) >= 20;
        };
        const auto first = std::ranges::find_if(frames, loud);
        const auto last = std::find_if(frames.rbegin(), std::make_reverse_iterator(first), loud).base();
        return {first, last};
    }
};

/// Frames as a microphone would deliver them, on the scale of a network's input: `spoken` begins `at` frames
/// after the first, what lies outside is lost, and the loudness and the noise of the room are drawn.
inline void record(const std::vector<MelLevels::Frame>& spoken, std::ptrdiff_t at, mote::Random& random,
                   std::span<float> to) {
    const float noise = 22 * random.uniform<float>(), tilt = 1.2f * random.uniform<float>() - 0.6f;
    const float gain = 8 * random.uniform<float>() - 6;
    for (std::size_t i = 0; i < to.size(); ++i) {
        const std::size_t band = i % MelLevels::bands;
        const auto frame = static_cast<std::ptrdiff_t>(i / MelLevels::bands) - at;
        const bool silent = frame < 0 || frame >= std::ssize(spoken);
        const float word = silent ? 0 : spoken[static_cast<std::size_t>(frame)][band] + gain;
        const float hiss = noise + tilt * (static_cast<float>(band) - 8) + 2 * random.normal<float>();
        // Powers add up, and a step is 1.5 dB.
        const float sum =
            mote::max(word, hiss) + 2.895f * mote::log(1 + mote::exp(-0.3454f * mote::abs(word - hiss)));
        to[i] = sum / 16 - 1.5f;
    }
}
