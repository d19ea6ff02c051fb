/* Counters, gauges and histograms of this process in the Prometheus text format, and the health endpoints.
 * One table of metrics, all known at compile time; updates are briefly locked, from any thread. Never a user or key id in a label. */
#ifndef KEYTURN_METRICS_H
#define KEYTURN_METRICS_H

#include "fault.h"
#include "text.h"
#include "web.h"

/* id, type (COUNTER GAUGE HISTOGRAM), name without "keyturn_", labels (comma separated), help */
#define METRICS(X)                                                                                                   \
    X(JOBS, COUNTER, "jobs_total", "result", "Jobs by how they ended")                                               \
    X(JOB_LATENESS, HISTOGRAM, "job_lateness_seconds", "", "From the publication of a job to its first AWS call")    \
    X(ROTATIONS, COUNTER, "rotations_total", "account,result", "Rotation steps done, by account and result")         \
    X(AWS_REQUESTS, COUNTER, "aws_requests_total", "service,operation,result", "Calls to AWS")                       \
    X(AWS_DURATION, HISTOGRAM, "aws_request_duration_seconds", "service,operation", "How long AWS took")             \
    X(AWS_THROTTLED, COUNTER, "aws_throttled_total", "service", "Calls AWS throttled")                               \
    X(EVENTS, COUNTER, "events_total", "type", "Events published")                                                   \
    X(ACCOUNT_HELD, GAUGE, "account_held", "account",                                                                \
      "What holds an account: 0 nothing, 1 the brake, 2 a pause, 3 that nobody could read which")                    \
    X(WENT_WRONG, COUNTER, "went_wrong_total", "account,what", "What the brake counts")                              \
    X(DLQ, COUNTER, "dlq_messages_total", "topic", "Messages sent to a dead letter topic")                           \
    X(HANDED_OUT, COUNTER, "handed_out_total", "account", "Users handed out by this scheduler")                      \
    X(INVENTORIES, COUNTER, "inventories_total", "account,result", "Inventories of accounts")                        \
    X(USERS, GAUGE, "users", "account", "Users in scope at the last inventory")                                      \
    X(EVENTS_READ, COUNTER, "events_read_total", "result", "Events read by this notifier, by how they ended")        \
    X(MAIL_SENT, COUNTER, "mail_sent_total", "kind,result", "Mails by kind and result")                              \
    X(CONSUMER_LAG, GAUGE, "kafka_consumer_lag", "topic", "Messages not yet dealt with")                             \
    X(API_REQUESTS, COUNTER, "api_requests_total", "route,code", "Requests answered, by route and status")           \
    X(API_DURATION, HISTOGRAM, "api_request_duration_seconds", "route", "From a request's first line to its end")    \
    X(CACHE_REQUESTS, COUNTER, "cache_requests_total", "result", "Reads of the credential cache, by what was found") \
    X(RELOADS, COUNTER, "config_reloads_total", "result", "Policies read anew, by a signal or a changed file")       \
    X(RELOAD_REFUSED, GAUGE, "config_refused", "", "1 while the file is refused and older policies are in force")    \
    X(STREAMS, GAUGE, "api_streams", "", "Event streams that are open")                                              \
    X(STREAMS_ENDED, COUNTER, "api_streams_ended_total", "reason", "Event streams that ended, by why")               \
    X(AUDIT_RECORDS, COUNTER, "audit_records_total", "result", "Audit records on their way to Kafka")                \
    X(AUDIT_BEHIND, GAUGE, "audit_behind_bytes", "", "Of the local audit log, not yet on Kafka")                     \
    X(BUILD_INFO, GAUGE, "build_info", "version,program", "Always 1")

enum metric {
#define X(id, type, name, labels, help) METRIC_##id,
    METRICS(X)
#undef X
        METRIC_COUNT
};

enum { METRIC_SERIES_MAX = 2000, METRIC_LABELS_MAX = 4, METRIC_LABEL_BYTES = 128 };

/* Adds to a counter. Label values in the order of the table, closed by NULL; at most 2,000 series a metric, the rest is counted under
 * "other". Values are cut at 128 bytes. */
void metric_add(enum metric metric, double amount, ...) __attribute__((sentinel));

/* Sets a gauge. */
void metric_set(enum metric metric, double value, ...) __attribute__((sentinel));

/* Observes one value in a histogram (buckets 1 ms to 300 s). */
void metric_observe(enum metric metric, double value, ...) __attribute__((sentinel));

/* Appends all of them as Prometheus text. */
void metrics_print(struct text *out);

/* A dependency that readiness asks about: "kafka", "redis", "aws". check() is called at most every second or so, answers fast, and
 * fills the fault if it is not well. */
struct health_check {
    const char *name;
    bool (*check)(void *context, struct fault *fault);
    void *context;
};

struct metrics_server;

/* Serves /metrics, /healthz (the process lives: 200) and /readyz (200 when every check passes, else 503; a JSON object names each) on "host:port". */
struct metrics_server *metrics_server_open(const char *listen, const struct health_check *checks, size_t count,
                                           struct fault *fault);

/* The port it listens on. */
int metrics_server_port(const struct metrics_server *server);

/* Stops it; the checks are not called afterwards. NULL does nothing. */
void metrics_server_close(struct metrics_server *server);

#endif
