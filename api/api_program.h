/* The REST API as a service: keys and sealing keys read again, the audit log, the server of the routes. */
#ifndef KEYTURN_API_PROGRAM_H
#define KEYTURN_API_PROGRAM_H

#include "service.h"

/* What main() runs. */
extern const struct service api_service;

#endif
