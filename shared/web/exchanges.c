#include "exchanges.h"

#include "mem.h"
#include "stream.h"

#include <pthread.h>
#include <string.h>

enum { KEPT_MOST = 128 };

struct exchanges {
    pthread_mutex_t lock;
    size_t count;
    struct exchange *kept; /* chained by `after` */
};

struct exchanges *exchanges_open(void) {
    struct exchanges *exchanges = mem_zero(1, sizeof *exchanges);
    pthread_mutex_init(&exchanges->lock, NULL);
    return exchanges;
}

void exchanges_close(struct exchanges *exchanges) {
    if (exchanges == NULL)
        return;
    while (exchanges->kept != NULL) {
        struct exchange *exchange = exchanges->kept;
        exchanges->kept = exchange->after;
        mem_free(exchange);
    }
    pthread_mutex_destroy(&exchanges->lock);
    mem_free(exchanges);
}

struct exchange *exchanges_take(struct exchanges *exchanges) {
    pthread_mutex_lock(&exchanges->lock);
    struct exchange *exchange = exchanges->kept;
    if (exchange != NULL) {
        exchanges->kept = exchange->after;
        exchanges->count--;
    }
    pthread_mutex_unlock(&exchanges->lock);
    if (exchange == NULL)
        return mem_zero(1, sizeof *exchange);
    exchange->after = NULL;
    return exchange;
}

static bool keep(struct exchanges *exchanges, struct exchange *exchange) {
    pthread_mutex_lock(&exchanges->lock);
    bool kept = exchanges->count < KEPT_MOST;
    if (kept) {
        exchange->after = exchanges->kept;
        exchanges->kept = exchange;
        exchanges->count++;
    }
    pthread_mutex_unlock(&exchanges->lock);
    return kept;
}

/* Headers beyond those that are counted were never sent, and the next route overwrites them. */
static void wipe(struct exchange *exchange) {
    struct web_response *response = &exchange->response;
    explicit_bzero(response->headers, response->header_count * sizeof response->headers[0]);
    explicit_bzero(response, offsetof(struct web_response, headers));
    explicit_bzero(exchange->memory, sizeof exchange->memory);
    explicit_bzero(exchange, offsetof(struct exchange, response));
}

void exchanges_give(struct exchanges *exchanges, struct exchange *exchange) {
    if (exchange->response.stream != NULL)
        streams_forget(exchange->response.stream);
    if (exchange->open)
        text_close(&exchange->response.body);
    text_close(&exchange->body);
    target_close(&exchange->target);
    wipe(exchange);
    if (!keep(exchanges, exchange))
        mem_free(exchange);
}
