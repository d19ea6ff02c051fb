/* The due set, story by story, on a real Redis. */
#include "clock.h"
#include "due.h"
#include "operation.h"
#include "story.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { HOUR = 3600 * 1000, LONG = HOUR, PATIENCE_MS = 20 * 1000 };

static const char account[] = "111111111111";

#define must(call)                                    \
    do {                                              \
        if (!(call))                                  \
            fail_msg("%s: %s", #call, fault.message); \
    } while (0)

static void add(const char *user, int64_t delay_ms) {
    bool added = false;
    must(due_add(store, account, user, delay_ms, &added, &fault));
    assert_true(added);
}

static size_t hand_out(size_t limit, int64_t hold_ms, struct due_user *users) {
    size_t count = 0;
    must(due_hand_out(store, account, limit, hold_ms, users, &count, &fault));
    return count;
}

/* The one user that is due now, handed out. */
static struct due_user only(int64_t hold_ms) {
    struct due_user users[DUE_BATCH];
    assert_int_equal(hand_out(DUE_BATCH, hold_ms, users), 1);
    return users[0];
}

static bool take(const struct due_user *user) {
    bool taken = false;
    must(due_take(store, account, user->user, user->hold, &taken, &fault));
    return taken;
}

static bool put_to(const struct due_user *user, int64_t delay_ms, enum due_place place) {
    bool kept = false;
    must(due_put(store, account, user->user, user->hold, delay_ms, place, &kept, &fault));
    return kept;
}

static bool put(const struct due_user *user, int64_t delay_ms, bool started) {
    return put_to(user, delay_ms, started ? DUE_PLACE_STARTED : DUE_PLACE_DUE);
}

static void counts(int64_t started, int64_t due, int64_t out) {
    int64_t s = -1;
    int64_t d = -1;
    int64_t o = -1;
    must(due_count(store, account, &s, &d, &o, &fault));
    assert_int_equal(s, started);
    assert_int_equal(d, due);
    assert_int_equal(o, out);
}

static int64_t next_in(void) {
    char who[ACCOUNT_SIZE];
    int64_t in_ms = 0;
    must(due_next(store, who, &in_ms, &fault));
    if (in_ms >= 0)
        assert_string_equal(who, account);
    return in_ms;
}

static void a_due_user_is_handed_out_once(void **state) {
    (void)state;
    struct due_user users[DUE_BATCH];
    add("ann", 0);
    assert_int_equal(hand_out(DUE_BATCH, LONG, users), 1);
    assert_string_equal(users[0].user, "ann");
    assert_false(users[0].started);
    assert_int_equal(hand_out(DUE_BATCH, LONG, users), 0);
    counts(0, 0, 1);
}

static void nobody_is_handed_out_before_the_time(void **state) {
    (void)state;
    struct due_user users[DUE_BATCH];
    add("ann", HOUR);
    assert_int_equal(hand_out(DUE_BATCH, LONG, users), 0);
    assert_in_range(next_in(), HOUR - PATIENCE_MS, HOUR);
}

static void at_most_a_batch_is_handed_out(void **state) {
    (void)state;
    struct due_user users[DUE_BATCH];
    for (int i = 0; i < DUE_BATCH + 3; i++) {
        char name[USER_NAME_SIZE];
        snprintf(name, sizeof name, "user-%d", i);
        add(name, 0);
    }
    assert_int_equal(hand_out(5, LONG, users), 5);
    assert_int_equal(hand_out(1000, LONG, users), DUE_BATCH - 2);
    counts(0, 0, DUE_BATCH + 3);
}

static void started_users_come_first(void **state) {
    (void)state;
    struct due_user users[DUE_BATCH];
    add("ann", 0);
    add("bob", 0);
    add("eve", 0);
    struct due_user first[3];
    assert_int_equal(hand_out(3, LONG, first), 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(put(&first[i], 0, strcmp(first[i].user, "eve") == 0));
    assert_int_equal(hand_out(1, LONG, users), 1);
    assert_string_equal(users[0].user, "eve");
    assert_true(users[0].started);
}

static void an_expired_hold_returns_the_user_to_where_it_was(void **state) {
    (void)state;
    struct due_user users[DUE_BATCH];
    must(due_wake(store, account, "started", &fault));
    add("due", 0);
    assert_int_equal(hand_out(DUE_BATCH, 0, users), 2);
    counts(0, 0, 2);
    assert_int_equal(hand_out(0, LONG, users), 0);
    counts(1, 1, 0);
    assert_int_equal(hand_out(DUE_BATCH, LONG, users), 2);
    assert_string_equal(users[0].user, "started");
    assert_true(users[0].started);
    assert_string_equal(users[1].user, "due");
    assert_false(users[1].started);
}

static void a_hold_runs_out_by_the_clock_of_redis(void **state) {
    (void)state;
    struct due_user users[DUE_BATCH];
    add("ann", 0);
    only(40);
    assert_in_range(next_in(), 0, 40);
    int64_t stop = clock_boot_ms() + PATIENCE_MS;
    while (hand_out(DUE_BATCH, LONG, users) == 0)
        assert_true(clock_boot_ms() < stop);
    assert_string_equal(users[0].user, "ann");
}

static void a_lost_worker_does_not_cost_the_place_in_line(void **state) {
    (void)state;
    struct due_user users[DUE_BATCH];
    add("first", 0);
    only(0);
    int64_t before = 0;
    int64_t now = 0;
    must(store_now(store, &before, &fault));
    do
        must(store_now(store, &now, &fault));
    while (now == before);
    add("second", 0);
    assert_int_equal(hand_out(1, LONG, users), 1);
    assert_string_equal(users[0].user, "first");
}

static void a_put_needs_the_hold(void **state) {
    (void)state;
    add("ann", 0);
    struct due_user ann = only(LONG);
    struct due_user stale = ann;
    stale.hold--;
    assert_false(put(&stale, HOUR, true));
    counts(0, 0, 1);
    assert_true(put(&ann, HOUR, false));
    counts(0, 1, 0);
    assert_false(put(&ann, 0, true));
    counts(0, 1, 0);
    assert_in_range(next_in(), HOUR - PATIENCE_MS, HOUR);
}

static void a_job_whose_hold_went_to_another_is_dropped(void **state) {
    (void)state;
    add("ann", 0);
    struct due_user lost = only(0);
    assert_false(take(&lost));
    struct due_user again = only(LONG);
    assert_int_not_equal(again.hold, lost.hold);
    assert_false(take(&lost));
    assert_false(put(&lost, 0, true));
    assert_true(take(&again));
}

static void taking_prolongs_the_hold_under_its_name(void **state) {
    (void)state;
    struct due_user users[DUE_BATCH];
    add("ann", 0);
    struct due_user ann = only(400);
    int64_t handed_out = clock_boot_ms();
    while (clock_boot_ms() < handed_out + 200)
        clock_sleep_ms(5);
    if (!take(&ann)) {
        assert_true(clock_boot_ms() >= handed_out + 400); /* this machine stood still meanwhile */
        skip();
    }
    int64_t taken = clock_boot_ms();
    int64_t left = next_in();
    assert_true(left > 0 || clock_boot_ms() - taken >= 400);
    assert_true(left <= 400);
    assert_true(left > 200 || clock_boot_ms() > taken + 100);
    assert_true(put(&ann, HOUR, false));
    assert_int_equal(hand_out(DUE_BATCH, LONG, users), 0);
}

static void a_wake_while_the_user_is_out_is_not_lost(void **state) {
    (void)state;
    add("ann", 0);
    struct due_user ann = only(LONG);
    must(due_wake(store, account, "ann", &fault));
    assert_true(put(&ann, HOUR, false));
    counts(1, 0, 0);
    struct due_user again = only(LONG);
    assert_true(again.started);
    assert_true(put(&again, HOUR, false));
    counts(0, 1, 0);
}

static void a_wake_survives_the_expiry_of_the_hold(void **state) {
    (void)state;
    add("ann", 0);
    only(0);
    must(due_wake(store, account, "ann", &fault));
    struct due_user again = only(LONG);
    assert_true(again.started);
}

static void a_user_put_off_keeps_its_place_in_line(void **state) {
    (void)state;
    add("due", 0);
    struct due_user due = only(LONG);
    assert_true(put_to(&due, HOUR, DUE_PLACE_SAME));
    counts(0, 1, 0);
    must(due_wake(store, account, "started", &fault));
    struct due_user started = only(LONG);
    assert_true(put_to(&started, 0, DUE_PLACE_SAME));
    counts(1, 1, 0);
    struct due_user again = only(LONG);
    assert_true(again.started);
    assert_true(put_to(&again, HOUR, DUE_PLACE_DUE));
    counts(0, 2, 0);
}

static void a_user_put_off_while_it_was_woken_is_first_in_line(void **state) {
    (void)state;
    add("ann", 0);
    struct due_user ann = only(LONG);
    must(due_wake(store, account, "ann", &fault));
    assert_true(put_to(&ann, HOUR, DUE_PLACE_SAME));
    counts(1, 0, 0);
    assert_int_equal(next_in(), 0);
}

static void a_forgotten_account_is_named_again_when_a_user_of_it_is(void **state) {
    (void)state;
    bool added = true;
    add("ann", 0);
    struct due_user ann = only(LONG);
    must(due_forget(store, account, &fault));
    assert_int_equal(next_in(), -1);
    assert_true(put(&ann, 0, false));
    assert_int_equal(next_in(), 0);
    must(due_forget(store, account, &fault));
    must(due_forget(store, account, &fault));
    assert_int_equal(next_in(), -1);
    must(due_add(store, account, "ann", HOUR, &added, &fault));
    assert_false(added);
    assert_int_equal(next_in(), 0);
}

static void a_changed_policy_while_the_user_is_out_is_not_lost(void **state) {
    (void)state;
    add("ann", 0);
    struct due_user ann = only(LONG);
    must(due_lower(store, account, "ann", 60 * 1000, &fault));
    must(due_lower(store, account, "ann", HOUR, &fault));
    assert_true(put(&ann, 10 * HOUR, true));
    counts(1, 0, 0);
    assert_in_range(next_in(), 60 * 1000 - PATIENCE_MS, 60 * 1000);
}

static void an_earlier_put_beats_a_later_wish(void **state) {
    (void)state;
    add("ann", 0);
    struct due_user ann = only(LONG);
    must(due_lower(store, account, "ann", 10 * HOUR, &fault));
    assert_true(put(&ann, HOUR, false));
    assert_in_range(next_in(), HOUR - PATIENCE_MS, HOUR);
}

static void a_wake_only_lowers(void **state) {
    (void)state;
    add("ann", HOUR);
    must(due_wake(store, account, "ann", &fault));
    counts(1, 0, 0);
    assert_int_equal(next_in(), 0);
    struct due_user ann = only(LONG);
    assert_true(put(&ann, HOUR, true));
    must(due_lower(store, account, "ann", 2 * HOUR, &fault));
    assert_in_range(next_in(), HOUR - PATIENCE_MS, HOUR);
    must(due_wake(store, account, "ann", &fault));
    must(due_wake(store, account, "ann", &fault));
    assert_int_equal(next_in(), 0);
    counts(1, 0, 0);
}

static void a_wake_finds_a_user_nobody_knew(void **state) {
    (void)state;
    must(due_wake(store, account, "new", &fault));
    assert_string_equal(only(LONG).user, "new");
}

static void adding_leaves_those_alone_that_are_anywhere(void **state) {
    (void)state;
    bool added = true;
    add("ann", HOUR);
    must(due_add(store, account, "ann", 0, &added, &fault));
    assert_false(added);
    must(due_wake(store, account, "ann", &fault));
    must(due_add(store, account, "ann", 0, &added, &fault));
    assert_false(added);
    only(LONG);
    must(due_add(store, account, "ann", 0, &added, &fault));
    assert_false(added);
    counts(0, 0, 1);
}

static void a_removed_user_cannot_be_put_back(void **state) {
    (void)state;
    add("ann", 0);
    struct due_user ann = only(LONG);
    must(due_remove(store, account, "ann", &fault));
    assert_false(take(&ann));
    assert_false(put(&ann, 0, true));
    counts(0, 0, 0);
    assert_int_equal(next_in(), -1);
}

static void every_handing_out_has_a_name_of_its_own(void **state) {
    (void)state;
    int64_t last = 0;
    add("ann", 0);
    for (int i = 0; i < 200; i++) {
        struct due_user ann = only(LONG);
        assert_true(ann.hold > last);
        last = ann.hold;
        assert_true(put(&ann, 0, i % 2 == 0));
    }
}

static void the_account_that_is_due_earliest_is_named(void **state) {
    (void)state;
    bool added = false;
    char who[ACCOUNT_SIZE];
    int64_t in_ms = 0;
    must(due_add(store, "222222222222", "bob", HOUR, &added, &fault));
    must(due_add(store, account, "ann", 2 * HOUR, &added, &fault));
    must(due_next(store, who, &in_ms, &fault));
    assert_string_equal(who, "222222222222");
    assert_in_range(in_ms, HOUR - PATIENCE_MS, HOUR);
    must(due_remove(store, "222222222222", "bob", &fault));
    must(due_next(store, who, &in_ms, &fault));
    assert_string_equal(who, account);
}

#ifndef SIMULATED_STORE /* looks into a real Redis */
/* --- several schedulers */

enum { CROWD = 1000, SCHEDULERS = 3 };

struct scheduler {
    pthread_t thread;
    size_t count;
    char users[CROWD][USER_NAME_SIZE];
};

static void *hand_out_all(void *argument) {
    struct scheduler *self = argument;
    struct store *own = store_open(redis_server_socket());
    struct fault trouble;
    struct due_user users[DUE_BATCH];
    size_t count = 1;
    while (count > 0 && due_hand_out(own, account, 7, LONG, users, &count, &trouble))
        for (size_t i = 0; i < count && self->count < CROWD; i++)
            memcpy(self->users[self->count++], users[i].user, USER_NAME_SIZE);
    store_close(own);
    return NULL;
}

static void a_thousand_users_and_three_schedulers(void **state) {
    (void)state;
    static struct scheduler schedulers[SCHEDULERS];
    static int seen[CROWD];
    memset(schedulers, 0, sizeof schedulers);
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < CROWD; i++) {
        char name[USER_NAME_SIZE];
        snprintf(name, sizeof name, "%d", i);
        add(name, 0);
    }
    for (size_t i = 0; i < SCHEDULERS; i++)
        assert_int_equal(pthread_create(&schedulers[i].thread, NULL, hand_out_all, &schedulers[i]), 0);
    for (size_t i = 0; i < SCHEDULERS; i++) {
        pthread_join(schedulers[i].thread, NULL);
        for (size_t j = 0; j < schedulers[i].count; j++)
            seen[strtol(schedulers[i].users[j], NULL, 10)]++;
    }
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(seen[i], 1);
    counts(0, 0, CROWD);
}

#endif

/* --- trouble */

static void a_flushed_redis_is_filled_again(void **state) {
    (void)state;
    add("ann", 0);
    struct due_user ann = only(LONG);
    clock_sleep_ms(2); /* a hold is named after its millisecond, and the flush forgets the last name */
    redis_server_flush();
    assert_false(take(&ann));
    assert_false(put(&ann, 0, false));
    assert_int_equal(next_in(), -1);
    add("ann", 0);
    assert_true(only(LONG).hold > ann.hold);
}

#ifndef SIMULATED_STORE /* looks into a real Redis */
static void a_lost_index_is_mended_by_the_next_inventory(void **state) {
    (void)state;
    struct command loss;
    struct reply *reply = NULL;
    bool added = true;
    add("ann", 0);
    command_begin(&loss, "DEL");
    command_add(&loss, "kt:next");
    must(operation_run(store, &loss, REPEAT_ONCE, &reply, &fault));
    reply_close(reply);
    assert_int_equal(next_in(), -1);
    must(due_add(store, account, "ann", HOUR, &added, &fault));
    assert_false(added);
    assert_int_equal(next_in(), 0);
}

static void a_restarted_redis_forgot_nothing(void **state) {
    (void)state;
    add("ann", 0);
    struct due_user ann = only(LONG);
    redis_server_kill();
    assert_false(store_ping(store, &fault));
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    redis_server_revive();
    for (int64_t stop = clock_boot_ms() + PATIENCE_MS; !store_ping(store, &fault); clock_sleep_ms(5))
        assert_true(clock_boot_ms() < stop);
    assert_true(take(&ann));
    assert_true(put(&ann, HOUR, false));
    counts(0, 1, 0);
}

static void scripts_the_server_forgot_are_sent_again(void **state) {
    (void)state;
    struct command flush;
    struct reply *reply = NULL;
    add("ann", 0);
    command_begin(&flush, "SCRIPT");
    command_add(&flush, "FLUSH");
    must(operation_run(store, &flush, REPEAT_ONCE, &reply, &fault));
    reply_close(reply);
    struct due_user ann = only(LONG);
    assert_true(take(&ann));
    assert_true(put(&ann, HOUR, false));
}
#endif

/* --- waiting */

#ifndef SIMULATED_STORE /* looks into a real Redis */
static void *wake_ann(void *argument) {
    struct store *own = store_open(redis_server_socket());
    struct fault trouble;
    bool *woken = argument;
    *woken = due_wake(own, account, "ann", &trouble);
    store_close(own);
    return NULL;
}

static void a_wake_ends_the_wait(void **state) {
    (void)state;
    pthread_t thread;
    bool woken = false;
    add("ann", HOUR);
    must(due_wait(store, 0, &fault)); /* subscribes */
    int64_t began = clock_boot_ms();
    assert_int_equal(pthread_create(&thread, NULL, wake_ann, &woken), 0);
    must(due_wait(store, PATIENCE_MS, &fault));
    assert_true(clock_boot_ms() - began < PATIENCE_MS);
    pthread_join(thread, NULL);
    assert_true(woken);
    assert_int_equal(next_in(), 0);
}

static void a_call_that_came_before_the_wait_ends_it_too(void **state) {
    (void)state;
    must(due_wait(store, 0, &fault));
    add("ann", HOUR);
    int64_t began = clock_boot_ms();
    must(due_wait(store, PATIENCE_MS, &fault));
    assert_true(clock_boot_ms() - began < PATIENCE_MS);
}
#endif

static void a_later_time_wakes_nobody(void **state) {
    (void)state;
    bool added = false;
    add("ann", HOUR);
    must(due_wait(store, 0, &fault));
    must(due_add(store, "222222222222", "bob", 2 * HOUR, &added, &fault));
    int64_t began = clock_boot_ms();
    must(due_wait(store, 100, &fault));
    assert_true(clock_boot_ms() - began >= 99);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        story(a_due_user_is_handed_out_once),
        story(nobody_is_handed_out_before_the_time),
        story(at_most_a_batch_is_handed_out),
        story(started_users_come_first),
        story(an_expired_hold_returns_the_user_to_where_it_was),
        story(a_hold_runs_out_by_the_clock_of_redis),
        story(a_lost_worker_does_not_cost_the_place_in_line),
        story(a_put_needs_the_hold),
        story(a_job_whose_hold_went_to_another_is_dropped),
        story(taking_prolongs_the_hold_under_its_name),
        story(a_wake_while_the_user_is_out_is_not_lost),
        story(a_wake_survives_the_expiry_of_the_hold),
        story(a_changed_policy_while_the_user_is_out_is_not_lost),
        story(a_user_put_off_keeps_its_place_in_line),
        story(a_user_put_off_while_it_was_woken_is_first_in_line),
        story(a_forgotten_account_is_named_again_when_a_user_of_it_is),
        story(an_earlier_put_beats_a_later_wish),
        story(a_wake_only_lowers),
        story(a_wake_finds_a_user_nobody_knew),
        story(adding_leaves_those_alone_that_are_anywhere),
        story(a_removed_user_cannot_be_put_back),
        story(every_handing_out_has_a_name_of_its_own),
        story(the_account_that_is_due_earliest_is_named),
        story(a_flushed_redis_is_filled_again),
        story(a_later_time_wakes_nobody),
#ifndef SIMULATED_STORE /* looks into a real Redis */
        story(a_thousand_users_and_three_schedulers),
        story(a_lost_index_is_mended_by_the_next_inventory),
        story(a_restarted_redis_forgot_nothing),
        story(scripts_the_server_forgot_are_sent_again),
        story(a_wake_ends_the_wait),
        story(a_call_that_came_before_the_wait_ends_it_too),
#endif
    };
    return cmocka_run_group_tests_name("due set", stories, redis_server_start, redis_server_stop);
}
