/* TLS to Redis, where the build's hiredis has it (hiredis_ssl, from Debian 13 on); elsewhere it is refused in words. */
#ifndef KEYTURN_REDIS_TLS_H
#define KEYTURN_REDIS_TLS_H

#include "store.h"

struct redis_tls;
struct redisContext;

/* What all connections of these settings share: the CA, by `ca_file` or the system's, and the host's name. NULL and FAULT_CONFIG otherwise. */
struct redis_tls *redis_tls_open(const struct store_settings *settings, struct fault *fault);
void redis_tls_close(struct redis_tls *tls);

/* Shakes hands on a connection just made. False: `why`, a constant, is what is wrong with the server's certificate; where it is NULL, the context
 * says why. */
bool redis_tls_start(struct redis_tls *tls, struct redisContext *context, const char **why) MUST_CHECK;

#endif
