#include "world.h"

#include "clock.h"
#include "dead_letter.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

struct world world;

enum { BEGIN_S = 1795000000, EVENT_TEXT = 16 * 1024 };

void world_begin(void) {
    memset(&world, 0, sizeof world);
    world.now_ms = (int64_t)BEGIN_S * 1000;
    world.epoch_ms = world.now_ms - (int64_t)7 * 24 * 3600 * 1000;
    world.status.known = true;
    world.status.inventoried = BEGIN_S - 600;
    text_clip(world.status.user_id, USER_ID_SIZE, "AIDAEXAMPLEEXAMPLE01");
    text_clip(world.status.email, STATUS_EMAIL_SIZE, "ann@example.org");
    text_clip(world.status.policy, POLICY_NAME_SIZE, "people");
    text_clip(world.secret.account, ACCOUNT_SIZE, "111122223333");
    text_clip(world.secret.name, SECRET_NAME_SIZE, "keyturn/111122223333/AIDAEXAMPLEEXAMPLE01");
    text_clip(world.secret.version, VERSION_ID_SIZE, "keyturn-key-AKIAIOSFODNN7EXAMPLE");
    text_clip(world.secret.key, KEY_ID_SIZE, "AKIAIOSFODNN7EXAMPLE");
    text_clip(world.secret.user, USER_NAME_SIZE, "ann");
    text_clip(world.secret.owner, ACCOUNT_SIZE, "111122223333");
}

size_t world_mails_to(const char *address) {
    size_t count = 0;
    for (size_t i = 0; i < world.mail_count; i++)
        count += strcmp(world.mails[i].to, address) == 0;
    return count;
}

size_t world_failures(const char *pattern) {
    size_t count = 0;
    for (size_t i = 0; i < world.published_count; i++)
        count += world.published[i].type == EVENT_NOTICE_FAILED && text_matches(world.published[i].reason, pattern);
    return count;
}

struct kafka_message world_message(enum event_type type, int64_t age_s, struct event *event) {
    static struct text value;
    *event = (struct event){.type = type, .time = world.now_ms / 1000 - age_s, .sequence = 7};
    text_clip(event->partition, PARTITION_SIZE, "aws");
    text_clip(event->account, ACCOUNT_SIZE, "111122223333");
    text_clip(event->user, USER_NAME_SIZE, "ann");
    text_clip(event->user_id, USER_ID_SIZE, "AIDAEXAMPLEEXAMPLE01");
    text_clip(event->policy, POLICY_NAME_SIZE, "people");
    text_clip(event->key_id, KEY_ID_SIZE, "AKIAIOSFODNN7EXAMPLE");
    text_clip(event->secret_arn, ARN_SIZE, "arn:aws:secretsmanager:eu-west-1:111122223333:secret:keyturn/x");
    if (value.bytes != NULL)
        text_close(&value);
    text_open(&value, EVENT_TEXT);
    event_print(event, &value);
    return (struct kafka_message){.topic = "keyturn.events.v1", .value = value.bytes, .length = value.length};
}

/* --- is anybody there? */

bool world_reached(void) {
    size_t call = ++world.calls;
    bool down =
        world.down_at != 0 && call >= world.down_at && (world.down_for == 0 || call < world.down_at + world.down_for);
    return !down || (world.lost_answer && call == world.down_at);
}

bool world_answered(bool carried_out, struct fault *fault) {
    bool lost = world.lost_answer && world.calls == world.down_at;
    return (carried_out && !lost) ||
           fault_set(fault, FAULT_UNAVAILABLE, "world", "call %zu is not answered", world.calls);
}

/* --- clock.h */

int64_t clock_wall_ms(void) {
    return world.now_ms;
}

int64_t clock_boot_ms(void) {
    return world.now_ms;
}

void clock_sleep_ms(int64_t milliseconds) {
    world.now_ms += milliseconds;
}

/* --- store.h */

bool store_now(struct store *store, int64_t *milliseconds, struct fault *fault) {
    (void)store;
    *milliseconds = world.now_ms;
    return world_answered(world_reached(), fault);
}

bool status_read(struct store *store, const char *account, const char *user, struct status *status,
                 struct fault *fault) {
    (void)store;
    (void)account;
    (void)user;
    *status = world.status;
    return world_answered(world_reached(), fault);
}

static size_t entry_of(const char *event_id, const char *person) {
    char key[96];
    size_t i = 0;
    snprintf(key, sizeof key, "%s:%s", event_id, person);
    while (i < world.ledger_count && strcmp(world.ledger[i].key, key) != 0)
        i++;
    if (i == world.ledger_count)
        text_clip(world.ledger[i].key, sizeof world.ledger[i].key, key);
    return i;
}

bool ledger_claim(struct store *store, const char *event_id, const char *person, char token[LEDGER_TOKEN_SIZE],
                  enum ledger_state *state, int64_t *until_ms, struct fault *fault) {
    (void)store;
    if (token[0] == '\0')
        snprintf(token, LEDGER_TOKEN_SIZE, "%016zx", world.calls);
    if (!world_reached())
        return world_answered(false, fault);
    size_t i = entry_of(event_id, person);
    if (i == world.ledger_count) {
        world.ledger_count++;
        world.ledger[i].sent = false; /* one that was given back may have left its place to it */
        world.ledger[i].until_ms = world.now_ms + LEDGER_CLAIM_MS;
        text_clip(world.ledger[i].token, LEDGER_TOKEN_SIZE, token);
    }
    *until_ms = world.ledger[i].until_ms;
    *state = strcmp(world.ledger[i].token, token) == 0 ? LEDGER_CLAIMED : LEDGER_CLAIMED_BY_OTHER;
    if (*until_ms <= world.now_ms)
        *state = LEDGER_EXPIRED_CLAIM;
    if (world.ledger[i].sent)
        *state = LEDGER_SENT_BEFORE;
    return world_answered(true, fault);
}

