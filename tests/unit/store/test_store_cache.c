/* The sealed cache: what it may serve, and a race of fills against promotions that never lets a superseded key through. */
#include "base64.h"
#include "cache.h"
#include "clock.h"
#include "operation.h"
#include "redis_server.h"
#include "status.h"
#include "text.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const char account[] = "111111111111";
static struct store *store;
static struct seal_ring *ring;
static struct cache_answer answer;
static struct fault fault;

static void ring_of(const char *id) {
    struct secret lines = {0};
    unsigned char key[AEAD_KEY_BYTES];
    char encoded[BASE64_SIZE(sizeof key)];
    char line[128];
    memset(key, id[0], sizeof key);
    base64_write(BASE64_STANDARD, key, sizeof key, encoded);
    snprintf(line, sizeof line, "%s:%s", id, encoded);
    assert_true(secret_set(&lines, line, strlen(line)));
    assert_true(seal_ring_set(ring, &lines, "ring", &fault));
    secret_close(&lines);
}

static int begin(void **state) {
    (void)state;
    redis_server_needed();
    redis_server_flush();
    store = store_open(redis_server_socket());
    ring = seal_ring_open();
    ring_of("a");
    return 0;
}

static int end(void **state) {
    (void)state;
    cache_answer_close(&answer);
    seal_ring_close(ring);
    store_close(store);
    return 0;
}

static struct credential credential_of(const char *user, const char *key_id) {
    struct credential credential = {.account = "111111111111", .created = "2026-11-21T22:00:00Z"};
    char secret[64];
    text_clip(credential.user, sizeof credential.user, user);
    text_clip(credential.access_key_id, sizeof credential.access_key_id, key_id);
    snprintf(secret, sizeof secret, "the secret of %s", key_id);
    assert_true(secret_set(&credential.secret_access_key, secret, strlen(secret)));
    return credential;
}

/* Fills as somebody who was told `current`, and asked Secrets Manager then. */
static bool fill(const char *key_id, const char *current, int64_t ttl) {
    struct credential credential = credential_of("ann", key_id);
    bool stored;
    assert_true(cache_fill(store, ring, &credential, current, ttl, &stored, &fault));
    credential_close(&credential);
    return stored;
}

static void set_current(const char *key_id) {
    assert_true(status_set_current(store, account, "ann", key_id, &fault));
}

static enum cache_result read_ann(void) {
    assert_true(cache_read(store, ring, account, "ann", &answer, &fault));
    assert_true((answer.result == CACHE_HIT) == !secret_empty(&answer.credential.secret_access_key));
    assert_true((answer.result == CACHE_HIT) == (answer.credential.access_key_id[0] != '\0'));
    assert_true((answer.result == CACHE_HIT) == (answer.expires != 0));
    return answer.result;
}

static void what_was_filled_is_served(void **state) {
    (void)state;
    assert_int_equal(read_ann(), CACHE_MISS);
    assert_string_equal(answer.current, "");
    set_current("AKIA1");
    assert_int_equal(read_ann(), CACHE_MISS);
    assert_string_equal(answer.current, "AKIA1");
    assert_true(fill("AKIA1", "AKIA1", 300));
    assert_int_equal(read_ann(), CACHE_HIT);
    assert_string_equal(answer.credential.access_key_id, "AKIA1");
    assert_string_equal(answer.credential.secret_access_key.bytes, "the secret of AKIA1");
    assert_string_equal(answer.credential.user, "ann");
}

static void a_user_is_read_with_what_is_cached(void **state) {
    (void)state;
    struct status looked = {.step = "wait", .reason = "not_due"};
    struct status status = {.user_id = "left from before", .email = "left@example.com"};
    struct status seen = {.user_id = "AIDA1", .policy = "people", .email = "ann@example.com"};
    memset(seen.override, 'o', 100); /* longer than one field of the hash */
    assert_true(cache_read_user(store, ring, account, "ann", &status, &answer, &fault));
    assert_false(status.known);
    assert_string_equal(status.user_id, "");
    assert_int_equal(answer.result, CACHE_MISS);
    assert_true(status_write_inventory(store, account, "ann", &seen, &fault));
    assert_true(status_write_look(store, account, "ann", &looked, &fault));
    set_current("AKIA1");
    assert_true(fill("AKIA1", "AKIA1", 300));
    assert_true(cache_read_user(store, ring, account, "ann", &status, &answer, &fault));
    assert_true(status.known);
    assert_string_equal(status.user_id, "AIDA1");
    assert_string_equal(status.policy, "people");
    assert_string_equal(status.override, seen.override);
    assert_string_equal(status.reason, "not_due");
    assert_string_equal(status.email, ""); /* was not asked for */
    assert_int_equal(answer.result, CACHE_HIT);
    assert_string_equal(answer.current, "AKIA1");
    assert_string_equal(answer.credential.secret_access_key.bytes, "the secret of AKIA1");
    struct status alone;
    assert_true(status_read_serving(store, account, "ann", &alone, &fault));
    assert_memory_equal(&alone, &status, sizeof alone);
}

