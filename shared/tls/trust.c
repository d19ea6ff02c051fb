#include "trust.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <stdlib.h>

/* Written once under `lock`, only read afterwards; OpenSSL's own lock guards its look-ups. Lives as long as the process. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool tried;
static X509_STORE *store;
static struct fault refusal;

static const char *set_variable(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static const char *bundle(const char *otherwise) {
    const char *chosen = set_variable("AWS_CA_BUNDLE");
    if (chosen == NULL)
        chosen = set_variable("SSL_CERT_FILE");
    return chosen != NULL ? chosen : otherwise;
}

static void load(const char *file) {
    X509_STORE *read = X509_STORE_new();
    if (read == NULL || file == NULL || X509_STORE_load_file(read, file) != 1) {
        fault_set(&refusal, FAULT_CONFIG, "certificates",
                  "no trusted certificates can be read from %s: install ca-certificates, or name a PEM bundle in "
                  "SSL_CERT_FILE",
                  file != NULL ? file : "(no bundle known)");
        ERR_clear_error();
        X509_STORE_free(read);
        return;
    }
    /* As libcurl sets them: prefer trusted certificates to sent ones, and trust an intermediate that the bundle names. */
    X509_STORE_set_flags(read, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
    store = read;
}

bool trust_load(const char *otherwise, struct fault *fault) {
    pthread_mutex_lock(&lock);
    if (!tried)
        load(bundle(otherwise));
    tried = true;
    bool loaded = store != NULL;
    pthread_mutex_unlock(&lock);
    if (!loaded && fault != NULL)
        *fault = refusal;
    return loaded;
}

void trust_share(void *ssl_context) {
    SSL_CTX_set1_cert_store(ssl_context, store);
}
