#include "clock.h"
#include "reader.h"
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

/* The reader has read from each partition, and paused it: messages are in its hand, and it gives them to nobody. */
static bool has_paused_all(struct kafka_reader *reader) {
    pthread_mutex_lock(&reader->lock);
    bool all = reader->partitions.count > 0;
    for (size_t i = 0; all && i < reader->partitions.count; i++)
        all = reader->partitions.rows[i].paused && reader->partitions.rows[i].in_flight > 0;
    pthread_mutex_unlock(&reader->lock);
    return all;
}

static void while_asked_to_pause_nothing_is_handed_out(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    cluster_topic(&cluster, "jobs", 2);
    rig_open(&rig, &cluster.settings, &settings, 10, false);
    assert_true(rig_ready(&rig, true));
    kafka_reader_pause(rig.reader, true);
    cluster_fill(&cluster, "jobs", "job", 50);
    for (int64_t until_ms = clock_boot_ms() + PATIENCE_MS; !has_paused_all(rig.reader) && clock_boot_ms() < until_ms;)
        clock_sleep_ms(LOOK_AGAIN_MS);
    assert_true(has_paused_all(rig.reader));
    for (int round = 0; round < 3; round++)
        rig_goes_round(&rig, clock_boot_ms());
    assert_int_equal(0, rig_wait(&rig, 0));
    kafka_reader_pause(rig.reader, false);
    assert_int_equal(50, rig_wait(&rig, 50));
    rig_assert_each_once(&rig, "job", 50);
    rig_close(&rig);
}

static void a_missing_topic_is_told_and_found_when_it_is_made(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    struct fault fault = {.kind = FAULT_NONE};
    int64_t until_ms = clock_boot_ms() + PATIENCE_MS;
    cluster_property(&cluster, "topic.metadata.refresh.interval.ms", "500");
    rd_kafka_mock_topic_set_error(cluster.mock, "jobs", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    rig_open(&rig, &cluster.settings, &settings, 10, false);
    while (fault.kind != FAULT_CONFIG && clock_boot_ms() < until_ms) {
        assert_false(kafka_reader_health(rig.reader, &fault));
        clock_sleep_ms(LOOK_AGAIN_MS);
    }
    assert_int_equal(FAULT_CONFIG, fault.kind);
    assert_string_equal("jobs: the topic does not exist: run `keyturn topics apply`", fault.message);
    rd_kafka_mock_topic_set_error(cluster.mock, "jobs", RD_KAFKA_RESP_ERR_NO_ERROR);
    cluster_fill(&cluster, "jobs", "job", 5);
    assert_int_equal(5, rig_wait(&rig, 5));
    assert_true(kafka_reader_ready(rig.reader));
    rig_close(&rig);
}

static void a_broker_that_goes_and_comes_back_loses_nothing(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    cluster_topic(&cluster, "jobs", 1);
    cluster_fill(&cluster, "jobs", "before", 5);
    rig_open(&rig, &cluster.settings, &settings, 10, false);
    assert_int_equal(5, rig_wait(&rig, 5));
    cluster_assert_commits(&cluster, "readers", "jobs", 5);
    assert_true(rig_ready(&rig, true));
    rd_kafka_mock_broker_set_down(cluster.mock, 1);
    assert_true(rig_ready(&rig, false));
    rd_kafka_mock_broker_set_up(cluster.mock, 1);
    assert_true(rig_ready(&rig, true));
    cluster_fill(&cluster, "jobs", "after", 5);
    assert_int_equal(10, rig_wait(&rig, 10));
    rig_assert_each_once(&rig, "before", 5);
    rig_assert_each_once(&rig, "after", 5);
    rig_close(&rig);
}

static void *release_soon(void *context) {
    (void)context;
    clock_sleep_ms(500); /* the work that stop has to wait for */
    rig_release(&rig, NULL);
    return NULL;
}

static void stop_waits_for_what_is_in_flight(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    pthread_t worker;
    cluster_topic(&cluster, "jobs", 1);
    cluster_fill(&cluster, "jobs", "job", 3);
    rig_open(&rig, &cluster.settings, &settings, 2, true);
    assert_int_equal(2, rig_wait(&rig, 2));
    assert_int_equal(0, pthread_create(&worker, NULL, release_soon, NULL));
    assert_true(rig_stop(&rig));
    pthread_join(worker, NULL);
    assert_int_equal(2, rig_wait(&rig, 0)); /* the third was in hand, and is not handed out any more */
    assert_int_equal(2, cluster_committed(&cluster, "readers", "jobs", 0));
    rig_close(&rig);
}

static void a_message_may_be_given_back_after_the_reader_is_gone(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    settings.drain_ms = 200;
    cluster_topic(&cluster, "jobs", 1);
    cluster_fill(&cluster, "jobs", "job", 2);
    rig_open(&rig, &cluster.settings, &settings, 2, true);
    assert_int_equal(2, rig_wait(&rig, 2));
    assert_true(rig_stop(&rig));
    struct kafka_message *late = rig_take(&rig, "job-1");
    struct kafka_message *later = rig_take(&rig, "job-0");
    assert_non_null(late);
    assert_non_null(later);
    struct kafka_reader *reader = rig.reader;
    rig_close(&rig);
    kafka_reader_done(reader, late);
    assert_memory_equal("job-0", later->value, later->length);
    kafka_reader_done(reader, later);
    assert_int_equal(0, cluster_committed(&cluster, "readers", "jobs", 0));
}

static void what_is_given_back_stays_undone(void **state) {
    (void)state;
    struct kafka_reader_settings settings = reads("jobs");
    cluster_topic(&cluster, "jobs", 1);
    cluster_fill(&cluster, "jobs", "job", 3);
    rig_open(&rig, &cluster.settings, &settings, 3, true);
    assert_int_equal(3, rig_wait(&rig, 3));
    kafka_reader_give_back(rig.reader, rig_take(&rig, "job-1"));
    rig_release(&rig, NULL);
    assert_true(rig_stop(&rig));
    rig_close(&rig);
    assert_int_equal(1, cluster_committed(&cluster, "readers", "jobs", 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(while_asked_to_pause_nothing_is_handed_out, begin, end),
        cmocka_unit_test_setup_teardown(a_missing_topic_is_told_and_found_when_it_is_made, begin, end),
        cmocka_unit_test_setup_teardown(a_broker_that_goes_and_comes_back_loses_nothing, begin, end),
        cmocka_unit_test_setup_teardown(stop_waits_for_what_is_in_flight, begin, end),
        cmocka_unit_test_setup_teardown(a_message_may_be_given_back_after_the_reader_is_gone, begin, end),
        cmocka_unit_test_setup_teardown(what_is_given_back_stays_undone, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
