# Three kinds of target: a library of shared/, a program, a unit test. All get the same warnings and the same hardening.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

add_library(keyturn_flags INTERFACE)
target_compile_definitions(keyturn_flags INTERFACE _GNU_SOURCE KEYTURN_VERSION="${PROJECT_VERSION}")
target_compile_options(keyturn_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -fstack-protector-strong -fstack-clash-protection -fcf-protection)
target_link_options(keyturn_flags INTERFACE -Wl,-z,relro,-z,now)
if(KEYTURN_WERROR)
  target_compile_options(keyturn_flags INTERFACE -Werror)
endif()
if(KEYTURN_SANITIZE)
  target_compile_options(keyturn_flags INTERFACE -fsanitize=${KEYTURN_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(keyturn_flags INTERFACE -fsanitize=${KEYTURN_SANITIZE})
else()
  target_compile_options(keyturn_flags INTERFACE -U_FORTIFY_SOURCE $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>)
endif()

# keyturn_library(store SOURCES due.c ... LINKS base model PRIVATE PkgConfig::HIREDIS)
#   LINKS    libraries of shared/ whose headers this one's headers and sources may include
#   PRIVATE  third-party libraries: their headers are visible to this library's sources only
function(keyturn_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE" ${ARGN})
  add_library(kt_${name} STATIC ${ARG_SOURCES})
  target_include_directories(kt_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  list(TRANSFORM ARG_LINKS PREPEND kt_)
  target_link_libraries(kt_${name} PUBLIC ${ARG_LINKS} PRIVATE keyturn_flags ${ARG_PRIVATE} Threads::Threads)
endfunction()

# what is shipped, without the tests
add_custom_target(programs)

# keyturn_program(worker SOURCES main.c ... LINKS service rotation) makes the executable keyturn-worker, and kt_worker, a
# library of everything but main.c, for its unit tests.
function(keyturn_program name)
  cmake_parse_arguments(ARG "" "OUTPUT" "SOURCES;LINKS" ${ARGN})
  list(TRANSFORM ARG_LINKS PREPEND kt_)
  if(ARG_SOURCES)
    add_library(kt_${name} STATIC ${ARG_SOURCES})
    target_include_directories(kt_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(kt_${name} PUBLIC ${ARG_LINKS} PRIVATE keyturn_flags Threads::Threads)
    list(PREPEND ARG_LINKS kt_${name})
  endif()
  if(KEYTURN_UNIT_TESTS_ONLY)
    return()
  endif()
  if(NOT ARG_OUTPUT)
    set(ARG_OUTPUT keyturn-${name})
  endif()
  add_executable(${ARG_OUTPUT} main.c)
  target_link_libraries(${ARG_OUTPUT} PRIVATE ${ARG_LINKS} keyturn_flags Threads::Threads)
  target_link_options(${ARG_OUTPUT} PRIVATE -pie)
  add_dependencies(programs ${ARG_OUTPUT})
endfunction()

# keyturn_unit_test(due LINKS store) builds test_due.c into unit_due and registers it with ctest.
function(keyturn_unit_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE" ${ARGN})
  list(TRANSFORM ARG_LINKS PREPEND kt_)
  add_executable(unit_${name} test_${name}.c ${ARG_SOURCES})
  target_link_libraries(unit_${name} PRIVATE ${ARG_LINKS} keyturn_flags PkgConfig::CMOCKA Threads::Threads ${ARG_PRIVATE})
  target_compile_definitions(unit_${name} PRIVATE TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}"
    REPOSITORY="${CMAKE_SOURCE_DIR}")
  set_target_properties(unit_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/unit)
  add_test(NAME ${name} COMMAND unit_${name} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()
