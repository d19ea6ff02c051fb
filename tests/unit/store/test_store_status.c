/* What is remembered of users. */
#include "operation.h"
#include "status.h"
#include "story.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const char account[] = "111111111111";

/* Every member filled to its last byte. */
static struct status full(void) {
    struct status status = {
        .inventoried = 1700000000, .condition_since = 1, .sequence = 7, .attempt = 3, .next_look = INT64_C(4000000000)};
    memset(status.user_id, 'A', sizeof status.user_id - 1);
    for (size_t i = 0; i + 1 < sizeof status.path; i++)
        status.path[i] = (char)('a' + i % 26);
    memset(status.policy, 'p', sizeof status.policy - 1);
    memset(status.fingerprint, 'f', sizeof status.fingerprint - 1);
    memset(status.email, '@', sizeof status.email - 1);
    memset(status.override, '?', sizeof status.override - 1);
    status.override_since = 1699999999;
    memset(status.announced, 'e', sizeof status.announced - 1);
    memset(status.condition, 'c', sizeof status.condition - 1);
    memset(status.step, 's', sizeof status.step - 1);
    memset(status.reason, 'r', sizeof status.reason - 1);
    return status;
}

static struct status read_ann(void) {
    struct status status;
    assert_true(status_read(store, account, "ann", &status, &fault));
    return status;
}

static void write_inventory(const struct status *status) {
    assert_true(status_write_inventory(store, account, "ann", status, &fault));
}

static void write_look(const struct status *status) {
    assert_true(status_write_look(store, account, "ann", status, &fault));
}

#ifndef SIMULATED_STORE /* looks into a real Redis */
static struct reply *ask(const char *verb, const char *key, const char *more) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, verb);
    command_add(&command, key);
    if (more != NULL)
        command_add(&command, more);
    assert_true(operation_run(store, &command, REPEAT_ONCE, &reply, &fault));
    return reply;
}

static int64_t number_of(const char *verb, const char *key, const char *more) {
    struct reply *reply = ask(verb, key, more);
    int64_t number = reply_number(reply);
    reply_close(reply);
    return number;
}
#endif

static void an_unknown_user_is_not_known(void **state) {
    (void)state;
    struct status status = read_ann();
    assert_false(status.known);
    assert_false(status.announced_known);
    assert_string_equal(status.user_id, "");
}

static void every_member_comes_back_whole(void **state) {
    (void)state;
    struct status status = full();
    write_inventory(&status);
    write_look(&status);
    status.known = true;
    status.announced_known = true;
    struct status back = read_ann();
    assert_string_equal(back.path, status.path);
    assert_memory_equal(&back, &status, sizeof status);
}

static void the_inventory_and_the_worker_do_not_touch_each_others_members(void **state) {
    (void)state;
    struct status status = full();
    write_inventory(&status);
    struct status back = read_ann();
    assert_true(back.known);
    assert_false(back.announced_known);
    assert_int_equal(back.sequence, 0);
    assert_string_equal(back.email, status.email);
    assert_string_equal(back.override, status.override);
    assert_int_equal(back.override_since, 1699999999);
    struct status other = {.step = "wait", .sequence = 8};
    write_look(&other);
    back = read_ann();
    assert_string_equal(back.step, "wait");
    assert_string_equal(back.policy, status.policy);
}

static void a_shorter_text_leaves_nothing_of_a_longer_one(void **state) {
    (void)state;
    struct status status = full();
    write_inventory(&status);
    write_look(&status);
    struct status empty = {.inventoried = 1700000001, .path = "/"};
    write_inventory(&empty);
    write_look(&empty);
    struct status back = read_ann();
    assert_string_equal(back.path, "/");
    assert_string_equal(back.email, "");
    assert_string_equal(back.announced, "");
    assert_true(back.announced_known); /* nothing announced is not the same as nothing remembered */
}

static void stamps_and_sequences_never_go_back(void **state) {
    (void)state;
    struct status status = {.inventoried = 2000, .sequence = 9};
    write_inventory(&status);
    write_look(&status);
    status.inventoried = 1000;
    status.sequence = 5;
    write_inventory(&status);
    write_look(&status);
    struct status back = read_ann();
    assert_int_equal(back.inventoried, 2000);
    assert_int_equal(back.sequence, 9);
}

#ifndef SIMULATED_STORE /* looks into a real Redis */
static void the_hash_stays_in_its_compact_form(void **state) {
    (void)state;
    struct status status = full();
    write_inventory(&status);
    write_look(&status);
    struct reply *reply = ask("OBJECT", "ENCODING", "kt:user:111111111111/ann");
    assert_string_equal(reply_text(reply), "listpack");
    reply_close(reply);
}
#endif

