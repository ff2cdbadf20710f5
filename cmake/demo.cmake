# SPDX-License-Identifier: MIT
# cmake -P cmake/demo.cmake: installs what is missing, then builds and runs the demo.
include(${CMAKE_CURRENT_LIST_DIR}/bootstrap.cmake)

message("Step 1 of 2: packages")
bootstrap(${compiler} ${ninja} ${arm_compiler} ${arm_library} ${qemu})
message("Step 2 of 2: cmake --workflow --preset demo")
run_workflow(demo)
