#include "job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define GOOD                                                                                                          \
    "\"v\":1,\"id\":\"1\",\"account\":\"111111111111\",\"user\":\"o.neill,jack@x\",\"user_id\":\"AIDA1\",\"reason\":" \
    "\"due\",\"hold\":1700000000001"

static void a_printed_job_is_read_back(void **state) {
    (void)state;
    struct job job = {.reason = JOB_ASKED, .hold = 1700000000001, .attempt = 2, .sent_at = 1700000000000};
    struct job back;
    struct text text;
    struct fault fault;
    strcpy(job.id, "0123456789abcdef0123456789abcdef");
    strcpy(job.account, "111111111111");
    strcpy(job.user, "alice");
    strcpy(job.user_id, "AIDAALICE");
    strcpy(job.policy, "people");
    text_open(&text, JOB_MAX_BYTES);
    job_print(&job, &text);
    assert_true(job_parse(text.bytes, text.length, &back, &fault));
    assert_memory_equal(&job, &back, sizeof job);
    text_close(&text);
}

static void members_of_later_versions_are_ignored(void **state) {
    (void)state;
    struct job job;
    static const char json[] = "{" GOOD ",\"comes_later\":{}}";
    assert_true(job_parse(json, strlen(json), &job, NULL));
    assert_string_equal(job.user, "o.neill,jack@x");
}

static void what_is_no_job_is_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",
        "\"job\"",
        "{}",
        "{\"v\":2}",
        "{\"v\":\"1\"}",
        "{\"v\":1,\"id\":\"1\",\"account\":\"11111111111\",\"user\":\"a\",\"user_id\":\"A\",\"reason\":\"due\","
        "\"hold\":1}",
        "{\"v\":1,\"id\":\"1\",\"account\":\"11111111111x\",\"user\":\"a\",\"user_id\":\"A\",\"reason\":\"due\","
        "\"hold\":1}",
        "{\"v\":1,\"id\":\"1\",\"account\":\"111111111111\",\"user\":\"a "
        "b\",\"user_id\":\"A\",\"reason\":\"due\",\"hold\":1}",
        "{\"v\":1,\"id\":\"1\",\"account\":\"111111111111\",\"user\":\"../"
        "x\",\"user_id\":\"A\",\"reason\":\"due\",\"hold\":1}",
        "{\"v\":1,\"id\":\"1\",\"account\":\"111111111111\",\"user\":\"\",\"user_id\":\"A\",\"reason\":\"due\","
        "\"hold\":1}",
        "{\"v\":1,\"id\":\"1\",\"account\":\"111111111111\",\"user\":\"a\",\"user_id\":\"A/"
        "B\",\"reason\":\"due\",\"hold\":1}",
        "{\"v\":1,\"id\":\"1\",\"account\":\"111111111111\",\"user\":\"a\",\"user_id\":\"A\",\"reason\":\"bored\","
        "\"hold\":1}",
        "{\"v\":1,\"id\":\"1\",\"account\":\"111111111111\",\"user\":\"a\",\"user_id\":\"A\",\"reason\":\"due\"}",
        "{" GOOD ",\"attempt\":-1}",
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct job job;
        struct fault fault = {0};
        if (job_parse(rows[i], strlen(rows[i]), &job, &fault))
            fail_msg("taken for a job: %s", rows[i]);
        assert_int_equal(fault.kind, FAULT_INVALID);
    }
}

static void a_giant_is_refused_unread(void **state) {
    (void)state;
    static char giant[JOB_MAX_BYTES + 1];
    struct job job;
    memset(giant, ' ', sizeof giant);
    assert_false(job_parse(giant, sizeof giant, &job, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_printed_job_is_read_back),
        cmocka_unit_test(members_of_later_versions_are_ignored),
        cmocka_unit_test(what_is_no_job_is_refused),
        cmocka_unit_test(a_giant_is_refused_unread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
