/* A Redis that is down, slow, back again, locked or unfit. */
#include "clock.h"
#include "due.h"
#include "operation.h"
#include "redis_server.h"
#include "text.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { PATIENCE_MS = 10 * 1000 };

static struct fault fault;

static int begin(void **state) {
    (void)state;
    redis_server_needed();
    redis_server_flush();
    return 0;
}

static void say(struct store *store, const char *a, const char *b, const char *c, const char *d) {
    struct command command;
    struct reply *reply = NULL;
    command_begin(&command, a);
    command_add(&command, b);
    command_add(&command, c);
    if (d != NULL)
        command_add(&command, d);
    if (!operation_run(store, &command, REPEAT_ONCE, &reply, &fault))
        fail_msg("%s %s: %s", a, b, fault.message);
    reply_close(reply);
}

static void wait_for(struct store *store) {
    for (int64_t stop = clock_boot_ms() + PATIENCE_MS; !store_ping(store, &fault); clock_sleep_ms(5))
        assert_true(clock_boot_ms() < stop);
}

static void nobody_listens(void **state) {
    (void)state;
    struct store_settings nowhere = {.host = "127.0.0.1", .port = 1, .prefix = "kt:"};
    struct store *store = store_open(&nowhere);
    int64_t began = clock_boot_ms();
    for (int i = 0; i < 1000; i++) {
        assert_false(store_ping(store, &fault));
        assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
        assert_false(due_wait(store, 1000, &fault));
        assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    }
    assert_true(clock_boot_ms() - began < PATIENCE_MS);
    store_close(store);
}

static void a_server_that_stands_still_is_given_up(void **state) {
    (void)state;
    struct store_settings settings = *redis_server_port();
    struct due_user users[DUE_BATCH];
    size_t count = 0;
    settings.timeout_ms = 60;
    struct store *store = store_open(&settings);
    wait_for(store);
    redis_server_freeze();
    int64_t began = clock_boot_ms();
    bool answered = due_hand_out(store, "111111111111", 1, 1, users, &count, &fault);
    int64_t once = clock_boot_ms() - began;
    bool pinged = store_ping(store, &fault);
    redis_server_thaw();
    assert_false(answered);
    assert_false(pinged);
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    assert_true(once >= 55);
    assert_true(clock_boot_ms() - began < PATIENCE_MS);
    wait_for(store);
    store_close(store);
}

/* One that does not answer is not asked again and again by those who can do without it. */
static void a_server_that_stands_still_is_left_alone_for_a_while(void **state) {
    (void)state;
    struct store_settings settings = *redis_server_port();
    settings.timeout_ms = 200;
    struct store *store = store_open(&settings);
    wait_for(store);
    settings.silence_ms = PATIENCE_MS * 100;
    redis_server_freeze();
    bool first = store_ping(store, &fault);
    redis_server_thaw();
    assert_false(first);
    assert_false(store_ping(store, &fault)); /* though it would answer */
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    assert_non_null(strstr(fault.message, "a moment ago"));
    store_close(store);
}

static void a_restart_is_hidden_from_what_may_be_repeated(void **state) {
    (void)state;
    bool added = false;
    struct store *store = store_open(redis_server_port());
    assert_true(store_ping(store, &fault));
    redis_server_kill();
    redis_server_revive();
    assert_true(due_add(store, "111111111111", "ann", 0, &added, &fault));
    assert_true(added);
    store_close(store);
}

static void a_restart_is_told_to_who_hands_out(void **state) {
    (void)state;
    struct due_user users[DUE_BATCH];
    size_t count = 0;
    struct store *store = store_open(redis_server_port());
    assert_true(due_wake(store, "111111111111", "ann", &fault));
    redis_server_kill();
    redis_server_revive();
    assert_false(due_hand_out(store, "111111111111", 1, 1000, users, &count, &fault));
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    assert_true(due_hand_out(store, "111111111111", 1, 1000, users, &count, &fault));
    assert_int_equal(count, 1);
    store_close(store);
}

static void a_wait_ends_when_redis_dies_and_works_again_after(void **state) {
    (void)state;
    struct store *store = store_open(redis_server_port());
    assert_true(due_wait(store, 0, &fault));
    redis_server_kill();
    assert_false(due_wait(store, PATIENCE_MS, &fault));
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    redis_server_revive();
    for (int64_t stop = clock_boot_ms() + PATIENCE_MS; !due_wait(store, 0, &fault); clock_sleep_ms(5))
        assert_true(clock_boot_ms() < stop);
    store_close(store);
}

static void a_password_opens_and_a_wrong_one_does_not(void **state) {
    (void)state;
    struct store *admin = store_open(redis_server_socket());
    struct store_settings settings = *redis_server_port();
    say(admin, "ACL", "SETUSER", "keyturn", "reset");
    say(admin, "ACL", "SETUSER", "keyturn", "on");
    say(admin, "ACL", "SETUSER", "keyturn", "+@all");
    say(admin, "ACL", "SETUSER", "keyturn", ">right");
    assert_true(text_copy(settings.username, sizeof settings.username, "keyturn"));
    secret_open(&settings.password, 16);
    assert_true(secret_set(&settings.password, "wrong", 5));
    struct store *store = store_open(&settings);
    assert_false(store_ping(store, &fault));
    assert_int_equal(fault.kind, FAULT_UNAVAILABLE);
    assert_string_equal(fault.code, "WRONGPASS");
    assert_true(secret_set(&settings.password, "right", 5));
    wait_for(store);
    store_close(store);
    store_close(admin);
    secret_close(&settings.password);
}

