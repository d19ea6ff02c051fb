/* The control of an account: whether an operator paused it, and whether the brake stopped its creations. It is two tags on a secret of the
 * account's own, named like a user's with the fixed user id "control": so Redis stays rebuildable, and a pause holds where everything else
 * was lost. The secret holds the placeholder and is never served as a credential.
 *
 *     keyturn:paused   paused <time> [by <who>]  |  resumed <time> [by <who>]
 *     keyturn:braked   <what> <how many> <time>
 *
 * A brake that is not newer than the last resume is void, also where its tag could not be taken off. A secret that does not exist says
 * that nothing holds the account; one that cannot be read or understood says nothing, and whoever asks must hold what a pause would hold. */
#ifndef KEYTURN_CONTROL_H
#define KEYTURN_CONTROL_H

#include "aws.h"
#include "config.h"
#include "event.h"

/* The fixed user id (and name) of the template. IAM gives no such id. */
#define CONTROL_USER "control"

enum { CONTROL_EVENTS = 2 };

/* Times are AWS's, in Unix seconds; 0: it is not so. At most one of `paused` and `resumed` is set. */
struct control {
    int64_t paused;
    int64_t resumed;
    char actor[ACTOR_SIZE]; /* who paused or resumed, whichever was last; may be empty */
    int64_t braked;
    char braked_for[WHY_SIZE]; /* what came last before the brake was pulled: failures, discards or rollbacks */
    int64_t braked_count;      /* how many of all of them */
};

/* Is the brake pulled, and not void? Pure. */
bool control_is_braked(const struct control *control);

/* What holds the account: a pause before a brake before nothing; and since when, 0 for nothing. Pure. */
enum account_hold control_hold(const struct control *control);
int64_t control_held_since(const struct control *control);

/* One call, DescribeSecret, in the account, which becomes the session's. An account without a control is not held. False: it could not be
 * read, or holds a tag under "keyturn:" that is not understood (FAULT_INVALID); `control` is then empty, and must not be believed. */
bool control_read(struct aws *aws, const struct config *config, const char *account, struct control *control,
                  struct fault *fault) MUST_CHECK;

/* Each begins a look of its own in the account (so never in the midst of another), reads, and writes what is not so yet; the secret is made
 * where there is none. Idempotent: pausing what is paused, resuming what is not held, braking what is braked leaves it as it is, and `control`
 * tells how it stands (of a pause: since when and by whom the first time). Workers act on it within 30 s.
 * `actor`: who asked, may be empty; characters a tag cannot hold become '_'. A resume takes off the pause and the brake.
 * False, with the fault of a call: the change may or may not have been made; ask again. */
bool control_pause(struct aws *aws, const struct config *config, const char *account, const char *actor,
                   struct control *control, struct fault *fault) MUST_CHECK;
bool control_resume(struct aws *aws, const struct config *config, const char *account, const char *actor,
                    struct control *control, struct fault *fault) MUST_CHECK;
bool control_brake(struct aws *aws, const struct config *config, const char *account, const char *what, int64_t count,
                   struct control *control, struct fault *fault) MUST_CHECK;

/* The events of what stands: account.paused or account.resumed, and account.braked. Their ids are made of the times in the tags, so the
 * worker and whoever wrote the tag may both tell them. `sequence` is the caller's to set. Returns how many. Pure. */
size_t control_events(const struct control *control, const char *partition, const char *account,
                      struct event events[CONTROL_EVENTS]);

#endif
