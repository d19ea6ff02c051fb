#include "instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void spellings_of_aws_are_read(void **state) {
    (void)state;
    static const struct {
        bool (*parse)(const char *, int64_t *);
        const char *text;
        int64_t instant;
    } rows[] = {
        {instant_parse_http, "Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {instant_parse_iso, "1994-11-06T08:49:37Z", 784111777},
        {instant_parse_iso, "1994-11-06T08:49:37.123456Z", 784111777},
        {instant_parse_iso, "1994-11-06T08:49:37+00:00", 784111777},
        {instant_parse_iso, "1994-11-06T09:49:37+01:00", 784111777},
        {instant_parse_iso, "1994-11-06T04:19:37-0430", 784111777},
        {instant_parse_iso, "2026-11-21T22:00:00Z", 1795298400},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t instant = 0;
        if (!rows[i].parse(rows[i].text, &instant) || instant != rows[i].instant)
            fail_msg("'%s' was read as %lld", rows[i].text, (long long)instant);
    }
}

static void what_is_no_instant_is_refused(void **state) {
    (void)state;
    static const char *const rows[] = {"",
                                       "yesterday",
                                       "1994-11-06",
                                       "1994-11-06T08:49:37",
                                       "1994-11-06T08:49:37Zulu",
                                       "1994-13-06T08:49:37Z",
                                       "1994-11-06T08:49:37+25:00",
                                       "1994-11-06T08:49:37+01:00x"};
    int64_t instant;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (instant_parse_iso(rows[i], &instant))
            fail_msg("'%s' was taken for an instant", rows[i]);
    assert_false(instant_parse_http("Sun, 06 Nov 1994 08:49:37 CET", &instant));
}

static void instants_are_spelled_as_they_were_read(void **state) {
    (void)state;
    char text[INSTANT_SIZE];
    instant_iso(1795298400, text);
    assert_string_equal(text, "2026-11-21T22:00:00Z");
    instant_amz(1795298400, text);
    assert_string_equal(text, "20261121T220000Z");
}

static void durations_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } rows[] = {{"0", 0}, {"30s", 30}, {"10m", 600}, {"1h30m", 5400}, {"60d", 5184000}, {"1d1s", 86401}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t seconds = -1;
        if (!duration_parse(rows[i].text, &seconds) || seconds != rows[i].seconds)
            fail_msg("'%s' was read as %lld s", rows[i].text, (long long)seconds);
    }
}

static void what_is_no_duration_is_refused(void **state) {
    (void)state;
    static const char *const rows[] = {"", "30", "m", "-30s", "30 s", "30x", "1.5h", "99999999999s", "40000d", "30sm"};
    int64_t seconds;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (duration_parse(rows[i], &seconds))
            fail_msg("'%s' was taken for a duration", rows[i]);
}

static void durations_have_one_shortest_spelling(void **state) {
    (void)state;
    char text[DURATION_SIZE];
    duration_text(5400, text);
    assert_string_equal(text, "1h30m");
    duration_text(0, text);
    assert_string_equal(text, "0s");
    duration_text(76 * 86400, text);
    assert_string_equal(text, "76d");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_of_aws_are_read),
        cmocka_unit_test(what_is_no_instant_is_refused),
        cmocka_unit_test(instants_are_spelled_as_they_were_read),
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(durations_have_one_shortest_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
