/* What a mistyped word was meant to be. */
#include "closest.h"

#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const words[] = {"status", "rotate", "rollback", "pause", "plan", "policy check"};

static const char *meant_by(const char *typed) {
    static char best[64];
    struct closest closest = closest_to(typed);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        closest_offer(words[i], &closest);
    text_clip(best, sizeof best, closest.best);
    return best;
}

static void slips_are_seen_through(void **state) {
    (void)state;
    assert_string_equal(meant_by("statsu"), "status"); /* exchanged */
    assert_string_equal(meant_by("stats"), "status");  /* left out */
    assert_string_equal(meant_by("pausse"), "pause");  /* put in */
    assert_string_equal(meant_by("rotete"), "rotate"); /* another's place */
    assert_string_equal(meant_by("plna"), "plan");
    assert_string_equal(meant_by("policy chek"), "policy check");
}

static void the_nearest_of_several_is_meant(void **state) {
    (void)state;
    assert_string_equal(meant_by("plane"), "plan");
    assert_string_equal(meant_by("rollbak"), "rollback");
}

static void what_is_begun_is_meant(void **state) {
    (void)state;
    assert_string_equal(meant_by("pol"), "policy check");
    assert_string_equal(meant_by("sta"), "status");
}

static void what_is_far_from_all_is_not_guessed(void **state) {
    (void)state;
    assert_string_equal(meant_by("xyzzy"), "");
    assert_string_equal(meant_by("revolve"), "");
    assert_string_equal(meant_by(""), "");
    assert_string_equal(meant_by("a word of more letters than any command or setting of this program ever had"), "");
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(slips_are_seen_through),
        cmocka_unit_test(the_nearest_of_several_is_meant),
        cmocka_unit_test(what_is_begun_is_meant),
        cmocka_unit_test(what_is_far_from_all_is_not_guessed),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
