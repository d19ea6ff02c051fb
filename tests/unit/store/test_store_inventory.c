/* Who takes the next inventory of an account, and from which page on. */
#include "clock.h"
#include "status.h"
#include "story.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LONG = 3600 * 1000, PATIENCE_MS = 10 * 1000 };

static const char account[] = "111111111111";

static bool claim(int64_t hold_ms) {
    bool due = false;
    assert_true(inventory_claim(store, account, hold_ms, &due, &fault));
    return due;
}

static void wait_for_claim(int64_t hold_ms) {
    int64_t stop = clock_boot_ms() + PATIENCE_MS;
    while (!claim(hold_ms))
        assert_true(clock_boot_ms() < stop);
}

static void an_unknown_account_is_due_for_one_scheduler(void **state) {
    (void)state;
    assert_true(claim(LONG));
    assert_false(claim(LONG));
}

static void a_scheduler_that_died_loses_its_claim(void **state) {
    (void)state;
    assert_true(claim(30));
    wait_for_claim(LONG);
    assert_false(claim(LONG));
}

static void a_finished_inventory_is_due_again_after_its_interval(void **state) {
    (void)state;
    assert_true(claim(LONG));
    assert_true(inventory_done(store, account, LONG, &fault));
    assert_false(claim(LONG));
    assert_true(inventory_done(store, account, 0, &fault));
    assert_true(claim(LONG));
    assert_true(inventory_done(store, account, 30, &fault));
    wait_for_claim(LONG);
}

static void an_interrupted_inventory_goes_on_at_its_page(void **state) {
    (void)state;
    char marker[1024];
    char page[1000];
    int64_t started = -1;
    memset(page, 'm', sizeof page - 1);
    page[sizeof page - 1] = '\0';
    assert_true(inventory_read_marker(store, account, marker, sizeof marker, &started, &fault));
    assert_string_equal(marker, "");
    assert_int_equal(started, 0);
    assert_true(claim(LONG));
    assert_true(inventory_write_marker(store, account, page, 1700000000, &fault));
    assert_true(inventory_retry(store, account, 0, &fault));
    assert_true(claim(LONG));
    assert_true(inventory_read_marker(store, account, marker, sizeof marker, &started, &fault));
    assert_string_equal(marker, page);
    assert_int_equal(started, 1700000000);
    assert_true(inventory_done(store, account, LONG, &fault));
    assert_true(inventory_read_marker(store, account, marker, sizeof marker, &started, &fault));
    assert_string_equal(marker, "");
}

static void each_page_prolongs_the_claim(void **state) {
    (void)state;
    assert_true(claim(300));
    for (int64_t stop = clock_boot_ms() + 600; clock_boot_ms() < stop; clock_sleep_ms(5)) {
        int64_t before = clock_boot_ms();
        assert_true(inventory_write_marker(store, account, "page", 1, &fault));
        bool due = claim(300);
        assert_true(!due || clock_boot_ms() - before >= 300); /* or this machine stood still */
    }
}

int main(void) {
    const struct CMUnitTest stories[] = {
        story(an_unknown_account_is_due_for_one_scheduler),
        story(a_scheduler_that_died_loses_its_claim),
        story(a_finished_inventory_is_due_again_after_its_interval),
        story(an_interrupted_inventory_goes_on_at_its_page),
        story(each_page_prolongs_the_claim),
    };
    return cmocka_run_group_tests_name("inventory claims", stories, redis_server_start, redis_server_stop);
}
