# SPDX-License-Identifier: MIT
# cmake -D CLANG_FORMAT=<program> -P format.cmake: clang-format decides the layout of every C++ source.
include(${CMAKE_CURRENT_LIST_DIR}/rule.cmake)

foreach(folder IN ITEMS include tests examples benchmarks)
    file(GLOB_RECURSE found ${repository}/${folder}/*.hpp ${repository}/${folder}/*.cpp ${repository}/${folder}/*.c)
    list(APPEND files ${found})
endforeach()
execute_process(COMMAND ${CLANG_FORMAT} --dry-run -Werror ${files} RESULT_VARIABLE code)
if(NOT code EQUAL 0)
    complain("Run clang-format-14 -i on the files named above")
endif()
finish("clang-format 14 decides the layout")
