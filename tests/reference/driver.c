/* Reads keyrings as flat records (see ring.py) from standard input and writes what plan_next answers to each. */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    POLICY_FIELDS = 29,
    HEAD_FIELDS = 37,
    KEY_FIELDS = 13,
    SLOTS = 3,
    RECORD = HEAD_FIELDS + SLOTS * KEY_FIELDS,
    NOTICES = 6,
    ANSWER = 18 + 4 * NOTICES,
};

static const char *const ids[] = {"AKIAREFERENCE0000001", "AKIAREFERENCE0000002", "AKIAREFERENCE0000003",
                                  "AKIAREFERENCE000GONE"};
static struct policy policies[POLICY_MAX];

static void name_key(char id[KEY_ID_SIZE], int32_t which) {
    snprintf(id, KEY_ID_SIZE, "%s", which < 0 ? "" : ids[which]);
}

static int32_t key_named(const char *id) {
    for (size_t i = 0; i < COUNT_OF(ids); i++)
        if (strcmp(id, ids[i]) == 0)
            return (int32_t)i;
    return id[0] == '\0' ? -1 : -2;
}

static bool read_numbers(int32_t *numbers, size_t count) {
    return fread(numbers, sizeof *numbers, count, stdin) == count;
}

static void fill_more(struct policy *policy, const int32_t *n) {
    policy->in_use_old_idle = n[15];
    policy->in_use_max_hold = n[16];
    policy->calendar.has_window = n[18] != 0;
    policy->calendar.days = 127;
    policy->calendar.from = n[17];
    policy->calendar.to = n[18];
    policy->rollout = n[19];
    policy->effective = n[20];
    for (size_t i = 0; i < 2 && n[21 + i] != 0; i++)
        policy->warn_before[policy->warn_count++] = n[21 + i];
    policy->notify_only = n[23] != 0;
    for (size_t i = 0; i < 2 && n[24 + i] != 0; i++)
        policy->notify_at[policy->notify_count++] = n[24 + i];
    policy->notify_overdue = n[26];
    policy->exempt = n[27] != 0;
    policy->missing = n[28] != 0 ? MISSING_SKIP_USER : MISSING_FALLBACK_ADMIN;
}

static bool read_policy(struct policy *policy) {
    int32_t n[POLICY_FIELDS];
    if (!read_numbers(n, POLICY_FIELDS))
        return false;
    policy_defaults(policy);
    fill_more(policy, n);
    policy->mode = (enum policy_mode)n[0];
    policy->rotate_after = n[1];
    policy->deactivate_after = n[2];
    policy->min_overlap = n[3];
    policy->delete_rule = (enum delete_rule)n[4];
    policy->delete_after = n[5];
    policy->min_inactive = n[6];
    policy->two_active = (enum two_active_rule)n[7];
    policy->spare_inactive = (enum spare_inactive_rule)n[8];
    policy->two_inactive = (enum two_inactive_rule)n[9];
    policy->slot_conflict = (enum slot_conflict_rule)n[10];
    policy->verify_settle = n[11];
    policy->verify_timeout = n[12];
    policy->floor = n[13];
    policy->mail = n[14] != 0 ? MAIL_INLINE : MAIL_NONE;
    return true;
}

static void fill_key(struct key *key, const char *id, const int32_t *n) {
    snprintf(key->id, sizeof key->id, "%s", id);
    key->status = (enum key_status)n[0];
    key->created = n[1];
    key->stored = n[2] != 0;
    key->current = n[3] != 0;
    key->pending = n[4] != 0;
    key->previous = n[5] != 0;
    key->described = n[6] != 0;
    key->deleting = n[7];
    key->discarding = n[8] != 0;
    key->leaked = n[9];
    key->use = (enum key_use)n[10];
    key->last_used = n[11];
    key->proof = (enum key_proof)n[12];
}

static void fill_secret(struct keyring *ring, const int32_t *n) {
    ring->secret = (enum secret_state)n[7];
    ring->placeholder_current = n[8] != 0;
    ring->torn = n[9] != 0;
    name_key(ring->current_id, n[10]);
    if (n[10] >= 0)
        keyring_version_of(ring->current_id, ring->current_version);
    else if (ring->placeholder_current)
        snprintf(ring->current_version, sizeof ring->current_version, "%s", keyring_placeholder_version);
}

