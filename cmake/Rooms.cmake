# rackfit_room(NAME SOURCES a.cpp … DEPENDS rackfit_base …): one static library per folder of src/, so that the linker
# enforces the order of the rooms and a change rebuilds only what is above it.
add_library(rackfit_options INTERFACE)
target_include_directories(rackfit_options INTERFACE ${PROJECT_SOURCE_DIR}/include)
# Contraction and fast-math would let the same input give different bytes on different machines.
target_compile_options(rackfit_options INTERFACE -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow
                       -Wnon-virtual-dtor -Wconversion -Wno-sign-conversion)

function(rackfit_room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE" ${ARGN})
  add_library(rackfit_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(rackfit_${name} PUBLIC rackfit_options ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE})
endfunction()

# rackfit_room_tests(NAME SOURCES a_test.cpp … DEPENDS …): the room's unit tests as one program, run as one CTest entry a test case.
function(rackfit_room_tests name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(rackfit_${name}_tests ${ARG_SOURCES})
  target_include_directories(rackfit_${name}_tests PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(rackfit_${name}_tests PRIVATE RACKFIT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(rackfit_${name}_tests PRIVATE ${ARG_DEPENDS} Catch2::Catch2WithMain)
  add_test(NAME unit.${name} COMMAND rackfit_${name}_tests)
endfunction()
