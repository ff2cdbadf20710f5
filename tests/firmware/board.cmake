# SPDX-License-Identifier: MIT
# Builds and runs every program on the QEMU machine of the core that the toolchain file names.
set(machine_of_cortex-m0 microbit)
set(machine_of_cortex-m3 mps2-an385)
set(machine_of_cortex-m4 mps2-an386)
set(machine_of_cortex-m7 mps2-an500)
set(machine_of_cortex-m33 mps2-an505)
set(machine_of_cortex-m55 mps3-an547)
set(memory_of_microbit microbit)
set(memory_of_mps2-an385 mps2)
set(memory_of_mps2-an386 mps2)
set(memory_of_mps2-an500 mps2)
set(memory_of_mps2-an505 mps2_secure)
set(memory_of_mps3-an547 mps3)

find_program(MOTE_QEMU qemu-system-arm REQUIRED)
find_program(MOTE_NM arm-none-eabi-nm REQUIRED)
find_program(MOTE_ADDR2LINE arm-none-eabi-addr2line REQUIRED)
find_program(MOTE_SIZE arm-none-eabi-size REQUIRED)
find_program(MOTE_HOST_CC NAMES cc gcc clang REQUIRED)

# The instruction counter is a shared library that QEMU loads; it must say which plugin interface it was made for.
execute_process(COMMAND ${MOTE_QEMU} --version OUTPUT_VARIABLE qemu_version)
string(REGEX MATCH "[0-9]+\\.[0-9]+" qemu_version "${qemu_version}")
set(plugin_interface 1)
if(qemu_version VERSION_GREATER_EQUAL 9)
    set(plugin_interface 2)
endif()
set(counter ${CMAKE_CURRENT_BINARY_DIR}/instruction_counter.so)
add_custom_command(OUTPUT ${counter}
    COMMAND ${MOTE_HOST_CC} -std=c11 -O2 -Wall -Wextra -Werror -fPIC -shared -fvisibility=hidden
        -DQEMU_PLUGIN_INTERFACE=${plugin_interface} -o ${counter} ${CMAKE_CURRENT_SOURCE_DIR}/instruction_counter.c
    DEPENDS instruction_counter.c VERBATIM)
add_custom_target(instruction_counter ALL DEPENDS ${counter})

add_library(mote_board OBJECT board/startup.cpp)
target_link_libraries(mote_board PRIVATE mote_firmware)

# A program that opens with "// board: m0 large" outgrows the micro:bit. It is still code for the M0, and executes the
# same instructions, on a machine with more memory.
function(choose_machine source result)
    set(machine ${machine_of_${CMAKE_SYSTEM_PROCESSOR}})
    file(STRINGS ${source} large REGEX "^// board: m0 large")
    if(large AND machine STREQUAL "microbit")
        set(machine mps2-an385)
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    set(${result} ${machine} PARENT_SCOPE)
endfunction()

# add_image(<kind> <name> <machine> [<level>]): with a level, such as O0, in place of the build's own optimisation.
function(add_image kind name machine)
    set(image ${kind}.${name})
    set(test ${kind}/${name})
    if(ARGC GREATER 3)
        string(APPEND image .${ARGV3})
        string(APPEND test .${ARGV3})
    endif()
    set(memory ${CMAKE_CURRENT_SOURCE_DIR}/board/${memory_of_${machine}}.ld)
    if(NOT source)
        set(source ${kind}s/${name}.cpp)
    endif()
    add_executable(${image} ${source})
    target_link_libraries(${image} PRIVATE mote_firmware mote_board)
    # The search for vectors takes most of the compiler's time. It can gain something only in a row on the M55.
    if(kind STREQUAL "check" OR NOT CMAKE_SYSTEM_PROCESSOR STREQUAL "cortex-m55")
        target_compile_options(${image} PRIVATE -fno-tree-slp-vectorize)
    endif()
    if(ARGC GREATER 3)
        target_compile_options(${image} PRIVATE -${ARGV3} -Wno-psabi)  # a note of GCC's, not about our code
    endif()
    target_link_options(${image} PRIVATE -T${memory} -L${CMAKE_CURRENT_SOURCE_DIR}/board)
    set_target_properties(${image} PROPERTIES SUFFIX .elf
        LINK_DEPENDS "${memory};${CMAKE_CURRENT_SOURCE_DIR}/board/sections.ld")
    add_test(NAME ${test} COMMAND ${CMAKE_COMMAND} -DKIND=${kind} -DNAME=${name} -DMACHINE=${machine}
        -DELF=$<TARGET_FILE:${image}> -DQEMU=${MOTE_QEMU} -DCOUNTER=${counter} -DNM=${MOTE_NM} -DSIZE=${MOTE_SIZE}
        -DADDR2LINE=${MOTE_ADDR2LINE} -DRESULT=${CMAKE_CURRENT_BINARY_DIR}/${name}.csv -P ${CMAKE_CURRENT_SOURCE_DIR}/run.cmake)
    set_tests_properties(${test} PROPERTIES TIMEOUT 120)
    set(images ${images} $<TARGET_FILE:${image}> PARENT_SCOPE)
