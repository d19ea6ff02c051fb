/* The tail on librdkafka's mock cluster: all partitions, from a little before their ends, without a group. */
#include "tail.h"

#include "clock.h"
#include "cluster.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PATIENCE_MS = 60000, LOOK_AGAIN_MS = 20, MOST = 64 };

struct watch {
    pthread_mutex_t lock;
    struct kafka_tail *tail;
    pthread_t thread;
    int32_t partitions;
    int begun;
    int taken;
    bool twice; /* an offset came again, or before its partition was begun */
    int64_t next[MOST];
};

static struct cluster cluster;
static struct watch watch;

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

static void on_partitions(void *context, int32_t count) {
    struct watch *of = context;
    pthread_mutex_lock(&of->lock);
    of->partitions = count;
    pthread_mutex_unlock(&of->lock);
}

static void on_begin(void *context, int32_t partition, int64_t start, int64_t last) {
    struct watch *of = context;
    pthread_mutex_lock(&of->lock);
    of->begun++;
    of->twice = of->twice || start > last;
    of->next[partition] = start;
    pthread_mutex_unlock(&of->lock);
}

static void on_message(void *context, const struct kafka_message *message) {
    struct watch *of = context;
    pthread_mutex_lock(&of->lock);
    of->taken++;
    of->twice = of->twice || message->offset != of->next[message->partition];
    of->next[message->partition] = message->offset + 1;
    pthread_mutex_unlock(&of->lock);
}

static void *run(void *context) {
    kafka_tail_run(((struct watch *)context)->tail);
    return NULL;
}

static void start(const char *topic, int64_t back, int32_t most) {
    const struct kafka_tail_settings own = {
        .topic = topic,
        .partitions_most = most,
        .back = back,
        .sink = {.partitions = on_partitions, .begin = on_begin, .take = on_message, .context = &watch},
    };
    struct fault fault;
    watch = (struct watch){0};
    pthread_mutex_init(&watch.lock, NULL);
    watch.tail = kafka_tail_open(&cluster.settings, &own, &fault);
    assert_non_null(watch.tail);
    assert_int_equal(pthread_create(&watch.thread, NULL, run, &watch), 0);
}

static void stop(void) {
    kafka_tail_stop(watch.tail);
    pthread_join(watch.thread, NULL);
    kafka_tail_close(watch.tail);
    pthread_mutex_destroy(&watch.lock);
    assert_false(watch.twice);
}

/* Until so many partitions are read and so many messages came. */
static void await(int begun, int taken) {
    int64_t until_ms = clock_boot_ms() + PATIENCE_MS;
    int begun_now = 0;
    int taken_now = 0;
    for (;;) {
        pthread_mutex_lock(&watch.lock);
        begun_now = watch.begun;
        taken_now = watch.taken;
        pthread_mutex_unlock(&watch.lock);
        if ((begun_now >= begun && taken_now >= taken) || clock_boot_ms() >= until_ms)
            break;
        clock_sleep_ms(LOOK_AGAIN_MS);
    }
    assert_int_equal(begun_now, begun);
    assert_int_equal(taken_now, taken);
}

static void all_partitions_are_followed(void **state) {
    (void)state;
    cluster_topic(&cluster, "events", 4);
    cluster_fill(&cluster, "events", "early", 40);
    start("events", 1000, MOST);
    await(4, 40);
    cluster_fill(&cluster, "events", "later", 40);
    await(4, 80);
    stop();
    assert_int_equal(watch.partitions, 4);
}

static void it_begins_a_little_before_the_end(void **state) {
    (void)state;
    cluster_topic(&cluster, "events", 1);
    cluster_fill(&cluster, "events", "early", 100);
    start("events", 10, MOST);
    await(1, 10);
    stop();
    assert_int_equal(watch.next[0], 100);
}

static void a_broker_that_was_away_is_waited_for(void **state) {
    (void)state;
    cluster_topic(&cluster, "events", 2);
    start("events", 10, MOST);
    await(2, 0);
    rd_kafka_mock_broker_set_down(cluster.mock, 1);
    rd_kafka_mock_broker_set_up(cluster.mock, 1);
    cluster_fill(&cluster, "events", "later", 20);
    await(2, 20);
    stop();
}

static void partitions_beyond_the_ceiling_are_not_read(void **state) {
    (void)state;
    cluster_topic(&cluster, "events", 3);
    start("events", 10, 2);
    await(2, 0);
    stop();
    assert_int_equal(watch.partitions, 2);
}

static void nobody_may_make_it_commit(void **state) {
    const struct kafka_tail_settings own = {.topic = "events", .partitions_most = MOST};
    struct fault fault;
    (void)state;
    cluster_property(&cluster, "enable.auto.commit", "true");
    assert_null(kafka_tail_open(&cluster.settings, &own, &fault));
    assert_int_equal(fault.kind, FAULT_CONFIG);
}

int main(void) {
#define STORY(story) cmocka_unit_test_setup_teardown(story, begin, end)
    const struct CMUnitTest tests[] = {
        STORY(all_partitions_are_followed),
        STORY(it_begins_a_little_before_the_end),
        STORY(a_broker_that_was_away_is_waited_for),
        STORY(partitions_beyond_the_ceiling_are_not_read),
        STORY(nobody_may_make_it_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
