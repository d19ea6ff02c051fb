#include "subject.h"

#include "cache.h"
#include "iam_read.h"
#include "mem.h"
#include "status.h"
#include "vocabulary.h"

#include <string.h>

enum {
    ACCOUNTS_AT_ONCE = 8, /* asked of Redis on a thread that serves others too */
    ACCOUNTS_ASKED = 16,  /* of IAM, for one call */
};

/* --- what the policy says */

static int64_t floor_of(const struct config *config) {
    return config->unsafe_test_clock_floor > 0 ? config->unsafe_test_clock_floor : SAFETY_FLOOR;
}

/* Which policy owns the user is not known: no promise may be longer than the least of all, and where tags may change one, there is none. */
static int64_t least_overlap(const struct policy_set *set, int64_t floor) {
    int64_t least = floor;
    for (size_t i = 0; i < set->count; i++)
        if (override_allowed(&set->policies[i]))
            least = 0;
        else if (set->policies[i].min_overlap < least)
            least = set->policies[i].min_overlap;
    return least;
}

static void promise(const struct call *call, const struct policy *policy, struct subject *subject) {
    subject->overlap = policy->min_overlap;
    if (subject->overlap > 0 && subject->overlap < policy->floor)
        subject->overlap = policy->floor;
    subject->ttl = cache_ttl(policy, call->api->config->api.cache_ttl);
}

/* The policy as the user's own tags change it. */
static void promise_own(const struct call *call, const struct policy *policy, const char *line,
                        struct subject *subject) {
    struct override override;
    struct policy *own = mem_zero(1, sizeof *own);
    (void)!override_parse(line, &override);
    (void)override_apply(policy, &override, own, NULL);
    promise(call, own, subject);
    mem_free(own);
}

/* `status` NULL: not known. Where it names no policy none selects the user, so nothing turns its key off. */
static void take_policy(const struct call *call, const struct status *status, struct subject *subject) {
    const struct policy_set *set = policies_hold(call->api->policies);
    int64_t floor = floor_of(call->api->config);
    const struct policy *policy =
        status != NULL && status->policy[0] != '\0' ? policy_named(set, status->policy) : NULL;
    if (policy == NULL)
        subject->overlap = status != NULL && status->policy[0] == '\0' ? floor : least_overlap(set, floor);
    else if (status->override[0] != '\0' && override_allowed(policy))
        promise_own(call, policy, status->override, subject);
    else
        promise(call, policy, subject);
    policies_release(call->api->policies, set);
}

/* --- where it is */

static void note(struct subject *subject, const char *account, const char *user, const char *user_id) {
    text_clip(subject->account, sizeof subject->account, account);
    text_clip(subject->user, sizeof subject->user, user);
    text_clip(subject->user_id, sizeof subject->user_id, user_id);
    if (subject->account_count < SUBJECT_ACCOUNTS)
        text_clip(subject->accounts[subject->account_count], ACCOUNT_SIZE, account);
    subject->account_count++;
}

/* The accounts to look in, `account` alone or all that the key may see: calls `look` until it returns false. */
static bool each_account(struct call *call, const char *account, const char *user,
                         bool (*look)(struct call *call, const char *account, const char *user, struct subject *subject,
                                      struct fault *fault),
                         struct subject *subject, struct fault *fault) {
    const struct config *config = call->api->config;
    for (size_t i = 0; i < config->account_count; i++) {
        const char *each = config->accounts[i].id;
        bool asked = account == NULL || strcmp(each, account) == 0;
        if (asked && call_sees_user(call, each, user) && !look(call, each, user, subject, fault))
            return false;
    }
    return true;
}

/* How many accounts there are to look in, and the last of them. */
static size_t count_accounts(const struct call *call, const char *account, const char *user, const char **last) {
    const struct config *config = call->api->config;
    size_t count = 0;
    for (size_t i = 0; i < config->account_count; i++) {
        const char *each = config->accounts[i].id;
        if ((account != NULL && strcmp(each, account) != 0) || !call_sees_user(call, each, user))
            continue;
        *last = each;
        count++;
    }
    return count;
}

