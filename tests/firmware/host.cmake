# SPDX-License-Identifier: MIT
# The same programs for a system with an operating system: checks pass or fail, rows print their time per call.
foreach(name IN LISTS rows)
    add_executable(row.${name} rows/${name}.cpp)
    target_link_libraries(row.${name} PRIVATE mote_firmware)
    add_test(NAME row/${name} COMMAND row.${name})
endforeach()
# On the host itself the tests of the kernels ask the same questions.
if(CMAKE_CROSSCOMPILING)
    foreach(name IN LISTS checks)
        add_executable(check.${name} checks/${name}.cpp)
        target_link_libraries(check.${name} PRIVATE mote_firmware)
        add_test(NAME check/${name} COMMAND check.${name})
    endforeach()
endif()
