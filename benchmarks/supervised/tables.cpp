// SPDX-License-Identifier: MIT
// How well every method does on a folder of CSV files, in the memory of a microcontroller: give CMake the
// folder as MOTE_TABLES_DIR and build the target `tables`. A file has a header and the target in its last
// column. Prints CSV: table,method,metric,value, the mean over a stratified 5-fold with a fixed seed of
// accuracy and macro_f1, from 0 to 1, or, where the target is no class, of rmse and r2. Remarks go to stderr.
//
// Classes are what is text, and whole numbers of which there are at most 20 different, each five times on
// average. Text among the features is numbered in alphabetical order, and left out where it has more than 64
// different values. Lines without a target are skipped. What is missing (empty, ?, NA, NaN, ...) goes to
// trees as it is and to all others as the mean. docs/tables.md tells the rest.
#include <pthread.h>

#include <cstdio>

#include "benchmarks/supervised/tables/table.hpp"

namespace mote::tables {

template <std::size_t Features, std::size_t Classes, std::size_t Rows>
void judge_all(const Table& table);  // in one translation unit for each table, made when CMake configures

struct Entry {
    const char* name;
    const char* path;
    std::size_t features, classes, rows;
    void (*judge)(const Table&);
};

constexpr Entry entries[] = {
#include "tables.inc"
    {nullptr, nullptr, 0, 0, 0, nullptr}};

int run() {
    int unreadable = 0;
    std::puts("table,method,metric,value");
    for (const Entry* entry = entries; entry->name != nullptr; ++entry) {
        const Table table = read_table(entry->path, entry->name);
        if (table.skipped > 0) std::fprintf(stderr, "%s: %zu lines skipped\n", entry->name, table.skipped);
        if (entry->judge == nullptr) {
            std::fprintf(stderr, "%s: no features, fewer than two classes or fewer than five rows\n",
                         entry->name);
        } else if (table.features != entry->features || table.classes != entry->classes ||
                   table.rows.size() != entry->rows) {
            std::fprintf(stderr, "%s: has changed, configure again\n", entry->name);
            ++unreadable;
        } else {
            entry->judge(table);
        }
    }
    return unreadable == 0 ? 0 : 1;
}

}  // namespace mote::tables

/// Models for wide tables work on the stack, and want more of it than a host's main thread has.
int main() {
    pthread_attr_t attributes;
    pthread_t thread;
    int result = 1;
    if (pthread_attr_init(&attributes) != 0) return 1;
    if (pthread_attr_setstacksize(&attributes, std::size_t{1} << 29) != 0) return 1;
    const auto work = [](void* into) -> void* {
        *static_cast<int*>(into) = mote::tables::run();
        return nullptr;
    };
    if (pthread_create(&thread, &attributes, work, &result) != 0) return 1;
    return pthread_join(thread, nullptr) == 0 ? result : 1;
}
