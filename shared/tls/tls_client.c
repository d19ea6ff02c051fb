#include "tls_client.h"

#include "mem.h"
#include "text.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

enum { HOST_SIZE = 256 };

struct tls_client {
    SSL_CTX *context;
    char host[HOST_SIZE];
    bool is_address;
};

static bool read_authorities(SSL_CTX *context, const char *ca_file) {
    return ca_file[0] != '\0' ? SSL_CTX_load_verify_file(context, ca_file) == 1
                              : SSL_CTX_set_default_verify_paths(context) == 1;
}

/* An address is compared with the certificate's addresses, and never asked for by name (RFC 6066). */
static bool expect_host(struct tls_client *client) {
    X509_VERIFY_PARAM *must = SSL_CTX_get0_param(client->context);
    X509_VERIFY_PARAM_set_hostflags(must, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    client->is_address = X509_VERIFY_PARAM_set1_ip_asc(must, client->host) == 1;
    return client->is_address || X509_VERIFY_PARAM_set1_host(must, client->host, 0) == 1;
}

static bool prepare(struct tls_client *client, const char *ca_file, const char *host, struct fault *fault) {
    if (host[0] == '\0' || !text_copy(client->host, sizeof client->host, host))
        return fault_set(fault, FAULT_CONFIG, "TLS", "no host name, or one of more than %d bytes", HOST_SIZE - 1);
    client->context = SSL_CTX_new(TLS_client_method());
    if (client->context == NULL || SSL_CTX_set_min_proto_version(client->context, TLS1_2_VERSION) != 1)
        return fault_set(fault, FAULT_CONFIG, "TLS", "OpenSSL does not start");
    SSL_CTX_set_verify(client->context, SSL_VERIFY_PEER, NULL);
    if (!read_authorities(client->context, ca_file))
        return fault_set(fault, FAULT_CONFIG, "TLS", "no certificates of authorities can be read from %s",
                         ca_file[0] != '\0' ? ca_file : "the system's place");
    return expect_host(client) || fault_set(fault, FAULT_CONFIG, "TLS", "\"%s\" cannot be a host's name", host);
}

struct tls_client *tls_client_open(const char *ca_file, const char *host, struct fault *fault) {
    struct tls_client *client = mem_zero(1, sizeof *client);
    bool prepared = prepare(client, ca_file, host, fault);
    ERR_clear_error();
    if (prepared)
        return client;
    tls_client_close(client);
    return NULL;
}

void tls_client_close(struct tls_client *client) {
    if (client == NULL)
        return;
    SSL_CTX_free(client->context);
    mem_free(client);
}

SSL *tls_client_begin(const struct tls_client *client) {
    SSL *connection = SSL_new(client->context);
    if (connection == NULL || client->is_address || SSL_set_tlsext_host_name(connection, client->host) == 1)
        return connection;
    SSL_free(connection);
    return NULL;
}

void tls_client_end(SSL *connection, const char **why) {
    long verdict = SSL_get_verify_result(connection);
    *why = verdict == X509_V_OK ? NULL : X509_verify_cert_error_string(verdict);
    SSL_free(connection);
    ERR_clear_error();
}
