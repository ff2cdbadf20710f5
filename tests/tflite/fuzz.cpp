// SPDX-License-Identifier: MIT
// libFuzzer's entry: ninja fuzz_tflite with clang, then fuzz_tflite <folder of .tflite files>.
#include "tests/tflite/import_bytes.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mote::testing::import_bytes({data, size});
    return 0;
}