static void databases_are_apart(void **state) {
    (void)state;
    struct store_settings other = *redis_server_port();
    char account[ACCOUNT_SIZE];
    int64_t in_ms = 0;
    other.database = 3;
    struct store *first = store_open(redis_server_port());
    struct store *second = store_open(&other);
    assert_true(due_wake(first, "111111111111", "ann", &fault));
    assert_true(due_next(second, account, &in_ms, &fault));
    assert_int_equal(in_ms, -1);
    store_close(first);
    store_close(second);
}

static void an_unfit_server_is_named_with_the_cure(void **state) {
    (void)state;
    struct store *store = store_open(redis_server_port());
    assert_true(store_check(store, &fault));
    say(store, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    assert_false(store_check(store, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
    assert_string_equal(fault.where, "maxmemory-policy");
    say(store, "CONFIG", "SET", "maxmemory-policy", "noeviction");
    say(store, "CONFIG", "SET", "appendonly", "no");
    assert_false(store_check(store, &fault));
    assert_string_equal(fault.where, "appendonly");
    say(store, "CONFIG", "SET", "appendonly", "yes");
    assert_true(store_check(store, &fault));
    store_close(store);
}

static bool are_doubted(struct store *store, const char *where) {
    struct fault doubts[STORE_DOUBTS];
    bool found = false;
    for (size_t i = store_doubts(store, doubts); i-- > 0;)
        found = found || text_equal(doubts[i].where, where);
    return found;
}

static struct store *open_managed(struct store *admin, struct store_settings *settings, const char *too) {
    say(admin, "ACL", "SETUSER", "managed", "reset");
    say(admin, "ACL", "SETUSER", "managed", "on");
    say(admin, "ACL", "SETUSER", "managed", "+ping");
    say(admin, "ACL", "SETUSER", "managed", too);
    say(admin, "ACL", "SETUSER", "managed", ">word");
    assert_true(text_copy(settings->username, sizeof settings->username, "managed"));
    secret_open(&settings->password, 16);
    assert_true(secret_set(&settings->password, "word", 4));
    return store_open(settings);
}

static void a_default_that_may_not_do_everything_is_doubted(void **state) {
    (void)state;
    struct fault doubts[STORE_DOUBTS];
    struct store *store = store_open(redis_server_socket());
    assert_int_equal(store_doubts(store, doubts), 0);
    say(store, "ACL", "SETUSER", "default", "resetkeys");
    assert_int_equal(store_doubts(store, doubts), 1);
    assert_int_equal(doubts[0].kind, FAULT_CONFIG);
    assert_string_equal(doubts[0].where, "ACL user default");
    say(store, "ACL", "SETUSER", "default", "allkeys");
    say(store, "ACL", "SETUSER", "default", "-zadd");
    assert_true(are_doubted(store, "ACL user default"));
    say(store, "ACL", "SETUSER", "default", "+@all");
    assert_int_equal(store_doubts(store, doubts), 0);
    store_close(store);
}

static void what_config_does_not_tell_is_read_from_info(void **state) {
    (void)state;
    struct fault doubts[STORE_DOUBTS];
    struct store *admin = store_open(redis_server_socket());
    struct store_settings settings = *redis_server_port();
    struct store *store = open_managed(admin, &settings, "+info");
    assert_int_equal(store_doubts(store, doubts), 0);
    say(admin, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    say(admin, "CONFIG", "SET", "appendonly", "no");
    assert_true(store_check(store, &fault));
    assert_int_equal(store_doubts(store, doubts), 2);
    assert_true(are_doubted(store, "appendonly"));
    assert_true(are_doubted(store, "maxmemory-policy"));
    say(admin, "CONFIG", "SET", "maxmemory-policy", "noeviction");
    say(admin, "CONFIG", "SET", "appendonly", "yes");
    store_close(store);
    store_close(admin);
    secret_close(&settings.password);
}

static void a_server_that_hides_its_settings_passes(void **state) {
    (void)state;
    struct store *admin = store_open(redis_server_socket());
    struct fault doubts[STORE_DOUBTS];
    struct store_settings settings = *redis_server_port();
    struct store *store = open_managed(admin, &settings, "+time");
    assert_true(store_check(store, &fault));
    assert_int_equal(store_doubts(store, doubts), 0);
    store_close(store);
    store_close(admin);
    secret_close(&settings.password);
}

#define story(name) cmocka_unit_test_setup(name, begin)

int main(void) {
    const struct CMUnitTest stories[] = {
        story(nobody_listens),
        story(a_server_that_stands_still_is_given_up),
        story(a_server_that_stands_still_is_left_alone_for_a_while),
        story(a_restart_is_hidden_from_what_may_be_repeated),
        story(a_restart_is_told_to_who_hands_out),
        story(a_wait_ends_when_redis_dies_and_works_again_after),
        story(a_password_opens_and_a_wrong_one_does_not),
        story(databases_are_apart),
        story(an_unfit_server_is_named_with_the_cure),
        story(a_default_that_may_not_do_everything_is_doubted),
        story(what_config_does_not_tell_is_read_from_info),
        story(a_server_that_hides_its_settings_passes),
    };
    return cmocka_run_group_tests_name("connection", stories, redis_server_start, redis_server_stop);
}
