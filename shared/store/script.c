#include "script.h"

#include "script_sources.h" /* generated from lua/ by EmbedScripts.cmake */

const struct script scripts[SCRIPT_COUNT] = {
#define X(name, keys) {#name, name##_lua, name##_sha, keys},
    SCRIPTS(X)
#undef X
};
