/* The inventory of an account: its pages come from this file, what it writes goes to a real Redis. */
#include "due.h"
#include "event.h"
#include "inventory.h"
#include "listing.h"
#include "log.h"
#include "operation.h"
#include "redis_server.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { PAGES = 3, PAGE = 2, LONG = 3600 * 1000 };

static const char account[] = "111111111111";
static struct store *store;
static struct policy_set policies;
static struct fault fault;

/* --- an account of six users on three pages */

static struct {
    int64_t now;
    bool gone[PAGES * PAGE];
    bool unreadable[PAGES * PAGE];
    size_t fails_at; /* page; PAGES: none */
    enum fault_kind kind;
    size_t asked;
    char user_id_suffix;
} world;

static void user_name(size_t which, char name[USER_NAME_SIZE]) {
    snprintf(name, USER_NAME_SIZE, "user-%zu", which);
}

static bool show_user(size_t which, bool (*visit)(const struct iam_user *user, void *context), void *context) {
    struct iam_user user = {.path = "/", .truncated = world.unreadable[which]};
    user_name(which, user.name);
    snprintf(user.id, sizeof user.id, "AIDA%zu%c", which, world.user_id_suffix);
    return world.gone[which] || visit(&user, context);
}

bool iam_account_users_page(struct aws *aws, char marker[IAM_MARKER_SIZE],
                            bool (*visit)(const struct iam_user *user, void *context), void *context,
                            struct fault *trouble) {
    (void)aws;
    size_t page = marker[0] == '\0' ? 0 : (size_t)(marker[0] - '0');
    world.asked++;
    if (page == world.fails_at) /* after showing half of it, as the worst reader would */
        return show_user(page * PAGE, visit, context) && fault_set(trouble, world.kind, "page", "no answer");
    for (size_t i = 0; i < PAGE; i++)
        if (!show_user(page * PAGE + i, visit, context))
            return fault_set(trouble, FAULT_STOPPED, "page", "stopped");
    marker[0] = '\0';
    if (page + 1 < PAGES)
        snprintf(marker, IAM_MARKER_SIZE, "%zu", page + 1);
    return true;
}

bool aws_use_account(struct aws *aws, const char *id, struct fault *trouble) {
    (void)aws;
    (void)trouble;
    assert_string_equal(id, account);
    return true;
}

void aws_look_begin(struct aws *aws) {
    (void)aws;
}

int64_t aws_look_now(const struct aws *aws) {
    (void)aws;
    return world.now;
}

const char *iam_user_recipient(const struct iam_user *user, const struct policy *policy) {
    (void)user;
    (void)policy;
    return "";
}

const char *aws_partition(const struct aws *aws) {
    (void)aws;
    return "aws";
}

static struct {
    size_t count;
    struct event all[8];
    bool down;
} told;

bool kafka_write(struct kafka_writer *writer, const char *topic, const char *key, const void *value, size_t length,
                 const struct kafka_header *headers, size_t header_count, struct fault *trouble) {
    (void)writer;
    (void)key;
    (void)headers;
    (void)header_count;
    assert_string_equal(topic, "keyturn.events.v1");
    if (told.down)
        return fault_set(trouble, FAULT_UNAVAILABLE, "kafka", "no answer");
    assert_true(event_parse(value, length, &told.all[told.count++], trouble));
    return true;
}

/* --- the stories */

static int begin(void **state) {
    (void)state;
    redis_server_needed();
    redis_server_flush();
    log_begin("unit", LOG_ERROR);
    store = store_open(redis_server_socket());
    memset(&world, 0, sizeof world);
    memset(&told, 0, sizeof told);
    world.now = 1700000000;
    world.fails_at = PAGES;
    memset(&policies, 0, sizeof policies);
    policies.count = 1;
    policy_defaults(&policies.policies[0]);
    snprintf(policies.policies[0].name, POLICY_NAME_SIZE, "people");
    snprintf(policies.policies[0].fingerprint, FINGERPRINT_SIZE, "aaaa");
    return 0;
}

static int end(void **state) {
    (void)state;
    store_close(store);
    return 0;
}

static bool is_interrupted(void *context) {
    return world.asked >= *(size_t *)context;
}

