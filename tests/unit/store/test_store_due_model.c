/* A few thousand random operations on the due set, beside a model of it in C. Times are "now" or whole hours, so that the model
 * needs no clock; a hold is either an hour long or over at once. After every operation the sets must be as the model
 * has them, and `next` must be what a fresh computation over them says. KEYTURN_SEED repeats a run. */
#include "due.h"
#include "operation.h"
#include "random.h"
#include "redis_server.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { OPERATIONS = 3000, ACCOUNTS = 2, USERS = 6, HOUR = 3600 * 1000, NEVER = 1 << 20 };

enum place { NOWHERE, STARTED, DUE, OUT };

struct model_user {
    char name[USER_NAME_SIZE];
    enum place place;
    int hours; /* in started or due: 0 = now */
    /* out: */
    int64_t hold;
    bool expired;
    enum place was;
    int was_hours;
    int wanted; /* hours; NEVER */
    bool woken;
};

static const char *const accounts[ACCOUNTS] = {"111111111111", "222222222222"};
static struct model_user users[ACCOUNTS][USERS];
static struct store *store;
static struct fault fault;
static uint64_t seed;

static uint64_t below(uint64_t bound) {
    seed ^= seed << 13; /* xorshift: a run must be repeatable */
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % bound;
}

#define must(call)                                    \
    do {                                              \
        if (!(call))                                  \
            fail_msg("%s: %s", #call, fault.message); \
    } while (0)

/* --- what each operation does to the model */

static int least(int a, int b) {
    return a < b ? a : b;
}

static void model_return(struct model_user *user) {
    user->place = user->woken ? STARTED : user->was;
    user->hours = least(user->was_hours, user->wanted);
}

static bool model_put(struct model_user *user, int64_t hold, int hours, enum due_place place) {
    if (user->place != OUT || user->hold != hold)
        return false;
    bool first = place == DUE_PLACE_STARTED || (place == DUE_PLACE_SAME && user->was == STARTED);
    user->place = first || user->woken ? STARTED : DUE;
    user->hours = least(hours, user->wanted);
    return true;
}

static void model_wake(struct model_user *user) {
    if (user->place == OUT) {
        user->wanted = 0;
        user->woken = true;
        return;
    }
    user->place = STARTED;
    user->hours = 0;
}

static void model_lower(struct model_user *user, int hours) {
    if (user->place == OUT)
        user->wanted = least(user->wanted, hours);
    else if (user->place != NOWHERE)
        user->hours = least(user->hours, hours);
}

static bool model_add(struct model_user *user, int hours) {
    if (user->place != NOWHERE)
        return false;
    user->place = DUE;
    user->hours = hours;
    return true;
}

static size_t model_due(size_t which, enum place place) {
    size_t count = 0;
    for (size_t i = 0; i < USERS; i++)
        count += users[which][i].place == place && users[which][i].hours == 0;
    return count;
}

static struct model_user *model_find(size_t which, const char *name) {
    for (size_t i = 0; i < USERS; i++)
        if (text_equal(users[which][i].name, name))
            return &users[which][i];
    fail_msg("a user nobody added: %s", name);
    return NULL;
}

static void model_hand_out(size_t which, const struct due_user *handed, bool expired) {
    struct model_user *user = model_find(which, handed->user);
    assert_true(user->place == (handed->started ? STARTED : DUE));
    assert_int_equal(user->hours, 0);
    assert_true(handed->hold > user->hold);
    user->was = user->place;
    user->was_hours = 0;
    user->place = OUT;
    user->hold = handed->hold;
    user->expired = expired;
    user->wanted = NEVER;
    user->woken = false;
}

/* --- the operations, on both */

static void do_hand_out(size_t which) {
    struct due_user handed[DUE_BATCH];
    size_t count = 0;
    size_t limit = below(USERS + 1);
    bool expired = below(2) == 0;
    must(due_hand_out(store, accounts[which], limit, expired ? 0 : HOUR, handed, &count, &fault));
    for (size_t i = 0; i < USERS; i++)
        if (users[which][i].place == OUT && users[which][i].expired)
            model_return(&users[which][i]);
    size_t started = model_due(which, STARTED);
    size_t all = started + model_due(which, DUE);
    assert_int_equal(count, all < limit ? all : limit);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(handed[i].started, i < started); /* started first */
        model_hand_out(which, &handed[i], expired);
    }
}

static int64_t some_hold(const struct model_user *user) {
    return below(4) == 0 ? user->hold - 1 : user->hold;
}

static void do_take(size_t which) {
    struct model_user *user = &users[which][below(USERS)];
    int64_t hold = some_hold(user);
    bool taken = false;
    must(due_take(store, accounts[which], user->name, hold, &taken, &fault));
    assert_int_equal(taken, user->place == OUT && user->hold == hold && !user->expired);
}

static void do_put(size_t which) {
    struct model_user *user = &users[which][below(USERS)];
    int64_t hold = some_hold(user);
    int hours = (int)below(4);
    enum due_place place = (enum due_place)below(DUE_PLACE_SAME + 1);
    bool kept = false;
    must(due_put(store, accounts[which], user->name, hold, (int64_t)hours * HOUR, place, &kept, &fault));
    assert_int_equal(kept, model_put(user, hold, hours, place));
}

