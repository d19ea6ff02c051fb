#include "receipt.h"

void receipt_open(struct receipt *receipt) {
    *receipt = (struct receipt){.here = false};
    pthread_mutex_init(&receipt->lock, NULL);
    pthread_cond_init(&receipt->came, NULL);
}

void receipt_close(struct receipt *receipt) {
    pthread_cond_destroy(&receipt->came);
    pthread_mutex_destroy(&receipt->lock);
}

void receipt_sign(struct receipt *receipt, rd_kafka_resp_err_t error) {
    pthread_mutex_lock(&receipt->lock);
    receipt->here = true;
    receipt->error = error;
    pthread_cond_signal(&receipt->came);
    pthread_mutex_unlock(&receipt->lock);
}

rd_kafka_resp_err_t receipt_await(struct receipt *receipt) {
    pthread_mutex_lock(&receipt->lock);
    while (!receipt->here)
        pthread_cond_wait(&receipt->came, &receipt->lock);
    pthread_mutex_unlock(&receipt->lock);
    return receipt->error;
}
