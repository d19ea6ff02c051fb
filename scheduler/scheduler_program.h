/* The scheduler as a service: the tick loop, and the rounds of inventories beside it. */
#ifndef KEYTURN_SCHEDULER_PROGRAM_H
#define KEYTURN_SCHEDULER_PROGRAM_H

#include "service.h"

/* What main() runs. */
extern const struct service scheduler_service;

#endif
