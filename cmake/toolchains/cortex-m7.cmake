# SPDX-License-Identifier: MIT
set(CMAKE_SYSTEM_PROCESSOR cortex-m7)
set(MOTE_CORE_FLAGS "-mcpu=cortex-m7 -mfpu=fpv5-sp-d16 -mfloat-abi=hard")
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
