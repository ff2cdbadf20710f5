# SPDX-License-Identifier: MIT
# cmake -D PROGRAM=<program> -D EXPECTED=<file> -P compare.cmake: runs the program without waiting for
# anybody to look at it, and compares what it prints.
get_filename_component(name ${PROGRAM} NAME)
set(printed ${CMAKE_CURRENT_BINARY_DIR}/${name}.out)
execute_process(COMMAND ${PROGRAM} --fast OUTPUT_FILE ${printed} RESULT_VARIABLE code)
if(NOT code EQUAL 0)
    message(FATAL_ERROR "${name} ended with ${code}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${EXPECTED} ${printed}
    RESULT_VARIABLE differs ERROR_QUIET)
if(differs)
    execute_process(COMMAND diff -u ${EXPECTED} ${printed})
    message(FATAL_ERROR "${name} prints something else than is expected. Read ${printed} and, if it is right, "
        "copy it to ${EXPECTED}")
endif()
