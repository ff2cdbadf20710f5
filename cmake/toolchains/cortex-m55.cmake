# SPDX-License-Identifier: MIT
set(CMAKE_SYSTEM_PROCESSOR cortex-m55)
set(MOTE_CORE_FLAGS "-mcpu=cortex-m55 -mfloat-abi=hard")
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
