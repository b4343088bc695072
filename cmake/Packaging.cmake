# What `cmake --install` and `cpack` put where. The binary holds the profiles already; the copies under share/ are there to be read,
# and to be copied from when somebody writes files for --data-dir.
include(GNUInstallDirs)
install(TARGETS rackfit RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY profiles DESTINATION ${CMAKE_INSTALL_DATADIR}/rackfit FILES_MATCHING PATTERN "*.yaml")
install(DIRECTORY docs/schema DESTINATION ${CMAKE_INSTALL_DATADIR}/rackfit/docs FILES_MATCHING PATTERN "*.json")
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md" PATTERN "*.yaml" PATTERN schema EXCLUDE)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rackfit)
set(CPACK_PACKAGE_CONTACT "the rackfit authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGE_DESCRIPTION "Reads a workload (language models, Kafka, training) as YAML and recommends the machines for it,
with the limit that decided, the alternatives and the source of every figure. Works offline.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_STRIP_FILES ON)
include(CPack)
