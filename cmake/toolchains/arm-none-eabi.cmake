# SPDX-License-Identifier: MIT
# What every Cortex-M has in common. Include it from a file that sets CMAKE_SYSTEM_PROCESSOR and MOTE_CORE_FLAGS.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

set(CMAKE_CXX_FLAGS_INIT "-mthumb ${MOTE_CORE_FLAGS} -ffunction-sections -fdata-sections -fno-exceptions -fno-rtti \
-fno-asynchronous-unwind-tables -fno-unwind-tables -fno-threadsafe-statics -fno-use-cxa-atexit")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-nostartfiles --specs=nano.specs -Wl,--gc-sections")

# Speed by default; -DCMAKE_BUILD_TYPE=MinSizeRel puts size first.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "Flags of the Release build")
