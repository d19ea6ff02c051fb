/* What becomes of one event: read, routed, addressed, claimed in the ledger, mailed, marked. Reaches the world only
 * through the seams (store, kafka, clock, http under sesv2). A notice keeps how far its letters got, so that a run that
 * met a fault is simply run again. */
#ifndef KEYTURN_NOTIFIER_H
#define KEYTURN_NOTIFIER_H

#include "posting.h"

enum {
    NOTICE_POSTINGS = 2,
    NOTICE_PATIENCE_MS = 15 * 60 * 1000,  /* how long what is refused for now is tried again */
    NOTICE_MAX_AGE_MS = 24 * 3600 * 1000, /* older events are told in a digest only */
    NOTICE_AGAIN_MS = 2000,
    NOTICE_FUTURE_MS = 3600 * 1000, /* events dated further ahead are not believed */
    DIGEST_MOST = 200,              /* events in one digest */
};

struct notice {
    struct kafka_message *message; /* borrowed until it is done */
    bool read;                     /* what follows is filled in */
    struct event event;
    char id[EVENT_ID_SIZE];
    bool listed;       /* the digests have it */
    bool no_recipient; /* the user has no address */
    bool own_policy;   /* the event's policy is the one the inventory saw the user in */
    size_t count;
    struct posting postings[NOTICE_POSTINGS];
    int64_t first_ms; /* clock_boot_ms() of the first run; 0: none yet */
    unsigned attempt;
    int64_t again_ms; /* NOTICE_LATER: in how many ms */
    bool for_digest;  /* what follows is of whoever keeps it meanwhile */
    unsigned waits;
    int64_t due_ms;
    struct notice *next;
};

enum notice_end {
    NOTICE_DONE,   /* the message is dealt with */
    NOTICE_LATER,  /* run it again in again_ms; the fault says why. FAULT_UNAVAILABLE: Redis or Kafka is down */
    NOTICE_DIGEST, /* hand it to notifier_digest(), with others of its kind */
};

/* `policies`: those in force. Sleeps at most for settling (notify.settle_ms) and for the pace of mails. */
enum notice_end notifier_event(const struct post *post, const struct policy_set *policies, struct notice *notice,
                               struct fault *fault);

/* One mail to the admin with a line for each of at most DIGEST_MOST notices, each claimed as "digest" first so that it
 * is told once. ends[i] says what is to become of notices[i]: NOTICE_DONE, or NOTICE_DIGEST again in its again_ms. */
void notifier_digest(const struct post *post, struct notice *const *notices, size_t count, enum notice_end *ends,
                     struct fault *fault);

/* Plans the next run after a fault: again_ms, one more attempt. Shared by the two above. */
void notice_postpone(const struct post *post, struct notice *notice, const struct fault *fault);

/* May it still be tried again? Counted from its first run. */
bool notice_is_patient(const struct notice *notice);

#endif
