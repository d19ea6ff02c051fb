/* Secrets Manager: the truth about which secret is current. Writes check first that the look is fresh (FAULT_LATE). */
#ifndef KEYTURN_SECRETSMANAGER_H
#define KEYTURN_SECRETSMANAGER_H

#include "aws.h"
#include "keyring.h"
#include "policy.h"

enum {
    SECRET_NAME_SIZE = 513,
    SECRET_VERSIONS = 32,
    SECRET_TAGS = 50,
    SECRET_STAGES = 8,
    SECRET_VALUE_MAX = 64 * 1024
};

struct secret_version {
    char id[VERSION_ID_SIZE];
    bool current;  /* AWSCURRENT */
    bool pending;  /* AWSPENDING */
    bool previous; /* AWSPREVIOUS */
};

struct secret_tag {
    char key[TAG_KEY_SIZE];
    char value[257];
};

struct secret_description {
    enum secret_state state; /* ABSENT: ResourceNotFoundException, all else empty */
    char arn[ARN_SIZE];
    char name[SECRET_NAME_SIZE];
    size_t version_count;
    struct secret_version versions[SECRET_VERSIONS]; /* each has a stage */
    size_t tag_count;
    struct secret_tag tags[SECRET_TAGS];
    bool truncated; /* more than fit */
};

/* The content of a version: {"AccessKeyId","SecretAccessKey","CreatedDate","UserName","Account"}. */
struct secret_value {
    char access_key_id[KEY_ID_SIZE];
    struct secret secret_access_key;
    char version_id[VERSION_ID_SIZE];
    char created[40];
    char user[USER_NAME_SIZE];
    char account[ACCOUNT_SIZE];
    bool placeholder; /* {"keyturn":"none"} */
};

/* Wipes what a read filled in. A zeroed struct may be closed. */
void secret_value_close(struct secret_value *value);

/* DescribeSecret. A secret that does not exist is no fault: state ABSENT. */
bool secrets_describe(struct aws *aws, const char *name, struct secret_description *description,
                      struct fault *fault) MUST_CHECK;

/* CreateSecret with the placeholder under its fixed version id, tags, and a KMS key (empty: the account's own).
 * One that exists already counts as done. */
bool secrets_create_placeholder(struct aws *aws, const char *name, const char *kms_key_id,
                                const struct secret_tag *tags, size_t tag_count, struct fault *fault) MUST_CHECK;

/* PutSecretValue as AWSPENDING under the key-derived version id, the same bytes on every retry, retried within the look's
 * freshness. *outcome_unknown: some attempt may have been applied (the fault's kind is then FAULT_UNKNOWN); false: every attempt
 * was definitely refused. */
bool secrets_put_pending(struct aws *aws, const char *name, const struct secret_value *value, bool *outcome_unknown,
                         struct fault *fault) MUST_CHECK;

/* GetSecretValue by stage ("AWSCURRENT", "AWSPENDING", "AWSPREVIOUS") or by version id together with a stage that is known to be
 * on it; either may be NULL but not both; moto returns the first version when no stage is named. FAULT_GONE if there is none. */
bool secrets_get(struct aws *aws, const char *name, const char *version_id, const char *stage,
                 struct secret_value *value, struct fault *fault) MUST_CHECK;

/* UpdateSecretVersionStage: moves AWSCURRENT to `to` from `from`, the holder seen in this look: compare-and-swap. FAULT_CONFLICT
 * if another version holds it now. */
bool secrets_move_current(struct aws *aws, const char *name, const char *to, const char *from,
                          struct fault *fault) MUST_CHECK;

/* TagResource, UntagResource: several at once. */
bool secrets_tag(struct aws *aws, const char *name, const struct secret_tag *tags, size_t count,
                 struct fault *fault) MUST_CHECK;
bool secrets_untag(struct aws *aws, const char *name, const char (*keys)[TAG_KEY_SIZE], size_t count,
                   struct fault *fault) MUST_CHECK;

#endif
