/* STS: who am I, and the role of an account. */
#ifndef KEYTURN_STS_H
#define KEYTURN_STS_H

#include "aws.h"
#include "keyring.h"

struct sts_identity {
    char account[ACCOUNT_SIZE];
    char arn[ARN_SIZE];
    char user_id[USER_ID_SIZE];
};

/* GetCallerIdentity with the session's credentials. */
bool sts_get_caller_identity(struct aws *aws, struct sts_identity *identity, struct fault *fault) MUST_CHECK;

/* Tries a key that is no session's: GetCallerIdentity `successes` times in a row at each of two regional endpoints (the
 * session's region and verify_region), signed by that key, ARN and UserId compared. One attempt a call. PROVEN: every call named
 * the expected user. REFUSED: both endpoints refused the key itself (InvalidClientTokenId, UnrecognizedClientException,
 * SignatureDoesNotMatch). UNANSWERED: anything else, `fault` says what. */
enum key_proof sts_prove_key(struct aws *aws, const char *key_id, const struct secret *secret_access_key,
                             const char *user_arn_or_name, const char *user_id, int64_t successes,
                             struct fault *fault) MUST_CHECK;

/* AssumeRole for 1 h (chained roles get no more) with the program's own credentials. */
bool sts_assume_role(struct aws *aws, const char *role_arn, const char *external_id, const char *session_name,
                     struct credentials *credentials, struct fault *fault) MUST_CHECK;

#endif
