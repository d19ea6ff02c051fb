/* The look: two reads (ListAccessKeys, DescribeSecret) become a keyring. Shared by the worker and `keyturn plan`. */
#ifndef KEYTURN_OBSERVE_H
#define KEYTURN_OBSERVE_H

#include "aws.h"
#include "iam_read.h"
#include "keyring.h"
#include "policy.h"
#include "secretsmanager.h"
#include "tags.h"

/* Whom to look at. The strings are borrowed. */
struct observe_target {
    const char *account;
    const char *user;
    const char *user_id;
    const char *secret_name;
    bool in_scope;
    bool no_recipient;
};

/* Begins a look (aws_look_begin) in the account and reads, IAM first: the Date of its answer is the ring's now. `description` keeps what DescribeSecret said (ARN, versions) for the acts.
 * FAULT_GONE: the user does not exist. */
bool observe(struct aws *aws, const struct observe_target *target, struct keyring *ring,
             struct secret_description *description, struct fault *fault) MUST_CHECK;

/* The pure half: from what the two reads said to the keyring. Tags that cannot be understood make it incomplete, never fail it. */
void observe_read(const struct iam_key_list *keys, const struct secret_description *description,
                  const struct observe_target *target, int64_t now, struct keyring *ring);

/* The recheck made before every changing look: GetUser, ListGroupsForUser. Sets ring->recheck by the policy set: the first policy that selects the user must
 * still be `policy`. Also marks keys the console described (a user tag named like the key). */
bool observe_recheck(struct aws *aws, const struct policy_set *policies, const struct policy *policy,
                     struct keyring *ring, struct iam_user *user, struct fault *fault) MUST_CHECK;

/* GetAccessKeyLastUsed into the ring's key. FAULT_CONFLICT if AWS says the key is another user's. */
bool observe_use(struct aws *aws, struct keyring *ring, const char *key_id, struct fault *fault) MUST_CHECK;

/* Tries the key: reads its secret by version id and stage, proves it at both endpoints, sets its proof. True whatever the proof; with
 * PROOF_UNANSWERED `fault` says why (a secret that cannot be read, or is not this key's, is unanswered too). False: the key is not in the ring. */
bool observe_proof(struct aws *aws, const struct policy *policy, const char *secret_name, struct keyring *ring,
                   const char *key_id, struct fault *fault) MUST_CHECK;

#endif
