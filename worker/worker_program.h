/* The worker as a service: a reader of jobs, a pool of threads, a writer of events. */
#ifndef KEYTURN_WORKER_PROGRAM_H
#define KEYTURN_WORKER_PROGRAM_H

#include "service.h"

/* What main() runs. */
extern const struct service worker_service;

#endif
