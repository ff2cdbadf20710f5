# SPDX-License-Identifier: MIT
# Each row once more for the machine that builds, to compare its checksum with the target's.
find_program(MOTE_HOST_CXX NAMES g++ clang++ REQUIRED)
set(limits -fconstexpr-ops-limit=500000000 -fconstexpr-loop-limit=10000000)
if(MOTE_HOST_CXX MATCHES "clang")
    set(limits -fconstexpr-steps=100000000)
endif()

set(twins ${CMAKE_CURRENT_BINARY_DIR}/host)
file(MAKE_DIRECTORY ${twins})
set(programs "")
list(FILTER rows EXCLUDE REGEX "^run_")  # imported from MOTE_TFLITE_DIR: they know their golden output
list(TRANSFORM eigen_folders PREPEND -isystem OUTPUT_VARIABLE eigen_flags)
foreach(name IN LISTS rows)
    set(imported "")
    if(name STREQUAL "imported_digits")
        set(imported ImportedDigits.header)
    endif()
    set(source ${CMAKE_CURRENT_SOURCE_DIR}/rows/${name}.cpp)
    add_custom_command(OUTPUT ${twins}/${name}.o
        COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} ${MOTE_HOST_CXX} -std=c++20 -O1 ${limits}
            -I${PROJECT_SOURCE_DIR}/include -I${PROJECT_SOURCE_DIR} -I${CMAKE_CURRENT_BINARY_DIR}/imported ${eigen_flags}
            -MD -MF ${twins}/${name}.d -MT ${twins}/${name}.o -c ${source} -o ${twins}/${name}.o
        DEPENDS ${source} ${imported} DEPFILE ${twins}/${name}.d VERBATIM)
    add_custom_command(OUTPUT ${twins}/${name} COMMAND ${MOTE_HOST_CXX} ${twins}/${name}.o -o ${twins}/${name}
        DEPENDS ${twins}/${name}.o VERBATIM)
    list(APPEND programs ${twins}/${name})
endforeach()
add_custom_target(twins ALL DEPENDS ${programs})

add_test(NAME firmware/same_checksums_as_host COMMAND ${CMAKE_COMMAND} "-DROWS=${rows}" -DTWINS=${twins}
    "-DEMULATOR=${CMAKE_CROSSCOMPILING_EMULATOR}" -DRESULTS=${CMAKE_CURRENT_BINARY_DIR} -DCORE=${CMAKE_SYSTEM_PROCESSOR}
    -P ${CMAKE_CURRENT_SOURCE_DIR}/checksums.cmake)
list(TRANSFORM rows PREPEND row/ OUTPUT_VARIABLE row_tests)
set_tests_properties(firmware/same_checksums_as_host PROPERTIES DEPENDS "${row_tests}" TIMEOUT 120)
