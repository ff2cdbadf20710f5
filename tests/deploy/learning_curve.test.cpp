// SPDX-License-Identifier: MIT
#include "mote/deploy/host/learning_curve.hpp"

#include <array>
#include <sstream>
#include <string>

#include "tests/support/catch.hpp"

using namespace mote;

namespace {

nn::Progress after(std::size_t epoch, float loss, float held_out_loss) {
    return {.epoch = epoch, .epochs = 3, .loss = loss, .held_out_loss = held_out_loss, .metric = 0.5f};
}

}  // namespace

TEST_CASE("LearningCurve: draws both losses on powers of ten") {
    deploy::LearningCurve curve(nullptr);
    curve(after(1, 10, 10));
    curve(after(2, 1, 1));
    curve(after(3, 0.1f, 1));
    std::ostringstream out;
    curve.draw(out);
    const std::string svg = out.str();
    // From 0.1 (y = 310) to 10 (y = 30): 1 is in the middle; three epochs stand at 60, 340 and 620.
    CHECK(svg.find("points='60,30 340,170 620,310 '") != std::string::npos);
    CHECK(svg.find("points='60,30 340,170 620,170 '") != std::string::npos);
    CHECK(svg.find(">1e-1<") != std::string::npos);
    CHECK(svg.find(">1e1<") != std::string::npos);
    CHECK(svg.find(">1e2<") == std::string::npos);
}

TEST_CASE("LearningCurve: a second training starts a new curve, and odd losses stay on the picture") {
    deploy::LearningCurve curve(nullptr);
    curve(after(1, 1, 1));
    curve(after(2, 1, 1));
    curve(after(1, 0, 1e30f));
    REQUIRE(curve.epochs().size() == 1);
    std::ostringstream out;
    curve.draw(out);
    CHECK(out.str().find("points='60,310 '") != std::string::npos);
    CHECK(out.str().find("points='60,30 '") != std::string::npos);
}

TEST_CASE("LearningCurve: ends its line where training ends early") {
    std::FILE* file = std::tmpfile();
    REQUIRE(file != nullptr);
    {
        deploy::LearningCurve curve(file);
        curve(after(1, 1, 1));
    }
    REQUIRE(std::ftell(file) > 1);
    std::fseek(file, -1, SEEK_END);
    CHECK(std::fgetc(file) == '\n');
    std::fclose(file);
}

TEST_CASE("LearningCurve: the line tells epoch, losses, metric and time left") {
    std::FILE* file = std::tmpfile();
    REQUIRE(file != nullptr);
    deploy::LearningCurve curve(file);
    curve(after(3, 0.25f, 0.5f));
    std::rewind(file);
    std::array<char, 200> text{};
    std::fread(text.data(), 1, text.size() - 1, file);
    std::fclose(file);
    CHECK(std::string(text.data()) ==
          "\repoch 3 of 3  loss 0.2500  held out 0.5000  metric 0.5000  0 s left   \n");
}
