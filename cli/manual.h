/* The manual page, for man(1): made of the tables that the help is made of. Owns nothing. */
#ifndef KEYTURN_MANUAL_H
#define KEYTURN_MANUAL_H

#include "command.h"

enum { MANUAL_MAX = 256 * 1024 };

/* Appends keyturn(1), with every command and option; or, of one command, its own page. */
void manual_page(const struct command *command, struct text *out);

#endif
