# SPDX-License-Identifier: MIT
# supervised/random_forest is a header, a test and, where there is something to learn about it, a page.
# One suite may test several headers of its room (all environments): it includes each by name. In kernels/ the
# conformance suite runs whatever kernels.hpp brings in, so there it is enough to be included somewhere below.
# One page may cover several (all poolings): it names them in a line that begins with "Headers: ".
include(${CMAKE_CURRENT_LIST_DIR}/rule.cmake)
set(rooms_with_pages signal supervised cluster anomaly nn rl)

file(GLOB_RECURSE pages ${repository}/docs/algorithms/*.md)
foreach(page IN LISTS pages)
    file(STRINGS ${page} line REGEX "^Headers: ")
    string(APPEND covered "${line}\n")
endforeach()
foreach(room IN ITEMS core kernels signal cluster evaluate supervised anomaly nn rl pipeline deploy fleet)
    file(GLOB_RECURSE suites ${repository}/tests/${room}/*.cpp ${repository}/tests/firmware/checks/${room}*.cpp)
    foreach(suite IN LISTS suites)
        file(STRINGS ${suite} lines REGEX "include \"mote/${room}/")
        string(APPEND tested "${lines}\n")
    endforeach()
endforeach()

file(STRINGS ${repository}/tests/kernels/conformance_layers.hpp suite REGEX "include \"mote/kernels/kernels.hpp\"")
if(suite)
    set_property(GLOBAL PROPERTY reached "")
    reach(kernels/kernels.hpp)
    get_property(conforming GLOBAL PROPERTY reached)
endif()

list(REMOVE_ITEM headers mote.hpp kernels/limit.hpp)  # what only benchmarks measure needs no test
foreach(header IN LISTS headers)
    file(STRINGS ${include}/${header} code REGEX "^namespace mote")
    if(NOT code)
        continue()  # it only includes others
    endif()
    string(REGEX REPLACE "\\.hpp$" "" name ${header})
    string(REGEX MATCH "^[a-z_]+" room ${header})
    string(FIND "${tested}" "\"mote/${header}\"" by_a_suite)
    if(NOT EXISTS ${repository}/tests/${name}.test.cpp AND by_a_suite EQUAL -1 AND NOT header IN_LIST conforming)
        complain("${header} has no test: tests/${name}.test.cpp is missing, and no suite in tests/${room} includes it")
    endif()
    get_filename_component(last ${name} NAME)
    string(FIND "${covered}" "`${header}`" by_a_page)
    if(room IN_LIST rooms_with_pages AND NOT EXISTS ${repository}/docs/algorithms/${last}.md AND by_a_page EQUAL -1)
        complain("${header} has no page: docs/algorithms/${last}.md is missing, and no page says `Headers: ...` of it")
    endif()
endforeach()
finish("Every header has a test of its name, and every algorithm a page of its name")
