/* Why a file's shape was refused: libcyaml decides, this says where and what would be right. */
#ifndef KEYTURN_CONFIG_EXPLAIN_H
#define KEYTURN_CONFIG_EXPLAIN_H

#include "lines.h"
#include "text.h"

/* The first place in the file that is not as the settings expect: an unknown key (with the closest known one), a list where one value
 * belongs, too many entries. True if there is none; else false and FAULT_CONFIG. */
bool explain_shape(const struct lines *lines, struct fault *fault) MUST_CHECK;

#endif
