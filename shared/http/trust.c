#include "trust.h"

#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <stdlib.h>

/* Written once under `once`, only read afterwards; OpenSSL's own lock guards its look-ups. Lives as long as the process. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static X509_STORE *store;
static struct fault refusal;

static const char *set_variable(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static const char *bundle(void) {
    const char *chosen = set_variable("AWS_CA_BUNDLE");
    if (chosen == NULL)
        chosen = set_variable("SSL_CERT_FILE");
    return chosen != NULL ? chosen : curl_version_info(CURLVERSION_NOW)->cainfo;
}

static void load(void) {
    const char *file = bundle();
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

bool trust_load(struct fault *fault) {
    pthread_once(&once, load);
    if (store == NULL && fault != NULL)
        *fault = refusal;
    return store != NULL;
}

void trust_share(void *ssl_context) {
    SSL_CTX_set1_cert_store(ssl_context, store);
}
