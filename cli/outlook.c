#include "outlook.h"

#include "rehearsal.h"
#include "text.h"

enum { MOST_STEPS = 64 };

static const struct {
    const char *word;
    const char *sign;
    const char *counted;
    bool always;
} kinds[OUTLOOK_KIND_COUNT] = {
#define X(kind, word, sign, counted, always) {word, sign, counted, always},
    OUTLOOKS(X)
#undef X
};

const char *outlook_word(enum outlook_kind kind) {
    return kinds[kind].word;
}

const char *outlook_sign(enum outlook_kind kind) {
    return kinds[kind].sign;
}

const char *outlook_counted(enum outlook_kind kind) {
    return kinds[kind].counted;
}

bool outlook_always_counted(enum outlook_kind kind) {
    return kinds[kind].always;
}

bool outlook_changes(enum outlook_kind kind) {
    return kind <= OUTLOOK_ASK;
}

/* --- kinds --------------------------------------------------------------------------------------------------------------- */

static const enum outlook_kind kind_of_step[STEP_COUNT] = {
    [STEP_ASK_USE] = OUTLOOK_ASK,           [STEP_VERIFY] = OUTLOOK_FINISH,
    [STEP_RECHECK] = OUTLOOK_WAITING,       [STEP_WAIT] = OUTLOOK_WAITING,
    [STEP_BLOCK] = OUTLOOK_BLOCKED,         [STEP_SKIP] = OUTLOOK_LEFT,
    [STEP_NOTICE] = OUTLOOK_WAITING,        [STEP_MAKE_SECRET] = OUTLOOK_FINISH,
    [STEP_NOTE_PROMOTED] = OUTLOOK_FINISH,  [STEP_NOTE_INACTIVE] = OUTLOOK_FINISH,
    [STEP_CLOSE_INTENTS] = OUTLOOK_FINISH,  [STEP_DROP_REQUEST] = OUTLOOK_FINISH,
    [STEP_DROP_MARK] = OUTLOOK_FINISH,      [STEP_DROP_LEAKED] = OUTLOOK_FINISH,
    [STEP_DISCARD] = OUTLOOK_FINISH,        [STEP_MARK] = OUTLOOK_DELETE,
    [STEP_PROMOTE] = OUTLOOK_FINISH,        [STEP_MOVE_BACK] = OUTLOOK_FINISH,
    [STEP_CREATE] = OUTLOOK_CREATE,         [STEP_REACTIVATE] = OUTLOOK_FINISH,
    [STEP_DEACTIVATE] = OUTLOOK_DEACTIVATE, [STEP_DELETE] = OUTLOOK_DELETE,
    [STEP_DELETE_BOTH] = OUTLOOK_DELETE,
};

enum outlook_kind outlook_kind_of_step(enum step step) {
    return kind_of_step[step];
}

enum outlook_kind outlook_kind_of(const struct plan *plan) {
    bool nobody_to_serve = plan->reason == REASON_NO_KEY || plan->reason == REASON_NO_ACTIVE_KEY;
    if (plan->shown && plan_changes(plan->step))
        return OUTLOOK_HELD;
    return nobody_to_serve ? OUTLOOK_LEFT : kind_of_step[plan->step];
}

/* --- keys ---------------------------------------------------------------------------------------------------------------- */

static void keep_keys(const struct policy *policy, const struct keyring *ring, struct outlook *outlook) {
    for (size_t i = 0; i < ring->key_count && i < KEYRING_MAX; i++) {
        const struct key *from = &ring->keys[i];
        struct outlook_key *key = &outlook->keys[outlook->key_count++];
        key->role = plan_role(policy, ring, i);
        key->active = from->status == KEY_ACTIVE;
        key->created = from->created;
        text_clip(key->id, sizeof key->id, from->id);
    }
}

const struct outlook_key *outlook_key(const struct outlook *outlook, const char *key_id) {
    for (size_t i = 0; i < outlook->key_count; i++)
        if (text_equal(outlook->keys[i].id, key_id))
            return &outlook->keys[i];
    return NULL;
}

const struct outlook_key *outlook_succeeded(const struct outlook *outlook) {
    const struct outlook_key *newest = NULL;
    for (size_t i = 0; i < outlook->key_count; i++) {
        const struct outlook_key *key = &outlook->keys[i];
        if (key->role == ROLE_CURRENT)
            return key;
        if (key->active && (newest == NULL || key->created > newest->created))
            newest = key;
    }
    return newest;
}

