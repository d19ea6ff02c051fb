#include "metrics.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE_CEILING = 32 * 1024 * 1024 };

/* The lines of the page that begin with `prefix`, or are HELP and TYPE of that metric. */
static void print_only(const char *prefix, struct text *out) {
    struct text page;
    text_open(&page, PAGE_CEILING);
    text_open(out, PAGE_CEILING);
    metrics_print(&page);
    char *rest = page.bytes;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        const char *name = text_starts(line, "# ") ? line + 7 : line;
        if (text_starts(name, prefix))
            text_format(out, "%s\n", line);
    }
    text_close(&page);
}

static void assert_page(const char *prefix, const char *expected) {
    struct text page;
    print_only(prefix, &page);
    assert_string_equal(page.bytes, expected);
    text_close(&page);
}

static void counters_add_up_by_their_labels_and_come_sorted(void **state) {
    (void)state;
    metric_add(METRIC_JOBS, 1.0, "done", NULL);
    metric_add(METRIC_JOBS, 1.0, "done", NULL);
    metric_add(METRIC_JOBS, 0.5, "bad", NULL);
    assert_page("keyturn_jobs_total", "# HELP keyturn_jobs_total Jobs by how they ended\n"
                                      "# TYPE keyturn_jobs_total counter\n"
                                      "keyturn_jobs_total{result=\"bad\"} 0.5\n"
                                      "keyturn_jobs_total{result=\"done\"} 2\n");
}

static void gauges_keep_the_last_value(void **state) {
    (void)state;
    metric_set(METRIC_USERS, 7.0, "111122223333", NULL);
    metric_set(METRIC_USERS, -3.25, "111122223333", NULL);
    assert_page("keyturn_users", "# HELP keyturn_users Users in scope at the last inventory\n"
                                 "# TYPE keyturn_users gauge\n"
                                 "keyturn_users{account=\"111122223333\"} -3.25\n");
}

static void histograms_are_cumulative_and_end_at_infinity(void **state) {
    (void)state;
    metric_observe(METRIC_JOB_LATENESS, 0.001, NULL); /* a bound belongs to its bucket */
    metric_observe(METRIC_JOB_LATENESS, 0.3, NULL);
    metric_observe(METRIC_JOB_LATENESS, 1000.0, NULL);
    assert_page("keyturn_job_lateness_seconds",
                "# HELP keyturn_job_lateness_seconds From the publication of a job to its first AWS call\n"
                "# TYPE keyturn_job_lateness_seconds histogram\n"
                "keyturn_job_lateness_seconds_bucket{le=\"0.001\"} 1\n"
                "keyturn_job_lateness_seconds_bucket{le=\"0.0025\"} 1\n"
                "keyturn_job_lateness_seconds_bucket{le=\"0.005\"} 1\n"
                "keyturn_job_lateness_seconds_bucket{le=\"0.01\"} 1\n"
                "keyturn_job_lateness_seconds_bucket{le=\"0.025\"} 1\n"
                "keyturn_job_lateness_seconds_bucket{le=\"0.05\"} 1\n"
                "keyturn_job_lateness_seconds_bucket{le=\"0.1\"} 1\n"
                "keyturn_job_lateness_seconds_bucket{le=\"0.25\"} 1\n"
                "keyturn_job_lateness_seconds_bucket{le=\"0.5\"} 2\n"
                "keyturn_job_lateness_seconds_bucket{le=\"1\"} 2\n"
                "keyturn_job_lateness_seconds_bucket{le=\"2.5\"} 2\n"
                "keyturn_job_lateness_seconds_bucket{le=\"5\"} 2\n"
                "keyturn_job_lateness_seconds_bucket{le=\"10\"} 2\n"
                "keyturn_job_lateness_seconds_bucket{le=\"30\"} 2\n"
                "keyturn_job_lateness_seconds_bucket{le=\"60\"} 2\n"
                "keyturn_job_lateness_seconds_bucket{le=\"120\"} 2\n"
                "keyturn_job_lateness_seconds_bucket{le=\"300\"} 2\n"
                "keyturn_job_lateness_seconds_bucket{le=\"+Inf\"} 3\n"
                "keyturn_job_lateness_seconds_sum 1000.301\n"
                "keyturn_job_lateness_seconds_count 3\n");
}

