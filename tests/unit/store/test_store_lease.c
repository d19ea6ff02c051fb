/* Leases on users. */
#include "clock.h"
#include "lease.h"
#include "story.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const char account[] = "111111111111";

static bool take(int64_t ms, char token[LEASE_TOKEN_SIZE], int64_t *left) {
    bool got = false;
    assert_true(lease_take(store, account, "ann", ms, token, &got, left, &fault));
    return got;
}

static void one_holds_and_the_other_is_told_how_long(void **state) {
    (void)state;
    char mine[LEASE_TOKEN_SIZE];
    char yours[LEASE_TOKEN_SIZE];
    int64_t left = -1;
    assert_true(take(60000, mine, &left));
    assert_int_equal(left, 0);
    assert_false(take(60000, yours, &left));
    assert_in_range(left, 30000, 60000);
    assert_true(lease_release(store, account, "ann", yours, &fault));
    assert_false(take(60000, yours, &left));
    assert_true(lease_release(store, account, "ann", mine, &fault));
    assert_true(take(60000, yours, &left));
}

static void a_lease_ends_by_itself(void **state) {
    (void)state;
    char token[LEASE_TOKEN_SIZE];
    char other[LEASE_TOKEN_SIZE];
    int64_t left = 0;
    assert_true(take(30, token, &left));
    int64_t stop = clock_boot_ms() + 10000;
    while (!take(60000, other, &left))
        assert_true(left <= 30 && clock_boot_ms() < stop);
    assert_true(lease_release(store, account, "ann", token, &fault)); /* too late: it is the other's now */
    assert_false(take(60000, token, &left));
}

int main(void) {
    const struct CMUnitTest stories[] = {
        story(one_holds_and_the_other_is_told_how_long),
        story(a_lease_ends_by_itself),
    };
    return cmocka_run_group_tests_name("lease", stories, redis_server_start, redis_server_stop);
}
