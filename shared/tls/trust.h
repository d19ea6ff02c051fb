/* The certificates this process trusts, read once and shared by all its connections: libcurl would parse the whole bundle
 * again for each new connection (30 ms of CPU and 1 MB with Debian's). */
#ifndef KEYTURN_TRUST_H
#define KEYTURN_TRUST_H

#include "fault.h"

/* Reads them on the first call of the process: AWS_CA_BUNDLE, else SSL_CERT_FILE, else the file `otherwise` (NULL: none is known).
 * FAULT_CONFIG, on every call, if they cannot be read. */
bool trust_load(const char *otherwise, struct fault *fault) MUST_CHECK;

/* Gives one connection's SSL_CTX (as libcurl's callback hands it over) the shared store, once trust_load() went well. */
void trust_share(void *ssl_context);

#endif
