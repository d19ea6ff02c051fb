/* Many want what one reads. */
#include "single_flight.h"

#include "clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { THREADS = 8, PATIENCE_MS = 60 * 1000, LONG_MS = 60 * 1000 };

static struct single_flight *flight;

/* The played Secrets Manager: how many read at once, how many ever, and a gate they wait at. */
static struct {
    atomic_int inside;
    atomic_int reads;
    atomic_bool open;
    atomic_bool broken;
} source;

static bool wait_for_gate(void) {
    for (int64_t end = clock_boot_ms() + PATIENCE_MS; clock_boot_ms() < end; clock_sleep_ms(1))
        if (atomic_load(&source.open))
            return true;
    return false;
}

static bool read_source(void *context, struct credential *credential, struct fault *fault) {
    const char *user = context;
    int number = atomic_fetch_add(&source.reads, 1) + 1;
    atomic_fetch_add(&source.inside, 1);
    bool fine = wait_for_gate() && !atomic_load(&source.broken);
    atomic_fetch_sub(&source.inside, 1);
    if (!fine)
        return fault_set(fault, FAULT_DENIED, "GetSecretValue", "read %d was refused", number);
    char secret[64];
    snprintf(secret, sizeof secret, "secret %d of %s", number, user);
    snprintf(credential->user, sizeof credential->user, "%s", user);
    return secret_set(&credential->secret_access_key, secret, strlen(secret));
}

static int begin(void **state) {
    (void)state;
    memset(&source, 0, sizeof source);
    flight = single_flight_open(2, THREADS);
    return 0;
}

static int end(void **state) {
    (void)state;
    single_flight_close(flight);
    return 0;
}

struct asker {
    pthread_t thread;
    const char *user;
    int64_t wait_ms;
    bool fine;
    bool shared;
    struct credential credential;
    struct fault fault;
};

static void *ask(void *context) {
    struct asker *asker = context;
    asker->fine = single_flight_get(flight, "111111111111", asker->user, asker->wait_ms, read_source,
                                    (void *)asker->user, &asker->credential, &asker->shared, &asker->fault);
    return NULL;
}

static void start(struct asker *asker, const char *user, int64_t wait_ms) {
    *asker = (struct asker){.user = user, .wait_ms = wait_ms};
    assert_int_equal(pthread_create(&asker->thread, NULL, ask, asker), 0);
}

static void await(atomic_int *number, int value) {
    for (int64_t until = clock_boot_ms() + PATIENCE_MS; clock_boot_ms() < until && atomic_load(number) < value;)
        clock_sleep_ms(1);
    assert_true(atomic_load(number) >= value);
}

static void finish(struct asker *asker) {
    pthread_join(asker->thread, NULL);
}

static void many_want_what_one_reads(void **state) {
    (void)state;
    struct asker askers[THREADS];
    start(&askers[0], "ann", LONG_MS);
    await(&source.reads, 1); /* the leader is in; the gate stays shut until all the others wait */
    for (size_t i = 1; i < THREADS; i++)
        start(&askers[i], "ann", LONG_MS);
    for (int64_t until = clock_boot_ms() + PATIENCE_MS; clock_boot_ms() < until;) {
        if (single_flight_waiting(flight) == THREADS - 1)
            break;
        clock_sleep_ms(1);
    }
    assert_int_equal(single_flight_waiting(flight), THREADS - 1);
    atomic_store(&source.open, true);
    size_t shared = 0;
    for (size_t i = 0; i < THREADS; i++) {
        finish(&askers[i]);
        assert_true(askers[i].fine);
        assert_string_equal(askers[i].credential.secret_access_key.bytes, "secret 1 of ann");
        shared += askers[i].shared;
        credential_close(&askers[i].credential);
    }
    assert_int_equal(shared, THREADS - 1);
    assert_int_equal(atomic_load(&source.reads), 1);
}

static void a_failure_is_shared(void **state) {
    (void)state;
    struct asker leader;
    struct asker follower;
    atomic_store(&source.broken, true);
    start(&leader, "ann", LONG_MS);
    await(&source.reads, 1);
    start(&follower, "ann", LONG_MS);
    for (int64_t until = clock_boot_ms() + PATIENCE_MS; clock_boot_ms() < until && single_flight_waiting(flight) < 1;)
        clock_sleep_ms(1);
    atomic_store(&source.open, true);
    finish(&leader);
    finish(&follower);
    assert_false(leader.fine || follower.fine);
    assert_int_equal(follower.fault.kind, FAULT_DENIED);
    assert_string_equal(follower.fault.message, leader.fault.message);
    assert_true(secret_empty(&follower.credential.secret_access_key));
    /* What failed is not kept: the next one reads again. */
    atomic_store(&source.broken, false);
    start(&leader, "ann", LONG_MS);
    finish(&leader);
    assert_true(leader.fine);
    assert_int_equal(atomic_load(&source.reads), 2);
    credential_close(&leader.credential);
}

