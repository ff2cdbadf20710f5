// SPDX-License-Identifier: MIT
// One score by 2 principal components of 8 features of raw samples, in constants that PcaReconstruction
// learnt from 40 such rows on a host. board: no soft float
#include "mote/anomaly/integer_pca_reconstruction.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Detector = mote::IntegerPcaReconstruction<8, 2>;

struct Learnt {
    static constexpr std::size_t features = 8, outputs = 2;
    using Values = std::array<float, features>;
    Values means = {1327.20f, 1201.03f, 1361.72f, 1183.20f, 1326.62f, 1202.28f, 1320.50f, 1184.88f};
    Values factors = {0.001737f, 0.001693f, 0.001601f, 0.001621f, 0.001762f, 0.001580f, 0.001676f, 0.001570f};
    std::array<Values, outputs> components = {
        {{0.35327f, 0.37526f, 0.35260f, 0.34883f, 0.35173f, 0.35633f, 0.33418f, 0.35499f},
         {0.35635f, -0.32620f, 0.35524f, -0.35712f, 0.35421f, -0.35285f, 0.36908f, -0.35594f}}};

    [[nodiscard]] constexpr float mean(std::size_t i) const { return means[i]; }
    [[nodiscard]] constexpr float factor(std::size_t i) const { return factors[i]; }
    [[nodiscard]] constexpr const Values& component(std::size_t k) const { return components[k]; }
};

constexpr Detector detector = [] {
    Detector result;
    static_cast<void>(result.assign(Learnt{}));
    return result;
}();

constinit std::array<Detector::Row, 40> rows{};
constinit std::int32_t score = 0;

int main() {
    mote::Random random(1);
    for (auto& row : rows) {  // two loads, each seen by four sensors
        const std::array loads = {random.below(2000), random.below(2000)};
        for (std::size_t i = 0; i < 8; ++i)
            row[i] = static_cast<std::int16_t>(loads[i % 2] + random.below(500));
    }
    return mote::firmware::report(
        "integer_pca_reconstruction", /*macs=*/32,
        [] { score = detector.score(mote::firmware::opaque(rows[7])); },
        [] {
            std::array<std::int32_t, 40> scores{};
            for (std::size_t i = 0; i < rows.size(); ++i) scores[i] = detector.score(rows[i]);
            return mote::firmware::checksum(scores);
        });
}
