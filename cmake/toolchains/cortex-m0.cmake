# SPDX-License-Identifier: MIT
set(CMAKE_SYSTEM_PROCESSOR cortex-m0)
set(MOTE_CORE_FLAGS "-mcpu=cortex-m0")
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
