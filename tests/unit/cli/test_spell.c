#include "spell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    int64_t seconds;
    const char *text;
} spans[] = {
    {0, "0s"},
    {7, "7s"},
    {60, "1m"},
    {330, "5m30s"},
    {3600, "1h"},
    {3630, "1h1m"},
    {86400, "1d"},
    {86400 + 7200, "1d2h"},
    {14 * 86400 - 40, "14d"},
    {-7200, "2h"},
    {3599, "59m59s"},
};

static void spans_are_two_units_at_most(void **state) {
    (void)state;
    char text[SPELL_SIZE];
    for (size_t i = 0; i < COUNT_OF(spans); i++) {
        spell_span(spans[i].seconds, text);
        assert_string_equal(spans[i].text, text);
    }
}

static void instants_are_utc_and_relative(void **state) {
    (void)state;
    char text[SPELL_WHEN_SIZE];
    spell_when(1795305600 + 7200, 1795305600, text);
    assert_string_equal("2026-11-22 02:00Z (in 2h)", text);
    spell_when(1795305600 - 7200, 1795305600, text);
    assert_string_equal("2026-11-21 22:00Z (2h ago)", text);
    spell_when(1795305600, 1795305600, text);
    assert_string_equal("2026-11-22 00:00Z (now)", text);
    spell_when(INT64_MAX, 1795305600, text);
    assert_string_equal("never", text);
}

int main(void) {
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(spans_are_two_units_at_most),
        cmocka_unit_test(instants_are_utc_and_relative),
    };
    return cmocka_run_group_tests(stories, NULL, NULL);
}