static bool take(struct inventory_report *report) {
    const struct inventory inventory = {.store = store, .policies = &policies, .spread_ms = LONG};
    bool due = false;
    assert_true(inventory_done(store, account, 0, &fault));
    assert_true(inventory_claim(store, account, LONG, &due, &fault));
    assert_true(due);
    return inventory_take(&inventory, account, report, &fault);
}

/* As take(), but going on where the last one stopped. */
static bool take_on(struct inventory_report *report) {
    const struct inventory inventory = {.store = store, .policies = &policies, .spread_ms = LONG};
    return inventory_take(&inventory, account, report, &fault);
}

/* 1700000000 is 2023-11-14T22:13:20Z: the day's digest ended at 1699920000. */
enum { PERIOD_ENDED = 1699920000, PERIOD_ENDS = PERIOD_ENDED + 86400 };

static const struct slots daily = {.every = 86400};

static bool take_and_list(struct inventory_report *report) {
    char nobody; /* a writer of this file's own */
    const struct inventory inventory = {.store = store,
                                        .policies = &policies,
                                        .spread_ms = LONG,
                                        .writer = (struct kafka_writer *)(void *)&nobody,
                                        .slots = &daily};
    return inventory_take(&inventory, account, report, &fault);
}

static void list_in_digest(enum digest_list list) {
    struct policy *policy = &policies.policies[0];
    snprintf(policy->digest[policy->digest_count++], DIGEST_NAME_SIZE, "%s", digest_list_names[list]);
}

/* As a worker's look leaves it. */
static void leave(size_t which, const char *condition, int64_t overdue) {
    struct status status;
    char name[USER_NAME_SIZE];
    user_name(which, name);
    assert_true(status_read(store, account, name, &status, &fault));
    snprintf(status.condition, sizeof status.condition, "%s", condition);
    status.overdue = overdue;
    assert_true(status_write_look(store, account, name, &status, &fault));
}

static void who_stands_how_is_told_once_a_period(void **state) {
    (void)state;
    struct inventory_report report;
    list_in_digest(DIGEST_TWO_ACTIVE);
    list_in_digest(DIGEST_OVERDUE);
    assert_true(take(&report)); /* the users are known, and looked at */
    leave(1, "skip:two_active", 0);
    leave(4, "skip:two_active", 0);
    leave(2, "", 1690000000);
    leave(3, "skip:paused", 0);
    assert_true(take_and_list(&report));
    assert_int_equal(told.count, 2);
    assert_int_equal(told.all[0].type, EVENT_ACCOUNT_LISTED);
    assert_string_equal(told.all[0].reason, "two_active");
    assert_string_equal(told.all[0].policy, "people");
    assert_string_equal(told.all[0].listed, "user-1 user-4");
    assert_int_equal(told.all[0].total, 2);
    assert_int_equal(told.all[0].time, PERIOD_ENDED);
    assert_string_equal(told.all[1].reason, "overdue");
    assert_string_equal(told.all[1].listed, "user-2");
    assert_int_equal(report.again_ms, (int64_t)(PERIOD_ENDS - 1700000000) * 1000);
    assert_true(take_and_list(&report));
    assert_int_equal(told.count, 2);
    world.now = PERIOD_ENDS + 5;
    assert_true(take_and_list(&report));
    assert_int_equal(told.count, 4);
    assert_int_equal(told.all[2].time, PERIOD_ENDS);
}

static void users_that_only_a_tag_keeps_out_are_told(void **state) {
    (void)state;
    struct inventory_report report;
    list_in_digest(DIGEST_NO_RECIPIENT);
    policies.policies[0].select.tags_present.count = 1;
    snprintf(policies.policies[0].select.tags_present.items[0], TAG_KEY_SIZE, "EmailID");
    world.gone[5] = true;
    world.unreadable[3] = true;
    assert_true(take_and_list(&report));
    assert_int_equal(told.count, 1);
    assert_string_equal(told.all[0].reason, "no_recipient");
    assert_string_equal(told.all[0].listed, "user-0 user-1 user-2 user-4");
    assert_int_equal(told.all[0].total, 4);
    struct status status;
    assert_true(status_read(store, account, "user-0", &status, &fault));
    assert_false(status.known); /* and nothing else is remembered of them */
}

