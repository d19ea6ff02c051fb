/* Which events one stream gets: those of users its key may see, narrowed by the query. Pure. */
#ifndef KEYTURN_EVENT_FILTER_H
#define KEYTURN_EVENT_FILTER_H

#include "api_key.h"
#include "vocabulary.h"

enum { EVENT_TYPE_ANY = -1 };

struct event_filter {
    char account[ACCOUNT_SIZE]; /* "": all */
    int type;                   /* enum event_type, or EVENT_TYPE_ANY */
};

/* From the query: an account of 12 digits, a type such as "key.created"; NULL: not asked for. False with *wrong, the name of the parameter that is
 * none. */
bool event_filter_read(const char *account, const char *type, struct event_filter *filter,
                       const char **wrong) MUST_CHECK;

/* Does an event of this type, about this user, go to who holds the key? An event about a whole account has an empty user, and goes to who may see
 * anything of the account. */
bool event_filter_lets(const struct event_filter *filter, const struct api_key *key, enum event_type type,
                       const char *account, const char *user);

#endif
