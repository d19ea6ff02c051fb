/* Reading a topic once and whole, and giving a dead letter back, against a broker in memory. */
#include "cluster.h"
#include "dead_letter.h"
#include "mem.h"
#include "scan.h"
#include "topics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TIMEOUT_MS = 20000, COUNT = 50 };

static struct cluster cluster;
static struct kafka_writer *writer;

static int begin(void **state) {
    struct fault fault;
    (void)state;
    cluster_open(&cluster);
    cluster_topic(&cluster, "many", 4);
    cluster_topic(&cluster, "empty", 2);
    cluster_topic(&cluster, TOPIC_JOBS, 1);
    cluster_topic(&cluster, TOPIC_JOBS_DLQ, 1);
    cluster_topic(&cluster, TOPIC_EVENTS, 1);
    writer = kafka_writer_open(&cluster.settings, TIMEOUT_MS, &fault);
    assert_non_null(writer);
    return 0;
}

static int end(void **state) {
    (void)state;
    kafka_writer_close(writer, 0);
    cluster_close(&cluster);
    return 0;
}

static bool count(const struct kafka_message *message, void *context) {
    int *counts = context;
    assert_in_range(message->partition, 0, 3);
    counts[message->partition]++;
    counts[4]++;
    return counts[5] == 0 || counts[4] < counts[5];
}

static void every_message_of_every_partition_is_seen_once_and_again_by_another_scan(void **state) {
    (void)state;
    struct fault fault;
    cluster_fill(&cluster, "many", "m", COUNT);
    for (int round = 0; round < 2; round++) {
        int counts[6] = {0};
        assert_true(kafka_scan(&cluster.settings, "many", count, counts, &fault));
        assert_int_equal(COUNT, counts[4]);
        assert_int_equal(COUNT, counts[0] + counts[1] + counts[2] + counts[3]);
    }
    int few[6] = {[5] = 7};
    assert_true(kafka_scan(&cluster.settings, "many", count, few, &fault));
    assert_int_equal(7, few[4]);
}

static void a_topic_that_is_empty_is_read_and_one_that_is_missing_is_not(void **state) {
    (void)state;
    struct fault fault = {.kind = FAULT_NONE};
    int counts[6] = {0};
    assert_true(kafka_scan(&cluster.settings, "empty", count, counts, &fault));
    assert_int_equal(0, counts[4]);
    assert_false(kafka_scan(&cluster.settings, "absent", count, counts, &fault));
    assert_int_equal(FAULT_CONFIG, fault.kind);
    assert_non_null(strstr(fault.message, "keyturn topics apply"));
}

/* --- dead letters -------------------------------------------------------------------------------------------------------- */

static const struct kafka_header own_headers[] = {{"trace", "t-1", 3}, {"__keyturn.errors.code", "forged", 6}};

static const struct kafka_message unreadable = {.topic = TOPIC_JOBS,
                                                .partition = 3,
                                                .offset = 12,
                                                .key = "1\0"
                                                       "2",
                                                .key_length = 3,
                                                .value = "\0\xff{",
                                                .length = 3,
                                                .headers = own_headers,
                                                .header_count = COUNT_OF(own_headers)};

struct answer {
    bool retried;
    struct fault fault;
};

static bool retry(const struct kafka_message *letter, void *context) {
    struct answer *answer = context;
    const struct kafka_header *code = dead_letter_header(letter, "__keyturn.errors.code");
    assert_non_null(code);
    assert_int_equal(7, code->length); /* ours, not the one the message came with */
    assert_memory_equal("invalid", code->value, 7);
    answer->retried = dead_letter_retry(writer, letter, &answer->fault);
    return true;
}

static void a_letter_goes_back_byte_for_byte_without_what_was_written_on_it(void **state) {
    (void)state;
    struct fault fault;
    struct answer answer = {.retried = false};
    const struct fault why = {.kind = FAULT_INVALID, .message = "no JSON"};
    assert_true(dead_letter_write(writer, TOPIC_JOBS_DLQ, &unreadable, &why, &fault));
    assert_true(kafka_scan(&cluster.settings, TOPIC_JOBS_DLQ, retry, &answer, &fault));
    assert_true(answer.retried);
    struct delivery *back = cluster_read(&cluster, TOPIC_JOBS, NULL);
    assert_non_null(back);
    assert_int_equal(3, back->message.length);
    assert_memory_equal(unreadable.value, back->message.value, 3);
    assert_int_equal(3, back->message.key_length);
    assert_memory_equal(unreadable.key, back->message.key, 3);
    assert_int_equal(1, back->message.header_count);
    assert_string_equal("trace", back->message.headers[0].name);
    mem_free(back);
}

/* What stands in a letter's header, on which topic it lies, whether its bytes are there. */
static const struct {
    const char *from;
    const char *letters;
    const char *value;
} strangers[] = {
    {TOPIC_EVENTS, TOPIC_JOBS_DLQ, "x"},  {TOPIC_AUDIT, TOPIC_EVENTS_DLQ, "x"}, {TOPIC_JOBS_DLQ, TOPIC_JOBS_DLQ, "x"},
    {"elsewhere", TOPIC_EVENTS_DLQ, "x"}, {TOPIC_JOBS, TOPIC_JOBS, "x"},        {NULL, TOPIC_JOBS_DLQ, "x"},
    {TOPIC_JOBS, TOPIC_JOBS_DLQ, NULL},
};

static void a_letter_goes_nowhere_else(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(strangers); i++) {
        const char *from = strangers[i].from != NULL ? strangers[i].from : "";
        const struct kafka_header header = {"__keyturn.errors.topic", from, strlen(from)};
        const struct kafka_message letter = {.topic = strangers[i].letters,
                                             .value = strangers[i].value,
                                             .length = strangers[i].value != NULL ? 1 : 0,
                                             .headers = &header,
                                             .header_count = strangers[i].from != NULL ? 1 : 0};
        struct fault fault = {.kind = FAULT_NONE};
        assert_false(dead_letter_retry(writer, &letter, &fault));
        assert_int_equal(FAULT_INVALID, fault.kind);
    }
    int counts[6] = {0};
    assert_true(kafka_scan(&cluster.settings, TOPIC_EVENTS, count, counts, NULL));
    assert_int_equal(0, counts[4]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_of_every_partition_is_seen_once_and_again_by_another_scan),
        cmocka_unit_test(a_topic_that_is_empty_is_read_and_one_that_is_missing_is_not),
        cmocka_unit_test(a_letter_goes_back_byte_for_byte_without_what_was_written_on_it),
        cmocka_unit_test(a_letter_goes_nowhere_else),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
