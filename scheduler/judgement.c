#include "judgement.h"

#include "digest.h"
#include "scope.h"
#include "text.h"

const struct policy *judgement_missed(const struct judgement_rules *rules, const struct iam_user *user) {
    return user->truncated ? NULL : scope_missed_by_tags(rules->policies, rules->account, user);
}

static enum judgement_verdict verdict_of(const struct policy *policy, const struct iam_user *user,
                                         const char *fingerprint, const struct status *before) {
    bool known = before->known && before->inventoried > 0;
    if (user->truncated)
        return JUDGEMENT_UNREADABLE;
    if (known && !text_equal(before->user_id, user->id))
        return policy == NULL ? JUDGEMENT_LEFT : JUDGEMENT_REPLACED;
    if (policy == NULL)
        return !before->known ? JUDGEMENT_NOT_OURS : before->policy[0] != '\0' ? JUDGEMENT_LEFT : JUDGEMENT_KEEP;
    if (!known)
        return JUDGEMENT_NEW;
    return text_equal(before->fingerprint, fingerprint) ? JUDGEMENT_KEEP : JUDGEMENT_CHANGED;
}

/* The members that IAM and the policy give; a user of no policy keeps the address it had. Every array here is as large
 * as its source. */
static void describe(const struct iam_user *user, const struct policy *policy, struct status *status) {
    text_clip(status->user_id, sizeof status->user_id, user->id);
    text_clip(status->path, sizeof status->path, user->path);
    text_clip(status->policy, sizeof status->policy, policy == NULL ? "" : policy->name);
    if (policy != NULL)
        text_clip(status->email, sizeof status->email, iam_user_recipient(user, policy));
}

/* The same share of a span for the same user, every time and on every machine. */
static int64_t share_of(int64_t span_ms, const char *user_id) {
    return span_ms > 0 ? (int64_t)(digest_number(user_id) % (uint64_t)span_ms) : 0;
}

/* No wave: each user of a changed policy at a time of its own. Before the policy is effective a look could only find that. */
static int64_t delay_of_change(const struct judgement_rules *rules, const struct policy *policy, const char *user_id) {
    int64_t spread_ms = policy->spread * 1000 < rules->spread_ms ? policy->spread * 1000 : rules->spread_ms;
    int64_t ahead = policy->effective > rules->started ? policy->effective - rules->started : 0;
    return ahead * 1000 + share_of(spread_ms, user_id);
}

/* What the user's own tags ask, and since when they do. The fingerprint is that of the policy and the tags together. */
static void describe_override(const struct judgement_rules *rules, const struct policy *policy,
                              const struct iam_user *user, struct status *status) {
    struct override override;
    struct policy own;
    char line[OVERRIDE_SIZE];
    scope_override(policy, user, &override);
    override_spell(&override, line);
    if (!text_equal(line, status->override))
        status->override_since = line[0] != '\0' ? rules->started : 0;
    text_clip(status->override, sizeof status->override, line);
    (void)override_apply(policy, &override, &own, NULL);
    text_clip(status->fingerprint, sizeof status->fingerprint, own.fingerprint);
}

static void forget_override(struct status *status) {
    status->override[0] = '\0';
    status->override_since = 0;
    status->fingerprint[0] = '\0';
}

/* The policy is as it was, so it can only be the tags: no wave. */
static bool only_tags_changed(const struct policy *policy, const struct status *before) {
    struct override override;
    struct policy own;
    if (!override_parse(before->override, &override))
        return false;
    (void)override_apply(policy, &override, &own, NULL);
    return text_equal(own.fingerprint, before->fingerprint);
}

void judgement_make(const struct judgement_rules *rules, const struct iam_user *user, const struct status *before,
                    struct judgement *judgement) {
    const struct policy *policy = user->truncated ? NULL : scope_policy(rules->policies, rules->account, user);
    struct status status = *before;
    if (policy != NULL)
        describe_override(rules, policy, user, &status);
    enum judgement_verdict verdict = verdict_of(policy, user, status.fingerprint, before);
    *judgement = (struct judgement){.verdict = verdict, .status = status};
    text_clip(judgement->user, sizeof judgement->user, user->name);
    judgement->write = verdict == JUDGEMENT_UNREADABLE ? before->known : verdict != JUDGEMENT_NOT_OURS;
    judgement->status.inventoried = rules->started;
    if (verdict != JUDGEMENT_UNREADABLE)
        describe(user, policy, &judgement->status);
    if (verdict != JUDGEMENT_UNREADABLE && policy == NULL)
        forget_override(&judgement->status);
    judgement->lower = verdict == JUDGEMENT_CHANGED || verdict == JUDGEMENT_LEFT || verdict == JUDGEMENT_REPLACED;
    bool in_its_time = verdict == JUDGEMENT_CHANGED && !only_tags_changed(policy, before);
    judgement->delay_ms = in_its_time ? delay_of_change(rules, policy, user->id) : share_of(rules->jitter_ms, user->id);
}
