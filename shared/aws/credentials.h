/* Whose credentials sign: of this program (environment, or a profile of the shared files), and per account by AssumeRole.
 * One cache per process, shared by all threads: refreshed at 75 % of its life, one refresh at a time. */
#ifndef KEYTURN_CREDENTIALS_H
#define KEYTURN_CREDENTIALS_H

#include "fault.h"
#include "secret.h"

enum { TOKEN_CAPACITY = 16 * 1024 };

/* One set. open/close own the secrets; copies are made by credentials_copy(). */
struct credentials {
    char access_key_id[KEY_ID_SIZE]; /* empty: none */
    struct secret secret_access_key;
    struct secret session_token; /* empty: long-term credentials */
    int64_t expires;             /* Unix seconds; 0 = never */
};

/* Opens `copy` as a whole copy; both are closed on their own. Closing wipes; a zeroed struct may be closed. */
void credentials_copy(struct credentials *copy, const struct credentials *credentials);
void credentials_close(struct credentials *credentials);

/* The program's own, in the SDKs' order: AWS_ACCESS_KEY_ID/AWS_SECRET_ACCESS_KEY/AWS_SESSION_TOKEN, then AWS_PROFILE (or
 * "default") in AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials) and AWS_CONFIG_FILE (~/.aws/config), static keys only.
 * FAULT_CONFIG names what was tried. */
bool credentials_find(struct credentials *found, struct fault *fault) MUST_CHECK;

#endif
