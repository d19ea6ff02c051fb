/* One letter to one person, and how far it got. The ledger in Redis and this state together see to it that no person
 * gets a letter twice:
 *
 *     NEW ─claim─► CLAIMED ─send─► SENT ─────────────────┐
 *      │  ▲           │ └─refused, or perhaps sent─► FAILED ─notice.failed─► TOLD ─mark─► DONE
 *      │  └─not now───┘                                ▲                                   ▲
 *      ├─somebody claimed it and is gone───────────────┘                                   │
 *      └─sent before───────────────────────────────────────────────────────────────────────┘
 *
 * A step that meets a fault leaves the state as it is: the notice comes again, and so does the step. */
#ifndef KEYTURN_POSTING_H
#define KEYTURN_POSTING_H

#include "channel_ses.h"
#include "config.h"
#include "kafka.h"
#include "ledger.h"
#include "status.h"

enum posting_state { POSTING_NEW, POSTING_CLAIMED, POSTING_SENT, POSTING_FAILED, POSTING_TOLD, POSTING_DONE };

/* Between two looks of another process at the same claim: only below it may a mail be begun. */
enum { POSTING_SEND_WITHIN_MS = LEDGER_CLAIM_MS - 10 * 1000 };

/* What a thread posts with; nothing of it is owned. */
struct post {
    const struct config *config;
    struct store *store;
    struct aws *aws;
    struct channel_pace *pace;
    struct kafka_writer *writer;
};

struct posting {
    const char *person; /* "user", "admin", "digest": a constant, as the ledger knows them */
    char to[STATUS_EMAIL_SIZE];
    enum letter_kind letter;
    enum posting_state state;
    char token[LEDGER_TOKEN_SIZE]; /* of the claim; kept while it is not known to have been given back */
    int64_t asked_ms;              /* clock_boot_ms() before the claim: its end is counted from here */
    int64_t claimed_ms;            /* and after it: settling is counted from here */
    enum fault_kind failed;
    char code[64]; /* the server's word for it */
};

/* NEW -> CLAIMED, FAILED, DONE. CLAIMED_BY_OTHER is FAULT_LOST with *wait_ms until that claim ends. Other states stay. */
bool posting_claim(const struct post *post, const char *event_id, struct posting *posting, int64_t *wait_ms,
                   struct fault *fault) MUST_CHECK;

/* CLAIMED -> NEW: nothing was sent. Also where it is not known whether the claim was given back: the next claim finds out. */
bool posting_release(const struct post *post, const char *event_id, struct posting *posting,
                     struct fault *fault) MUST_CHECK;

/* Sleeps until the claim is old enough to be on Redis' disk. Only where it is CLAIMED. */
void posting_settle(const struct post *post, const struct posting *posting);

/* CLAIMED -> SENT, FAILED, or NEW and false: not now. `patient` false: what may be tried again fails too. */
bool posting_send(const struct post *post, const char *event_id, struct posting *posting, const struct letter *letter,
                  bool patient, struct fault *fault) MUST_CHECK;

/* What a sent letter's result means for a posting: for digests, where many share one mail. As posting_send(). */
bool posting_take_result(const struct post *post, const char *event_id, struct posting *posting,
                         enum channel_result result, bool patient, struct fault *fault) MUST_CHECK;

/* SENT, FAILED, TOLD -> DONE: announces the failure, then marks the ledger. */
bool posting_finish(const struct post *post, const struct event *event, const char *event_id, struct posting *posting,
                    struct fault *fault) MUST_CHECK;

/* Any state -> FAILED with that kind: nothing could be sent at all. */
void posting_fail(struct posting *posting, enum fault_kind kind, const char *code);

#endif
