# rackfit_embed_profiles(TARGET): packs profiles/ with the project's own YAML reader while building, so that the binary needs no
# files and spends no time on parsing them.
function(rackfit_embed_profiles target)
  file(GLOB_RECURSE profiles CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/profiles/*.yaml)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_profiles.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND rackfit_pack ${PROJECT_SOURCE_DIR}/profiles ${output}
    DEPENDS rackfit_pack ${profiles}
    COMMENT "Packing profiles")
  target_sources(${target} PRIVATE ${output})
endfunction()
