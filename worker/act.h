/* Acts: one function a step, in a table. Each does what `look->plan` says, and keeps the look's ring true to what it changed, so that
 * the change can be announced from the same facts that a later look would see. */
#ifndef KEYTURN_ACT_H
#define KEYTURN_ACT_H

#include "look.h"

/* Does the step of `look->plan`. False: the fault says what failed; the ring then holds what is known to have happened. */
bool act(struct look *look, struct fault *fault) MUST_CHECK;

/* The recheck of observe.h; and what the user's tags set counts from here on, whatever the inventory saw. */
bool act_recheck(struct look *look, struct fault *fault) MUST_CHECK;

/* Does the step only gather a fact? Another decision follows at once. */
bool act_gathers(enum step step);

/* After this step, may the same look decide again? Facts, notes and marks: yes. A key made, turned off or deleted: the next change
 * wants a look of its own, but for a promotion under a policy without overlap, whose deactivation belongs to it. */
bool act_goes_on(const struct look *look);

/* Discards in a row so far: a promotion or a resume since the last one begins a new row. */
int64_t act_discards(const struct keyring *ring);

/* CREATE: intent, CreateAccessKey, store as AWSPENDING, intent closed. In a file of its own: the one act that can leave something
 * behind that only a later look can clean up. */
bool act_create(struct look *look, struct fault *fault) MUST_CHECK;

#endif
