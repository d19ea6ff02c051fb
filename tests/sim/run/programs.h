/* The scheduler, the worker and the notifier of a run, each opened as its program opens it, each called as its threads call it. */
#ifndef KEYTURN_TESTS_PROGRAMS_H
#define KEYTURN_TESTS_PROGRAMS_H

#include "journal.h"
#include "scenario.h"

struct programs;

/* The configuration is the file `base` with the scenario's policies below it, as a person would put them together. NULL and a fault. */
struct programs *programs_open(const struct scenario *scenario, const char *base, struct fault *fault);
void programs_close(struct programs *programs);

/* The accounts of the configuration, in the simulated AWS. */
void programs_make_accounts(const struct programs *programs, struct world *world);

/* The event whose mails are being sent, or NULL. */
const struct event *programs_mailing(const struct programs *programs);

/* An operator pauses or resumes every account, as an API does. */
bool programs_control(struct programs *programs, bool pause, const char *actor, struct fault *fault) MUST_CHECK;

/* New policies, of a file in the scenario's folder, as after SIGHUP: for every program, and each account's inventory is due. */
bool programs_reload(struct programs *programs, const struct scenario *scenario, const char *file,
                     struct fault *fault) MUST_CHECK;

/* Does all that is due now; *idle_ms: until something is due again, -1 if nothing ever will be. */
bool programs_work(struct programs *programs, int64_t *idle_ms, struct fault *fault) MUST_CHECK;

#endif
