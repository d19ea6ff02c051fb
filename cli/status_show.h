/* The API's users as text for people. Owns nothing. */
#ifndef KEYTURN_STATUS_SHOW_H
#define KEYTURN_STATUS_SHOW_H

#include "doc.h"
#include "text.h"

/* One line of a list: state, name, account, policy, current key, what comes next. `now`: seconds since 1970, by this host. */
void status_show_line(const struct doc *user, int64_t now, bool color, struct text *out);

/* All that is known of one user: policy, owner, secret, keys, what comes next and why, open requests, history. */
void status_show_user(const struct doc *user, int64_t now, bool color, struct text *out);

/* A user's history, newest last, one line each. */
void status_show_history(const struct doc *user, struct text *out);

#endif
