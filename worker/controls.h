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

/* Gives the account's control as it was read last, and reads it again (one call, DescribeSecret) if that is CONTROLS_MS ago; threads that ask
 * meanwhile wait for the answer. An account that is not configured is ACCOUNT_UNREAD. It sets the session's account, so it is not to be
 * called between the changes of a look. */
void controls_see(struct controls *controls, struct aws *aws, const char *account, struct control_seen *seen);

/* Keeps a control that this process has just written, so that it is known here at once. */
void controls_put(struct controls *controls, const char *account, const struct control *control);

/* The events of the last reading were told: it is no news any more. */
void controls_told(struct controls *controls, const char *account);

#endif
