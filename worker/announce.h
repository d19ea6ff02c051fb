/* Announcing: every change becomes an event, also after a crash. Level-triggered: the events are derived from the facts that stand (stages,
 * notes, marks), and those already told are remembered in the user's status by short ids. Killed between change and announcement, the
 * next look tells it, under the same id. */
#ifndef KEYTURN_ANNOUNCE_H
#define KEYTURN_ANNOUNCE_H

#include "control.h"
#include "event.h"
#include "look.h"

enum { ANNOUNCE_FACTS = 24 + PLAN_NOTICES };

/* The events of the facts that stand in the look's ring: key.created, .activated, .deactivated, .deleted, .discarded, .reactivated,
 * .foreign; key.foreign as current_dead where the plan says that the current key is gone; rotation.skipped as in_use, with the evidence, where the
 * plan's gate holds; rotation.skipped and, once resumed, rotation.unblocked as paused; rotation.due_soon and user.overdue, whose
 * time is the moment they became due. Fills at most ANNOUNCE_FACTS, returns how many. Pure but for reading `look`. */
size_t announce_standing(const struct look *look, struct event events[ANNOUNCE_FACTS]);

/* Publishes the standing events not told before, and remembers them. Where Redis forgot what was told, only changes younger than 24 h are
 * told again, and every notice that stands. False: Kafka or Redis is down, and nothing may be changed. */
bool announce_facts(struct look *look, struct fault *fault) MUST_CHECK;

/* Publishes rotation.blocked, .skipped, .planned or .unblocked when the condition that `look->plan` names is another than the one told
 * last. Once per change, not per look. */
bool announce_condition(struct look *look, struct fault *fault) MUST_CHECK;

/* Publishes rotation.skipped for a request that `look->plan` takes off without having served it; one that is met needs no word.
 * Its time is the request's, so a crash before the tag is off tells it again under the same id. */
bool announce_refusal(struct look *look, struct fault *fault) MUST_CHECK;

/* Publishes rotation.failed for a fault; at the 1st, 2nd, 4th, 8th, ... in a row, so that an outage is no flood. */
bool announce_failure(struct look *look, const struct fault *why, int64_t next_look, struct fault *fault) MUST_CHECK;

/* Publishes account.braked, .paused or .resumed where they were not told before, and remembers them for the account. Where Redis forgot what
 * was told, only those younger than 24 h are told again. False: Kafka or Redis is down. */
bool announce_control(struct look *look, const struct control *control, struct fault *fault) MUST_CHECK;

/* Publishes account.unreachable: the account's role or credentials do not work, or its control cannot be read. `now`: Unix seconds; one event id an hour. */
bool announce_unreachable(struct look *look, const struct fault *why, int64_t now, struct fault *fault) MUST_CHECK;

#endif