static void do_wake(size_t which) {
    struct model_user *user = &users[which][below(USERS)];
    must(due_wake(store, accounts[which], user->name, &fault));
    model_wake(user);
}

static void do_lower(size_t which) {
    struct model_user *user = &users[which][below(USERS)];
    int hours = (int)below(4);
    must(due_lower(store, accounts[which], user->name, (int64_t)hours * HOUR, &fault));
    model_lower(user, hours);
}

static void do_add(size_t which) {
    struct model_user *user = &users[which][below(USERS)];
    int hours = (int)below(4);
    bool added = false;
    must(due_add(store, accounts[which], user->name, (int64_t)hours * HOUR, &added, &fault));
    assert_int_equal(added, model_add(user, hours));
}

static void do_remove(size_t which) {
    struct model_user *user = &users[which][below(USERS)];
    must(due_remove(store, accounts[which], user->name, &fault));
    user->place = NOWHERE;
}

static void (*const operations[])(size_t which) = {do_hand_out, do_hand_out, do_hand_out, do_take, do_put, do_put,
                                                   do_put,      do_wake,     do_lower,    do_add,  do_add, do_remove};

/* --- comparing */

static struct reply *scores(const char *kind, const char *account) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, "ZRANGE");
    operation_key(store, &command, kind, account, NULL);
    command_add(&command, "0");
    command_add(&command, "-1");
    command_add(&command, "WITHSCORES");
    must(operation_run(store, &command, REPEAT_ONCE, &reply, &fault));
    return reply;
}

/* Every member of a set is where the model has it, at its hour; returns how many there are, and lowers *earliest. */
static size_t compare_set(size_t which, const char *kind, enum place place, int64_t now, int64_t *earliest) {
    struct reply *reply = scores(kind, accounts[which]);
    size_t count = reply_count(reply) / 2;
    for (size_t i = 0; i < count; i++) {
        const struct model_user *user = model_find(which, reply_text(reply_item(reply, 2 * i)));
        int64_t score = reply_number(reply_item(reply, 2 * i + 1));
        int hours = place != OUT ? user->hours : user->expired ? 0 : 1;
        assert_int_equal(user->place, place);
        assert_true(score <= now + (int64_t)hours * HOUR);
        assert_true(score > now + ((int64_t)hours - 1) * HOUR + HOUR / 2);
        *earliest = score < *earliest ? score : *earliest;
    }
    reply_close(reply);
    return count;
}

static int64_t index_of(const char *account) {
    struct reply *reply = scores("next", NULL);
    int64_t score = INT64_MAX;
    for (size_t i = 0; i + 1 < reply_count(reply); i += 2)
        if (text_equal(reply_text(reply_item(reply, i)), account))
            score = reply_number(reply_item(reply, i + 1));
    reply_close(reply);
    return score;
}

static int64_t held_fields(const char *account) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, "HKEYS");
    operation_key(store, &command, "held", account, NULL);
    must(operation_run(store, &command, REPEAT_ONCE, &reply, &fault));
    int64_t count = 0;
    for (size_t i = 0; i < reply_count(reply); i++)
        count += !text_equal(reply_text(reply_item(reply, i)), "");
    reply_close(reply);
    return count;
}

static void compare(size_t which) {
    int64_t now = 0;
    int64_t earliest = INT64_MAX;
    size_t somewhere = 0;
    must(store_now(store, &now, &fault));
    size_t count = compare_set(which, "started", STARTED, now, &earliest);
    count += compare_set(which, "due", DUE, now, &earliest);
    size_t out = compare_set(which, "out", OUT, now, &earliest);
    for (size_t i = 0; i < USERS; i++)
        somewhere += users[which][i].place != NOWHERE;
    assert_int_equal(count + out, somewhere);
    assert_int_equal(held_fields(accounts[which]), out);
    assert_int_equal(index_of(accounts[which]), earliest);
}

static void random_operations_agree_with_the_model(void **state) {
    (void)state;
    redis_server_needed();
    const char *given = getenv("KEYTURN_SEED");
    if (given != NULL)
        seed = strtoull(given, NULL, 10);
    else
        random_bytes(&seed, sizeof seed);
    seed |= 1;
    print_message("KEYTURN_SEED=%llu\n", (unsigned long long)seed);
    store = store_open(redis_server_socket());
    for (size_t i = 0; i < ACCOUNTS * USERS; i++)
        snprintf(users[i / USERS][i % USERS].name, USER_NAME_SIZE, "user-%zu", i);
    for (int i = 0; i < OPERATIONS; i++) {
        size_t which = below(ACCOUNTS);
        operations[below(COUNT_OF(operations))](which);
        compare(which);
    }
    store_close(store);
}

int main(void) {
    const struct CMUnitTest stories[] = {cmocka_unit_test(random_operations_agree_with_the_model)};
    return cmocka_run_group_tests_name("due set against its model", stories, redis_server_start, redis_server_stop);
}
