# SPDX-License-Identifier: MIT
# cmake -P cmake/test.cmake: installs what is missing, then builds and runs every test in every configuration.
include(${CMAKE_CURRENT_LIST_DIR}/bootstrap.cmake)

message("Step 1 of 2: packages")
bootstrap(${compiler} ${ninja} ${arm_compiler} ${arm_library} ${qemu}
    "catch2|/usr/include/catch2|required|the test framework"
    "libeigen3-dev|/usr/include/eigen3|required|linear algebra"
    "libbenchmark-dev|/usr/include/benchmark/benchmark.h|required|the benchmarks' framework"
    "ccache|ccache|optional|makes repeated builds fast"
    "clang|clang++|optional|the second compiler of every test"
    "clang-format-14|clang-format-14|optional|checks the layout of the sources"
    "g++-aarch64-linux-gnu|aarch64-linux-gnu-g++|optional|compiles the tests for 64-bit Arm"
    "qemu-user|qemu-aarch64|optional|runs the tests for 64-bit Arm")
message("Step 2 of 2: cmake --workflow --preset test")
run_workflow(test)
