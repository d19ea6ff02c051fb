/* A handshake as hiredis makes it: who is believed, and for which host. */
#include "tls_client.h"

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

static struct fault fault;
static char ca_file[] = "/tmp/keyturn-authority-XXXXXX";
static EVP_PKEY *own;      /* the server's */
static EVP_PKEY *stranger; /* another authority's */

struct server {
    SSL_CTX *context;
    int line;
    char asked_for[64]; /* the name the client wants, as a server of many would see it */
    bool accepted;
};

static void add(X509 *certificate, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    assert_non_null(extension);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

/* Of a host of these names, signed by itself. */
static X509 *certificate_for(EVP_PKEY *key, const char *names) {
    X509 *certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"redis", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    add(certificate, NID_subject_alt_name, names);
    X509_sign(certificate, key, EVP_sha256());
    return certificate;
}

static void *serve(void *context) {
    struct server *server = context;
    SSL *tls = SSL_new(server->context);
    SSL_set_fd(tls, server->line);
    char byte;
    server->accepted = SSL_accept(tls) == 1 && SSL_read(tls, &byte, 1) == 1; /* TLS 1.3 tells of a refusal only then */
    const char *name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
    snprintf(server->asked_for, sizeof server->asked_for, "%s", name != NULL ? name : "");
    SSL_free(tls);
    return NULL;
}

static void trust(X509 *certificate) {
    FILE *file = fopen(ca_file, "w");
    assert_non_null(file);
    PEM_write_X509(file, certificate);
    fclose(file);
}

/* Shakes hands with a server of `names`, known to the client as `host`; the client believes what `trusted` signed. */
static struct server shake_hands(const char *names, const char *host, EVP_PKEY *trusted, const char **why) {
    int lines[2];
    pthread_t thread;
    X509 *certificate = certificate_for(own, names);
    struct server server = {.context = SSL_CTX_new(TLS_server_method())};
    if (trusted != own) {
        X509 *other = certificate_for(trusted, names);
        trust(other);
        X509_free(other);
    } else {
        trust(certificate);
    }
    assert_int_equal(SSL_CTX_use_certificate(server.context, certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(server.context, own), 1);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, lines), 0);
    server.line = lines[0];
    struct tls_client *client = tls_client_open(ca_file, host, &fault);
    if (client == NULL)
        fail_msg("%s", fault.message);
    SSL *tls = tls_client_begin(client);
    assert_non_null(tls);
    tls_client_close(client);
    SSL_set_fd(tls, lines[1]);
    pthread_create(&thread, NULL, serve, &server);
    if (SSL_connect(tls) == 1)
        SSL_write(tls, "x", 1);
    tls_client_end(tls, why);
    close(lines[1]);
    pthread_join(thread, NULL);
    close(lines[0]);
    SSL_CTX_free(server.context);
    X509_free(certificate);
    return server;
}

static void the_host_that_is_meant_is_believed(void **state) {
    (void)state;
    const char *why;
    struct server server = shake_hands("DNS:redis.example,DNS:other.example", "redis.example", own, &why);
    assert_true(server.accepted);
    assert_null(why);
    assert_string_equal(server.asked_for, "redis.example");
    assert_true(shake_hands("DNS:*.one.example", "redis.one.example", own, &why).accepted);
}

static void another_host_of_the_same_authority_is_refused(void **state) {
    (void)state;
    const char *why;
    assert_false(shake_hands("DNS:other.example", "redis.example", own, &why).accepted);
    assert_string_equal(why, X509_verify_cert_error_string(X509_V_ERR_HOSTNAME_MISMATCH));
    assert_false(shake_hands("DNS:r*.one.example", "redis.one.example", own, &why).accepted);
}

static void an_address_is_compared_as_one_and_never_asked_for_by_name(void **state) {
    (void)state;
    const char *why;
    struct server server = shake_hands("IP:127.0.0.1", "127.0.0.1", own, &why);
    assert_true(server.accepted);
    assert_string_equal(server.asked_for, "");
    assert_false(shake_hands("IP:127.0.0.2", "127.0.0.1", own, &why).accepted);
    assert_string_equal(why, X509_verify_cert_error_string(X509_V_ERR_IP_ADDRESS_MISMATCH));
    assert_false(shake_hands("DNS:localhost", "127.0.0.1", own, &why).accepted);
}

static void an_unknown_authority_is_refused(void **state) {
    (void)state;
    const char *why;
    assert_false(shake_hands("DNS:redis.example", "redis.example", stranger, &why).accepted);
    assert_non_null(why);
}

static void what_cannot_be_read_is_named(void **state) {
    (void)state;
    assert_null(tls_client_open("/nowhere.pem", "redis.example", &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_non_null(strstr(fault.message, "/nowhere.pem"));
    assert_null(tls_client_open("", "", &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
}

static int begin(void **state) {
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    own = EVP_EC_gen("P-256");
    stranger = EVP_EC_gen("P-256");
    return close(mkstemp(ca_file));
}

static int end(void **state) {
    (void)state;
    EVP_PKEY_free(own);
    EVP_PKEY_free(stranger);
    return unlink(ca_file);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(the_host_that_is_meant_is_believed),
        cmocka_unit_test(another_host_of_the_same_authority_is_refused),
        cmocka_unit_test(an_address_is_compared_as_one_and_never_asked_for_by_name),
        cmocka_unit_test(an_unknown_authority_is_refused),
        cmocka_unit_test(what_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests_name("whom TLS believes", stories, begin, end);
}
