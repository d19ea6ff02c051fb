#include "glance.h"

#include "control.h"
#include "log.h"
#include "mem.h"
#include "scope.h"

/* Where no policy selects the user: it only keeps times. */
static void take_nobodys(struct glance *glance) {
    policy_defaults(&glance->own);
    glance->ring.in_scope = false;
}

static bool take_policy(struct glance *glance, const char *account, struct fault *fault) {
    struct override override;
    struct fault refused;
    const struct policy *owner = scope_policy(glance->policies, account, &glance->user);
    if (glance->user.truncated)
        return fault_set(fault, FAULT_INVALID, "GetUser", "%s has more groups or tags than can be judged",
                         glance->user.name);
    if (owner == NULL) {
        take_nobodys(glance);
        return true;
    }
    scope_override(owner, &glance->user, &override);
    if (!override_apply(owner, &override, &glance->own, &refused))
        text_clip(glance->refused, sizeof glance->refused, refused.message);
    glance->ring.in_scope = !glance->own.exempt;
    return true;
}

/* What holds the account; what nobody could read holds like a pause. */
static void take_hold(struct call *call, struct glance *glance, const char *account) {
    struct control control;
    struct fault fault;
    bool read = control_read(glance->aws, call->api->config, account, &control, &fault);
    glance->hold = read ? control_hold(&control) : ACCOUNT_UNREAD;
    glance->held_since = read ? control_held_since(&control) : 0;
    if (!read)
        log_fault(LOG_WARN, "the control of an account was not read", &fault, "account", account, NULL);
}

static bool look(struct glance *glance, const char *account, struct fault *fault) {
    struct observe_target target = {.account = account,
                                    .user = glance->user.name,
                                    .user_id = glance->user.id,
                                    .secret_name = glance->secret_name,
                                    .in_scope = glance->ring.in_scope};
    if (!observe(glance->aws, &target, &glance->ring, &glance->secret, fault))
        return false;
    glance->ring.account_hold = glance->hold;
    glance->ring.account_held_since = glance->held_since;
    glance->ring.recheck = glance->ring.in_scope ? RECHECK_SAME : RECHECK_OUT_OF_SCOPE;
    return true;
}

static bool see(struct call *call, struct glance *glance, const char *account, const char *user, struct fault *fault) {
    glance->aws = bench_aws(call->bench, fault);
    if (glance->aws == NULL || !call_may_look(call, account, fault) || !aws_use_account(glance->aws, account, fault) ||
        !iam_get_user(glance->aws, user, &glance->user, fault) ||
        !iam_list_groups_for_user(glance->aws, user, &glance->user, fault) || !take_policy(glance, account, fault) ||
        !config_secret_name(call->api->config, account, user, glance->user.id, glance->secret_name,
                            sizeof glance->secret_name, fault))
        return false;
    take_hold(call, glance, account);
    return look(glance, account, fault);
}

struct glance *glance_open(struct call *call) {
    const char *account = web_parameter(call->request, "account");
    const char *user = web_parameter(call->request, "user");
    struct fault fault;
    if (!call_sees_user(call, account, user)) {
        call_not_found(call);
        return NULL;
    }
    struct glance *glance = mem_zero(1, sizeof *glance);
    glance->policies = policies_hold(call->api->policies);
    if (see(call, glance, account, user, &fault))
        return glance;
    if (fault.kind == FAULT_GONE)
        call_not_found(call);
    else
        call_fault(call, &fault);
    glance_close(call, glance);
    return NULL;
}

void glance_close(struct call *call, struct glance *glance) {
    if (glance == NULL)
        return;
    policies_release(call->api->policies, glance->policies);
    mem_free(glance);
}
