/* What digests gather: entered once, closed in time, sent by one. Redis's own time decides, so the stories choose times around it. */
#include "gather.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { HOUR_MS = 3600 * 1000 };

static const char name[] = "people:1795046400";
static int64_t now;

static int begin(void **state) {
    story_begin(state);
    assert_true(store_now(store, &now, &fault));
    return 0;
}

static bool add_to(const char *digest, int64_t due_ms, const char *id, const char *field, const char *value) {
    bool open = false;
    assert_true(gather_add(store, digest, due_ms, id, field, value, &open, &fault));
    return open;
}

static bool add(const char *id, const char *field, const char *value) {
    return add_to(name, now + HOUR_MS, id, field, value);
}

static struct {
    size_t count;
    char lines[8][GATHER_VALUE_SIZE];
    int64_t more;
} read_back;

static void keep(const char *field, const char *value, void *context) {
    (void)context;
    if (read_back.count < 8)
        snprintf(read_back.lines[read_back.count], GATHER_VALUE_SIZE, "%s = %.900s", field, value);
    read_back.count++;
}

static void read_all(void) {
    memset(&read_back, 0, sizeof read_back);
    assert_true(gather_each(store, name, keep, NULL, &read_back.more, &fault));
}

static enum gather_state claim(char token[GATHER_TOKEN_SIZE]) {
    enum gather_state state = GATHER_GONE;
    assert_true(gather_claim(store, name, token, &state, &fault));
    return state;
}

static void entries_are_kept_by_field_and_once_an_event(void **state) {
    (void)state;
    assert_true(add("id-2", "rotations:2", "1 second"));
    assert_true(add("id-1", "rotations:1", "1 first"));
    assert_true(add("id-1", "rotations:1", "1 first, told again"));
    assert_true(add("id-3", "two_active:1", "2 ann bob"));
    assert_true(add("id-4", "two_active:1", "1 bob"));
    read_all();
    assert_int_equal(read_back.count, 3);
    assert_string_equal(read_back.lines[0], "rotations:1 = 1 first");
    assert_string_equal(read_back.lines[1], "rotations:2 = 1 second");
    assert_string_equal(read_back.lines[2], "two_active:1 = 1 bob");
    assert_int_equal(read_back.more, 0);
}

static void what_is_closed_takes_nothing(void **state) {
    (void)state;
    assert_false(add_to(name, now - 1, "id-1", "rotations:1", "1 late"));
    read_all();
    assert_int_equal(read_back.count, 0);
    assert_true(add("id-1", "rotations:1", "1 in another")); /* it was not taken for entered */
    read_all();
    assert_int_equal(read_back.count, 1);
}

static void beyond_its_room_it_only_counts(void **state) {
    (void)state;
    char id[32];
    char field[32];
    char value[GATHER_VALUE_SIZE];
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    for (int i = 0; i < 200; i++) {
        snprintf(id, sizeof id, "id-%d", i);
        snprintf(field, sizeof field, "rotations:%03d", i);
        assert_true(add(id, field, value));
    }
    read_all();
    assert_in_range(read_back.count, 95, 105);
    assert_int_equal((int64_t)read_back.count + read_back.more, 200);
}

static void nothing_is_due_before_its_time(void **state) {
    (void)state;
    char names[GATHER_DUE_MOST][GATHER_NAME_SIZE];
    size_t count = 9;
    assert_true(add("id-1", "rotations:1", "1 first"));
    assert_true(gather_due(store, names, &count, &fault));
    assert_int_equal(count, 0);
}

/* The patience of the story is its own: it asks until the time has come, and sleeps for none. */
static void what_is_due_is_named(void **state) {
    (void)state;
    char names[GATHER_DUE_MOST][GATHER_NAME_SIZE];
    size_t count = 0;
    int64_t due = now + 300;
    if (!add_to(name, due, "id-1", "rotations:1", "1 first"))
        return; /* a machine that took so long shows nothing */
    for (int64_t last = now; count == 0 && last < now + 60 * 1000;) {
        assert_true(gather_due(store, names, &count, &fault));
        assert_true(store_now(store, &last, &fault));
    }
    assert_int_equal(count, 1);
    assert_string_equal(names[0], name);
    assert_true(gather_end(store, name, &fault));
    assert_true(gather_due(store, names, &count, &fault));
    assert_int_equal(count, 0);
}

static void one_claims_and_the_others_wait(void **state) {
    (void)state;
    char mine[GATHER_TOKEN_SIZE] = "";
    char other[GATHER_TOKEN_SIZE] = "";
    bool ours = false;
    assert_int_equal(claim(mine), GATHER_GONE);
    assert_true(add("id-1", "rotations:1", "1 first"));
    assert_int_equal(claim(mine), GATHER_CLAIMED);
    assert_int_equal(claim(mine), GATHER_CLAIMED); /* its answer was lost */
    assert_int_equal(claim(other), GATHER_CLAIMED_BY_OTHER);
    assert_true(gather_begin(store, name, other, &ours, &fault));
    assert_false(ours);
    assert_true(gather_release(store, name, other, &fault)); /* nor can it give back what is not its own */
    assert_int_equal(claim(other), GATHER_CLAIMED_BY_OTHER);
    assert_true(gather_release(store, name, mine, &fault));
    assert_int_equal(claim(other), GATHER_CLAIMED);
}

static void what_is_begun_is_nobody_elses_until_it_ends(void **state) {
    (void)state;
    char mine[GATHER_TOKEN_SIZE] = "";
    char other[GATHER_TOKEN_SIZE] = "";
    bool ours = false;
    assert_true(add("id-1", "rotations:1", "1 first"));
    assert_int_equal(claim(mine), GATHER_CLAIMED);
    assert_true(gather_begin(store, name, mine, &ours, &fault));
    assert_true(ours);
    assert_int_equal(claim(other), GATHER_CLAIMED_BY_OTHER);
    assert_true(gather_end(store, name, &fault));
    assert_int_equal(claim(other), GATHER_GONE);
    read_all();
    assert_int_equal(read_back.count, 0);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup_teardown(entries_are_kept_by_field_and_once_an_event, begin, story_end),
        cmocka_unit_test_setup_teardown(what_is_closed_takes_nothing, begin, story_end),
        cmocka_unit_test_setup_teardown(beyond_its_room_it_only_counts, begin, story_end),
        cmocka_unit_test_setup_teardown(nothing_is_due_before_its_time, begin, story_end),
        cmocka_unit_test_setup_teardown(what_is_due_is_named, begin, story_end),
        cmocka_unit_test_setup_teardown(one_claims_and_the_others_wait, begin, story_end),
        cmocka_unit_test_setup_teardown(what_is_begun_is_nobody_elses_until_it_ends, begin, story_end),
    };
    return cmocka_run_group_tests_name("gathered", stories, redis_server_start, redis_server_stop);
}
