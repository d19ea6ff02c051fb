/* The configuration of a run: a file with everything but policies, and policies below it. */
#ifndef KEYTURN_TESTS_CONFIGURATION_H
#define KEYTURN_TESTS_CONFIGURATION_H

#include "config.h"

/* Puts the two files together and loads them as every program does; with `apply`, each policy's mode becomes apply. NULL and a fault. */
struct config *configuration_load(const char *base, const char *policies, bool apply, struct fault *fault);

#endif
