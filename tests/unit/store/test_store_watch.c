/* What went wrong in an account lately, and what was told of it. */
#include "status.h"
#include "story.h"
#include "watch.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define HOUR_MS INT64_C(3600000)

static const char account[] = "111111111111";
static const char other[] = "222222222222";

static struct watch_tally tally; /* of the last count */

static int64_t wrong(const char *where, const char *what, int64_t age_ms, int64_t window_ms) {
    assert_true(watch_count(store, where, what, age_ms, window_ms, &tally, &fault));
    return tally.wrongs;
}

static void each_thing_counts_once_and_each_account_by_itself(void **state) {
    (void)state;
    assert_int_equal(wrong(account, "a", 0, HOUR_MS), 1);
    assert_int_equal(wrong(account, "b", 0, HOUR_MS), 2);
    assert_true(tally.added);
    assert_int_equal(wrong(account, "a", 0, HOUR_MS), 2);
    assert_false(tally.added);
    assert_int_equal(wrong(other, "a", 0, HOUR_MS), 1);
}

static void what_is_older_than_the_window_is_forgotten(void **state) {
    (void)state;
    assert_int_equal(wrong(account, "old", HOUR_MS - 60000, HOUR_MS), 1);
    assert_int_equal(wrong(account, "older", HOUR_MS + 60000, HOUR_MS), 1);
    assert_false(tally.added);
    assert_int_equal(wrong(account, "new", 0, HOUR_MS), 2);
    assert_int_equal(wrong(account, "newer", 0, HOUR_MS / 2), 2);
}

static void told_again_it_keeps_its_first_time(void **state) {
    (void)state;
    assert_int_equal(wrong(account, "a", HOUR_MS / 2, HOUR_MS), 1);
    assert_int_equal(wrong(account, "a", 0, HOUR_MS), 1);
    assert_int_equal(wrong(account, "b", 0, HOUR_MS / 4), 1);
}

static void a_time_in_the_future_is_now(void **state) {
    (void)state;
    assert_int_equal(wrong(account, "a", -HOUR_MS, HOUR_MS), 1);
    assert_int_equal(wrong(account, "b", -HOUR_MS, HOUR_MS), 2);
}

static void it_says_how_many_users_there_are(void **state) {
    (void)state;
    const struct status status = {.known = true};
    assert_true(watch_count(store, account, "a", 0, HOUR_MS, &tally, &fault));
    assert_int_equal(tally.users, 0);
    for (int i = 0; i < 3; i++) {
        char name[16];
        snprintf(name, sizeof name, "user%d", i);
        assert_true(status_write_inventory(store, account, name, &status, &fault));
    }
    assert_true(watch_count(store, account, "a", 0, HOUR_MS, &tally, &fault));
    assert_int_equal(tally.users, 3);
}

static void what_was_told_is_remembered_until_redis_is_lost(void **state) {
    (void)state;
    char told[WATCH_TOLD_SIZE];
    bool known = true;
    assert_true(watch_told(store, account, told, &known, &fault));
    assert_false(known);
    assert_string_equal(told, "");
    assert_true(watch_tell(store, account, "0123 4567", &fault));
    assert_true(watch_told(store, account, told, &known, &fault));
    assert_true(known);
    assert_string_equal(told, "0123 4567");
    assert_true(watch_told(store, other, told, &known, &fault));
    assert_false(known);
    assert_true(watch_tell(store, account, "", &fault));
    assert_true(watch_told(store, account, told, &known, &fault));
    assert_true(known);
    assert_string_equal(told, "");
    redis_server_flush();
    assert_true(watch_told(store, account, told, &known, &fault));
    assert_false(known);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        story(each_thing_counts_once_and_each_account_by_itself),
        story(what_is_older_than_the_window_is_forgotten),
        story(told_again_it_keeps_its_first_time),
        story(a_time_in_the_future_is_now),
        story(it_says_how_many_users_there_are),
        story(what_was_told_is_remembered_until_redis_is_lost),
    };
    return cmocka_run_group_tests_name("watch", tests, redis_server_start, redis_server_stop);
}
