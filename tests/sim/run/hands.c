#include "hands.h"

#include "asks.h"
#include "keyring.h"
#include "seams.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct deed {
    const struct scenario *scenario;
    const struct hand *hand;
    struct world *world;
    struct world_account *account;
    struct world_user *user;
    struct world_key *key;
    struct journal *journal;
};

static int64_t now(void) {
    return seams.now_ms / 1000;
}

void hands_know(struct journal *journal, const struct world_user *user) {
    journal_user(journal, user->name, user->id);
    for (size_t i = 0; i < user->key_count; i++)
        journal_key(journal, user->name, user->keys[i].id);
}

static bool create_key(const struct deed *deed) {
    const struct world_key *key = world_add_key(deed->world, deed->user, now());
    if (key == NULL)
        return false;
    journal_key(deed->journal, deed->user->name, key->id);
    journal_word(deed->journal, seams.now_ms, deed->user->name, key->id, "BY HAND created");
    return true;
}

static bool update_key(const struct deed *deed) {
    char what[64];
    if (deed->key == NULL || deed->hand->value == NULL)
        return false;
    deed->key->active = strcmp(deed->hand->value, "Active") == 0;
    snprintf(what, sizeof what, "BY HAND made %.20s", deed->hand->value);
    journal_word(deed->journal, seams.now_ms, deed->user->name, deed->key->id, what);
    return true;
}

static bool delete_key(const struct deed *deed) {
    if (deed->key == NULL)
        return false;
    journal_word(deed->journal, seams.now_ms, deed->user->name, deed->key->id, "BY HAND deleted");
    world_remove_key(deed->user, deed->key);
    return true;
}

/* Somebody signs with it; the table has nothing to say of that. */
static bool use_key(const struct deed *deed) {
    if (deed->key == NULL)
        return false;
    deed->key->last_used = now();
    return true;
}

static bool delete_user(const struct deed *deed) {
    journal_word(deed->journal, seams.now_ms, deed->user->name, NULL, "BY HAND user deleted");
    world_remove_user(deed->account, deed->user);
    return true;
}

static bool create_user(const struct deed *deed) {
    const struct world_user *user =
        scenario_person(deed->scenario, deed->world, deed->account, deed->hand->user, now());
    if (user == NULL)
        return false;
    hands_know(deed->journal, user);
    journal_word(deed->journal, seams.now_ms, user->name, NULL, "BY HAND user created");
    return true;
}

static bool say(const struct deed *deed, const char *word) {
    char what[JOURNAL_WHAT];
    snprintf(what, sizeof what, "BY HAND %s %s", word, deed->hand->which);
    journal_word(deed->journal, seams.now_ms, deed->user->name, NULL, what);
    return true;
}

static bool add_group(const struct deed *deed) {
    if (deed->hand->which == NULL || deed->user->group_count == WORLD_GROUPS)
        return false;
    text_clip(deed->user->groups[deed->user->group_count++], WORLD_TEXT, deed->hand->which);
    return say(deed, "joins group");
}

static bool drop_group(const struct deed *deed) {
    size_t kept = 0;
    if (deed->hand->which == NULL)
        return false;
    for (size_t i = 0; i < deed->user->group_count; i++)
        if (strcmp(deed->user->groups[i], deed->hand->which) != 0)
            memmove(deed->user->groups[kept++], deed->user->groups[i], WORLD_TEXT);
    deed->user->group_count = kept;
    return say(deed, "leaves group");
}

/* A tag of a key's label is what the console writes when somebody describes that key. */
static bool set_tag(const struct deed *deed) {
    const char *name = deed->key != NULL ? deed->key->id : deed->hand->which;
    return name != NULL && deed->hand->value != NULL &&
           world_set_tag(deed->user->tags, &deed->user->tag_count, name, deed->hand->value) && say(deed, "gets tag");
}

static bool drop_tag(const struct deed *deed) {
    if (deed->hand->which == NULL)
        return false;
    world_drop_tag(deed->user->tags, &deed->user->tag_count, deed->hand->which);
    return say(deed, "loses tag");
}

/* Redis comes back empty: the due set, what was announced, leases and the mail ledger are gone. */
static bool lose_redis(const struct deed *deed) {
    seams_store_flush();
    journal_word(deed->journal, seams.now_ms, "-", NULL, "BY HAND Redis is emptied");
    return true;
}

/* STS refuses every user's key, the new ones among them; until it takes them again. */
static bool refuse_keys(const struct deed *deed) {
    deed->world->refuse_keys = true;
    journal_word(deed->journal, seams.now_ms, "-", NULL, "STS refuses every key");
    return true;
}

static bool accept_keys(const struct deed *deed) {
    deed->world->refuse_keys = false;
    journal_word(deed->journal, seams.now_ms, "-", NULL, "STS takes keys again");
    return true;
}

/* Nobody may read the account's control. */
static bool deny_control(const struct deed *deed) {
    snprintf(deed->world->denied_secret, WORLD_NAME, "keyturn/%s/control", deed->account->id);
    journal_word(deed->journal, seams.now_ms, "-", NULL, "BY HAND the control is not to be read");
    return true;
}

static bool allow_control(const struct deed *deed) {
    deed->world->denied_secret[0] = '\0';
    journal_word(deed->journal, seams.now_ms, "-", NULL, "BY HAND the control may be read");
    return true;
}

/* Nobody sees it but the table: a key that nobody holds. */
static bool lose_create(const struct deed *deed) {
    deed->user->lose_create = true;
    return true;
}

