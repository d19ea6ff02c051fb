/* The inventory of one account: every page of its users, judged by the policies; what complete pages said goes into the
 * status and the due set. A failed page changes nothing, and only an inventory that saw every page removes users that
 * are gone. An inventory belongs to one thread. */
#ifndef KEYTURN_INVENTORY_H
#define KEYTURN_INVENTORY_H

#include "judgement.h"
#include "kafka.h"
#include "slots.h"

enum {
    INVENTORY_PAGE_USERS = 10 * 1000, /* of one page, and a page of AWS has 1,000 at most */
    INVENTORY_RESTART_MS = 5 * 1000,
};

struct inventory {
    struct store *store;
    struct aws *aws;
    const struct policy_set *policies;
    int64_t spread_ms;
    int64_t jitter_ms;
    struct kafka_writer *writer;        /* account.listed goes there; NULL: nobody is listed */
    const struct slots *slots;          /* the periods of digests; with the writer */
    bool (*interrupted)(void *context); /* asked between pages; may be NULL */
    void *context;
};

struct inventory_report {
    bool resumed;      /* it went on where an earlier one stopped */
    size_t seen;       /* users on the pages read now */
    size_t in_scope;   /* of the whole account, when complete */
    size_t new;        /* added to the due set */
    size_t changed;    /* whose policy changed, or that left it */
    size_t removed;    /* that are gone from IAM */
    size_t unreadable; /* left alone */
    int64_t
        again_ms; /* the account's users are to be listed then: no later than that the next inventory is wanted; -1: never */
};

/* Takes the inventory of a claimed account from its page marker on, to the end; keeps the marker after each page.
 * The first complete one after the end of a digest's period announces who stands how in the account (listing.h); one that went on where an
 * earlier one stopped saw only a part, and leaves that to the next.
 * Faults are those of IAM, STS and Redis, and FAULT_STOPPED when interrupted; the marker then says where to go on. */
bool inventory_take(const struct inventory *inventory, const char *account, struct inventory_report *report,
                    struct fault *fault) MUST_CHECK;

/* How long after a complete inventory the next is due: `every_ms`, or sooner where users are to be listed. */
int64_t inventory_wait(const struct inventory_report *report, int64_t every_ms);

#endif