static void label_values_are_escaped(void **state) {
    (void)state;
    metric_add(METRIC_MAIL_SENT, 1.0, "a\"b\\c\nd", "\xc3\xa9", NULL);
    assert_page("keyturn_mail_sent_total", "# HELP keyturn_mail_sent_total Mails by kind and result\n"
                                           "# TYPE keyturn_mail_sent_total counter\n"
                                           "keyturn_mail_sent_total{kind=\"a\\\"b\\\\c\\nd\",result=\"?"
                                           "?\"} 1\n");
}

static void a_label_as_long_as_a_novel_is_cut(void **state) {
    (void)state;
    char novel[1000];
    struct text page;
    memset(novel, 'n', sizeof novel);
    novel[sizeof novel - 1] = '\0';
    metric_add(METRIC_EVENTS, 1.0, novel, NULL);
    print_only("keyturn_events_total{", &page);
    assert_int_equal(page.length, strlen("keyturn_events_total{type=\"\"} 1\n") + METRIC_LABEL_BYTES);
    text_close(&page);
}

static void series_beyond_the_ceiling_are_counted_as_other(void **state) {
    (void)state;
    struct text page;
    size_t lines = 0;
    for (int i = 0; i < METRIC_SERIES_MAX + 500; i++) {
        char account[16];
        snprintf(account, sizeof account, "%012d", i);
        metric_add(METRIC_ROTATIONS, 1.0, account, "created", NULL);
    }
    print_only("keyturn_rotations_total{", &page);
    for (const char *c = page.bytes; *c != '\0'; c++)
        lines += *c == '\n';
    assert_int_equal(lines, METRIC_SERIES_MAX + 1);
    assert_non_null(strstr(page.bytes, "{account=\"other\",result=\"other\"} 500\n"));
    text_close(&page);
}

enum { THREADS = 8, ADDS = 5000 };

static void *add_many(void *argument) {
    (void)argument;
    for (int i = 0; i < ADDS; i++) {
        metric_add(METRIC_HANDED_OUT, 1.0, i % 2 == 0 ? "even" : "odd", NULL);
        metric_observe(METRIC_AWS_DURATION, 0.02, "iam", "ListAccessKeys", NULL);
    }
    return NULL;
}

static void threads_that_add_at_once_lose_nothing(void **state) {
    (void)state;
    pthread_t threads[THREADS];
    struct text page;
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_many, NULL), 0);
    print_only("keyturn_handed_out_total{", &page);
    text_close(&page);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    print_only("keyturn_handed_out_total{", &page);
    assert_string_equal(page.bytes, "keyturn_handed_out_total{account=\"even\"} 20000\n"
                                    "keyturn_handed_out_total{account=\"odd\"} 20000\n");
    text_close(&page);
    print_only("keyturn_aws_request_duration_seconds_count", &page);
    assert_string_equal(
        page.bytes, "keyturn_aws_request_duration_seconds_count{service=\"iam\",operation=\"ListAccessKeys\"} 40000\n");
    text_close(&page);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_add_up_by_their_labels_and_come_sorted),
        cmocka_unit_test(gauges_keep_the_last_value),
        cmocka_unit_test(histograms_are_cumulative_and_end_at_infinity),
        cmocka_unit_test(label_values_are_escaped),
        cmocka_unit_test(a_label_as_long_as_a_novel_is_cut),
        cmocka_unit_test(series_beyond_the_ceiling_are_counted_as_other),
        cmocka_unit_test(threads_that_add_at_once_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
