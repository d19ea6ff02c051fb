#include "clock.h"
#include "kafka_fault.h"
#include "reader.h"

enum {
    STALE_MS = 30000, /* a loop that has not gone round for so long is stuck */
    PROBE_EVERY_MS = 2000,
    PROBE_MS = 1000,
};

void watch_answer(struct kafka_reader *reader, int assigned) {
    pthread_mutex_lock(&reader->lock);
    reader->down = false;
    if (assigned >= 0)
        reader->joined = true;
    if (assigned > 0)
        reader->trouble = (struct fault){.kind = FAULT_NONE};
    pthread_mutex_unlock(&reader->lock);
}

void watch_left(struct kafka_reader *reader) {
    pthread_mutex_lock(&reader->lock);
    reader->joined = false;
    pthread_mutex_unlock(&reader->lock);
}

void watch_error(struct kafka_reader *reader, rd_kafka_resp_err_t error, const char *topic, const char *detail) {
    pthread_mutex_lock(&reader->lock);
    kafka_fault(&reader->trouble, error, "kafka read", topic, detail);
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        reader->down = true;
    if (error == RD_KAFKA_RESP_ERR__FATAL)
        reader->ended = true;
    pthread_mutex_unlock(&reader->lock);
}

static void watch_login(struct kafka_reader *reader, rd_kafka_t *client, const char *detail) {
    pthread_mutex_lock(&reader->lock);
    kafka_fault_told(&reader->trouble, client, RD_KAFKA_RESP_ERR__AUTHENTICATION, "kafka read", detail);
    pthread_mutex_unlock(&reader->lock);
}

void watch_client_error(rd_kafka_t *client, int error, const char *detail, void *reader) {
    char reason[256] = "";
    if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION) {
        watch_login(reader, client, detail);
        return;
    }
    if (error != RD_KAFKA_RESP_ERR__FATAL) {
        watch_error(reader, (rd_kafka_resp_err_t)error, NULL, detail);
        return;
    }
    (void)rd_kafka_fatal_error(client, reason, sizeof reason);
    watch_error(reader, RD_KAFKA_RESP_ERR__FATAL, NULL, reason);
}

/* librdkafka tells when the last broker is lost, and never when one is back: so ask, but only then. */
static void probe(struct kafka_reader *reader, int64_t now_ms) {
    const struct rd_kafka_metadata *metadata = NULL;
    if (now_ms < reader->probe_at_ms)
        return;
    reader->probe_at_ms = now_ms + PROBE_EVERY_MS;
    if (rd_kafka_metadata(reader->client, 0, NULL, &metadata, PROBE_MS) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    rd_kafka_metadata_destroy(metadata);
    watch_answer(reader, -1);
}

void watch_beat(struct kafka_reader *reader) {
    int64_t now_ms = clock_boot_ms();
    pthread_mutex_lock(&reader->lock);
    reader->beat_ms = now_ms;
    bool down = reader->down;
    pthread_mutex_unlock(&reader->lock);
    if (down)
        probe(reader, now_ms);
}

/* The first that holds is what a person should read. */
static bool judge(const struct kafka_reader *reader, struct fault *fault) {
    if (clock_boot_ms() - reader->beat_ms > STALE_MS)
        return fault_set(fault, FAULT_UNAVAILABLE, "kafka read", "the consumer has not polled for %d s",
                         STALE_MS / 1000);
    if (reader->down)
        return kafka_fault(fault, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "kafka read", NULL, NULL);
    if (reader->trouble.kind == FAULT_CONFIG || (!reader->joined && reader->trouble.kind != FAULT_NONE)) {
        if (fault != NULL)
            *fault = reader->trouble;
        return false;
    }
    if (!reader->joined)
        return fault_set(fault, FAULT_UNAVAILABLE, "kafka read", "the consumer group has not answered yet");
    return true;
}

bool kafka_reader_health(struct kafka_reader *reader, struct fault *fault) {
    pthread_mutex_lock(&reader->lock);
    bool well = judge(reader, fault);
    pthread_mutex_unlock(&reader->lock);
    return well;
}

bool kafka_reader_ready(const struct kafka_reader *reader) {
    return kafka_reader_health((struct kafka_reader *)reader, NULL);
}
