# SPDX-License-Identifier: MIT
set(CMAKE_SYSTEM_PROCESSOR cortex-m3)
set(MOTE_CORE_FLAGS "-mcpu=cortex-m3")
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
