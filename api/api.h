/* What all calls of the API share. Made by the program, borrowed by everybody else; each member is safe from any thread. */
#ifndef KEYTURN_API_H
#define KEYTURN_API_H

#include "api_keys.h"
#include "audit.h"
#include "audit_sender.h"
#include "bench.h"
#include "config.h"
#include "events.h"
#include "health.h"
#include "kafka.h"
#include "policies.h"
#include "rates.h"
#include "reach.h"
#include "seal_ring.h"
#include "single_flight.h"
#include "web.h"

struct api {
    const struct config *config;
    struct policies *policies; /* replaced on reload; a call holds the set it began with */
    struct api_keys *keys;
    struct rates *rates;    /* by key id */
    struct rates *requests; /* by key id: those that change something, which count in `rates` too */
    struct rates *failures; /* by address: of those who show no good key */
    struct rates *lookups;  /* by account: users that IAM is asked for */
    struct benches *benches;
    struct seal_ring *ring; /* empty: nothing is cached */
    struct single_flight *flights;
    struct audit *audit;
    struct audit_sender *sender;
    struct events *events;
    struct reach *reach;
    struct health *health;
    struct kafka_writer *writer;
    struct aws_environment *aws;
};

/* Answers one call of the server: finds its row, asks who it is, and calls the row's function. For the rows that api_web_routes() made;
 * `context` is the struct api. */
void api_answer(void *context, const struct web_request *request, struct web_response *response);

/* The same for calls that came in together; one, or several of rows that read ahead. */
void api_answer_together(void *context, const struct web_asked *asked, size_t count);

/* One log line and the figures of a request that is over. */
void api_done(void *context, const struct web_request *request, int status, double seconds);

/* The server ends, and calls of AWS are still on their way: they are given up. */
void api_give_up(void *context);

/* The table of routes as the server wants it: route_count rows, the caller's to free. */
struct web_route *api_web_routes(void);

#endif
