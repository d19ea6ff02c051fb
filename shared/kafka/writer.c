#include "writer.h"

#include "kafka_fault.h"
#include "mem.h"
#include "properties.h"
#include "receipt.h"
#include "text.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum {
    POLL_MS = 100,
    WARM_MS = 5000,
    LAST_REPORTS_MS = 1000,
    IDEMPOTENCE_SINCE =
        0x02030000, /* before, a disconnect and one retriable error made such a producer fatal for good */
};

struct kafka_writer {
    rd_kafka_conf_t *conf;   /* to make the client anew */
    pthread_rwlock_t in_use; /* held by everybody who uses the client; alone by who replaces it */
    rd_kafka_t *client;
    pthread_t poller;
    atomic_bool closing;
    atomic_llong failed;
    pthread_mutex_t lock; /* of what follows */
    struct fault
        refusal; /* of a login or a certificate, since a broker answered last; librdkafka tells it beside the call */
    size_t handle_count;
    rd_kafka_topic_t *handles[KAFKA_MAX_TOPICS]; /* what was warmed is kept known */
};

static const struct property_row every_writer[] = {
    {"acks", "all", "an event that one broker lost would be lost for good"},
    {"max.in.flight.requests.per.connection", "1", "the events of a user must stay in order"},
    {"partitioner", "murmur2_random", "subscribers in Java must find a user in the same partition"},
    {"linger.ms", "0", NULL}, /* with one request in flight, batches fill while it is under way */
    {"message.max.bytes", "1048576", NULL},
    {"queue.buffering.max.kbytes", "65536", NULL},
    {"topic.metadata.propagation.max.ms", "2000", NULL}, /* so long a topic may be unknown before that is an error */
};

static void on_report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
    struct kafka_writer *writer = opaque;
    (void)client;
    if (message->_private != NULL)
        receipt_sign(message->_private, message->err);
    else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        atomic_fetch_add(&writer->failed, 1);
}

static void on_error(rd_kafka_t *client, int error, const char *detail, void *opaque) {
    struct kafka_writer *writer = opaque;
    if (error != RD_KAFKA_RESP_ERR__AUTHENTICATION && error != RD_KAFKA_RESP_ERR__SSL)
        return;
    pthread_mutex_lock(&writer->lock);
    kafka_fault_told(&writer->refusal, client, (rd_kafka_resp_err_t)error, "kafka", detail);
    pthread_mutex_unlock(&writer->lock);
}

/* "No broker answers" says little where a login or a certificate was refused. The kind stays: it may be mended at the broker. */
static bool explain(struct kafka_writer *writer, rd_kafka_resp_err_t error, const char *where, const char *topic,
                    struct fault *fault) {
    struct fault silence;
    kafka_fault(&silence, error, where, topic, NULL);
    pthread_mutex_lock(&writer->lock);
    bool refused = silence.kind == FAULT_UNAVAILABLE && writer->refusal.kind != FAULT_NONE;
    if (refused)
        text_clip(silence.message, sizeof silence.message, writer->refusal.message);
    pthread_mutex_unlock(&writer->lock);
    if (fault != NULL)
        *fault = silence;
    return false;
}

static bool answered(struct kafka_writer *writer) {
    pthread_mutex_lock(&writer->lock);
    writer->refusal = (struct fault){.kind = FAULT_NONE};
    pthread_mutex_unlock(&writer->lock);
    return true;
}

static void *poll_reports(void *context) {
    struct kafka_writer *writer = context;
    while (!atomic_load(&writer->closing)) {
        pthread_rwlock_rdlock(&writer->in_use);
        rd_kafka_poll(writer->client, POLL_MS);
        pthread_rwlock_unlock(&writer->in_use);
    }
    return NULL;
}

static rd_kafka_conf_t *writer_conf(const struct kafka_settings *settings, int64_t message_timeout_ms,
                                    struct fault *fault) {
    char timeout[24];
    snprintf(timeout, sizeof timeout, "%lld", (long long)message_timeout_ms);
    const struct property_row own[] = {
        {"enable.idempotence", rd_kafka_version() >= IDEMPOTENCE_SINCE ? "true" : "false",
         "it is on exactly where this librdkafka recovers from it"},
        {"message.timeout.ms", timeout, "a message must not outlive what it was written for"},
    };
    struct property_list list;
    properties_begin(&list, settings);
    properties_add(&list, every_writer, COUNT_OF(every_writer));
    properties_add(&list, own, COUNT_OF(own));
    return properties_conf(&list, settings, fault);
}

bool kafka_writer_check(const struct kafka_settings *settings, struct fault *fault) {
    rd_kafka_conf_t *conf = writer_conf(settings, WARM_MS, fault);
    if (conf == NULL)
        return false;
    rd_kafka_conf_destroy(conf);
    return true;
}

