/* The scheduler as a service: the tick loop, and the rounds of inventories beside it. */
#ifndef KEYTURN_SCHEDULING_H
#define KEYTURN_SCHEDULING_H

#include "service.h"

extern const struct service scheduler_service;

#endif
