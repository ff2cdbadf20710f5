# SPDX-License-Identifier: MIT
# cmake -D BUILD=<build folder of mote> -D CXX=<compiler> -P check.cmake: installs mote into an empty folder, then
# configures, builds and runs the project beside this file against what was installed.
set(place ${BUILD}/package)
file(REMOVE_RECURSE ${place})

function(run)
    list(JOIN ARGN " " step)
    message("${step}")
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE code)
    if(NOT code EQUAL 0)
        message(FATAL_ERROR "This step failed: ${step}")
    endif()
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${place}/installed)
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${place}/consumer -G Ninja
    -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_PREFIX_PATH=${place}/installed
    -D MODEL=${CMAKE_CURRENT_LIST_DIR}/../tflite/small.tflite)
run(${CMAKE_COMMAND} --build ${place}/consumer)
run(${place}/consumer/consumer)