static struct kafka_writer *new_writer(rd_kafka_conf_t *conf) {
    struct kafka_writer *writer = mem_zero(1, sizeof *writer);
    rd_kafka_conf_set_opaque(conf, writer);
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    rd_kafka_conf_set_error_cb(conf, on_error);
    writer->conf = conf;
    pthread_mutex_init(&writer->lock, NULL);
    pthread_rwlock_init(&writer->in_use, NULL);
    return writer;
}

/* The last reports are served here: nobody else polls. */
static void close_client(struct kafka_writer *writer, int64_t wait_ms) {
    if (rd_kafka_flush(writer->client, (int)wait_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_purge(writer->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_flush(writer->client, LAST_REPORTS_MS);
    }
    for (size_t i = 0; i < writer->handle_count; i++)
        rd_kafka_topic_destroy(writer->handles[i]);
    writer->handle_count = 0;
    rd_kafka_destroy(writer->client);
}

static void free_writer(struct kafka_writer *writer) {
    rd_kafka_conf_destroy(writer->conf);
    pthread_rwlock_destroy(&writer->in_use);
    pthread_mutex_destroy(&writer->lock);
    mem_free(writer);
}

struct kafka_writer *kafka_writer_open(const struct kafka_settings *settings, int64_t message_timeout_ms,
                                       struct fault *fault) {
    rd_kafka_conf_t *conf = writer_conf(settings, message_timeout_ms, fault);
    if (conf == NULL)
        return NULL;
    struct kafka_writer *writer = new_writer(conf);
    writer->client = properties_client(RD_KAFKA_PRODUCER, rd_kafka_conf_dup(conf), fault);
    if (writer->client != NULL && pthread_create(&writer->poller, NULL, poll_reports, writer) == 0)
        return writer;
    if (writer->client != NULL) {
        fault_set(fault, FAULT_UNAVAILABLE, "kafka writer", "no thread could be started");
        close_client(writer, 0);
    }
    free_writer(writer);
    return NULL;
}

void kafka_writer_close(struct kafka_writer *writer, int64_t wait_ms) {
    if (writer == NULL)
        return;
    atomic_store(&writer->closing, true);
    pthread_join(writer->poller, NULL);
    close_client(writer, wait_ms);
    free_writer(writer);
}

/* An idempotent producer that the broker has lost track of stays broken: another one takes its place, and what was
 * under way has failed. */
static void replace_client(struct kafka_writer *writer) {
    char reason[256];
    struct fault fault;
    pthread_rwlock_wrlock(&writer->in_use);
    if (rd_kafka_fatal_error(writer->client, reason, sizeof reason) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_t *client = properties_client(RD_KAFKA_PRODUCER, rd_kafka_conf_dup(writer->conf), &fault);
        if (client != NULL) {
            close_client(writer, 0);
            writer->client = client;
        }
    }
    pthread_rwlock_unlock(&writer->in_use);
}

static bool has_handle(const struct kafka_writer *writer, const rd_kafka_topic_t *handle) {
    for (size_t i = 0; i < writer->handle_count; i++)
        if (strcmp(rd_kafka_topic_name(writer->handles[i]), rd_kafka_topic_name(handle)) == 0)
            return true;
    return false;
}

/* The handle keeps the topic known to the client; those beyond the table are only asked about. */
static void keep_handle(struct kafka_writer *writer, rd_kafka_topic_t *handle) {
    pthread_mutex_lock(&writer->lock);
    bool kept = writer->handle_count < KAFKA_MAX_TOPICS && !has_handle(writer, handle);
    if (kept)
        writer->handles[writer->handle_count++] = handle;
    pthread_mutex_unlock(&writer->lock);
    if (!kept)
        rd_kafka_topic_destroy(handle);
}

static bool warm(struct kafka_writer *writer, const char *topic, struct fault *fault) {
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(writer->client, topic, NULL);
    if (handle == NULL)
        return kafka_fault(fault, rd_kafka_last_error(), "kafka metadata", topic, NULL);
    rd_kafka_resp_err_t error = rd_kafka_metadata(writer->client, 0, handle, &metadata, WARM_MS);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1)
        error = metadata->topics[0].err;
    if (metadata != NULL)
        rd_kafka_metadata_destroy(metadata);
    keep_handle(writer, handle);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? answered(writer)
                                               : explain(writer, error, "kafka metadata", topic, fault);
}

bool kafka_writer_warm(struct kafka_writer *writer, const char *topic, struct fault *fault) {
    pthread_rwlock_rdlock(&writer->in_use);
    bool warmed = warm(writer, topic, fault);
    pthread_rwlock_unlock(&writer->in_use);
    return warmed;
}

static rd_kafka_headers_t *headers_of(const struct writer_message *message) {
    if (message->header_count == 0)
        return NULL;
    rd_kafka_headers_t *headers = rd_kafka_headers_new(message->header_count);
    for (size_t i = 0; i < message->header_count; i++) {
        const struct kafka_header *header = &message->headers[i];
        rd_kafka_header_add(headers, header->name, -1, header->value, (ssize_t)header->length);
    }
    return headers;
}

/* librdkafka takes the headers over only when it took the message; it copies key and value, and never writes to them. */
static bool produce(struct kafka_writer *writer, const struct writer_message *message, struct receipt *receipt,
                    struct fault *fault) {
    rd_kafka_headers_t *headers = headers_of(message);
    rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = message->topic},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {(void *)message->key, message->key_length}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)message->value, message->length}},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = receipt},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    size_t count = headers != NULL ? COUNT_OF(parts) : COUNT_OF(parts) - 1;
    rd_kafka_error_t *error = rd_kafka_produceva(writer->client, parts, count);
    if (error == NULL)
        return true;
    kafka_fault(fault, rd_kafka_error_code(error), "kafka write", message->topic, rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    if (headers != NULL)
        rd_kafka_headers_destroy(headers);
    return false;
}

