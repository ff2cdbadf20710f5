// SPDX-License-Identifier: MIT
// Area under the ROC curve of every batch detector on a folder of sets in the format of ADBench's rows:
// x_f32.bin, y_u8.bin and index.csv, from which the list of sets below is made when CMake configures. Each
// set is scaled to 0 .. 1, fitted and scored on the same rows, as in Han et al. 2022, ADBench. Prints CSV:
// set,detector,auroc.
#include <cstdio>

#include "benchmarks/anomaly/adbench.hpp"

int main() {
    bool all = true;
    std::puts("set,detector,auroc");
#include "adbench_sets.inc"
    return all ? 0 : 1;
}