static void only_what_is_current_is_stored(void **state) {
    (void)state;
    set_current("AKIA2");
    assert_false(fill("AKIA1", "AKIA1", 300)); /* promoted since it was asked */
    assert_int_equal(read_ann(), CACHE_MISS);
    assert_false(fill("AKIA3", "AKIA2", 300)); /* Secrets Manager is ahead of the worker's word */
    assert_int_equal(read_ann(), CACHE_MISS);
    assert_true(fill("AKIA2", "AKIA2", 300));
}

static void a_promotion_drops_what_was_cached(void **state) {
    (void)state;
    set_current("AKIA1");
    assert_true(fill("AKIA1", "AKIA1", 300));
    set_current("AKIA2");
    assert_int_equal(read_ann(), CACHE_MISS);
    assert_string_equal(answer.current, "AKIA2");
    assert_true(fill("AKIA2", "AKIA2", 300));
    assert_true(status_drop_current(store, account, "ann", &fault)); /* turned off by somebody else */
    assert_int_equal(read_ann(), CACHE_MISS);
}

static void what_is_dropped_is_cached_no_more_and_current_all_the_same(void **state) {
    (void)state;
    set_current("AKIA1");
    assert_true(fill("AKIA1", "AKIA1", 300));
    assert_true(cache_drop(store, account, "ann", &fault));
    assert_int_equal(read_ann(), CACHE_MISS);
    assert_string_equal(answer.current, "AKIA1");
}

static void an_unknown_current_key_is_cached_briefly(void **state) {
    (void)state;
    assert_true(fill("AKIA1", "", 300)); /* for a minute, not for five */
    assert_int_equal(read_ann(), CACHE_HIT);
    assert_false(fill("AKIA1", "AKIA1", 300)); /* it was known when it was asked, and is not any more */
    set_current("AKIA2");
    assert_int_equal(read_ann(), CACHE_MISS);
    assert_false(fill("AKIA1", "", 300)); /* and became known meanwhile */
}

static void no_time_is_no_cache(void **state) {
    (void)state;
    set_current("AKIA1");
    assert_false(fill("AKIA1", "AKIA1", 0));
    assert_int_equal(read_ann(), CACHE_MISS);
}

static void a_ring_without_the_key_reads_from_the_source(void **state) {
    (void)state;
    set_current("AKIA1");
    assert_true(fill("AKIA1", "AKIA1", 300));
    ring_of("b");
    assert_int_equal(read_ann(), CACHE_UNKNOWN_KEY);
    assert_true(fill("AKIA1", "AKIA1", 300));
    assert_int_equal(read_ann(), CACHE_HIT);
}

static void nothing_is_cached_for_longer_than_a_former_key_lives(void **state) {
    (void)state;
    struct policy policy = {.min_overlap = 0};
    assert_int_equal(cache_ttl(&policy, 300), 0);
    assert_int_equal(cache_ttl(NULL, 300), 0);
    assert_false(cache_allowed(&policy) || cache_allowed(NULL));
    policy.min_overlap = 40;
    assert_true(cache_allowed(&policy));
    assert_int_equal(cache_ttl(&policy, 300), 20);
    policy.min_overlap = 1;
    assert_int_equal(cache_ttl(&policy, 300), 1);
    policy.min_overlap = 4000;
    assert_int_equal(cache_ttl(&policy, 300), 300);
}

#ifndef SIMULATED_STORE /* looks into a real Redis, and runs threads */
static void redis(const char *verb, const char *key, const char *value, char got[SEAL_TEXT_SIZE]) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, verb);
    command_add(&command, key);
    if (value != NULL)
        command_add(&command, value);
    assert_true(operation_run(store, &command, REPEAT_ONCE, &reply, &fault));
    if (got != NULL)
        text_clip(got, SEAL_TEXT_SIZE, reply_text(reply) != NULL ? reply_text(reply) : "");
    reply_close(reply);
}

