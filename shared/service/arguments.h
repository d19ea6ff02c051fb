/* The arguments every service takes: one table gives the parser and --help. Owns nothing. */
#ifndef KEYTURN_ARGUMENTS_H
#define KEYTURN_ARGUMENTS_H

#include "fault.h"
#include "text.h"

enum arguments_action { ARGUMENTS_RUN, ARGUMENTS_CHECK, ARGUMENTS_HELP, ARGUMENTS_VERSION };

struct arguments {
    enum arguments_action action;
    const char *config; /* borrowed from argv; NULL: not given */
};

/* Reads --config FILE (or --config=FILE), --check, --help, --version. FAULT_CONFIG names what is unknown or lacks its value. */
bool arguments_parse(int argc, char *const *argv, struct arguments *arguments, struct fault *fault) MUST_CHECK;

/* Appends the text of --help for "keyturn-<name>". */
void arguments_help(const char *name, const char *summary, struct text *out);

#endif