static const struct outlook_key *oldest_active(const struct outlook *outlook) {
    const struct outlook_key *oldest = NULL;
    for (size_t i = 0; i < outlook->key_count; i++)
        if (outlook->keys[i].active && (oldest == NULL || outlook->keys[i].created < oldest->created))
            oldest = &outlook->keys[i];
    return oldest;
}

struct watch outlook_watch(const struct policy *policy, const struct outlook *outlook) {
    struct watch watch = {.key = oldest_active(outlook)};
    if (watch.key == NULL)
        return watch;
    int64_t age = outlook->now - watch.key->created;
    for (size_t i = 0; i < policy->notify_count && watch.at == 0; i++)
        if (policy->notify_at[i] > age)
            watch.at = watch.key->created + policy->notify_at[i];
    watch.overdue = policy->notify_overdue > 0 && age >= policy->notify_overdue;
    if (policy->notify_overdue > age && (watch.at == 0 || watch.key->created + policy->notify_overdue < watch.at))
        watch.at = watch.key->created + policy->notify_overdue;
    return watch;
}

/* --- what follows -------------------------------------------------------------------------------------------------------- */

/* Waiting, trying the new key and making it current are the way from one change to the next; so is the end of a deletion that began. */
static bool is_on_the_way(const struct plan *plan, const struct plan *first) {
    if (plan->step == STEP_DELETE)
        return first->step == STEP_MARK && text_equal(plan->key, first->key);
    return outlook_kind_of(plan) == OUTLOOK_WAITING || plan->step == STEP_VERIFY || plan->step == STEP_PROMOTE;
}

static void foresee(struct rehearsal *rehearsal, struct outlook *outlook) {
    rehearsal_apply(rehearsal, &outlook->plan);
    for (int i = 0; i < MOST_STEPS && !outlook->foreseen; i++) {
        struct plan plan = rehearsal_next(rehearsal);
        outlook->foreseen = !is_on_the_way(&plan, &outlook->plan);
        outlook->next = plan;
        outlook->next_at = rehearsal->ring.now;
        rehearsal_apply(rehearsal, &plan);
    }
}

static struct plan supposing(const struct rehearsal *rehearsal, const char *key_id, enum key_use use) {
    struct rehearsal supposed = *rehearsal;
    for (size_t i = 0; i < supposed.ring.key_count; i++)
        if (text_equal(supposed.ring.keys[i].id, key_id)) {
            supposed.ring.keys[i].use = use;
            supposed.ring.keys[i].last_used = use == USE_SEEN ? supposed.ring.now : 0;
        }
    return rehearsal_next(&supposed);
}

/* What of the policy holds this user back, or makes it late. */
static void keep_delays(const struct policy *policy, const struct keyring *ring, struct outlook *outlook) {
    int64_t start = policy_start(policy, ring->user_id);
    outlook->outside = !policy_includes(policy, ring->account, ring->user_id);
    outlook->start = !outlook->outside && start > ring->now ? start : 0;
    outlook->jitter = policy_rotate_after(policy, ring->user_id) - policy->rotate_after;
    outlook->paused = ring->paused;
    outlook->paused_for_rollback = ring->paused_for_rollback;
    text_clip(outlook->paused_by, sizeof outlook->paused_by, ring->paused_by);
}

void outlook_of(const struct policy *policy, const struct keyring *ring, struct outlook *outlook) {
    struct rehearsal rehearsal;
    *outlook = (struct outlook){.now = ring->now, .kind = OUTLOOK_WATCHED};
    keep_keys(policy, ring, outlook);
    keep_delays(policy, ring, outlook);
    if (policy->notify_only && !policy->exempt)
        return;
    rehearsal_open(&rehearsal, policy, ring);
    rehearsal.ring.recheck = RECHECK_SAME; /* by the inventory, which was read just before */
    outlook->plan = rehearsal_next(&rehearsal);
    outlook->kind = outlook_kind_of(&outlook->plan);
    if (outlook->kind == OUTLOOK_ASK) {
        outlook->if_used = supposing(&rehearsal, outlook->plan.key, USE_SEEN);
        outlook->if_never = supposing(&rehearsal, outlook->plan.key, USE_NEVER);
    } else if (outlook->kind <= OUTLOOK_FINISH || outlook->kind == OUTLOOK_WAITING) {
        foresee(&rehearsal, outlook);
    }
}