static void fill_tags(struct keyring *ring, const int32_t *n) {
    name_key(ring->promoted.key, n[11]);
    ring->promoted.at = n[12];
    name_key(ring->inactive.key, n[13]);
    ring->inactive.at = n[14];
    name_key(ring->inactive_too, n[15]);
    ring->intent_count = (size_t)n[16];
    for (size_t i = 0; i < 2; i++) {
        snprintf(ring->intents[i].id, INTENT_ID_SIZE, "intent%zu", i);
        ring->intents[i].at = n[17 + i];
    }
    ring->discards = n[19];
    ring->last_discard = n[20];
    ring->asked.kind = (enum request_kind)n[21];
    name_key(ring->asked.key, n[22]);
    ring->asked.at = n[23];
    ring->leaked_at = n[24];
    ring->paused = n[25];
    ring->paused_for_rollback = n[26] != 0;
    ring->resumed = n[27];
    ring->promoted_this_look = n[28] != 0;
    ring->gone_count = n[29] >= 0 ? 1 : 0;
    snprintf(ring->gone[0].key, KEY_ID_SIZE, "AKIAREFERENCE000MARK");
    ring->gone[0].at = n[30];
    ring->gone[0].discarding = n[31] != 0;
}

/* The account, and a leaked key that is gone: the one whose mark stands, another, or the one AWSCURRENT may still name. */
static void fill_account(struct keyring *ring, const int32_t *n) {
    static const char *const leaked[] = {"AKIAREFERENCE000MARK", "AKIAREFERENCE000LEAK", "AKIAREFERENCE000GONE"};
    ring->account_hold = (enum account_hold)n[32];
    ring->account_held_since = n[33];
    ring->leak_gone_count = n[34] >= 0 ? 1 : 0;
    snprintf(ring->leaks_gone[0].key, KEY_ID_SIZE, "%s", n[34] >= 0 ? leaked[n[34]] : "");
    ring->leaks_gone[0].at = n[35];
    ring->no_recipient = n[36] != 0;
}

static void fill(struct keyring *ring, const int32_t *n) {
    memset(ring, 0, sizeof *ring);
    ring->now = n[1];
    ring->in_scope = n[2] != 0;
    ring->recheck = (enum recheck)n[3];
    ring->key_count = (size_t)n[4];
    ring->truncated = n[5] != 0;
    ring->incomplete = n[6] != 0;
    fill_secret(ring, n);
    fill_tags(ring, n);
    fill_account(ring, n);
    for (size_t i = 0; i < ring->key_count; i++)
        fill_key(&ring->keys[i], ids[i], n + HEAD_FIELDS + i * KEY_FIELDS);
}

static void answer_notices(const struct policy *policy, const struct keyring *ring, int32_t *out) {
    struct plan_notices notices;
    plan_notices(policy, ring, &notices);
    out[0] = (int32_t)notices.count;
    for (size_t i = 0; i < notices.count && i < NOTICES; i++) {
        out[1 + 4 * i] = (int32_t)notices.all[i].reason;
        out[2 + 4 * i] = key_named(notices.all[i].key);
        out[3 + 4 * i] = (int32_t)notices.all[i].at;
        out[4 + 4 * i] = (int32_t)notices.all[i].due;
    }
}

static bool answer(const struct policy *policy, const struct keyring *ring) {
    struct plan plan = plan_next(policy, ring);
    int32_t closes = 0;
    for (size_t i = 0; i < ring->intent_count; i++)
        closes |= plan_closes_intent(policy, ring, i) ? 1 << i : 0;
    int32_t out[ANSWER] = {plan.row,
                           (int32_t)plan.step,
                           (int32_t)plan.reason,
                           key_named(plan.key),
                           key_named(plan.key_too),
                           (int32_t)plan.not_before,
                           plan.emergency,
                           plan.current_gone,
                           closes,
                           -1,
                           -1,
                           -1,
                           plan.shown,
                           key_named(plan.gate.key),
                           (int32_t)plan.gate.since,
                           (int32_t)plan.gate.until,
                           (int32_t)plan.gate.last_used};
    for (size_t i = 0; i < ring->key_count; i++)
        out[9 + i] = (int32_t)plan_role(policy, ring, i);
    answer_notices(policy, ring, out + 17);
    return fwrite(out, sizeof out, 1, stdout) == 1;
}

int main(void) {
    static struct keyring ring;
    int32_t count, record[RECORD];
    bool sound = read_numbers(&count, 1) && count > 0 && count <= POLICY_MAX;
    for (int32_t i = 0; sound && i < count; i++)
        sound = read_policy(&policies[i]);
    while (sound && read_numbers(record, RECORD)) {
        fill(&ring, record);
        sound = answer(&policies[record[0]], &ring);
    }
    return sound && feof(stdin) && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
