/* One message's own delivery report, on the stack of the thread that waits for it. Private to this library. */
#ifndef KEYTURN_RECEIPT_H
#define KEYTURN_RECEIPT_H

#include "base.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>

struct receipt {
    pthread_mutex_t lock;
    pthread_cond_t came;
    bool here;
    rd_kafka_resp_err_t error;
};

/* An empty one; receipt_close() after receipt_await(), or when nothing was sent. */
void receipt_open(struct receipt *receipt);
void receipt_close(struct receipt *receipt);

/* The report came: wakes the one who waits. */
void receipt_sign(struct receipt *receipt, rd_kafka_resp_err_t error);

/* Waits for it. Ends for certain: librdkafka reports every message within message.timeout.ms. */
rd_kafka_resp_err_t receipt_await(struct receipt *receipt);

#endif
