# SPDX-License-Identifier: MIT
# What the rules share. A rule calls complain() for each breach and finish() at its end.
cmake_minimum_required(VERSION 3.25)
get_filename_component(repository ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
set(include ${repository}/include/mote)

# Headers by their path below include/mote: core/status.hpp.
file(GLOB_RECURSE headers RELATIVE ${include} ${include}/*.hpp)

function(complain)
    list(JOIN ARGN "" sentence)
    message("${sentence}")
    set_property(GLOBAL PROPERTY complaints TRUE)
endfunction()

function(finish rule)
    get_property(complaints GLOBAL PROPERTY complaints)
    if(complaints)
        message(FATAL_ERROR "${rule}")
    endif()
endfunction()

# The headers of ours that a header includes, by their path below include/mote.
function(includes_of header result)
    file(STRINGS ${include}/${header} lines REGEX "^ *# *include +[\"<]mote/")
    list(TRANSFORM lines REPLACE "^[^\"<]*[\"<]mote/([^\">]*)[\">].*$" "\\1")
    set(${result} ${lines} PARENT_SCOPE)
endfunction()

# Adds to the global property `reached` what a header includes, and what that includes.
function(reach header)
    get_property(reached GLOBAL PROPERTY reached)
    if(NOT header IN_LIST reached)
        set_property(GLOBAL APPEND PROPERTY reached ${header})
        includes_of(${header} further)
        foreach(next IN LISTS further)
            reach(${next})
        endforeach()
    endif()
endfunction()

# Calls complain() for every line of the files that matches, comments left out.
function(forbid pattern reason)
    foreach(file IN LISTS ARGN)
        file(STRINGS ${file} lines REGEX "${pattern}")
        foreach(line IN LISTS lines)
            string(REGEX REPLACE "//.*$" "" code "${line}")
            string(REGEX REPLACE "\"[^\"]*\"" "" code "${code}")
            if(" ${code} " MATCHES "${pattern}" OR (line MATCHES "^ *#" AND line MATCHES "${pattern}"))
                file(RELATIVE_PATH path ${repository} ${file})
                complain("${path}: ${reason}: ${line}")
            endif()
        endforeach()
    endforeach()
endfunction()