static void a_list_that_was_not_told_is_told_by_the_next(void **state) {
    (void)state;
    struct inventory_report report;
    list_in_digest(DIGEST_TWO_ACTIVE);
    assert_true(take(&report));
    leave(1, "skip:two_active", 0);
    told.down = true;
    assert_true(take_and_list(&report));
    assert_int_equal(report.again_ms, INVENTORY_RESTART_MS);
    told.down = false;
    assert_true(take_and_list(&report));
    assert_int_equal(told.count, 1);
}

/* It saw the last page only: what the others say is missing, so the next whole one tells it. */
static void what_went_on_half_way_lists_nobody(void **state) {
    (void)state;
    struct inventory_report report;
    list_in_digest(DIGEST_TWO_ACTIVE);
    assert_true(take(&report));
    leave(1, "skip:two_active", 0);
    world.fails_at = 2;
    world.kind = FAULT_TRANSIENT;
    assert_false(take_and_list(&report));
    world.fails_at = PAGES;
    assert_true(take_and_list(&report));
    assert_true(report.resumed);
    assert_int_equal(told.count, 0);
    assert_int_equal(report.again_ms, INVENTORY_RESTART_MS);
    assert_true(inventory_done(store, account, 0, &fault));
    assert_true(take_and_list(&report));
    assert_int_equal(told.count, 1);
}

static void a_long_list_names_the_first_and_counts_all(void **state) {
    (void)state;
    struct event *last = &told.all[0];
    struct status status = {.condition = "skip:two_active", .policy = "people"};
    char name[USER_NAME_SIZE];
    list_in_digest(DIGEST_TWO_ACTIVE);
    struct listing *listing = listing_open(&policies);
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "%064d", i);
        listing_add_known(listing, name, &status);
    }
    char nobody;
    assert_true(listing_tell(listing, (struct kafka_writer *)(void *)&nobody, "aws", account, PERIOD_ENDED, &fault));
    listing_close(listing);
    assert_int_equal(last->total, 1000);
    assert_int_equal(strlen(last->listed), 15 * 65 - 1);
}

static struct status status_of(size_t which) {
    struct status status;
    char name[USER_NAME_SIZE];
    user_name(which, name);
    assert_true(status_read(store, account, name, &status, &fault));
    return status;
}

static void counts(int64_t started, int64_t due, int64_t out) {
    int64_t found[3] = {-1, -1, -1};
    assert_true(due_count(store, account, &found[0], &found[1], &found[2], &fault));
    assert_int_equal(found[0], started);
    assert_int_equal(found[1], due);
    assert_int_equal(found[2], out);
}

static void all_pages_are_read_and_every_user_is_due(void **state) {
    (void)state;
    struct inventory_report report;
    assert_true(take(&report));
    assert_int_equal(world.asked, PAGES);
    assert_int_equal(report.seen, 6);
    assert_int_equal(report.new, 6);
    assert_int_equal(report.in_scope, 6);
    counts(0, 6, 0);
    assert_int_equal(status_of(5).inventoried, world.now);
    assert_string_equal(status_of(5).policy, "people");
}

static void a_second_inventory_changes_nothing(void **state) {
    (void)state;
    struct inventory_report report;
    assert_true(take(&report));
    world.now += 60;
    assert_true(take(&report));
    assert_int_equal(report.new, 0);
    assert_int_equal(report.changed, 0);
    assert_int_equal(report.removed, 0);
    counts(0, 6, 0);
}

static void a_failed_page_changes_nothing_and_removes_nobody(void **state) {
    (void)state;
    struct inventory_report report;
    assert_true(take(&report));
    world.now += 60;
    world.gone[0] = true;
    world.fails_at = 1;
    world.kind = FAULT_TRANSIENT;
    snprintf(policies.policies[0].fingerprint, FINGERPRINT_SIZE, "bbbb");
    assert_false(take(&report));
    assert_int_equal(fault.kind, FAULT_TRANSIENT);
    assert_int_equal(report.removed, 0);
    assert_true(status_of(0).known);
    assert_string_equal(status_of(1).fingerprint, "bbbb"); /* the complete first page */
    assert_string_equal(status_of(2).fingerprint, "aaaa"); /* shown before the second page failed */
    assert_int_equal(status_of(2).inventoried, world.now - 60);
    counts(0, 6, 0);
}