bool subject_sole(const struct call *call, const char *account, const char *user, struct cache_user *sole) {
    sole->user = user;
    return count_accounts(call, account, user, &sole->account) == 1;
}

/* With what is cached, as long as the user was not found elsewhere: of one who is in several accounts no credential leaves. */
static bool read_user(struct call *call, const char *account, const char *user, struct subject *subject,
                      struct status *status, struct fault *fault) {
    struct bench *bench = call->bench;
    if (call->ahead != CALL_NOT_AHEAD) {
        cache_look(&bench->ahead, call->ahead, call->api->ring, status, &bench->cached);
        subject->cached = true;
        return true;
    }
    if (subject->account_count > 0)
        return status_read_serving(bench->store, account, user, status, fault);
    subject->cached = cache_read_user(bench->store, call->api->ring, account, user, status, &bench->cached, fault);
    return subject->cached;
}

static bool look_in_redis(struct call *call, const char *account, const char *user, struct subject *subject,
                          struct fault *fault) {
    struct status status;
    if (!read_user(call, account, user, subject, &status, fault))
        return false;
    bool dead = text_equal(status.reason, reason_name(REASON_CURRENT_DEAD));
    subject->dead = subject->dead || dead;
    if (!dead && status.known && status.user_id[0] != '\0') {
        note(subject, account, user, status.user_id);
        take_policy(call, &status, subject);
    }
    return true;
}

static bool look_in_iam(struct call *call, const char *account, const char *user, struct subject *subject,
                        struct fault *fault) {
    struct aws *aws = bench_aws(call->bench, fault);
    if (aws == NULL)
        return false;
    if (!call_may_look(call, account, fault))
        return false;
    struct iam_user *found = mem_zero(1, sizeof *found);
    bool there = aws_use_account(aws, account, fault) && iam_get_user(aws, user, found, fault);
    if (there) {
        note(subject, account, found->name, found->id);
        take_policy(call, NULL, subject);
    }
    mem_free(found);
    return there || fault->kind == FAULT_GONE;
}

static enum subject_found result_of(const struct subject *subject) {
    if (subject->account_count == 0)
        return SUBJECT_NONE;
    return subject->account_count == 1 ? SUBJECT_FOUND : SUBJECT_SEVERAL;
}

/* What was read ahead names the only account. */
static bool look_where_it_may_be(struct call *call, const char *account, const char *user, struct subject *subject,
                                 struct fault *fault) {
    if (call->ahead != CALL_NOT_AHEAD)
        return look_in_redis(call, call->bench->ahead.users[call->ahead].account, user, subject, fault);
    return each_account(call, account, user, look_in_redis, subject, fault);
}

enum subject_found subject_find(struct call *call, const char *account, const char *user, struct subject *subject,
                                struct fault *fault) {
    const char *last = NULL;
    *subject = (struct subject){0};
    size_t accounts = call->ahead != CALL_NOT_AHEAD ? 1 : count_accounts(call, account, user, &last);
    if (accounts == 0)
        return SUBJECT_NONE;
    if (accounts > ACCOUNTS_AT_ONCE && !call->request->slow)
        return SUBJECT_SLOWLY;
    if (look_where_it_may_be(call, account, user, subject, fault) && (subject->account_count > 0 || subject->dead))
        return result_of(subject);
    if (!call->request->slow)
        return SUBJECT_SLOWLY;
    *subject = (struct subject){0};
    if (accounts > ACCOUNTS_ASKED) {
        fault_set(fault, FAULT_UNAVAILABLE, "GetUser",
                  "Redis does not know this user, and there are too many accounts to ask");
        return SUBJECT_FAILED;
    }
    if (!each_account(call, account, user, look_in_iam, subject, fault))
        return SUBJECT_FAILED;
    return result_of(subject);
}
