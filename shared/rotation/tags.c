/* Reading the tags; tags_write.c writes them. */
#include "tags.h"

#include "steering.h"
#include "text.h"

#include <string.h>

enum { WORDS_MAX = 3, WORD_SIZE = 257, TIME_DIGITS = 12 };

/* The first words of a value; what follows them is `rest`, with the words parted by single spaces. */
struct words {
    size_t count;
    char items[WORDS_MAX][WORD_SIZE];
    char rest[WORD_SIZE];
};

static const char *take_word(const char *from, char word[WORD_SIZE]) {
    size_t length = strcspn(from, " ");
    size_t kept = length < WORD_SIZE ? length : WORD_SIZE - 1;
    memcpy(word, from, kept);
    word[kept] = '\0';
    return from[length] == ' ' ? from + length + 1 : from + length;
}

static struct words split(const char *value, size_t most) {
    struct words words = {0};
    const char *at = value;
    while (*at != '\0' && words.count < most)
        at = take_word(at, words.items[words.count++]);
    text_clip(words.rest, sizeof words.rest, at);
    return words;
}

static bool read_number(const char *word, int64_t *number) {
    size_t length = strlen(word);
    if (length == 0 || length > TIME_DIGITS || strspn(word, "0123456789") != length)
        return false;
    *number = 0;
    for (const char *digit = word; *digit != '\0'; digit++)
        *number = *number * 10 + (*digit - '0');
    return *number > 0;
}

static bool read_key(const char *word, char key[KEY_ID_SIZE]) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    return word[0] != '\0' && strspn(word, allowed) == strlen(word) && text_copy(key, KEY_ID_SIZE, word);
}

/* Empty, or "by <who>". */
static bool read_actor(const char *rest, char actor[ACTOR_SIZE]) {
    actor[0] = '\0';
    if (rest[0] == '\0')
        return true;
    if (!text_starts(rest, "by ") || rest[3] == '\0')
        return false;
    text_clip(actor, ACTOR_SIZE, rest + 3);
    steering_mask(actor);
    return true;
}

/* "<what> <time> [by <who>]" */
static bool read_act(const char *value, char what[WORD_SIZE], int64_t *at, char actor[ACTOR_SIZE]) {
    struct words words = split(value, 2);
    if (words.count != 2 || !read_number(words.items[1], at) || !read_actor(words.rest, actor))
        return false;
    memcpy(what, words.items[0], WORD_SIZE);
    return true;
}

/* "<what> <time>" and nothing more */
static bool read_plain(const char *value, char what[WORD_SIZE], int64_t *at) {
    char nobody[ACTOR_SIZE];
    return read_act(value, what, at, nobody) && nobody[0] == '\0';
}

static bool read_name(const char *word, char name[WHY_SIZE]) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz_";
    return word[0] != '\0' && word[strspn(word, allowed)] == '\0' && text_copy(name, WHY_SIZE, word);
}

/* Empty, or "for <why>" */
static bool read_why(const char *rest, char why[WHY_SIZE]) {
    why[0] = '\0';
    if (rest[0] == '\0')
        return true;
    return text_starts(rest, "for ") && read_name(rest + 4, why);
}

static bool read_intent(const char *id, const char *value, struct keyring *ring) {
    char what[WORD_SIZE];
    struct intent intent;
    if (ring->intent_count == KEYRING_INTENTS || id[0] == '\0' || !text_copy(intent.id, sizeof intent.id, id) ||
        !read_plain(value, what, &intent.at) || !text_equal(what, "create"))
        return false;
    ring->intents[ring->intent_count++] = intent;
    return true;
}

static bool read_promoted(const char *rest, const char *value, struct keyring *ring) {
    char key[WORD_SIZE];
    (void)rest;
    return read_plain(value, key, &ring->promoted.at) && read_key(key, ring->promoted.key);
}

static bool read_inactive(const char *rest, const char *value, struct keyring *ring) {
    struct words words = split(value, WORDS_MAX);
    size_t time = words.count == WORDS_MAX && !read_number(words.items[1], &ring->inactive.at) ? 2 : 1;
    (void)rest;
    if (words.count <= time || !read_key(words.items[0], ring->inactive.key) ||
        !read_number(words.items[time], &ring->inactive.at))
        return false;
    const char *why = value;
    char word[WORD_SIZE];
    for (size_t i = 0; i <= time; i++)
        why = take_word(why, word);
    return read_why(why, ring->inactive.why) && (time == 1 || read_key(words.items[1], ring->inactive_too));
}

static struct key *listed(struct keyring *ring, const char *key_id) {
    for (size_t i = 0; i < ring->key_count; i++)
        if (text_equal(ring->keys[i].id, key_id))
            return &ring->keys[i];
    return NULL;
}

