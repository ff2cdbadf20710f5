# SPDX-License-Identifier: MIT
# 64-bit Arm with Linux. Programs are static, so that they run in the emulator without the target's libraries; the
# tests' counting malloc then stands beside libc's, and the linker is to take the first.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -Wl,--allow-multiple-definition")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64)
