/* TLS with the shared store: what the bundle names is trusted, nothing else, and the bundle is read once. */
#include "http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct identity {
    EVP_PKEY *key;
    X509 *certificate;
};

struct tls_server {
    SSL_CTX *context;
    int listener;
    char url[64];
    pthread_t thread;
    int most_version;
};

static void add_name(X509 *certificate, const char *names) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, names);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

static struct identity self_signed(const char *names) {
    struct identity identity = {EVP_EC_gen("P-256"), X509_new()};
    X509_set_version(identity.certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(identity.certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(identity.certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(identity.certificate), 3600);
    X509_set_pubkey(identity.certificate, identity.key);
    X509_NAME *name = X509_get_subject_name(identity.certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)names, -1, -1, 0);
    X509_set_issuer_name(identity.certificate, name);
    add_name(identity.certificate, names);
    X509_sign(identity.certificate, identity.key, EVP_sha256());
    return identity;
}

static void forget(struct identity *identity) {
    EVP_PKEY_free(identity->key);
    X509_free(identity->certificate);
}

/* Answers every connection's first request by "secure", until the listener is shut. */
static void *serve(void *context) {
    static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecure";
    struct tls_server *server = context;
    for (;;) {
        char request[4096];
        int connection = accept(server->listener, NULL, NULL);
        if (connection < 0)
            return NULL;
        SSL *tls = SSL_new(server->context);
        SSL_set_fd(tls, connection);
        if (SSL_accept(tls) == 1 && SSL_read(tls, request, sizeof request) > 0)
            SSL_write(tls, reply, sizeof reply - 1);
        SSL_free(tls);
        close(connection);
    }
}

static void server_open(struct tls_server *server, const struct identity *identity, int most_version) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    server->context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_max_proto_version(server->context, most_version);
    if (most_version == TLS1_1_VERSION)
        SSL_CTX_set_cipher_list(server->context, "ALL:@SECLEVEL=0");
    assert_int_equal(SSL_CTX_use_certificate(server->context, identity->certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(server->context, identity->key), 1);
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(server->listener, 8), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
    snprintf(server->url, sizeof server->url, "https://127.0.0.1:%d/", ntohs(address.sin_port));
    pthread_create(&server->thread, NULL, serve, server);
}

static void server_close(struct tls_server *server) {
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    SSL_CTX_free(server->context);
}

static bool ask(const struct identity *identity, int most_version, enum fault_kind *kind) {
    struct tls_server server;
    struct fault fault = {0};
    struct http_response response;
    server_open(&server, identity, most_version);
    struct http_client *client = http_open(&fault);
    assert_non_null(client);
    http_response_open(&response);
    const struct http_request request = {.method = "GET", .url = server.url};
    bool answered = http_call(client, &request, &response, &fault);
    answered = answered && strcmp(response.body.bytes, "secure") == 0;
    *kind = fault.kind;
    http_response_close(&response);
    http_close(client);
    server_close(&server);
    return answered;
}

static struct identity trusted;
static struct identity trusted_for_another;

/* The bundle is gone before the first call: it was read when the first client was opened, and never again. */
static int write_bundle(void **state) {
    (void)state;
    char path[] = "/tmp/keyturn-bundle-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    struct fault fault = {0};
    signal(SIGPIPE, SIG_IGN);
    trusted = self_signed("IP:127.0.0.1");
    trusted_for_another = self_signed("DNS:another.example");
    PEM_write_X509(file, trusted.certificate);
    PEM_write_X509(file, trusted_for_another.certificate);
    fclose(file);
    setenv("SSL_CERT_FILE", path, 1);
    unsetenv("AWS_CA_BUNDLE");
    struct http_client *client = http_open(&fault);
    http_close(client);
    return client == NULL ? -1 : unlink(path);
}

static int forget_all(void **state) {
    (void)state;
    forget(&trusted);
    forget(&trusted_for_another);
    return 0;
}

static void a_certificate_of_the_bundle_is_trusted(void **state) {
    (void)state;
    enum fault_kind kind;
    assert_true(ask(&trusted, TLS1_3_VERSION, &kind));
    assert_true(ask(&trusted, TLS1_2_VERSION, &kind));
}

static void another_certificate_is_refused_before_anything_is_sent(void **state) {
    (void)state;
    enum fault_kind kind;
    struct identity unknown = self_signed("IP:127.0.0.1");
    assert_false(ask(&unknown, TLS1_3_VERSION, &kind));
    assert_int_equal(kind, FAULT_TRANSIENT);
    forget(&unknown);
}

static void a_trusted_certificate_of_another_host_is_refused(void **state) {
    (void)state;
    enum fault_kind kind;
    assert_false(ask(&trusted_for_another, TLS1_3_VERSION, &kind));
    assert_int_equal(kind, FAULT_TRANSIENT);
}

static void old_tls_is_refused(void **state) {
    (void)state;
    enum fault_kind kind;
    assert_false(ask(&trusted, TLS1_1_VERSION, &kind));
    assert_int_equal(kind, FAULT_TRANSIENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_of_the_bundle_is_trusted),
        cmocka_unit_test(another_certificate_is_refused_before_anything_is_sent),
        cmocka_unit_test(a_trusted_certificate_of_another_host_is_refused),
        cmocka_unit_test(old_tls_is_refused),
    };
    return cmocka_run_group_tests(tests, write_bundle, forget_all);
}
