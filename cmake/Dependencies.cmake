# The system's packages first; where one is missing, its release archive, pinned and checked by hash. The same mechanism serves
# Debian packages, vcpkg and Conan, because all of them answer find_package.
include(FetchContent)
set(FETCHCONTENT_QUIET ON)

FetchContent_Declare(fmt
  URL https://github.com/fmtlib/fmt/archive/refs/tags/9.1.0.tar.gz
  URL_HASH SHA256=5dea48d1fcddc3ec571ce2058e13910a0d4a6bab4cc09a809d8b1dd1c88ae6f2
  SYSTEM FIND_PACKAGE_ARGS 9)
FetchContent_Declare(yaml-cpp
  URL https://github.com/jbeder/yaml-cpp/archive/refs/tags/yaml-cpp-0.7.0.tar.gz
  URL_HASH SHA256=43e6a9fcb146ad871515f0d0873947e5d497a1c9c60c58cb102a97b47208b7c3
  SYSTEM FIND_PACKAGE_ARGS)
FetchContent_Declare(CLI11
  URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.1.2.tar.gz
  URL_HASH SHA256=26291377e892ba0e5b4972cdfd4a2ab3bf53af8dac1f4ea8fe0d1376b625c8cb
  SYSTEM FIND_PACKAGE_ARGS 2.1)
FetchContent_Declare(nlohmann_json
  URL https://github.com/nlohmann/json/archive/refs/tags/v3.11.2.tar.gz
  URL_HASH SHA256=d69f9deb6a75e2580465c6c4c5111b89c4dc2fa94e3a85fcd2ffcd9a143d9273
  SYSTEM FIND_PACKAGE_ARGS 3.11)
FetchContent_Declare(Catch2
  URL https://github.com/catchorg/Catch2/archive/refs/tags/v2.13.10.tar.gz
  URL_HASH SHA256=d54a712b7b1d7708bc7a819a8e6e47b2fde9536f487b89ccbca295072a7d9943
  SYSTEM FIND_PACKAGE_ARGS)

# For the archives only. Without the first, those that ask for an old CMake would ignore the switches below it.
set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
if(CMAKE_VERSION VERSION_GREATER_EQUAL 4.0)
  set(CMAKE_POLICY_VERSION_MINIMUM 3.5)
endif()
set(FMT_INSTALL OFF)
foreach(part TESTS TOOLS)
  set(YAML_CPP_BUILD_${part} OFF)
endforeach()
set(YAML_CPP_INSTALL OFF)
foreach(part TESTS EXAMPLES DOCS)
  set(CLI11_BUILD_${part} OFF)
endforeach()
set(CLI11_INSTALL OFF)
set(JSON_BuildTests OFF)
set(CATCH_BUILD_STATIC_LIBRARY ON)
foreach(part DOCS HELPERS EXTRAS)
  set(CATCH_INSTALL_${part} OFF)
endforeach()

# With downloads switched off MakeAvailable passes over a missing package in silence, so it is said here.
function(rackfit_dependency name target package)
  if(NOT TARGET ${target})
    message(FATAL_ERROR "${name} not found: install ${package}, or run ./quickstart")
  endif()
endfunction()

FetchContent_MakeAvailable(fmt yaml-cpp CLI11 nlohmann_json)
# Older releases of yaml-cpp export the plain name only.
if(NOT TARGET yaml-cpp::yaml-cpp AND TARGET yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
rackfit_dependency(fmt fmt::fmt libfmt-dev)
rackfit_dependency(yaml-cpp yaml-cpp::yaml-cpp libyaml-cpp-dev)
rackfit_dependency(CLI11 CLI11::CLI11 libcli11-dev)
rackfit_dependency(nlohmann_json nlohmann_json::nlohmann_json nlohmann-json3-dev)
if(BUILD_TESTING)
  FetchContent_MakeAvailable(Catch2)
  rackfit_dependency(Catch2 Catch2::Catch2WithMain catch2)
endif()
