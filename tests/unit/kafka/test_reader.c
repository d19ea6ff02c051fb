#include "clock.h"
#include "rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PATIENCE_MS = 30000, LOOK_AGAIN_MS = 20 };

static struct cluster cluster;
static struct rig rig;

static int begin(void **state) {
    (void)state;
    cluster_open(&cluster);
    return 0;
}

static int end(void **state) {
    (void)state;
    cluster_close(&cluster);
    return 0;
}

static struct kafka_reader_settings reads(const char *topic) {
    return (struct kafka_reader_settings){.group = "readers", .topics = {topic}, .topic_count = 1, .drain_ms = 3000};
}

static void every_message_comes_once_and_is_committed(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    int64_t committed = 0;
    cluster_topic(&cluster, "jobs", 4);
    cluster_fill(&cluster, "jobs", "job", 500);
    rig_open(&rig, &cluster.settings, &settings, 8, false);
    assert_int_equal(500, rig_wait(&rig, 500));
    assert_true(rig_stop(&rig));
    rig_assert_each_once(&rig, "job", 500);
    rig_close(&rig);
    for (int32_t i = 0; i < 4; i++)
        committed += cluster_committed(&cluster, "readers", "jobs", i);
    assert_int_equal(500, committed);
}

static void the_watermark_does_not_pass_an_undone_message(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    cluster_topic(&cluster, "jobs", 1);
    cluster_fill(&cluster, "jobs", "job", 10);
    rig_open(&rig, &cluster.settings, &settings, 10, true);
    assert_int_equal(10, rig_wait(&rig, 10));
    for (int i = 9; i >= 0; i--) {
        char text[24];
        snprintf(text, sizeof text, "job-%d", i);
        if (i != 3)
            rig_release(&rig, text);
    }
    cluster_assert_commits(&cluster, "readers", "jobs", 3);
    rig_release(&rig, "job-3");
    cluster_assert_commits(&cluster, "readers", "jobs", 10);
    rig_close(&rig);
}

static void a_message_that_hangs_holds_the_watermark_only_for_its_time(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    settings.job_timeout_ms = 700;
    cluster_topic(&cluster, "jobs", 1);
    cluster_fill(&cluster, "jobs", "job", 3);
    rig_open(&rig, &cluster.settings, &settings, 10, true);
    assert_int_equal(3, rig_wait(&rig, 3));
    cluster_assert_commits(&cluster, "readers", "jobs", 3);
    rig_release(&rig, NULL);
    rig_close(&rig);
}

static void a_message_that_is_held_is_never_passed_over(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    settings.job_timeout_ms = 700;
    cluster_topic(&cluster, "jobs", 1);
    cluster_fill(&cluster, "jobs", "job", 3);
    rig_open(&rig, &cluster.settings, &settings, 10, true);
    assert_int_equal(3, rig_wait(&rig, 3));
    struct kafka_message *held = rig_take(&rig, "job-1");
    assert_non_null(held);
    kafka_reader_hold(rig.reader, held);
    cluster_assert_commits(&cluster, "readers", "jobs", 1);
    kafka_reader_done(rig.reader, held);
    cluster_assert_commits(&cluster, "readers", "jobs", 3);
    rig_release(&rig, NULL);
    rig_close(&rig);
}

/* The window is smaller than the pool: no more than its size is ever in flight, and nothing is lost by the pausing. */
static void a_full_window_waits_and_goes_on(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    settings.window = 4;
    cluster_topic(&cluster, "jobs", 1);
    cluster_fill(&cluster, "jobs", "job", 100);
    rig_open(&rig, &cluster.settings, &settings, 10, true);
    assert_int_equal(4, rig_wait(&rig, 4));
    rig_release(&rig, "job-3");
    rig_release(&rig, "job-1");
    cluster_assert_commits(&cluster, "readers", "jobs", 0);
    assert_int_equal(4, rig_wait(&rig, 4));
    rig_release(&rig, NULL);
    assert_int_equal(100, rig_wait(&rig, 100));
    rig_assert_each_once(&rig, "job", 100);
    rig_close(&rig);
}

static void *finish_one_by_one(void *context) {
    int *left = context;
    while (*left > 0) {
        struct kafka_message *message = rig_take(&rig, NULL);
        if (message != NULL) {
            kafka_reader_done(rig.reader, message);
            (*left)--;
        }
    }
    return NULL;
}

/* With one worker the pool is full all the time. Pausing at once would give about 30 messages a second. */
static void a_pool_that_is_always_full_keeps_its_pace(void **state) {
    (void)state;
    enum { COUNT = 2000 };
    struct kafka_reader_settings settings = reads("jobs");
    pthread_t worker;
    int left = COUNT;
    cluster_topic(&cluster, "jobs", 2);
    cluster_fill(&cluster, "jobs", "job", COUNT);
    rig_open(&rig, &cluster.settings, &settings, 1, true);
    assert_int_equal(1, rig_wait(&rig, 1) > 0);
    int64_t began_ms = clock_boot_ms();
    assert_int_equal(0, pthread_create(&worker, NULL, finish_one_by_one, &left));
    assert_int_equal(COUNT, rig_wait(&rig, COUNT));
    int64_t took_ms = clock_boot_ms() - began_ms;
    pthread_join(worker, NULL);
    rig_assert_each_once(&rig, "job", COUNT);
    if (took_ms > 20000)
        fail_msg("%d messages took %lld ms", COUNT, (long long)took_ms);
    rig_close(&rig);
}

static void lag_is_what_is_not_committed(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    int64_t until_ms = clock_boot_ms() + PATIENCE_MS;
    cluster_topic(&cluster, "jobs", 1);
    cluster_fill(&cluster, "jobs", "job", 20);
    rig_open(&rig, &cluster.settings, &settings, 5, true);
    assert_int_equal(-1, kafka_reader_lag(rig.reader));
    assert_int_equal(5, rig_wait(&rig, 5));
    assert_int_equal(20, kafka_reader_lag(rig.reader));
    rig_release(&rig, NULL);
    while (kafka_reader_lag(rig.reader) != 0 && clock_boot_ms() < until_ms)
        clock_sleep_ms(LOOK_AGAIN_MS);
    assert_int_equal(0, kafka_reader_lag(rig.reader));
    rig_close(&rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_message_comes_once_and_is_committed, begin, end),
        cmocka_unit_test_setup_teardown(the_watermark_does_not_pass_an_undone_message, begin, end),
        cmocka_unit_test_setup_teardown(a_message_that_hangs_holds_the_watermark_only_for_its_time, begin, end),
        cmocka_unit_test_setup_teardown(a_message_that_is_held_is_never_passed_over, begin, end),
        cmocka_unit_test_setup_teardown(a_full_window_waits_and_goes_on, begin, end),
        cmocka_unit_test_setup_teardown(a_pool_that_is_always_full_keeps_its_pace, begin, end),
        cmocka_unit_test_setup_teardown(lag_is_what_is_not_committed, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
