#include "clock.h"
#include "reader.h"
#include "rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PARTITIONS = 4, JOBS = 16, PATIENCE_MS = 30000, LOOK_AGAIN_MS = 20 };

static struct cluster cluster;
static struct rig first;
static struct rig second;

static const struct kafka_reader_settings settings = {
    .group = "readers", .topics = {"jobs"}, .topic_count = 1, .drain_ms = 20000};

static int begin(void **state) {
    (void)state;
    cluster_open(&cluster);
    cluster_property(&cluster, "heartbeat.interval.ms", "200"); /* a member learns of a rebalance by its heartbeat */
    cluster_topic(&cluster, "jobs", PARTITIONS);
    return 0;
}

static int end(void **state) {
    (void)state;
    cluster_close(&cluster);
    return 0;
}

static int came(const char *prefix, int count) {
    int different = 0;
    for (int i = 0; i < count; i++) {
        char text[32];
        snprintf(text, sizeof text, "%s-%d", prefix, i);
        different += rig_times(&first, text) + rig_times(&second, text) > 0 ? 1 : 0;
    }
    return different;
}

/* At least once: the mock cluster refuses commits during a rebalance, so some come twice. */
static void assert_each_comes(const char *prefix, int count) {
    int64_t until_ms = clock_boot_ms() + PATIENCE_MS;
    while (came(prefix, count) < count && clock_boot_ms() < until_ms)
        clock_sleep_ms(LOOK_AGAIN_MS);
    assert_int_equal(count, came(prefix, count));
}

/* Fills until both have seen some: the second may still be joining at first. */
static void fill_until_both_read(int *filled) {
    for (int64_t until_ms = clock_boot_ms() + PATIENCE_MS; rig_wait(&second, 0) == 0 && clock_boot_ms() < until_ms;) {
        char prefix[16];
        snprintf(prefix, sizeof prefix, "r%d", (*filled)++);
        cluster_fill(&cluster, "jobs", prefix, 20);
        clock_sleep_ms(100);
    }
}

static void two_readers_share_and_the_one_left_takes_over(void **state) {
    (void)state;
    int filled = 0;
    rig_open(&first, &cluster.settings, &settings, 8, false);
    rig_open(&second, &cluster.settings, &settings, 8, false);
    fill_until_both_read(&filled);
    assert_true(rig_wait(&second, 1) > 0);
    rig_close(&first);
    cluster_fill(&cluster, "jobs", "last", 40);
    assert_each_comes("last", 40);
    for (int i = 0; i < filled; i++) {
        char prefix[16];
        snprintf(prefix, sizeof prefix, "r%d", i);
        assert_each_comes(prefix, 20);
    }
    rig_close(&second);
}

/* Is the reader asked for partitions that it has not given up yet? */
static bool holds_on(struct kafka_reader *reader) {
    size_t revoking = 0;
    pthread_mutex_lock(&reader->lock);
    for (size_t i = 0; i < reader->partitions.count; i++)
        revoking += reader->partitions.rows[i].revoking ? 1 : 0;
    pthread_mutex_unlock(&reader->lock);
    return revoking == PARTITIONS;
}

static void await_revoking(struct kafka_reader *reader) {
    for (int64_t until_ms = clock_boot_ms() + PATIENCE_MS; !holds_on(reader) && clock_boot_ms() < until_ms;)
        clock_sleep_ms(LOOK_AGAIN_MS);
    assert_true(holds_on(reader));
}

/* Each release wakes the reader to look whether it may let go. */
static void release_all_but_the_last(void) {
    for (int i = 0; i < JOBS - 1; i++) {
        char text[32];
        snprintf(text, sizeof text, "job-%d", i);
        int64_t before_ms = clock_boot_ms();
        clock_sleep_ms(1); /* rounds are told apart by their milliseconds */
        rig_release(&first, text);
        rig_goes_round(&first, before_ms);
        assert_true(holds_on(first.reader));
    }
}

/* The second must not get the partition of a message that the first still works on. */
static void a_revoked_partition_is_kept_until_its_work_is_done(void **state) {
    (void)state;
    cluster_fill(&cluster, "jobs", "job", JOBS);
    rig_open(&first, &cluster.settings, &settings, JOBS, true);
    assert_int_equal(JOBS, rig_wait(&first, JOBS));
    rig_open(&second, &cluster.settings, &settings, JOBS, false);
    await_revoking(first.reader);
    release_all_but_the_last();
    assert_int_equal(0, rig_wait(&second, 0));
    assert_false(kafka_reader_ready(second.reader));
    rig_release(&first, NULL);
    assert_true(rig_ready(&second, true));
    assert_true(rig_ready(&first, true));
    cluster_fill(&cluster, "jobs", "more", 40);
    assert_true(rig_wait(&second, 1) > 0);
    rig_close(&first);
    rig_close(&second);
}

/* A partition revoked while paused comes back paused and silent, unless it is resumed. */
static void partitions_taken_while_paused_come_back_talking(void **state) {
    (void)state;
    cluster_fill(&cluster, "jobs", "before", 40); /* a partition is paused only after it has spoken */
    rig_open(&first, &cluster.settings, &settings, 16, false);
    assert_int_equal(40, rig_wait(&first, 40));
    kafka_reader_pause(first.reader, true);
    rig_open(&second, &cluster.settings, &settings, 16, false);
    assert_true(rig_ready(&second, true));
    rig_close(&second);
    kafka_reader_pause(first.reader, false);
    cluster_fill(&cluster, "jobs", "job", 40);
    assert_each_comes("job", 40);
    rig_close(&first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_readers_share_and_the_one_left_takes_over, begin, end),
        cmocka_unit_test_setup_teardown(a_revoked_partition_is_kept_until_its_work_is_done, begin, end),
        cmocka_unit_test_setup_teardown(partitions_taken_while_paused_come_back_talking, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
