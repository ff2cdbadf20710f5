// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace mote::testing {

/// The numbers of tests/data/<name>.csv, one array per line; the target is the last column.
/// Empty where the file is missing or a line has another number of columns.
template <class T, std::size_t Columns>
std::vector<std::array<T, Columns>> read_csv(const std::string& name) {
    std::ifstream file(MOTE_TEST_DATA "/" + name + ".csv");
    std::vector<std::array<T, Columns>> rows;
    std::string line;
    std::getline(file, line);  // column names
    while (std::getline(file, line)) {
        const char* at = line.c_str();
        for (T& value : rows.emplace_back()) {
            char* end = nullptr;
            value = static_cast<T>(std::strtod(at, &end));
            if (end == at) return {};
            at = *end == ',' ? end + 1 : end;
        }
        if (*at != '\0') return {};
    }
    return rows;
}

}  // namespace mote::testing
