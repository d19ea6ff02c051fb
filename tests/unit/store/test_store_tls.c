/* Redis over TLS where this build's hiredis has it, and a refusal in words where it has not. */
#include "operation.h"
#include "redis_server.h"
#include "text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct fault fault;
static char folder[64];
static char certificate[128];
static char key[128];

/* Makes a certificate for localhost that signs itself. */
static int make_certificate(void **state) {
    int status = 0;
    strcpy(folder, "/tmp/keyturn-tls-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(certificate, sizeof certificate, "%s/cert.pem", folder);
    snprintf(key, sizeof key, "%s/key.pem", folder);
    pid_t child = fork();
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        execlp("openssl", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
               "-nodes", "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
               key, "-out", certificate, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return redis_server_start(state);
}

static int remove_certificate(void **state) {
    unlink(certificate);
    unlink(key);
    rmdir(folder);
    return redis_server_stop(state);
}

static bool this_build_has_tls(void) {
    struct store_settings settings = *redis_server_port();
    settings.tls = true;
    struct store *store = store_open(&settings);
    bool fine = store_ping(store, &fault);
    store_close(store);
    return fine || !text_equal(fault.where, "redis.tls");
}

static void without_tls_it_is_refused_in_words(void **state) {
    (void)state;
    redis_server_needed();
    if (this_build_has_tls())
        return;
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_true(text_matches(fault.message, "*hiredis_ssl*"));
}

/* Opens a TLS port beside the plain one. */
static bool open_tls_port(int64_t port) {
    struct store *store = store_open(redis_server_socket());
    struct command set;
    struct reply *reply = NULL;
    command_begin(&set, "CONFIG");
    const char *const words[] = {"SET",       "tls-cert-file",    certificate, "tls-key-file", key, "tls-ca-cert-file",
                                 certificate, "tls-auth-clients", "no",        "tls-port"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        command_add(&set, words[i]);
    command_add_number(&set, port);
    bool opened = operation_run(store, &set, REPEAT_NEVER, &reply, &fault);
    reply_close(reply);
    store_close(store);
    return opened;
}

static void a_server_is_believed_by_its_certificate_only(void **state) {
    (void)state;
    redis_server_needed();
    if (!this_build_has_tls())
        return;
    struct store_settings settings = *redis_server_port();
    settings.port = redis_server_free_port();
    settings.tls = true;
    assert_true(text_copy(settings.host, sizeof settings.host, "localhost"));
    if (access(certificate, R_OK) != 0 || !open_tls_port(settings.port)) {
        print_message("SKIPPED: no openssl program, or a redis-server without TLS: %s\n", fault.message);
        skip();
    }
    assert_true(text_copy(settings.ca_file, sizeof settings.ca_file, certificate));
    struct store *store = store_open(&settings);
    if (!store_ping(store, &fault))
        fail_msg("%s: %s", fault.where, fault.message);
    store_close(store);

    assert_true(
        text_copy(settings.host, sizeof settings.host, "127.0.0.1")); /* the same server, by a name it has not */
    store = store_open(&settings);
    assert_false(store_ping(store, &fault));
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    assert_true(text_matches(fault.message, "*certificate is refused*mismatch*"));
    store_close(store);

    assert_true(text_copy(settings.host, sizeof settings.host, "localhost"));
    settings.ca_file[0] = '\0'; /* the system's authorities do not know it */
    store = store_open(&settings);
    assert_false(store_ping(store, &fault));
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    store_close(store);

    assert_true(text_copy(settings.ca_file, sizeof settings.ca_file, "/nowhere.pem"));
    store = store_open(&settings);
    assert_false(store_ping(store, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    store_close(store);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(without_tls_it_is_refused_in_words),
        cmocka_unit_test(a_server_is_believed_by_its_certificate_only),
    };
    return cmocka_run_group_tests_name("TLS", stories, make_certificate, remove_certificate);
}
