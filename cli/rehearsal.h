/* A rehearsal: the decision drives a keyring in memory, every step taken as done and every new key as working. It shows what will follow
 * from what is, and reaches nothing. A plain struct; owns nothing.
 *
 *     rehearsal_next --> the step --> rehearsal_apply --> rehearsal_next ...
 */
#ifndef KEYTURN_REHEARSAL_H
#define KEYTURN_REHEARSAL_H

#include "plan.h"

struct rehearsal {
    struct policy policy; /* in mode apply: what would be done is asked, whatever the file's mode */
    struct keyring ring;
    unsigned made; /* keys so far: the next one's id is "key <made + 1>" */
};

void rehearsal_open(struct rehearsal *rehearsal, const struct policy *policy, const struct keyring *ring);

/* The next step that means something to a person. Whether the user is still the same is taken as asked and answered; notes on the secret
 * are taken as written. */
struct plan rehearsal_next(struct rehearsal *rehearsal);

/* Takes the step as done: keys and stages change, or time passes until the plan says to look again. A key that is tried works; a key whose
 * last use is asked for was never used. */
void rehearsal_apply(struct rehearsal *rehearsal, const struct plan *plan);

/* Is it the id of a key that only a rehearsal made? */
bool rehearsal_made(const char *key_id);

#endif
