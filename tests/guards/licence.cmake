# SPDX-License-Identifier: MIT
# Every source names its licence in its first two lines.
include(${CMAKE_CURRENT_LIST_DIR}/rule.cmake)

set(files ${repository}/CMakeLists.txt ${repository}/.ci/run)
foreach(folder IN ITEMS include tests examples benchmarks cmake docs tools)
    foreach(kind IN ITEMS *.hpp *.cpp *.c *.h *.S *.ld *.py *.sh *.cmake *.in CMakeLists.txt)
        file(GLOB_RECURSE found ${repository}/${folder}/${kind})
        list(APPEND files ${found})
    endforeach()
endforeach()
list(FILTER files EXCLUDE REGEX "/tests/firmware/models/")  # written by mote, as a user's own models are
foreach(file IN LISTS files)
    file(STRINGS ${file} lines LIMIT_COUNT 2)
    if(NOT lines MATCHES "SPDX-License-Identifier: MIT")
        file(RELATIVE_PATH path ${repository} ${file})
        complain("${path} does not open with its licence")
    endif()
endforeach()
finish("Every source opens with SPDX-License-Identifier: MIT in a comment")