static int64_t seconds_left(void) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, "TTL");
    command_add(&command, "kt:cred:111111111111/ann");
    assert_true(operation_run(store, &command, REPEAT_ONCE, &reply, &fault));
    int64_t seconds = reply_number(reply);
    reply_close(reply);
    return seconds;
}

static void every_entry_ends(void **state) {
    (void)state;
    assert_true(fill("AKIA1", "", 300));
    assert_in_range(seconds_left(), 1, CACHE_UNKNOWN_SECONDS);
    set_current("AKIA1");
    assert_true(fill("AKIA1", "AKIA1", 300));
    assert_in_range(seconds_left(), CACHE_UNKNOWN_SECONDS + 1, 300);
    assert_true(fill("AKIA1", "AKIA1", 1000000));
    assert_in_range(seconds_left(), 301, CACHE_TTL_MOST);
}

/* Whoever can write to Redis puts back what it once held. */
static void an_older_entry_put_back_is_refused(void **state) {
    (void)state;
    char old[SEAL_TEXT_SIZE];
    set_current("AKIA1");
    assert_true(fill("AKIA1", "AKIA1", 300));
    redis("GET", "kt:cred:111111111111/ann", NULL, old);
    set_current("AKIA2");
    redis("SET", "kt:cred:111111111111/ann", old, NULL);
    assert_int_equal(read_ann(), CACHE_SUPERSEDED);
    assert_string_equal(answer.current, "AKIA2");
    redis("DEL", "kt:current:111111111111/ann", NULL, NULL); /* and takes away what gives it the lie */
    assert_int_equal(read_ann(), CACHE_UNCONFIRMED);
    redis("SET", "kt:current:111111111111/bob", "AKIA1", NULL);
    redis("SET", "kt:cred:111111111111/bob", old, NULL);
    assert_true(cache_read(store, ring, account, "bob", &answer, &fault));
    assert_int_equal(answer.result, CACHE_FORGED);
    redis("SET", "kt:cred:111111111111/ann", "what is this", NULL);
    assert_int_equal(read_ann(), CACHE_MALFORMED);
}

static void an_entry_past_its_time_is_refused(void **state) {
    (void)state;
    char text[SEAL_TEXT_SIZE];
    struct credential credential = credential_of("ann", "AKIA1");
    set_current("AKIA1");
    assert_true(seal_credential(ring, &credential, 1000000000, text, &fault));
    redis("SET", "kt:cred:111111111111/ann", text, NULL);
    assert_int_equal(read_ann(), CACHE_EXPIRED);
    credential_close(&credential);
}

static void redis_being_down_is_a_fault(void **state) {
    (void)state;
    bool stored = true;
    struct credential credential = credential_of("ann", "AKIA1");
    set_current("AKIA1");
    assert_true(fill("AKIA1", "AKIA1", 300));
    assert_int_equal(read_ann(), CACHE_HIT);
    redis_server_kill();
    assert_false(cache_read(store, ring, account, "ann", &answer, &fault));
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    assert_true(secret_empty(&answer.credential.secret_access_key));
    assert_false(cache_fill(store, ring, &credential, "AKIA1", 300, &stored, &fault));
    assert_false(stored);
    redis_server_revive();
    credential_close(&credential);
}

static void a_refused_half_leaves_the_answers_in_step(void **state) {
    (void)state;
    struct status status;
    struct status seen = {.user_id = "AIDA2"};
    set_current("AKIA1");
    assert_true(fill("AKIA1", "AKIA1", 300));
    assert_true(status_write_inventory(store, account, "bob", &seen, &fault));
    redis("SET", "kt:user:111111111111/ann", "no hash", NULL);
    assert_false(cache_read_user(store, ring, account, "ann", &status, &answer, &fault));
    assert_int_equal(fault.kind, FAULT_INVALID);
    assert_string_equal(fault.code, "WRONGTYPE");
    assert_false(status.known);
    assert_true(secret_empty(&answer.credential.secret_access_key));
    assert_true(cache_read_user(store, ring, account, "bob", &status, &answer, &fault));
    assert_string_equal(status.user_id, "AIDA2");
    assert_int_equal(answer.result, CACHE_MISS);
    assert_int_equal(read_ann(), CACHE_HIT);
}

