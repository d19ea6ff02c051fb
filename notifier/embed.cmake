# cmake -DFOLDER=templates -DOUTPUT=template_sources.h -P embed.cmake
# Writes each <letter>.txt and <letter>.html as the array <letter>_txt, <letter>_html, so that no program needs a file at run time.
file(GLOB paths ${FOLDER}/*.txt ${FOLDER}/*.html)
list(SORT paths)
set(header "/* Generated from the templates of the notifier. */\n")
foreach(path IN LISTS paths)
  get_filename_component(name ${path} NAME)
  string(REPLACE "." "_" name ${name})
  file(READ ${path} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND header "static const char ${name}[] = {${bytes}0};\n")
endforeach()
file(WRITE ${OUTPUT} "${header}")
