// SPDX-License-Identifier: MIT
// The most like of 5 x 5 units of 4 features, found here from 64 rows; the checksum is of the units of all
// rows.
#include "mote/cluster/self_organizing_map.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Map = mote::SelfOrganizingMap<float, 4, 5, 5, mote::SelfOrganizingMapConfig{.passes = 4}>;

constinit Map map;
constinit std::array<Map::Row, 64> rows{};
constinit Map::Label unit = 0;

int main() {
    mote::Random random(1);
    for (Map::Row& row : rows) {
        for (float& value : row) value = random.uniform<float>();
    }
    if (map.fit(rows) != mote::Status::ok) return 1;
    return mote::firmware::report(
        "self_organizing_map", /*macs=*/100, [] { unit = map.predict(mote::firmware::opaque(rows[7])); },
        [] {
            std::array<Map::Label, rows.size()> best{};
            for (std::size_t i = 0; i < rows.size(); ++i) best[i] = map.predict(rows[i]);
            return mote::firmware::checksum(best, unit);
        });
}
