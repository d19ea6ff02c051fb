/* Does a user keep to its policy? Judged on what the API says of it. Pure; owns nothing. */
#ifndef KEYTURN_COMPLIANCE_H
#define KEYTURN_COMPLIANCE_H

#include "doc.h"

/* UNKNOWN: no policy, or nobody looked yet. */
enum compliance { COMPLIANCE_YES, COMPLIANCE_NO, COMPLIANCE_UNKNOWN, COMPLIANCE_COUNT };

enum { COMPLIANCE_WHY_SIZE = 256 };

/* `user`: as GET /accounts/{account}/users/{user} tells it. No active key may be older than `max_age_seconds`; `why` says which is, or what is unknown, and is empty
 * of one that complies. */
enum compliance compliance_of(const struct doc *user, char why[COMPLIANCE_WHY_SIZE]);

/* "yes", "no", "unknown". */
const char *compliance_name(enum compliance compliance);

#endif
