/* A fault: what went wrong, where, and of which kind. The kind alone decides what happens next.
 * Faults are plain structs on the caller's stack; they own nothing and never hold a secret. */
#ifndef KEYTURN_FAULT_H
#define KEYTURN_FAULT_H

#include "base.h"

/* kind, wire name, look again after (seconds; doubled for each attempt), the longest such wait, and what a person should know. */
#define FAULT_KINDS(X)                                                                          \
    X(NONE, "none", 0, 0, "nothing went wrong")                                                 \
    X(THROTTLED, "throttled", 5, 300, "AWS asked to slow down")                                 \
    X(TRANSIENT, "transient", 5, 300,                                                           \
      "a server or the network failed; the call was not applied or is harmless to repeat")      \
    X(UNKNOWN, "unknown", 5, 300, "no answer to a call that may have been applied")             \
    X(DENIED, "denied", 900, 3600, "AWS refused permission")                                    \
    X(GONE, "gone", 60, 3600, "what was asked for does not exist")                              \
    X(CONFLICT, "conflict", 30, 600, "somebody else changed the same thing")                    \
    X(KMS, "kms", 900, 3600, "the encryption key of a secret cannot be used")                   \
    X(CLOCK, "clock", 5, 300, "the signing time is off")                                        \
    X(EXPIRED, "expired", 1, 60, "the credentials of this program have expired")                \
    X(KEY_REFUSED, "key_refused", 5, 60, "AWS does not know the access key that signed")        \
    X(INVALID, "invalid", 3600, 3600, "a request or an answer that should not exist; a defect") \
    X(LATE, "late", 1, 60, "too much time passed since the look; nothing was changed")          \
    X(LOST, "lost", 1, 60, "another worker holds this user")                                    \
    X(UNAVAILABLE, "unavailable", 5, 60, "Redis or Kafka does not answer")                      \
    X(CONFIG, "config", 60, 900, "the configuration is wrong")                                  \
    X(STOPPED, "stopped", 1, 1, "this program is stopping")

enum fault_kind {
#define X(kind, name, wait, most, sentence) FAULT_##kind,
    FAULT_KINDS(X)
#undef X
        FAULT_KIND_COUNT
};

struct fault {
    enum fault_kind kind;
    int http_status;   /* 0 where HTTP was not involved */
    char where[64];    /* the operation: "CreateAccessKey", "keyturn.yaml:12" */
    char code[64];     /* the server's own word for it, or empty */
    char message[512]; /* one sentence for a person */
};

/* Fills `fault` (which may be NULL) and returns false, so that `return fault_set(...)` ends a function. */
bool fault_set(struct fault *fault, enum fault_kind kind, const char *where, const char *format, ...) PRINTF_LIKE(4, 5);

/* The wire name of a kind ("throttled"), as events, logs and metrics carry it. */
const char *fault_name(enum fault_kind kind);

/* The sentence that explains a kind to a person. */
const char *fault_sentence(enum fault_kind kind);

/* Seconds until the next look after the `attempt`-th fault in a row (from 0) of this kind: doubled each time up to the
 * kind's bound. `unsafe_floor` > 0 (test clocks) bounds it from above instead, so that demos do not wait. */
int64_t fault_wait(enum fault_kind kind, unsigned attempt, int64_t unsafe_floor);

#endif
