/* What people do to their users and keys, as a scenario says. */
#ifndef KEYTURN_TESTS_HANDS_H
#define KEYTURN_TESTS_HANDS_H

#include "journal.h"
#include "scenario.h"

/* Tells the journal of a user and its keys. */
void hands_know(struct journal *journal, const struct world_user *user);

/* Does one thing and writes it down. False: the scenario asks for something that is not there. */
bool hands_do(const struct scenario *scenario, const struct hand *hand, struct world *world,
              struct world_account *account, struct journal *journal, struct fault *fault) MUST_CHECK;

#endif
