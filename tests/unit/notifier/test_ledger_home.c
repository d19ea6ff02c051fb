/* The stories play the Redis: what it answers when it is asked whether it is fit, and whether it has a ledger. */
#include "ledger_home.h"

#include "ledger.h"
#include "log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct store {
    enum fault_kind answer; /* FAULT_NONE: it is fit */
    int asked;
    int doubted;
    int64_t begun; /* its ledger; 0: it has none */
    bool stubborn; /* it begins none */
};

enum { START_MS = 1000, LATER_MS = 2000 };

static struct store redis;
static struct fault fault;
static int64_t now_ms = START_MS;

struct store *store_open(const struct store_settings *settings) {
    (void)settings;
    redis = (struct store){0};
    return &redis;
}

void store_close(struct store *store) {
    (void)store;
}

bool store_check(struct store *store, struct fault *why) {
    store->asked++;
    return store->answer == FAULT_NONE || fault_set(why, store->answer, "redis", "as the story goes");
}

size_t store_doubts(struct store *store, struct fault doubts[STORE_DOUBTS]) {
    (void)doubts;
    store->doubted++;
    return 0;
}

bool ledger_epoch(struct store *store, int64_t *since_ms, bool *fresh, struct fault *why) {
    if (store->stubborn)
        return fault_set(why, FAULT_UNAVAILABLE, "EVALSHA", "as the story goes");
    *fresh = store->begun == 0;
    store->begun = *fresh ? now_ms : store->begun;
    *since_ms = store->begun;
    return true;
}

static void what_it_may_lose_is_asked_when_it_is_first_seen_and_when_it_comes_back(void **state) {
    (void)state;
    struct ledger_home *home = ledger_home_open(NULL, false);
    assert_true(ledger_home_check(home, &fault));
    assert_true(ledger_home_check(home, &fault));
    assert_int_equal(redis.doubted, 1);
    redis.answer = FAULT_UNAVAILABLE;
    assert_false(ledger_home_check(home, &fault));
    redis.answer = FAULT_NONE;
    assert_true(ledger_home_check(home, &fault));
    assert_int_equal(redis.doubted, 2);
    ledger_home_close(home);
}

static void one_that_comes_back_unfit_is_found_out(void **state) {
    (void)state;
    struct ledger_home *home = ledger_home_open(NULL, false);
    assert_true(ledger_home_check(home, &fault));
    redis.answer = FAULT_UNAVAILABLE;
    assert_false(ledger_home_check(home, &fault));
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    redis.answer = FAULT_CONFIG;
    assert_false(ledger_home_check(home, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    redis.answer = FAULT_NONE;
    assert_true(ledger_home_check(home, &fault));
    assert_int_equal(redis.asked, 4);
    ledger_home_close(home);
}

static void a_test_clock_tolerates_an_unfit_one_but_not_a_silent_one(void **state) {
    (void)state;
    struct ledger_home *home = ledger_home_open(NULL, true);
    redis.answer = FAULT_CONFIG;
    assert_true(ledger_home_check(home, &fault));
    assert_true(ledger_home_check(home, &fault));
    redis.answer = FAULT_UNAVAILABLE;
    assert_false(ledger_home_check(home, &fault));
    ledger_home_close(home);
}

static void an_emptied_one_begins_its_ledger_before_anything_happens(void **state) {
    (void)state;
    struct ledger_home *home = ledger_home_open(NULL, false);
    now_ms = START_MS;
    assert_true(ledger_home_check(home, &fault));
    now_ms = LATER_MS;
    assert_true(ledger_home_check(home, &fault));
    assert_int_equal(redis.begun, START_MS);
    redis.begun = 0;
    assert_true(ledger_home_check(home, &fault));
    assert_int_equal(redis.begun, LATER_MS);
    ledger_home_close(home);
}

static void one_that_no_mail_may_rest_on_begins_no_ledger(void **state) {
    (void)state;
    struct ledger_home *home = ledger_home_open(NULL, false);
    redis.answer = FAULT_CONFIG;
    assert_false(ledger_home_check(home, &fault));
    assert_int_equal(redis.begun, 0);
    ledger_home_close(home);
}

static void one_that_begins_no_ledger_is_not_well(void **state) {
    (void)state;
    struct ledger_home *home = ledger_home_open(NULL, true);
    redis.stubborn = true;
    assert_false(ledger_home_check(home, &fault));
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    ledger_home_close(home);
}

int main(void) {
    log_begin("unit", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_may_lose_is_asked_when_it_is_first_seen_and_when_it_comes_back),
        cmocka_unit_test(one_that_comes_back_unfit_is_found_out),
        cmocka_unit_test(a_test_clock_tolerates_an_unfit_one_but_not_a_silent_one),
        cmocka_unit_test(an_emptied_one_begins_its_ledger_before_anything_happens),
        cmocka_unit_test(one_that_no_mail_may_rest_on_begins_no_ledger),
        cmocka_unit_test(one_that_begins_no_ledger_is_not_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