static bool collect(const char *user, void *context) {
    char *names = context;
    snprintf(names + strlen(names), 100 - strlen(names), "%s ", user);
    return strcmp(user, "stop") != 0;
}

static bool count_user(const char *user, void *context) {
    (void)user;
    ++*(int *)context;
    struct status status; /* the visitor may use the store */
    return status_read(store, account, user, &status, &fault) && status.known;
}

static void users_are_visited_in_the_order_of_their_names(void **state) {
    (void)state;
    static const char *const names[] = {"stop", "bob", "ann", "zoe", "Bob"};
    struct status status = {.user_id = "AIDA"};
    char seen[100] = "";
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_true(status_write_inventory(store, account, names[i], &status, &fault));
    assert_true(status_each(store, account, collect, seen, &fault));
    assert_string_equal(seen, "Bob ann bob stop ");
}

static void more_users_than_a_page_are_all_visited(void **state) {
    (void)state;
    struct status status = {.user_id = "AIDA"};
    int count = 0;
    for (int i = 0; i < 600; i++) {
        char name[USER_NAME_SIZE];
        snprintf(name, sizeof name, "user-%d", i);
        assert_true(status_write_inventory(store, account, name, &status, &fault));
    }
    assert_true(status_each(store, account, count_user, &count, &fault));
    assert_int_equal(count, 600);
}

/* A page begins after a name, whether or not somebody of that name is there any more. */
static void a_page_of_names_begins_after_a_place(void **state) {
    (void)state;
    static const char *const users[] = {"ann", "bob", "eve", "joe"};
    struct status status = {.user_id = "AIDA"};
    char names[2][USER_NAME_SIZE];
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(users); i++)
        assert_true(status_write_inventory(store, account, users[i], &status, &fault));
    assert_true(status_names(store, account, "", 2, names, &count, &fault));
    assert_int_equal(count, 2);
    assert_string_equal(names[1], "bob");
    assert_true(status_remove(store, account, "bob", &fault));
    assert_true(status_names(store, account, "bob", 2, names, &count, &fault));
    assert_int_equal(count, 2);
    assert_string_equal(names[0], "eve");
    assert_true(status_names(store, account, "joe", 2, names, &count, &fault));
    assert_int_equal(count, 0);
}

#ifndef SIMULATED_STORE /* looks into a real Redis */
static void a_removed_user_is_in_no_index(void **state) {
    (void)state;
    struct status status = full();
    write_inventory(&status);
    assert_int_equal(number_of("SISMEMBER", "kt:accounts", account), 1);
    assert_int_equal(number_of("ZCARD", "kt:users:111111111111", NULL), 1);
    assert_true(status_remove(store, account, "ann", &fault));
    assert_false(read_ann().known);
    assert_int_equal(number_of("ZCARD", "kt:users:111111111111", NULL), 0);
}

static void a_new_current_key_empties_the_cache(void **state) {
    (void)state;
    reply_close(ask("SET", "kt:cred:111111111111/ann", "sealed"));
    assert_true(status_set_current(store, account, "ann", "AKIA1", &fault));
    assert_int_equal(number_of("EXISTS", "kt:cred:111111111111/ann", NULL), 0);
    struct reply *reply = ask("GET", "kt:current:111111111111/ann", NULL);
    assert_string_equal(reply_text(reply), "AKIA1");
    reply_close(reply);
    reply_close(ask("SET", "kt:cred:111111111111/ann", "sealed"));
    assert_true(status_drop_current(store, account, "ann", &fault));
    assert_int_equal(number_of("EXISTS", "kt:cred:111111111111/ann", NULL), 0);
    assert_int_equal(number_of("EXISTS", "kt:current:111111111111/ann", NULL), 0);
}
#endif

int main(void) {
    const struct CMUnitTest stories[] = {
        story(an_unknown_user_is_not_known),
        story(every_member_comes_back_whole),
        story(the_inventory_and_the_worker_do_not_touch_each_others_members),
        story(a_shorter_text_leaves_nothing_of_a_longer_one),
        story(stamps_and_sequences_never_go_back),
        story(users_are_visited_in_the_order_of_their_names),
        story(more_users_than_a_page_are_all_visited),
        story(a_page_of_names_begins_after_a_place),
#ifndef SIMULATED_STORE /* looks into a real Redis */
        story(the_hash_stays_in_its_compact_form),
        story(a_removed_user_is_in_no_index),
        story(a_new_current_key_empties_the_cache),
#endif
    };
    return cmocka_run_group_tests_name("status", stories, redis_server_start, redis_server_stop);
}
