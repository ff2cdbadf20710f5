# SPDX-License-Identifier: MIT
# Every header compiles alone and twice, without exceptions and RTTI, with each compiler that is here.
# A test builds it, so that one broken header does not keep all other tests from running.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/include/mote/*.hpp)
list(FILTER headers EXCLUDE REGEX "^mote/deploy/host/|^mote/kernels/(arm|x86)_")  # for others' processors
if(NOT TARGET Eigen3::Eigen)
    list(FILTER headers EXCLUDE REGEX "^mote/(core/eigen|supervised/linear_regression)")
endif()
foreach(header IN LISTS headers)
    string(REPLACE "/" "." source ${header})
    set(source ${CMAKE_CURRENT_BINARY_DIR}/alone/${source}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n#include \"${header}\"\n" @ONLY)
    list(APPEND alone ${source})
endforeach()

add_library(headers_alone OBJECT EXCLUDE_FROM_ALL ${alone})
target_link_libraries(headers_alone PRIVATE mote_developer)
target_compile_options(headers_alone PRIVATE -fno-exceptions -fno-rtti)
add_test(NAME guards/headers_alone COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target headers_alone)
set_tests_properties(guards/headers_alone PROPERTIES RESOURCE_LOCK ${PROJECT_BINARY_DIR} COST 50)

find_program(MOTE_CLANG clang++)
if(MOTE_CLANG)
    set(flags -std=c++20 -fsyntax-only -fno-exceptions -fno-rtti -Wall -Wextra -Wpedantic -Wconversion -Wshadow
        -Wdouble-promotion -Werror -I${PROJECT_SOURCE_DIR}/include)
    list(TRANSFORM eigen_folders PREPEND -isystem OUTPUT_VARIABLE eigen_flags)
    add_test(NAME guards/headers_alone_clang COMMAND ${MOTE_CLANG} ${flags} ${eigen_flags} ${alone})
    set_tests_properties(guards/headers_alone_clang PROPERTIES COST 50)
else()
    skip_test(guards/headers_alone_clang "needs clang++")
endif()