static void look_at(const struct cache_row *row, size_t i, const char *user_id, enum cache_result expected) {
    struct status status;
    cache_look(row, i, ring, &status, &answer);
    assert_string_equal(status.user_id, user_id);
    assert_int_equal(answer.result, expected);
}

/* In one round trip, each its own. */
static void users_are_read_in_a_row(void **state) {
    (void)state;
    struct status ann = {.user_id = "AIDA1"};
    struct status bob = {.user_id = "AIDA2"};
    struct cache_row row = {.count = 4,
                            .users = {{account, "bob"}, {account, "ann"}, {account, "eve"}, {account, "ann"}}};
    set_current("AKIA1");
    assert_true(fill("AKIA1", "AKIA1", 300));
    assert_true(status_write_inventory(store, account, "ann", &ann, &fault));
    assert_true(status_write_inventory(store, account, "bob", &bob, &fault));
    assert_true(cache_read_row(store, &row, &fault));
    look_at(&row, 0, "AIDA2", CACHE_MISS);
    look_at(&row, 1, "AIDA1", CACHE_HIT);
    assert_string_equal(answer.credential.secret_access_key.bytes, "the secret of AKIA1");
    look_at(&row, 2, "", CACHE_MISS);
    assert_true(secret_empty(&answer.credential.secret_access_key));
    look_at(&row, 3, "AIDA1", CACHE_HIT);
    cache_close_row(&row);
}

/* Nothing of a row is believed of which something failed, and the next one is in step. */
static void a_row_is_read_whole_or_not_at_all(void **state) {
    (void)state;
    struct status ann = {.user_id = "AIDA1"};
    struct cache_row row = {.count = 3, .users = {{account, "ann"}, {account, "bob"}, {account, "ann"}}};
    set_current("AKIA1");
    assert_true(fill("AKIA1", "AKIA1", 300));
    assert_true(status_write_inventory(store, account, "ann", &ann, &fault));
    redis("SET", "kt:user:111111111111/bob", "no hash", NULL);
    assert_false(cache_read_row(store, &row, &fault));
    assert_string_equal(fault.code, "WRONGTYPE");
    look_at(&row, 0, "", CACHE_MISS);
    look_at(&row, 2, "", CACHE_MISS);
    cache_close_row(&row);
    row = (struct cache_row){.count = 2, .users = {{account, "ann"}, {account, "ann"}}};
    assert_true(cache_read_row(store, &row, &fault));
    look_at(&row, 0, "AIDA1", CACHE_HIT);
    look_at(&row, 1, "AIDA1", CACHE_HIT);
    cache_close_row(&row);
}

static void a_lost_connection_is_replaced_under_a_user(void **state) {
    (void)state;
    struct status status;
    set_current("AKIA1");
    assert_true(fill("AKIA1", "AKIA1", 300));
    assert_true(cache_read_user(store, ring, account, "ann", &status, &answer, &fault));
    redis_server_kill();
    redis_server_revive();
    assert_true(cache_read_user(store, ring, account, "ann", &status, &answer, &fault));
    redis_server_kill();
    assert_false(cache_read_user(store, ring, account, "ann", &status, &answer, &fault));
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    assert_true(secret_empty(&answer.credential.secret_access_key));
    redis_server_revive();
}

/* --- the race: a worker promotes key after key while readers fill and read. A reader's credential is one that Secrets Manager held at some moment of
 * its request; a hit of the cache is one that was current at the moment of the read. */

enum { PROMOTIONS = 2000, READERS = 3, PATIENCE_MS = 30 * 1000 };

static struct {
    atomic_int stored_in_aws; /* the number of the key that Secrets Manager says is current */
    atomic_int promoted; /* of the key whose promotion Redis has confirmed: nothing older may be served after that */
    atomic_int hits;
    atomic_int misses;
    atomic_int failures;
    atomic_bool over;
} race;

static void promote(struct store *own, int number) {
    char key_id[32];
    struct fault why;
    snprintf(key_id, sizeof key_id, "AKIA%d", number);
    atomic_store(&race.stored_in_aws, number);
    if (status_set_current(own, account, "ann", key_id, &why))
        atomic_store(&race.promoted, number);
    else
        atomic_fetch_add(&race.failures, 1);
}