static void an_interrupted_inventory_goes_on_at_its_page_with_its_stamp(void **state) {
    (void)state;
    struct inventory_report report;
    int64_t first = world.now;
    world.fails_at = 1;
    world.kind = FAULT_THROTTLED;
    assert_false(take(&report));
    counts(0, 2, 0);
    world.fails_at = PAGES;
    world.asked = 0;
    world.now += 600;
    assert_true(take_on(&report));
    assert_true(report.resumed);
    assert_int_equal(world.asked, PAGES - 1);
    assert_int_equal(report.removed, 0);
    assert_int_equal(report.in_scope, 6);
    assert_int_equal(status_of(5).inventoried, first);
    counts(0, 6, 0);
}

static void a_stop_between_pages_keeps_what_was_read(void **state) {
    (void)state;
    struct inventory_report report;
    size_t most = 1;
    const struct inventory inventory = {
        .store = store, .policies = &policies, .interrupted = is_interrupted, .context = &most};
    assert_false(inventory_take(&inventory, account, &report, &fault));
    assert_int_equal(fault.kind, FAULT_STOPPED);
    assert_int_equal(world.asked, 1);
    counts(0, 2, 0);
    assert_true(take_on(&report));
    counts(0, 6, 0);
}

static void only_who_is_gone_is_removed(void **state) {
    (void)state;
    struct inventory_report report;
    assert_true(take(&report));
    world.now += 60;
    world.gone[3] = true;
    assert_true(take(&report));
    assert_int_equal(report.removed, 1);
    assert_int_equal(report.in_scope, 5);
    assert_false(status_of(3).known);
    counts(0, 5, 0);
}

static void a_user_younger_than_the_pages_is_not_taken_for_gone(void **state) {
    (void)state;
    struct inventory_report report;
    const struct status look = {.step = "wait"};
    struct status young;
    assert_true(take(&report));
    assert_true(due_wake(store, account, "young", &fault)); /* asked for, and looked at, before any inventory saw it */
    assert_true(status_write_look(store, account, "young", &look, &fault));
    world.now += 60;
    assert_true(take(&report));
    assert_int_equal(report.removed, 0);
    assert_true(status_read(store, account, "young", &young, &fault));
    assert_true(young.known);
    world.now += 60;
    assert_true(take(&report)); /* but one nobody ever shows goes with the next */
    assert_int_equal(report.removed, 1);
}

static void a_changed_period_is_not_ignored_and_makes_no_wave(void **state) {
    (void)state;
    struct inventory_report report;
    struct due_user users[DUE_BATCH];
    size_t count = 0;
    bool kept = false;
    assert_true(take(&report));
    assert_true(due_hand_out(store, account, DUE_BATCH, LONG, users, &count, &fault));
    assert_int_equal(count, 6);
    for (size_t i = 0; i < count; i++)
        assert_true(due_put(store, account, users[i].user, users[i].hold, INT64_C(60) * 24 * LONG, DUE_PLACE_DUE, &kept,
                            &fault));
    world.now += 60;
    snprintf(policies.policies[0].fingerprint, FINGERPRINT_SIZE, "bbbb");
    assert_true(take(&report));
    assert_int_equal(report.changed, 6);
    char who[ACCOUNT_SIZE];
    int64_t in_ms = 0;
    assert_true(due_next(store, who, &in_ms, &fault));
    assert_in_range(in_ms, 1, LONG);
}

static void a_flushed_redis_is_filled_by_the_next_inventory(void **state) {
    (void)state;
    struct inventory_report report;
    assert_true(take(&report));
    redis_server_flush();
    counts(0, 0, 0);
    assert_true(take(&report));
    assert_int_equal(report.new, 6);
    counts(0, 6, 0);
}

static void a_user_lost_from_the_due_set_alone_is_added_again(void **state) {
    (void)state;
    struct inventory_report report;
    assert_true(take(&report));
    assert_true(due_remove(store, account, "user-4", &fault));
    world.now += 60;
    assert_true(take(&report));
    assert_int_equal(report.new, 1);
    counts(0, 6, 0);
}