static void nothing_is_kept_for_those_who_come_later(void **state) {
    (void)state;
    atomic_store(&source.open, true);
    for (int i = 1; i <= 3; i++) {
        struct asker asker;
        char expected[64];
        start(&asker, "ann", LONG_MS);
        finish(&asker);
        assert_false(asker.shared);
        snprintf(expected, sizeof expected, "secret %d of ann", i);
        assert_string_equal(asker.credential.secret_access_key.bytes, expected);
        credential_close(&asker.credential);
    }
}

static void each_user_is_read_apart_and_no_more_than_there_is_room_for(void **state) {
    (void)state;
    struct asker ann;
    struct asker bob;
    struct asker cem;
    start(&ann, "ann", LONG_MS);
    start(&bob, "bob", LONG_MS);
    await(&source.inside, 2);
    start(&cem, "cem", LONG_MS);
    finish(&cem);
    assert_false(cem.fine);
    assert_int_equal(cem.fault.kind, FAULT_UNAVAILABLE);
    atomic_store(&source.open, true);
    finish(&ann);
    finish(&bob);
    assert_true(ann.fine && bob.fine);
    assert_string_equal(ann.credential.user, "ann");
    assert_string_equal(bob.credential.user, "bob");
    credential_close(&ann.credential);
    credential_close(&bob.credential);
}

static void who_waits_waits_no_longer_than_said(void **state) {
    (void)state;
    struct asker leader;
    struct asker hasty;
    start(&leader, "ann", LONG_MS);
    await(&source.inside, 1);
    start(&hasty, "ann", 1);
    finish(&hasty); /* the gate is still shut */
    assert_false(hasty.fine);
    assert_true(hasty.shared);
    assert_int_equal(hasty.fault.kind, FAULT_UNAVAILABLE);
    atomic_store(&source.open, true);
    finish(&leader);
    assert_true(leader.fine);
    credential_close(&leader.credential);
}

static void no_more_wait_than_may(void **state) {
    (void)state;
    struct asker leader;
    struct asker follower;
    single_flight_close(flight);
    flight = single_flight_open(2, 0);
    start(&leader, "ann", LONG_MS);
    await(&source.inside, 1);
    start(&follower, "ann", LONG_MS);
    finish(&follower);
    assert_false(follower.fine);
    assert_int_equal(follower.fault.kind, FAULT_UNAVAILABLE);
    atomic_store(&source.open, true);
    finish(&leader);
    assert_true(leader.fine);
    credential_close(&leader.credential);
}

/* Threads that come and go, for the sanitizer. */
static void *ask_often(void *context) {
    struct asker *asker = context;
    asker->fine = true;
    for (int i = 0; i < 200; i++) {
        ask(asker);
        if (!asker->fine && asker->fault.kind != FAULT_UNAVAILABLE)
            break;
    }
    return NULL;
}

static void a_crowd(void **state) {
    (void)state;
    static const char *const users[] = {"ann", "bob", "cem"};
    struct asker askers[THREADS];
    atomic_store(&source.open, true);
    for (size_t i = 0; i < THREADS; i++) {
        askers[i] = (struct asker){.user = users[i % COUNT_OF(users)], .wait_ms = LONG_MS};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_often, &askers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        finish(&askers[i]);
        assert_true(askers[i].fine || askers[i].fault.kind == FAULT_UNAVAILABLE);
        credential_close(&askers[i].credential);
    }
    assert_int_equal(single_flight_waiting(flight), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_want_what_one_reads, begin, end),
        cmocka_unit_test_setup_teardown(a_failure_is_shared, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_kept_for_those_who_come_later, begin, end),
        cmocka_unit_test_setup_teardown(each_user_is_read_apart_and_no_more_than_there_is_room_for, begin, end),
        cmocka_unit_test_setup_teardown(who_waits_waits_no_longer_than_said, begin, end),
        cmocka_unit_test_setup_teardown(no_more_wait_than_may, begin, end),
        cmocka_unit_test_setup_teardown(a_crowd, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
