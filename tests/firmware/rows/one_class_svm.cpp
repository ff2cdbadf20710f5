// SPDX-License-Identifier: MIT
// One score by the vectors among 64 rows of 4 features, found here.
#include "mote/anomaly/one_class_svm.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Detector = mote::OneClassSvm<float, 4, 64, mote::OneClassSvmConfig{.nu = 0.2}>;

constinit Detector detector;
constinit std::array<Detector::Row, 64> rows{};
constinit float score = 0;

int main() {
    mote::Random random(1);
    for (auto& row : rows) {
        for (float& value : row) value = random.uniform<float>() + random.uniform<float>();
    }
    if (detector.fit(rows) != mote::Status::ok) return 1;
    return mote::firmware::report(
        "one_class_svm", /*macs=*/64, [] { score = detector.score(mote::firmware::opaque(rows[7])); },
        [] {
            std::array<std::uint8_t, 64> unusual{};
            for (std::size_t i = 0; i < rows.size(); ++i)
                unusual[i] = detector.score(rows[i]) > score ? 1 : 0;
            return mote::firmware::checksum(unusual);
        });
}