bool ledger_sent(struct store *store, const char *event_id, const char *person, struct fault *fault) {
    (void)store;
    if (!world_reached())
        return world_answered(false, fault);
    size_t i = entry_of(event_id, person);
    world.ledger_count += i == world.ledger_count;
    world.ledger[i].sent = true;
    return world_answered(true, fault);
}

bool ledger_release(struct store *store, const char *event_id, const char *person, const char *token,
                    struct fault *fault) {
    (void)store;
    if (!world_reached())
        return world_answered(false, fault);
    size_t i = entry_of(event_id, person);
    if (i < world.ledger_count && !world.ledger[i].sent && strcmp(world.ledger[i].token, token) == 0)
        world.ledger[i] = world.ledger[--world.ledger_count];
    return world_answered(true, fault);
}

bool ledger_epoch(struct store *store, int64_t *since_ms, bool *fresh, struct fault *fault) {
    (void)store;
    if (!world_reached())
        return world_answered(false, fault);
    *fresh = world.epoch_ms == 0;
    if (*fresh)
        world.epoch_ms = world.now_ms;
    *since_ms = world.epoch_ms;
    return world_answered(true, fault);
}

/* --- kafka.h */

bool kafka_write(struct kafka_writer *writer, const char *topic, const char *key, const void *value, size_t length,
                 const struct kafka_header *headers, size_t header_count, struct fault *fault) {
    (void)writer;
    (void)topic;
    (void)key;
    (void)headers;
    (void)header_count;
    bool carried_out = world_reached() && event_parse(value, length, &world.published[world.published_count++], fault);
    return world_answered(carried_out, fault);
}

bool dead_letter_write(struct kafka_writer *writer, const char *topic, const struct kafka_message *message,
                       const struct fault *why, struct fault *fault) {
    (void)writer;
    (void)topic;
    (void)message;
    (void)why;
    if (!world_reached())
        return world_answered(false, fault);
    world.buried++;
    return world_answered(true, fault);
}

/* --- secretsmanager.h */

bool aws_use_account(struct aws *aws, const char *account, struct fault *fault) {
    (void)aws;
    (void)fault;
    text_clip(world.entered, ACCOUNT_SIZE, account);
    return true;
}

static bool is_there(const char *name, const char *version_id, const char *stage) {
    return strcmp(world.entered, world.secret.account) == 0 && strcmp(name, world.secret.name) == 0 &&
           text_equal(version_id, world.secret.version) && text_equal(stage, "AWSCURRENT");
}

bool secrets_get(struct aws *aws, const char *name, const char *version_id, const char *stage,
                 struct secret_value *value, struct fault *fault) {
    (void)aws;
    size_t turn = world.secret_reads++;
    enum fault_kind kind = turn < world.secret_answer_count ? world.secret_answers[turn] : FAULT_NONE;
    *value = (struct secret_value){0};
    world.now_ms += world.secret_takes_ms;
    world.secret_takes_ms = 0;
    if (kind == FAULT_NONE && !is_there(name, version_id, stage))
        kind = FAULT_GONE;
    if (kind != FAULT_NONE)
        return fault_set(fault, kind, "GetSecretValue", "as the story goes");
    text_clip(value->access_key_id, KEY_ID_SIZE, world.secret.key);
    text_clip(value->user, USER_NAME_SIZE, world.secret.user);
    text_clip(value->account, ACCOUNT_SIZE, world.secret.owner);
    secret_open(&value->secret_access_key, sizeof WORLD_SECRET);
    return secret_set(&value->secret_access_key, WORLD_SECRET, sizeof WORLD_SECRET - 1);
}

/* --- sesv2.h */

void aws_use_own(struct aws *aws) {
    (void)aws;
    world.entered[0] = '\0';
}

bool aws_is_private(const struct aws *aws, enum aws_service service) {
    (void)aws;
    return service == AWS_SES && !world.ses_is_public;
}

static void deliver(const struct mail *mail) {
    struct world_mail *to = &world.mails[world.mail_count++];
    text_clip(to->to, sizeof to->to, mail->to);
    text_clip(to->subject, sizeof to->subject, mail->subject);
    text_clip(to->text, sizeof to->text, mail->text);
    text_clip(to->html, sizeof to->html, mail->html);
    to->at_ms = world.now_ms;
}

bool ses_send(struct aws *aws, const struct mail *mail, struct fault *fault) {
    (void)aws;
    bool carried_out = world_reached();
    enum fault_kind kind = world.tries < world.answer_count ? world.answers[world.tries] : FAULT_NONE;
    world.tries++;
    if (!carried_out)
        kind = FAULT_TRANSIENT; /* nobody took the connection */
    else if (!world_answered(true, fault))
        kind = FAULT_UNKNOWN;
    if (kind == FAULT_NONE || kind == FAULT_UNKNOWN)
        deliver(mail);
    return kind == FAULT_NONE || fault_set(fault, kind, "SendEmail", "as the story goes");
}
