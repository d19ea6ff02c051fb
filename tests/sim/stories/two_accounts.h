/* The simulated AWS as its stories find it: two accounts, each with a role of Keyturn's, and a client of the real code at them. */
#ifndef KEYTURN_TESTS_TWO_ACCOUNTS_H
#define KEYTURN_TESTS_TWO_ACCOUNTS_H

#include "aws.h"
#include "seams.h"

enum { BEGIN_S = 1767225600 /* 2026-01-01T00:00:00Z */ };

#define ACCOUNT "111111111111"
#define OTHER   "222222222222"

extern struct world *world;
extern struct world_account *account; /* ACCOUNT */
extern struct aws *aws;
extern struct fault fault; /* of the last call that was given it */

/* Fails the story with the fault's message. */
#define must(call)                                    \
    do {                                              \
        if (!(call))                                  \
            fail_msg("%s: %s", #call, fault.message); \
    } while (0)

/* Open and close the world and the client; the simulated clock begins at BEGIN_S. */
void two_accounts_open(void);
void two_accounts_close(void);

#endif