endfunction()

set(images "")
foreach(name IN LISTS checks)
    choose_machine(${CMAKE_CURRENT_SOURCE_DIR}/checks/${name}.cpp machine)
    add_image(check ${name} ${machine})
endforeach()

# The assembly must not lean on what the optimiser does around it: once more without it, and for size. One core for
# each instruction set will do.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^cortex-m(0|4|55)$")
    foreach(name IN ITEMS int8_layers kernels_vectors)
        choose_machine(${CMAKE_CURRENT_SOURCE_DIR}/checks/${name}.cpp machine)
        add_image(check ${name} ${machine} O0)
        add_image(check ${name} ${machine} Os)
    endforeach()
endif()

set(large_rows "")
set(integer_rows "")
foreach(name IN LISTS rows)
    choose_machine(${CMAKE_CURRENT_SOURCE_DIR}/rows/${name}.cpp machine)
    add_image(row ${name} ${machine})
    file(STRINGS ${CMAKE_CURRENT_SOURCE_DIR}/rows/${name}.cpp integer REGEX "^// board: no soft float")
    if(integer)
        list(APPEND integer_rows $<TARGET_FILE:row.${name}>)
    endif()
    if(NOT machine STREQUAL machine_of_${CMAKE_SYSTEM_PROCESSOR})
        list(APPEND large_rows ${name})
    endif()
endforeach()

# Every model of MOTE_TFLITE_DIR as one more row; it must give the output that was computed when it was imported.
mote_tflite_files(models)
foreach(model IN LISTS models)
    mote_tflite_names(${model} name identifier)
    mote_import_tflite(NAME ${identifier} FILE ${model})
    set(source ${PROJECT_SOURCE_DIR}/tests/tflite/row.cpp)
    choose_machine(${source} machine)
    add_image(row ${name} ${machine})
    target_link_libraries(row.${name} PRIVATE ${identifier})
    target_compile_definitions(row.${name} PRIVATE MODEL=${identifier} HEADER="${identifier}.hpp" ROW="${name}")
    list(APPEND rows ${name})
    list(APPEND large_rows ${name})
endforeach()
unset(source)

add_test(NAME firmware/no_heap_exceptions_or_printf COMMAND ${CMAKE_COMMAND} "-DIMAGES=${images}" -DNM=${MOTE_NM}
    -DSIZE=${MOTE_SIZE} -P ${CMAKE_CURRENT_SOURCE_DIR}/images.cmake)

# Elsewhere than on the M0 there are instructions for most of it, and no routine would show.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "cortex-m0")
    add_test(NAME firmware/no_soft_float COMMAND ${CMAKE_COMMAND} "-DIMAGES=${integer_rows}" -DNM=${MOTE_NM}
        -DFLOATING_IMAGE=$<TARGET_FILE:row.gaussian_naive_bayes> -P ${CMAKE_CURRENT_SOURCE_DIR}/soft_float.cmake)
endif()

add_custom_target(report
    COMMAND ${CMAKE_COMMAND} "-DROWS=${rows}" "-DLARGE_ROWS=${large_rows}" -DCORE=${CMAKE_SYSTEM_PROCESSOR}
        -DRESULTS=${CMAKE_CURRENT_BINARY_DIR} -DREPORT=${CMAKE_BINARY_DIR}/report.csv
        -P ${CMAKE_CURRENT_SOURCE_DIR}/report.cmake
    COMMENT "Instructions, memory and checksums on ${CMAKE_SYSTEM_PROCESSOR}" USES_TERMINAL VERBATIM)
