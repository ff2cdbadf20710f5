# SPDX-License-Identifier: MIT
# cmake --install: the headers, and a package that makes find_package(mote) give the target mote::mote.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(package ${CMAKE_INSTALL_DATADIR}/cmake/mote)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/mote DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/mote)
install(TARGETS mote EXPORT mote-targets)
install(EXPORT mote-targets NAMESPACE mote:: DESTINATION ${package})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/mote-config.cmake.in
    ${PROJECT_BINARY_DIR}/mote-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/mote-config-version.cmake
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/mote-config.cmake ${PROJECT_BINARY_DIR}/mote-config-version.cmake DESTINATION ${package})
install(FILES ${PROJECT_SOURCE_DIR}/cmake/import_tflite.cmake ${PROJECT_SOURCE_DIR}/examples/import_tflite.cpp
    DESTINATION ${package})
