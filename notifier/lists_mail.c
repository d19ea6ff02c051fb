/* The mail of a period's digest:
 *
 *     due ─claim─► CLAIMED ─written─► BEGUN ─settled, sent─► gone
 *      ▲              │                 │ └─refused, or perhaps sent─► notice.failed, a line in the next digest ─► gone
 *      └──────────────┴───not now───────┘                              as for one that cannot be written
 *
 * One found begun by somebody who is gone may have been sent, and ends like one perhaps sent. */
#include "lists.h"

#include "clock.h"
#include "gather.h"
#include "instant.h"
#include "log.h"
#include "metrics.h"
#include "publish.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_LOST = DIGEST_LISTS, LISTS };

/* A digest at hand. */
struct digest {
    const struct post *post;
    const char *name;
    char policy[POLICY_NAME_SIZE];
    int64_t end; /* of its period */
    char token[GATHER_TOKEN_SIZE];
    char account[ACCOUNT_SIZE]; /* of the first entry: an event is about an account */
    struct text lines[LISTS];
    int64_t counts[LISTS];
    int64_t more;
};

static void count(const char *result) {
    metric_add(METRIC_MAIL_SENT, 1.0, letter_name(LETTER_LISTS), result, NULL);
}

static const char *list_name(int list) {
    return list == LIST_LOST ? "lost" : digest_list_names[list];
}

/* --- reading */

static void take_entry(const char *field, const char *value, void *context) {
    struct digest *digest = context;
    char *line;
    int64_t number = strtoll(value, &line, 10);
    size_t length = strcspn(field, ":");
    line += *line == ' ' ? 1 : 0;
    for (int list = 0; list < LISTS; list++) {
        if (strlen(list_name(list)) != length || strncmp(field, list_name(list), length) != 0)
            continue;
        digest->counts[list] += number;
        text_format(&digest->lines[list], "%s\n", line);
        if (digest->account[0] == '\0' && list != LIST_LOST)
            snprintf(digest->account, sizeof digest->account, "%.12s", line);
    }
}

static void open_digest(struct digest *digest, const struct post *post, const char *name) {
    const char *colon = strrchr(name, ':');
    size_t length = colon == NULL ? strlen(name) : (size_t)(colon - name);
    *digest = (struct digest){.post = post, .name = name};
    snprintf(digest->policy, sizeof digest->policy, "%.*s", (int)length, name);
    digest->end = colon == NULL ? 0 : strtoll(colon + 1, NULL, 10);
    for (int list = 0; list < LISTS; list++)
        text_open(&digest->lines[list], LETTER_CEILING / 2);
}

static void close_digest(struct digest *digest) {
    for (int list = 0; list < LISTS; list++)
        text_close(&digest->lines[list]);
}

static bool read_digest(struct digest *digest, struct fault *fault) {
    return gather_each(digest->post->store, digest->name, take_entry, digest, &digest->more, fault);
}

/* --- writing */

static const struct {
    int list;
    const char *one;
    const char *many;
} words[] = {
    {DIGEST_ROTATIONS, "rotation", "rotations"},
    {DIGEST_TWO_ACTIVE, "user with two active keys", "users with two active keys"},
    {DIGEST_OVERDUE, "user overdue", "users overdue"},
    {DIGEST_NO_RECIPIENT, "user without an address", "users without an address"},
    {LIST_LOST, "digest in doubt", "digests in doubt"},
};

static void sum_up(const struct digest *digest, char *summary, size_t size) {
    size_t used = 0;
    summary[0] = '\0';
    for (size_t i = 0; i < COUNT_OF(words) && used < size; i++) {
        int64_t number = digest->counts[words[i].list];
        if (number > 0)
            used += (size_t)snprintf(summary + used, size - used, "%s%" PRId64 " %s", used > 0 ? ", " : "", number,
                                     number == 1 ? words[i].one : words[i].many);
    }
}

static bool write_letter(const struct digest *digest, struct letter *letter, struct fault *fault) {
    char from[INSTANT_SIZE];
    char to[INSTANT_SIZE];
    char since[INSTANT_SIZE] = "";
    char summary[256];
    char more[24] = "";
    int64_t since_ms = 0;
    bool fresh = false;
    int64_t begin = slots_begin(&digest->post->config->notify.digest.slots, digest->end - 1);
    if (!ledger_epoch(digest->post->store, &since_ms, &fresh, fault))
        return false;
    instant_iso(begin, from);
    instant_iso(digest->end, to);
    if (since_ms > begin * 1000)
        instant_iso(since_ms / 1000, since);
    if (digest->more > 0)
        snprintf(more, sizeof more, "%" PRId64, digest->more);
    sum_up(digest, summary, sizeof summary);
    struct letter_lists lists = {
        .policy = digest->policy, .from = from, .to = to, .summary = summary, .more = more, .since = since};
    for (int list = 0; list < DIGEST_LISTS; list++)
        lists.lists[list] = digest->lines[list].bytes;
    lists.lost = digest->lines[LIST_LOST].bytes;
    return letter_write_lists(letter, &lists, fault);
}

