/* The notifier as a program: a reader of events in the group of its channel, a pool of threads that run them, and what waits. */
#ifndef KEYTURN_NOTIFIER_PROGRAM_H
#define KEYTURN_NOTIFIER_PROGRAM_H

#include "service.h"

/* What main() runs. */
extern const struct service notifier_service;

#endif
