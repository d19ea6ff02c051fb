#include "redis_tls.h"

#include "mem.h"

#ifdef KEYTURN_HIREDIS_SSL

#include <hiredis/hiredis.h>
#include <hiredis/hiredis_ssl.h>

static const char system_certificates[] = "/etc/ssl/certs";

struct redis_tls {
    redisSSLContext *context;
};

struct redis_tls *redis_tls_open(const struct store_settings *settings, struct fault *fault) {
    redisSSLContextError error = REDIS_SSL_CTX_NONE;
    bool own = settings->ca_file[0] != '\0';
    redisSSLContext *context = redisCreateSSLContext(own ? settings->ca_file : NULL, own ? NULL : system_certificates,
                                                     NULL, NULL, settings->host, &error);
    if (context == NULL) {
        fault_set(fault, FAULT_CONFIG, "redis.ca_file", "TLS to Redis: %s", redisSSLContextGetError(error));
        return NULL;
    }
    struct redis_tls *tls = mem_zero(1, sizeof *tls);
    tls->context = context;
    return tls;
}

void redis_tls_close(struct redis_tls *tls) {
    if (tls == NULL)
        return;
    redisFreeSSLContext(tls->context);
    mem_free(tls);
}

bool redis_tls_start(struct redis_tls *tls, struct redisContext *context) {
    return redisInitiateSSLWithContext(context, tls->context) == REDIS_OK;
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

bool redis_tls_start(struct redis_tls *tls, struct redisContext *context) {
    (void)tls;
    (void)context;
    return false;
}

#endif