static bool of_call(const struct deed *deed, const char *word) {
    char what[JOURNAL_WHAT];
    snprintf(what, sizeof what, "BY HAND %s is %s", deed->hand->which, word);
    journal_word(deed->journal, seams.now_ms, "-", NULL, what);
    return true;
}

/* "which": the call; "value": "400 Throttling". */
static bool refuse(const struct deed *deed) {
    struct world *world = deed->world;
    char *code = NULL;
    if (deed->hand->which == NULL || deed->hand->value == NULL || world->refusal_count == WORLD_REFUSALS)
        return false;
    struct world_refusal *refusal = &world->refusals[world->refusal_count++];
    refusal->status = (int)strtol(deed->hand->value, &code, 10);
    text_clip(refusal->action, sizeof refusal->action, deed->hand->which);
    text_clip(refusal->code, sizeof refusal->code, code[0] == ' ' ? code + 1 : code);
    return of_call(deed, "refused");
}

/* "which": the call that is carried out, and not answered. */
static bool lose(const struct deed *deed) {
    struct world *world = deed->world;
    if (deed->hand->which == NULL || world->refusal_count == WORLD_REFUSALS)
        return false;
    struct world_refusal *refusal = &world->refusals[world->refusal_count++];
    *refusal = (struct world_refusal){.status = 0};
    text_clip(refusal->action, sizeof refusal->action, deed->hand->which);
    return of_call(deed, "not answered");
}

static bool allow(const struct deed *deed) {
    size_t kept = 0;
    if (deed->hand->which == NULL)
        return false;
    for (size_t i = 0; i < deed->world->refusal_count; i++)
        if (strcmp(deed->world->refusals[i].action, deed->hand->which) != 0)
            deed->world->refusals[kept++] = deed->world->refusals[i];
    deed->world->refusal_count = kept;
    return of_call(deed, "allowed");
}

/* Somebody takes the labels off a key's version. */
static bool lose_stages(const struct deed *deed) {
    struct world_secret *secret = asks_secret(deed->account, deed->user);
    char version[VERSION_ID_SIZE];
    if (secret == NULL || deed->key == NULL)
        return false;
    keyring_version_of(deed->key->id, version);
    for (size_t i = 0; i < secret->version_count; i++)
        if (strcmp(secret->versions[i].id, version) == 0)
            secret->versions[i].stage_count = 0;
    journal_word(deed->journal, seams.now_ms, deed->user->name, deed->key->id, "BY HAND loses its stages");
    return true;
}

/* Without a key named: the one current, else the newest. */
static const char *key_asked_for(const struct deed *deed) {
    const struct world_secret *secret = asks_secret(deed->account, deed->user);
    const char *current = secret == NULL ? NULL : asks_current(secret);
    if (deed->key != NULL)
        return deed->key->id;
    if (current != NULL)
        return current;
    return deed->user->key_count == 0 ? "" : deed->user->keys[deed->user->key_count - 1].id;
}

static bool ask(const struct deed *deed) {
    char what[JOURNAL_WHAT];
    struct fault fault;
    const char *key = key_asked_for(deed);
    bool of_key = strcmp(deed->hand->what, "pause") != 0 && strcmp(deed->hand->what, "resume") != 0;
    snprintf(what, sizeof what, "ASKED %s", deed->hand->what);
    journal_word(deed->journal, seams.now_ms, deed->user->name, of_key ? key : NULL, what);
    return asks_write(deed->world, deed->account, deed->user, deed->hand, key, now(), &fault);
}

static const struct {
    const char *name;
    bool (*act)(const struct deed *deed);
    bool without_user;
} deeds[] = {
    {"create_key", create_key, false},
    {"update_key", update_key, false},
    {"delete_key", delete_key, false},
    {"use_key", use_key, false},
    {"delete_user", delete_user, false},
    {"create_user", create_user, true},
    {"add_group", add_group, false},
    {"drop_group", drop_group, false},
    {"set_tag", set_tag, false},
    {"drop_tag", drop_tag, false},
    {"lose_redis", lose_redis, true},
    {"refuse_keys", refuse_keys, true},
    {"accept_keys", accept_keys, true},
    {"deny_control", deny_control, true},
    {"allow_control", allow_control, true},
    {"rotate", ask, false},
    {"rollback", ask, false},
    {"emergency", ask, false},
    {"pause", ask, false},
    {"resume", ask, false},
    {"lose_create", lose_create, false},
    {"lose_stages", lose_stages, false},
    {"refuse", refuse, true},
    {"lose", lose, true},
    {"allow", allow, true},
};

static struct world_key *key_called(const struct deed *deed) {
    const char *id = journal_key_called(deed->journal, deed->hand->user, deed->hand->which);
    for (size_t i = 0; id != NULL && i < deed->user->key_count; i++)
        if (strcmp(deed->user->keys[i].id, id) == 0)
            return &deed->user->keys[i];
    return NULL;
}

bool hands_do(const struct scenario *scenario, const struct hand *hand, struct world *world,
              struct world_account *account, struct journal *journal, struct fault *fault) {
    struct deed deed = {scenario, hand, world, account, world_user(account, hand->user), NULL, journal};
    if (deed.user != NULL)
        deed.key = key_called(&deed);
    for (size_t i = 0; i < COUNT_OF(deeds); i++)
        if (strcmp(deeds[i].name, hand->what) == 0 && (deed.user != NULL) != deeds[i].without_user &&
            deeds[i].act(&deed))
            return true;
    return fault_set(fault, FAULT_INVALID, "hands", "%s of %s cannot be done", hand->what, hand->user);
}
