# SPDX-License-Identifier: MIT
# The models of MOTE_TFLITE_DIR, whatever their files are called.

# mote_tflite_files(<variable>): their files.
function(mote_tflite_files result)
    if(MOTE_TFLITE_DIR)
        file(GLOB models LIST_DIRECTORIES false CONFIGURE_DEPENDS ${MOTE_TFLITE_DIR}/*.tflite)
        if(NOT models)
            message(WARNING "MOTE_TFLITE_DIR: ${MOTE_TFLITE_DIR} has no .tflite files")
        endif()
    endif()
    set(${result} "${models}" PARENT_SCOPE)
endfunction()

# mote_tflite_names(<file> <program> <identifier>): the variables become the name of the file's program, run_<file>,
# with a _ for what CMake does not take, and of its header and what is in it. A second of one name has a _2 more.
function(mote_tflite_names file program_name identifier_name)
    get_filename_component(name ${file} NAME_WLE)
    string(REGEX REPLACE "[^A-Za-z0-9_.+-]" "_" base "run_${name}")
    string(MAKE_C_IDENTIFIER "model_${name}" identifier_base)
    string(REGEX REPLACE "__+" "_" identifier_base ${identifier_base})
    string(TOLOWER ${identifier_base} identifier_base)  # file systems may not tell letters' cases apart
    set(program ${base})
    set(identifier ${identifier_base})
    set(count 1)
    while(TARGET ${program} OR TARGET row.${program})
        math(EXPR count "${count} + 1")
        set(program ${base}_${count})
    endwhile()
    if(count GREATER 1)
        message(STATUS "${file} is not the first of its name: its program is ${program}")
    endif()
    while(TARGET ${identifier})
        math(EXPR count "${count} + 1")
        set(identifier ${identifier_base}_${count})
    endwhile()
    set(${program_name} ${program} PARENT_SCOPE)
    set(${identifier_name} ${identifier} PARENT_SCOPE)
endfunction()
