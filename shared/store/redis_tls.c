#include "redis_tls.h"

#ifdef KEYTURN_HIREDIS_SSL

#include "mem.h"
#include "tls_client.h"

#include <hiredis/hiredis.h>
#include <hiredis/hiredis_ssl.h>

struct redis_tls {
    struct tls_client *client;
};

struct redis_tls *redis_tls_open(const struct store_settings *settings, struct fault *fault) {
    struct tls_client *client = tls_client_open(settings->ca_file, settings->host, fault);
    if (client == NULL)
        return NULL;
    struct redis_tls *tls = mem_zero(1, sizeof *tls);
    tls->client = client;
    return tls;
}

void redis_tls_close(struct redis_tls *tls) {
    if (tls == NULL)
        return;
    tls_client_close(tls->client);
    mem_free(tls);
}

/* A hiredis context takes the connection over where the handshake went well, and only then. */
bool redis_tls_start(struct redis_tls *tls, struct redisContext *context, const char **why) {
    *why = NULL;
    struct ssl_st *connection = tls_client_begin(tls->client);
    if (connection == NULL)
        *why = "no memory for a connection";
    else if (redisInitiateSSL(context, connection) == REDIS_OK)
        return true;
    else
        tls_client_end(connection, why);
    return false;
}

#else

struct redis_tls *redis_tls_open(const struct store_settings *settings, struct fault *fault) {
    (void)settings;
    fault_set(
        fault, FAULT_CONFIG, "redis.tls",
        "this build's hiredis has no TLS: build against hiredis with hiredis_ssl (Debian 13, Ubuntu 24.04 or later), "
        "or put a TLS tunnel in front of Redis and set redis.tls: false");
    return NULL;
}

void redis_tls_close(struct redis_tls *tls) {
    (void)tls;
}

bool redis_tls_start(struct redis_tls *tls, struct redisContext *context, const char **why) {
    (void)tls;
    (void)context;
    *why = NULL;
    return false;
}

#endif
