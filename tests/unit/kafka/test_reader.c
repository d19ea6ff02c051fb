#include "clock.h"
#include "rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct cluster cluster;
static struct rig one;

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
    return (struct kafka_reader_settings){.group = "readers", .topics = {topic}, .topic_count = 1, .drain_ms = 2000};
}

static void each_once(struct rig *rig, const char *prefix, int count) {
    for (int i = 0; i < count; i++) {
        char text[24];
        snprintf(text, sizeof text, "%s-%d", prefix, i);
        if (rig_times(rig, text) != 1)
            fail_msg("%s came %d times", text, rig_times(rig, text));
    }
}

static void every_message_comes_once_and_is_committed(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    cluster_topic(&cluster, "jobs", 4);
    cluster_fill(&cluster, "jobs", "job", 500);
    rig_open(&one, &cluster.settings, &settings, 8, false);
    assert_int_equal(500, rig_wait(&one, 500));
    assert_true(rig_stop(&one));
    each_once(&one, "job", 500);
    rig_close(&one);
    int64_t committed = 0;
    for (int32_t i = 0; i < 4; i++)
        committed += cluster_committed(&cluster, "readers", "jobs", i);
    assert_int_equal(500, committed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_message_comes_once_and_is_committed, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
