/* A user as answers show it. Pure but for the policies in force, which the caller holds. */
#ifndef KEYTURN_USER_VIEW_H
#define KEYTURN_USER_VIEW_H

#include "doc.h"
#include "user_state.h"

enum { MASKED_KEY_SIZE = 12 };

enum view_keys { VIEW_KEYS_MASKED, VIEW_KEYS_WHOLE };

/* One user, as an object of docs/openapi.json: account, user, user_id, policy, state, owner, max_age_seconds, seen, next, current_key, keys.
 * `now` is for ages, Unix seconds. The caller closes it. */
struct doc *user_view(const char *account, const char *user, const struct status *status, const struct policy *policy,
                      enum view_keys how, int64_t now);

/* "AKIA...MPLE": the first and last four characters. */
void user_view_mask(const char *key_id, char masked[MASKED_KEY_SIZE]);

#endif
