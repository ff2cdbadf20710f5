# SPDX-License-Identifier: MIT
# Catch2 for another processor: version 2 is one header, which is copied away from the host's own headers around it. A
# compiled Catch2 3 is of no use here; then the programs of tests/firmware/ are all that runs.
find_path(MOTE_CATCH_HEADER catch2/catch.hpp)
if(NOT MOTE_CATCH_HEADER)
    message(STATUS "No header-only Catch2 (version 2): the tests that need it are left out")
    return()
endif()
file(COPY ${MOTE_CATCH_HEADER}/catch2 DESTINATION ${CMAKE_CURRENT_BINARY_DIR}/catch)
add_library(Catch2::Catch2 INTERFACE IMPORTED)
target_include_directories(Catch2::Catch2 INTERFACE ${CMAKE_CURRENT_BINARY_DIR}/catch)
set(Catch2_VERSION 2)
