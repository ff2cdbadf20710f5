// SPDX-License-Identifier: MIT
// mutations [--all] <model.tflite>...: imports the smallest of the models with every byte changed in turn, in
// three ways or in all 255. A sanitizer watches; without one this only shows that nothing crashes or hangs.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "tests/tflite/import_bytes.hpp"

namespace {

using File = std::vector<std::uint8_t>;

File contents(const char* path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int count, char** paths) {
    const bool all = count > 1 && std::strcmp(paths[1], "--all") == 0;
    File smallest;
    for (int i = all ? 2 : 1; i < count; ++i) {
        File file = contents(paths[i]);
        if (smallest.empty() || file.size() < smallest.size()) smallest = std::move(file);
    }
    if (!mote::testing::import_bytes(smallest)) return std::puts("the model itself cannot be imported"), 1;
    std::size_t read = 0, refused = 0;
    for (std::uint8_t& byte : smallest) {
        const std::uint8_t original = byte;
        for (int change = 1; change < 256; ++change) {
            if (!all && change != 0x01 && change != 0x80 && change != 0xff) continue;
            byte = static_cast<std::uint8_t>(original ^ change);
            ++(mote::testing::import_bytes(smallest) ? read : refused);
        }
        byte = original;
    }
    std::printf("%zu mutations of %zu bytes: %zu read, %zu refused\n", read + refused, smallest.size(), read,
                refused);
    return refused > 0 ? 0 : 1;
}
