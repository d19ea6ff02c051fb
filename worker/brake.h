/* The brake: where too much goes wrong in an account within a while, its creations stop by themselves until somebody resumes it. What is
 * counted is gathered during a look, and settled when the look is over: pulling the brake is a look of its own, at the control. */
#ifndef KEYTURN_BRAKE_H
#define KEYTURN_BRAKE_H

#include "look.h"
#include "worker.h"

/* Notes a call that failed and was to change something. Faults that pass by themselves are not noted; any other counts once a user while
 * it lasts. */
void brake_note_failure(struct look *look, const struct fault *why);

/* Notes, of the step just done or of the plan that ends the look: a new key that AWS kept refusing was discarded, or somebody asked to
 * roll back. Other plans are not noted. */
void brake_note_plan(struct look *look);

/* How many pull it in an account of so many users: the larger of worker.brake_after and the share of the users. 0: none ever do. */
int64_t brake_threshold(const struct config *config, int64_t users);

/* Counts what was noted, and pulls the brake where it is enough and nothing holds the account yet; whoever pulls it tells account.braked.
 * After the look. Never fails: what Redis or AWS refused is logged, and the next thing that goes wrong tries again. */
void brake_settle(struct worker *worker, struct look *look, const struct control_seen *seen);

#endif