/* Readers fill and hit now and then, or there would be nothing to drop. */
static void let_readers_hit(void) {
    int hits = atomic_load(&race.hits);
    for (int64_t end_at = clock_boot_ms() + PATIENCE_MS; clock_boot_ms() < end_at && atomic_load(&race.hits) == hits;)
        clock_sleep_ms(0);
}

static void *promote_all(void *nothing) {
    (void)nothing;
    struct store *own = store_open(redis_server_socket());
    for (int number = 2; number <= PROMOTIONS; number++) {
        if (number % 16 == 0)
            let_readers_hit();
        promote(own, number);
    }
    atomic_store(&race.over, true);
    store_close(own);
    return NULL;
}

static void read_once(struct store *own, struct cache_answer *got) {
    struct fault why;
    bool stored;
    int least = atomic_load(&race.promoted);
    if (!cache_read(own, ring, account, "ann", got, &why)) {
        atomic_fetch_add(&race.failures, 1);
    } else if (got->result == CACHE_HIT) {
        atomic_fetch_add(&race.hits, 1);
        if (atoi(got->credential.access_key_id + 4) < least)
            atomic_fetch_add(&race.failures, 1);
    } else {
        char key_id[32];
        atomic_fetch_add(&race.misses, 1);
        snprintf(key_id, sizeof key_id, "AKIA%d", atomic_load(&race.stored_in_aws)); /* GetSecretValue */
        struct credential credential = credential_of("ann", key_id);
        if (!cache_fill(own, ring, &credential, got->current, 300, &stored, &why))
            atomic_fetch_add(&race.failures, 1);
        credential_close(&credential);
    }
}

static void *read_on(void *nothing) {
    (void)nothing;
    struct store *own = store_open(redis_server_socket());
    struct cache_answer got = {0};
    while (!atomic_load(&race.over))
        read_once(own, &got);
    cache_answer_close(&got);
    store_close(own);
    return NULL;
}

static void no_superseded_key_is_ever_served(void **state) {
    (void)state;
    pthread_t readers[READERS];
    pthread_t worker;
    memset(&race, 0, sizeof race);
    promote(store, 1);
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, read_on, NULL), 0);
    assert_int_equal(pthread_create(&worker, NULL, promote_all, NULL), 0);
    for (size_t i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    pthread_join(worker, NULL);
    print_message("%d promotions, %d hits, %d misses\n", atomic_load(&race.promoted), atomic_load(&race.hits),
                  atomic_load(&race.misses));
    assert_int_equal(atomic_load(&race.failures), 0);
    assert_int_equal(atomic_load(&race.promoted), PROMOTIONS);
    assert_true(atomic_load(&race.hits) > 0 && atomic_load(&race.misses) > 0);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_filled_is_served, begin, end),
        cmocka_unit_test_setup_teardown(a_user_is_read_with_what_is_cached, begin, end),
        cmocka_unit_test_setup_teardown(only_what_is_current_is_stored, begin, end),
        cmocka_unit_test_setup_teardown(a_promotion_drops_what_was_cached, begin, end),
        cmocka_unit_test_setup_teardown(what_is_dropped_is_cached_no_more_and_current_all_the_same, begin, end),
        cmocka_unit_test_setup_teardown(an_unknown_current_key_is_cached_briefly, begin, end),
        cmocka_unit_test_setup_teardown(no_time_is_no_cache, begin, end),
        cmocka_unit_test_setup_teardown(a_ring_without_the_key_reads_from_the_source, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_cached_for_longer_than_a_former_key_lives, begin, end),
#ifndef SIMULATED_STORE
        cmocka_unit_test_setup_teardown(every_entry_ends, begin, end),
        cmocka_unit_test_setup_teardown(an_older_entry_put_back_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(an_entry_past_its_time_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(redis_being_down_is_a_fault, begin, end),
        cmocka_unit_test_setup_teardown(a_refused_half_leaves_the_answers_in_step, begin, end),
        cmocka_unit_test_setup_teardown(users_are_read_in_a_row, begin, end),
        cmocka_unit_test_setup_teardown(a_row_is_read_whole_or_not_at_all, begin, end),
        cmocka_unit_test_setup_teardown(a_lost_connection_is_replaced_under_a_user, begin, end),
        cmocka_unit_test_setup_teardown(no_superseded_key_is_ever_served, begin, end),
#endif
    };
    return cmocka_run_group_tests(tests, redis_server_start, redis_server_stop);
}
