/* The changes that are tags of the user's secret: notes, marks, requests, counts. Each writes the tag first and then the same in the look's
 * ring. Inside this program only. */
#ifndef KEYTURN_ACT_TAGS_H
#define KEYTURN_ACT_TAGS_H

#include "look.h"

/* The key that `look->plan` names, in the look's ring; NULL: IAM does not list it. */
struct key *act_key(struct look *look);

/* --- parts of steps; false: the fault says which call failed, and the ring is as it was */

/* Notes since when the key is current, after Redis was told that it is. `answers`: and with it, in one write, that the request is met. */
bool act_put_promoted(struct look *look, const char *key_id, bool answers, struct fault *fault) MUST_CHECK;

/* Notes that the key is about to be turned off, and why: the reason of the plan. */
bool act_put_inactive(struct look *look, struct key *key, struct fault *fault) MUST_CHECK;

/* Marks the key as one to be deleted; `discarding`: one that never became current. */
bool act_put_mark(struct look *look, struct key *key, bool discarding, struct fault *fault) MUST_CHECK;

/* Takes the count of discards off, if there is one. */
bool act_forget_discards(struct look *look, struct fault *fault) MUST_CHECK;

/* --- whole steps, as the table of act.c has them */

typedef bool act_step(struct look *look, struct fault *fault);

act_step act_note_promoted, act_note_inactive, act_close_intents, act_drop_request, act_drop_mark, act_drop_leaked;
act_step act_mark, act_discard;

#endif
