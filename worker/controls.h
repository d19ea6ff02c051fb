/* What holds the accounts, as their controls say: read at most every CONTROLS_MS of clock for each, and kept here. Shared by all pool
 * threads; every call is safe from any of them. */
#ifndef KEYTURN_CONTROLS_H
#define KEYTURN_CONTROLS_H

#include "control.h"

enum { CONTROLS_MS = 30 * 1000 };

/* An account's control as it was read last. */
struct control_seen {
    enum account_hold
        hold; /* ACCOUNT_UNREAD: it could not be read, `why` says why; what was read before counts no more */
    int64_t since;
    struct control control; /* empty where it could not be read */
    struct fault why;
    bool news; /* nobody has called controls_told() of this reading yet */
};

struct controls;

/* `config` is borrowed. */
struct controls *controls_open(const struct config *config);
void controls_close(struct controls *controls);

/* Reads it in the account (one call, DescribeSecret) where that is due; others that ask meanwhile wait for the answer. Never in the midst of
 * a look's changes, since the session's account is set. An account that is not configured is unread. */
void controls_see(struct controls *controls, struct aws *aws, const char *account, struct control_seen *seen);

/* A change that this process made: known at once. */
void controls_put(struct controls *controls, const char *account, const struct control *control);

/* Its events were told. */
void controls_told(struct controls *controls, const char *account);

#endif