static bool read_deleting(const char *id, const char *value, struct keyring *ring) {
    struct gone_mark mark;
    struct words words = split(value, 2);
    if (words.count != 2 || !read_key(id, mark.key) || !read_number(words.items[1], &mark.at) ||
        !read_why(words.rest, mark.why))
        return false;
    mark.discarding = text_equal(words.items[0], "discard");
    if (!mark.discarding && !text_equal(words.items[0], "delete"))
        return false;
    struct key *key = listed(ring, id);
    if (key != NULL) {
        key->deleting = mark.at;
        key->discarding = mark.discarding;
        text_clip(key->deleting_why, sizeof key->deleting_why, mark.why);
    } else if (ring->gone_count < KEYRING_MARKS) {
        ring->gone[ring->gone_count++] = mark;
    }
    return true;
}

static bool read_discards(const char *rest, const char *value, struct keyring *ring) {
    char number[WORD_SIZE];
    (void)rest;
    return read_plain(value, number, &ring->last_discard) && read_number(number, &ring->discards);
}

static bool read_request(const char *value, struct request *request) {
    char what[WORD_SIZE];
    if (!read_act(value, what, &request->at, request->actor))
        return false;
    if (text_starts(what, "rotate:"))
        request->kind = REQUEST_ROTATE;
    else if (text_starts(what, "rollback:"))
        request->kind = REQUEST_ROLLBACK;
    return request->kind != REQUEST_NONE && read_key(strchr(what, ':') + 1, request->key);
}

static void forget_answered(struct keyring *ring) {
    const struct request *asked = &ring->asked;
    const struct request *answered = &ring->answered;
    if (asked->kind == answered->kind && asked->at == answered->at && text_equal(asked->key, answered->key))
        ring->asked = (struct request){0};
}

static bool read_asked(const char *rest, const char *value, struct keyring *ring) {
    (void)rest;
    bool understood = read_request(value, &ring->asked);
    forget_answered(ring);
    return understood;
}

static bool read_answered(const char *rest, const char *value, struct keyring *ring) {
    (void)rest;
    bool understood = read_request(value, &ring->answered) && ring->answered.actor[0] == '\0';
    forget_answered(ring);
    return understood;
}

static bool read_leaked(const char *id, const char *value, struct keyring *ring) {
    char what[WORD_SIZE];
    char actor[ACTOR_SIZE];
    int64_t at;
    if (!read_act(value, what, &at, actor) || !text_equal(what, "emergency"))
        return false;
    struct key *key = listed(ring, id);
    if (key != NULL) {
        key->leaked = at;
        if (at > ring->leaked_at) {
            ring->leaked_at = at;
            text_clip(ring->leaked_by, sizeof ring->leaked_by, actor);
        }
        return true;
    }
    struct gone_leak gone = {.at = at};
    if (!read_key(id, gone.key))
        return false;
    if (ring->leak_gone_count < KEYRING_MARKS)
        ring->leaks_gone[ring->leak_gone_count++] = gone;
    return true;
}

static bool read_paused(const char *rest, const char *value, struct keyring *ring) {
    char what[WORD_SIZE];
    int64_t at;
    (void)rest;
    if (!read_act(value, what, &at, ring->paused_by))
        return false;
    bool resumed = text_equal(what, "resumed");
    ring->paused_for_rollback = text_equal(what, "rollback");
    ring->paused = resumed ? 0 : at;
    ring->resumed = resumed ? at : 0;
    return resumed || ring->paused_for_rollback || text_equal(what, "paused");
}

static bool read_user(const char *rest, const char *value, struct keyring *ring) {
    (void)rest;
    (void)value;
    (void)ring;
    return true;
}

/* Names ending in a colon go on: `rest` is what follows. */
static const struct {
    const char *name;
    bool (*read)(const char *rest, const char *value, struct keyring *ring);
} readers[] = {
    {TAG_INTENT, read_intent},     {TAG_PROMOTED, read_promoted}, {TAG_INACTIVE, read_inactive},
    {TAG_DELETING, read_deleting}, {TAG_DISCARDS, read_discards}, {TAG_ASKED, read_asked},
    {TAG_ANSWERED, read_answered}, {TAG_LEAKED, read_leaked},     {TAG_PAUSED, read_paused},
    {TAG_USER, read_user},
};

bool tags_read(const struct secret_tag *tag, struct keyring *ring) {
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        size_t length = strlen(readers[i].name);
        bool goes_on = readers[i].name[length - 1] == ':';
        if (goes_on ? text_starts(tag->key, readers[i].name) : text_equal(tag->key, readers[i].name))
            return readers[i].read(tag->key + length, tag->value, ring);
    }
    return !text_starts(tag->key, "keyturn:");
}

bool tags_read_braked(const struct secret_tag *tag, char what[WHY_SIZE], int64_t *count, int64_t *at) {
    struct words words = split(tag->value, WORDS_MAX);
    return words.count == WORDS_MAX && words.rest[0] == '\0' && read_name(words.items[0], what) &&
           read_number(words.items[1], count) && read_number(words.items[2], at);
}