/* Produces and, with a receipt, waits for it. *broken: the client is of no use any more. */
static bool send_message(struct kafka_writer *writer, const struct writer_message *message, struct receipt *receipt,
                         bool *broken, struct fault *fault) {
    char reason[256];
    pthread_rwlock_rdlock(&writer->in_use);
    bool sent = produce(writer, message, receipt, fault);
    if (sent && receipt != NULL) {
        rd_kafka_resp_err_t error = receipt_await(receipt);
        sent = error == RD_KAFKA_RESP_ERR_NO_ERROR || kafka_fault(fault, error, "kafka write", message->topic, NULL);
    }
    *broken = !sent && rd_kafka_fatal_error(writer->client, reason, sizeof reason) != RD_KAFKA_RESP_ERR_NO_ERROR;
    pthread_rwlock_unlock(&writer->in_use);
    return sent;
}

bool writer_write(struct kafka_writer *writer, const struct writer_message *message, struct fault *fault) {
    struct receipt receipt;
    bool broken = false;
    receipt_open(&receipt);
    bool written = send_message(writer, message, &receipt, &broken, fault);
    receipt_close(&receipt);
    if (broken)
        replace_client(writer);
    return written;
}

bool kafka_write(struct kafka_writer *writer, const char *topic, const char *key, const void *value, size_t length,
                 const struct kafka_header *headers, size_t header_count, struct fault *fault) {
    const struct writer_message message = {topic,   key,         key != NULL ? strlen(key) : 0, value, length,
                                           headers, header_count};
    return writer_write(writer, &message, fault);
}

bool kafka_write_later(struct kafka_writer *writer, const char *topic, const char *key, const void *value,
                       size_t length, const struct kafka_header *headers, size_t header_count, struct fault *fault) {
    const struct writer_message message = {topic,   key,         key != NULL ? strlen(key) : 0, value, length,
                                           headers, header_count};
    bool broken = false;
    bool sent = send_message(writer, &message, NULL, &broken, fault);
    if (broken)
        replace_client(writer);
    return sent;
}

bool kafka_writer_flush(struct kafka_writer *writer, int64_t wait_ms, int64_t *failed, struct fault *fault) {
    pthread_rwlock_rdlock(&writer->in_use);
    rd_kafka_resp_err_t error = rd_kafka_flush(writer->client, (int)wait_ms);
    pthread_rwlock_unlock(&writer->in_use);
    *failed = atomic_exchange(&writer->failed, 0);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    return kafka_fault(fault, error, "kafka flush", NULL, "messages still wait for their acknowledgement");
}

bool kafka_writer_ping(struct kafka_writer *writer, int64_t wait_ms, struct fault *fault) {
    const struct rd_kafka_metadata *metadata = NULL;
    pthread_rwlock_rdlock(&writer->in_use);
    rd_kafka_resp_err_t error = rd_kafka_metadata(writer->client, 0, NULL, &metadata, (int)wait_ms);
    pthread_rwlock_unlock(&writer->in_use);
    if (metadata != NULL)
        rd_kafka_metadata_destroy(metadata);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? answered(writer) : explain(writer, error, "kafka ping", NULL, fault);
}

void writer_break(struct kafka_writer *writer) {
    pthread_rwlock_rdlock(&writer->in_use);
    rd_kafka_test_fatal_error(writer->client, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "broken on purpose");
    pthread_rwlock_unlock(&writer->in_use);
}