static void an_unreadable_user_stays_as_it_was(void **state) {
    (void)state;
    struct inventory_report report;
    assert_true(take(&report));
    world.now += 60;
    world.unreadable[2] = true;
    snprintf(policies.policies[0].fingerprint, FINGERPRINT_SIZE, "bbbb");
    assert_true(take(&report));
    assert_int_equal(report.unreadable, 1);
    assert_int_equal(report.removed, 0);
    assert_string_equal(status_of(2).fingerprint, "aaaa");
    assert_int_equal(status_of(2).inventoried, world.now);
}

static void a_user_made_again_starts_anew(void **state) {
    (void)state;
    struct inventory_report report;
    const struct status look = {.step = "block", .sequence = 9, .announced = "0123"};
    assert_true(take(&report));
    assert_true(status_write_look(store, account, "user-1", &look, &fault));
    world.now += 60;
    world.user_id_suffix = 'x';
    assert_true(take(&report));
    assert_string_equal(status_of(1).user_id, "AIDA1x");
    assert_false(status_of(1).announced_known);
    assert_int_equal(status_of(1).sequence, 0);
}

static bool is_there(const char *kind, const char *user) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, "EXISTS");
    operation_key(store, &command, kind, account, user);
    if (!operation_run(store, &command, REPEAT_ONCE, &reply, &fault))
        fail_msg("%s", fault.message);
    int64_t count = reply_number(reply);
    reply_close(reply);
    return count == 1;
}

static void seal(const char *user) {
    struct command command;
    struct reply *reply = NULL;
    assert_true(status_set_current(store, account, user, "AKIAONE", &fault));
    command_begin(&command, "SET");
    operation_key(store, &command, "cred", account, user);
    command_add(&command, "sealed");
    assert_true(operation_run(store, &command, REPEAT_ONCE, &reply, &fault));
    reply_close(reply);
}

static void of_a_user_that_left_no_credential_stays_but_what_is_current_is_known(void **state) {
    (void)state;
    struct inventory_report report;
    assert_true(take(&report));
    seal("user-1");
    world.now += 60;
    assert_true(take(&report));
    assert_true(is_there("cred", "user-1") && is_there("current", "user-1"));
    policies.count = 0;
    world.now += 60;
    assert_true(take(&report));
    assert_string_equal(status_of(1).policy, "");
    assert_false(is_there("cred", "user-1"));
    assert_true(is_there("current", "user-1"));
}

static void an_account_without_users_is_no_fault(void **state) {
    (void)state;
    struct inventory_report report;
    assert_true(take(&report));
    for (size_t i = 0; i < PAGES * PAGE; i++)
        world.gone[i] = true;
    world.now += 60;
    assert_true(take(&report));
    assert_int_equal(report.removed, 6);
    counts(0, 0, 0);
}

#define story(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest stories[] = {
        story(all_pages_are_read_and_every_user_is_due),
        story(a_second_inventory_changes_nothing),
        story(a_failed_page_changes_nothing_and_removes_nobody),
        story(an_interrupted_inventory_goes_on_at_its_page_with_its_stamp),
        story(a_stop_between_pages_keeps_what_was_read),
        story(only_who_is_gone_is_removed),
        story(a_user_younger_than_the_pages_is_not_taken_for_gone),
        story(a_changed_period_is_not_ignored_and_makes_no_wave),
        story(a_flushed_redis_is_filled_by_the_next_inventory),
        story(a_user_lost_from_the_due_set_alone_is_added_again),
        story(an_unreadable_user_stays_as_it_was),
        story(a_user_made_again_starts_anew),
        story(of_a_user_that_left_no_credential_stays_but_what_is_current_is_known),
        story(an_account_without_users_is_no_fault),
        cmocka_unit_test_setup_teardown(who_stands_how_is_told_once_a_period, begin, end),
        cmocka_unit_test_setup_teardown(users_that_only_a_tag_keeps_out_are_told, begin, end),
        cmocka_unit_test_setup_teardown(a_list_that_was_not_told_is_told_by_the_next, begin, end),
        cmocka_unit_test_setup_teardown(what_went_on_half_way_lists_nobody, begin, end),
        cmocka_unit_test_setup_teardown(a_long_list_names_the_first_and_counts_all, begin, end),
    };
    return cmocka_run_group_tests_name("inventory", stories, redis_server_start, redis_server_stop);
}
