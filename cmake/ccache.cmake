# SPDX-License-Identifier: MIT
# Compiles through ccache where it is installed, so that a second clone elsewhere finds what the first built.
find_program(MOTE_CCACHE ccache)
if(MOTE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${MOTE_CCACHE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
else()
    set(CMAKE_PCH_INSTANTIATE_TEMPLATES ON)
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()
