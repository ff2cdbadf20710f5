# SPDX-License-Identifier: MIT
# mote_import_tflite(NAME KeywordSpotting FILE model.tflite): writes keyword_spotting.hpp whenever the model changes,
# and makes the library target KeywordSpotting, from which a program gets the header. In it are
# KeywordSpotting::Architecture, ::weights, ::model, ::golden_input and ::golden_output.
#
# With KEEP_GOING a model that cannot be imported does not stop the build: a warning tells why, and so does the
# header, in which then is nothing but the macro MOTE_REFUSAL.
#
# The importer runs on this machine, whatever the firmware is for: its compiler is MOTE_HOST_CXX.
set(mote_importer_folder ${CMAKE_CURRENT_LIST_DIR})

function(mote_import_tflite)
    cmake_parse_arguments(PARSE_ARGV 0 ARG "KEEP_GOING" "NAME;FILE" "")
    if(NOT ARG_NAME OR NOT ARG_FILE OR ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "mote_import_tflite(NAME <C++ identifier> FILE <model.tflite> [KEEP_GOING])")
    endif()
    if(NOT ARG_NAME MATCHES "^[A-Za-z][A-Za-z0-9_]*$")
        message(FATAL_ERROR "mote_import_tflite: '${ARG_NAME}' is no C++ identifier")
    endif()
    if(TARGET ${ARG_NAME})
        message(FATAL_ERROR "mote_import_tflite: there is a target ${ARG_NAME} already")
    endif()
    get_filename_component(model ${ARG_FILE} ABSOLUTE)
    if(NOT EXISTS ${model})
        get_source_file_property(generated ${model} GENERATED)
        if(NOT generated)
            message(FATAL_ERROR "mote_import_tflite: there is no file ${model}")
        endif()
    endif()
    mote_build_importer()
    string(REGEX REPLACE "([a-z0-9])([A-Z])" "\\1_\\2" header ${ARG_NAME})
    string(TOLOWER ${header} header)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/imported)
    set(header ${folder}/${header}.hpp)
    get_property(importer GLOBAL PROPERTY mote_importer)
    file(MAKE_DIRECTORY ${folder})
    add_custom_command(OUTPUT ${header} VERBATIM COMMENT "Importing ${ARG_FILE}"
        COMMAND ${importer} ${model} --name ${ARG_NAME} --output ${header} $<$<BOOL:${ARG_KEEP_GOING}>:--keep-going>
        COMMAND_EXPAND_LISTS DEPENDS ${model} ${importer})
    add_custom_target(${ARG_NAME}.header DEPENDS ${header})
    add_dependencies(${ARG_NAME}.header mote_importer)
    add_library(${ARG_NAME} INTERFACE)
    add_dependencies(${ARG_NAME} ${ARG_NAME}.header)
    target_link_libraries(${ARG_NAME} INTERFACE mote::mote)
    target_include_directories(${ARG_NAME} INTERFACE ${folder})
    # The compiler packs the weights for its target; the default limits of constant expressions are made for less.
    target_compile_options(${ARG_NAME} INTERFACE
        $<$<CXX_COMPILER_ID:GNU>:-fconstexpr-ops-limit=4000000000 -fconstexpr-loop-limit=100000000>
        $<$<CXX_COMPILER_ID:Clang,AppleClang>:-fconstexpr-steps=2000000000>)
endfunction()

# The target mote_importer, made once, and the global property of this name: its program.
function(mote_build_importer)
    if(TARGET mote_importer)
        return()
    endif()
    find_program(MOTE_HOST_CXX NAMES c++ g++ clang++ DOC "The compiler for programs that run on this machine" REQUIRED
        NO_CMAKE_FIND_ROOT_PATH)
    foreach(source IN ITEMS ${mote_importer_folder}/import_tflite.cpp
            ${mote_importer_folder}/../examples/import_tflite.cpp)
        if(EXISTS ${source})
            set(importer_source ${source})
        endif()
    endforeach()
    set(importer ${CMAKE_BINARY_DIR}/import_tflite)
    set_property(GLOBAL PROPERTY mote_importer ${importer})
    add_custom_command(OUTPUT ${importer} VERBATIM COMMENT "Building the importer"
        COMMAND ${MOTE_HOST_CXX} -std=c++20 -O1 "-I$<JOIN:$<TARGET_PROPERTY:mote::mote,INTERFACE_INCLUDE_DIRECTORIES>,;-I>"
            -MMD -MF ${importer}.d -MT ${importer} -o ${importer} ${importer_source}
        COMMAND_EXPAND_LISTS DEPENDS ${importer_source} DEPFILE ${importer}.d)
    add_custom_target(mote_importer DEPENDS ${importer})
endfunction()
