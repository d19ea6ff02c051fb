/* When to poll, hand out, wait, pause, resume, commit, let go and leave: a pure state machine, so that the consumer
 * thread drives it against a broker and a simulation drives it against nothing. No clock, no I/O, no allocation; it
 * owns nothing.
 *
 *     for (;;) {
 *         step = flow_next(&flow, &facts);
 *         do what it says; tell flow_took, flow_offered, flow_assigned ... what came of it;
 *     }
 *
 * Full pool: wait for a free slot, and only after `patience_ms` pause the partitions and keep polling. Pausing drops what was
 * fetched ahead, so pausing at once costs most of the throughput.
 */
#ifndef KEYTURN_FLOW_H
#define KEYTURN_FLOW_H

#include "base.h"

enum {
    FLOW_PATIENCE_MS = 10000, /* how long a full pool is waited for before pausing */
    FLOW_DRAIN_MS = 10000,
    FLOW_COMMIT_EVERY_MS = 500,
    FLOW_SLICE_MS = 100, /* the longest single wait, so that a stop and commits are never far */
};

enum flow_action {
    FLOW_POLL,   /* ask for a message, at most wait_ms */
    FLOW_OFFER,  /* offer the message in hand, at most wait_ms */
    FLOW_DROP,   /* forget the message in hand: it stays undone and comes again, to whoever owns its partition then */
    FLOW_PAUSE,  /* pause all partitions */
    FLOW_RESUME, /* resume them, but those whose own window is full */
    FLOW_SETTLE, /* pause and resume single partitions whose windows filled or emptied */
    FLOW_COMMIT, /* commit the watermarks that moved, without waiting for the answer */
    FLOW_COMMIT_NOW, /* commit and wait, bounded; a refusal is tolerated */
    FLOW_AWAIT,      /* wait until nothing is in flight, at most wait_ms */
    FLOW_LET_GO,     /* the revoked partitions may be given up */
    FLOW_LEAVE,      /* all is done: end */
    FLOW_ACTIONS
};

struct flow_step {
    enum flow_action action;
    int64_t wait_ms;
};

/* What the driver sees before each step. */
struct flow_facts {
    int64_t now_ms;
    size_t in_flight; /* handed out and not done; while revoking, of the partitions revoked */
    bool pause_asked; /* nothing may be handed out for now */
    bool stop_asked;  /* once true, always true */
    bool
        unsettled; /* a partition's window became full, or roomy again, or a partition spoke while it should be paused */
};

struct flow {
    int64_t patience_ms;
    int64_t drain_ms;
    size_t
        holding; /* messages in hand that nobody took yet; more than one only while partitions are still being paused */
    bool paused;
    bool offered; /* the last step but pausing was an offer: while paused, polls and offers alternate */
    bool stopping;
    bool revoking;
    bool lost;      /* the revoked partitions belong to others already: nothing to wait for, nothing to commit */
    size_t revoked; /* of the messages in hand, those of revoked partitions */
    bool committed; /* the last commit before letting go or leaving was made */
    int64_t held_since_ms;
    int64_t commit_at_ms;
    int64_t drained_by_ms;
};

/* `patience_ms` and `drain_ms` 0: the defaults above. */
void flow_open(struct flow *flow, int64_t patience_ms, int64_t drain_ms, int64_t now_ms);

/* The next thing to do. Pausing and resuming, dropping, committing, letting go and leaving are taken as done. */
struct flow_step flow_next(struct flow *flow, const struct flow_facts *facts);

/* A poll brought a message: it is in hand now, behind the others. */
void flow_took(struct flow *flow, int64_t now_ms);

/* The offer was taken, or not. */
void flow_offered(struct flow *flow, bool taken, int64_t now_ms);

/* Partitions were assigned, none of them paused. */
void flow_assigned(struct flow *flow);

/* Partitions are being taken away: drive flow_next() until FLOW_LET_GO before giving them up. `holding`: how many
 * messages in hand are of them. `lost`: they belong to others already. */
void flow_revoke(struct flow *flow, size_t holding, bool lost, int64_t now_ms);

#endif
