// SPDX-License-Identifier: MIT
// Prints "features classes rows" of the CSV file that it is given, for CMake; classes are 0 for a regression.
#include <iostream>

#include "table.hpp"

int main(int count, char** arguments) {
    if (count != 2) return 1;
    const auto table = mote::tables::read_table(arguments[1], "");
    std::cout << table.features << ' ' << table.classes << ' ' << table.rows.size();
    return 0;
}