/* --- what could not be told */

static bool tell_failure(const struct digest *digest, const struct fault *why, struct fault *fault) {
    struct event event = {.type = EVENT_NOTICE_FAILED, .time = digest->end};
    text_clip(event.partition, sizeof event.partition, "aws");
    text_clip(event.account, sizeof event.account, digest->account);
    text_clip(event.policy, sizeof event.policy, digest->policy);
    snprintf(event.reason, sizeof event.reason, "digest_%s", fault_name(why->kind));
    snprintf(event.message, sizeof event.message, "the digest to the admin %s: %s",
             why->kind == FAULT_UNKNOWN ? "may or may not have been sent" : "was not sent", fault_sentence(why->kind));
    /* One with nothing but digests lost before it is about no account. */
    return digest->account[0] == '\0' || publish_event(digest->post->writer, &event, fault);
}

static bool give_up(const struct digest *digest, const struct fault *why, struct fault *fault) {
    char field[GATHER_FIELD_SIZE];
    char line[128];
    char until[INSTANT_SIZE];
    instant_iso(digest->end, until);
    snprintf(field, sizeof field, "%s:%s", list_name(LIST_LOST), until);
    snprintf(line, sizeof line, "until %s: %s", until,
             why->kind == FAULT_UNKNOWN ? "it may or may not have been sent" : "it was not sent");
    count("failed");
    return tell_failure(digest, why, fault) &&
           lists_enter_line(digest->post, digest->policy, digest->name, field, line, fault) &&
           gather_end(digest->post->store, digest->name, fault);
}

/* --- sending */

static bool is_patient(const struct digest *digest) {
    int64_t now = 0;
    struct fault fault;
    return !store_now(digest->post->store, &now, &fault) || now - digest->end * 1000 < LISTS_PATIENCE_MS;
}

static bool take_result(const struct digest *digest, enum channel_result result, bool *sent, struct fault *fault) {
    struct fault second;
    const struct fault why = *fault;
    *sent = result == CHANNEL_SENT;
    if (*sent) {
        count("sent");
        log_line(LOG_INFO, "digest sent", "policy", digest->policy, NULL);
        return gather_end(digest->post->store, digest->name, fault);
    }
    if (result != CHANNEL_NOT_NOW || !is_patient(digest))
        return give_up(digest, &why, fault);
    count("later");
    if (!gather_release(digest->post->store, digest->name, digest->token, &second))
        *fault = second;
    return false;
}

static bool mail(const struct digest *digest, const struct letter *letter, bool *sent, struct fault *fault) {
    const struct post *post = digest->post;
    bool ours = false;
    if (!gather_begin(post->store, digest->name, digest->token, &ours, fault))
        return false;
    if (!ours)
        return true;
    clock_sleep_ms(post->config->notify.settle_ms); /* until it is on Redis' disk */
    enum channel_result result =
        channel_ses_send(post->aws, post->pace, post->config->notify.from, post->config->notify.admin, letter, fault);
    return take_result(digest, result, sent, fault);
}

/* What it holds makes no letter, now or later: it must not keep the place of those that do. */
static bool give_up_unwritten(const struct digest *digest, struct fault *fault) {
    const struct fault why = *fault;
    log_fault(LOG_ERROR, "a digest cannot be written and is not sent", &why, "policy", digest->policy, NULL);
    return give_up(digest, &why, fault);
}

static bool send_claimed(struct digest *digest, bool *sent, struct fault *fault) {
    struct letter letter = {0};
    if (!read_digest(digest, fault))
        return false;
    if (!write_letter(digest, &letter, fault))
        return fault->kind == FAULT_INVALID && give_up_unwritten(digest, fault);
    bool well = mail(digest, &letter, sent, fault);
    letter_close(&letter);
    return well;
}

static bool send_one(struct digest *digest, bool *sent, struct fault *fault) {
    static const struct fault doubt = {.kind = FAULT_UNKNOWN};
    enum gather_state state = GATHER_GONE;
    if (!gather_claim(digest->post->store, digest->name, digest->token, &state, fault))
        return false;
    if (state == GATHER_CLAIMED)
        return send_claimed(digest, sent, fault);
    return state != GATHER_IN_DOUBT || (read_digest(digest, fault) && give_up(digest, &doubt, fault));
}

bool lists_send(const struct post *post, size_t *sent, struct fault *fault) {
    char names[GATHER_DUE_MOST][GATHER_NAME_SIZE];
    size_t due = 0;
    bool well = true;
    *sent = 0;
    if (post->config->notify.admin[0] == '\0')
        return true;
    if (!gather_due(post->store, names, &due, fault))
        return false;
    for (size_t i = 0; i < due; i++) {
        struct digest digest;
        bool went = false;
        open_digest(&digest, post, names[i]);
        well = send_one(&digest, &went, fault) && well;
        *sent += went ? 1 : 0;
        close_digest(&digest);
    }
    return well;
}
