// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <ostream>
#include <vector>

#include "mote/nn/training.hpp"

namespace mote::deploy {

/// Watches a training: a line on a terminal that tells how far it is and how long it still takes, and the
/// curve of the losses as a picture. Pass it to fit() as the observer. For the host only: it has a clock and
/// grows.
class LearningCurve {
public:
    /// Where the line goes; nullptr for none.
    explicit LearningCurve(std::FILE* terminal = stderr) : terminal_(terminal) {}
    LearningCurve(const LearningCurve&) = delete;
    LearningCurve& operator=(const LearningCurve&) = delete;
    ~LearningCurve() { end_line(); }

    void operator()(const nn::Progress& now) {
        if (now.epoch == 1) epochs_.clear();
        epochs_.push_back(now);
        if (terminal_ == nullptr) return;
        const std::chrono::duration<double> elapsed = Clock::now() - start_;
        std::fprintf(terminal_, "\repoch %zu of %zu  loss %.4f  held out %.4f  metric %.4f  %.0f s left   ",
                     now.epoch, now.epochs, static_cast<double>(now.loss),
                     static_cast<double>(now.held_out_loss), static_cast<double>(now.metric),
                     now.seconds_left(elapsed.count()));
        line_open_ = true;
        if (now.epoch == now.epochs) end_line();
        std::fflush(terminal_);
    }

    [[nodiscard]] const std::vector<nn::Progress>& epochs() const { return epochs_; }

    /// Both losses over the epochs as SVG, on a logarithmic axis with a line at each power of ten.
    void draw(std::ostream& out) const {
        const Scale scale = losses();
        out << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 640 340' font-family='sans-serif' "
               "font-size='12'>\n<rect width='640' height='340' fill='white'/>\n";
        for (int power = scale.lowest; power <= scale.highest; ++power) {
            const double y = scale.y(std::pow(10.0, power));
            out << "<path stroke='#ccc' d='M60 " << y << "H620'/><text x='54' y='" << y + 4
                << "' text-anchor='end'>1e" << power << "</text>\n";
        }
        line(out, scale, "#06c", &nn::Progress::loss);
        line(out, scale, "#c60", &nn::Progress::held_out_loss);
        out << "<text x='60' y='16'>loss: <tspan fill='#06c'>learnt from</tspan>, <tspan fill='#c60'>held "
               "out</tspan></text>\n<text x='340' y='334' text-anchor='middle'>"
            << epochs_.size() << " epochs</text>\n</svg>\n";
    }

private:
    /// Training may end before its last epoch, and then the line is still open.
    void end_line() {
        if (line_open_) std::fputc('\n', terminal_);
        line_open_ = false;
    }

    using Clock = std::chrono::steady_clock;

    /// The powers of ten that hold all losses, between the picture's edges.
    struct Scale {
        int lowest = 0, highest = 1;

        [[nodiscard]] double y(double loss) const {
            const double share = (std::log10(std::max(loss, 1e-12)) - lowest) / (highest - lowest);
            return 310 - 280 * std::clamp(share, 0.0, 1.0);
        }
    };

    [[nodiscard]] Scale losses() const {
        double least = 1, most = 1e-12;
        for (const nn::Progress& epoch : epochs_) {
            for (const float loss : {epoch.loss, epoch.held_out_loss}) {
                const double kept = std::clamp(static_cast<double>(loss), 1e-12, 1e12);
                least = std::min(least, kept);
                most = std::max(most, kept);
            }
        }
        const int lowest = static_cast<int>(std::floor(std::log10(least)));
        return {lowest, std::max(lowest + 1, static_cast<int>(std::ceil(std::log10(most))))};
    }

    void line(std::ostream& out, const Scale& scale, const char* colour, float nn::Progress::*loss) const {
        const double step = 560.0 / static_cast<double>(std::max<std::size_t>(epochs_.size(), 2) - 1);
        out << "<polyline fill='none' stroke-width='2' stroke='" << colour << "' points='";
        for (std::size_t i = 0; i < epochs_.size(); ++i) {
            out << 60 + step * static_cast<double>(i) << ',' << scale.y(static_cast<double>(epochs_[i].*loss))
                << ' ';
        }
        out << "'/>\n";
    }

    std::vector<nn::Progress> epochs_;
    std::FILE* terminal_;
    bool line_open_ = false;
    Clock::time_point start_ = Clock::now();
};

}  // namespace mote::deploy
