/* Writing the tags; tags.c reads them. */
#include "tags.h"

#include "text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Half a name would be another tag: one that does not fit is left empty, and AWS refuses it. Key ids have 20 characters. */
static void PRINTF_LIKE(4, 5)
    fill(struct secret_tag *tag, const char *name, const char *rest, const char *format, ...) {
    va_list arguments;
    int length = snprintf(tag->key, sizeof tag->key, "%s%s", name, rest);
    if (length < 0 || (size_t)length >= sizeof tag->key)
        tag->key[0] = '\0';
    va_start(arguments, format);
    vsnprintf(tag->value, sizeof tag->value, format, arguments);
    va_end(arguments);
}

/* " by <who>", or nothing. */
static void spell_actor(const char *actor, char spelled[ACTOR_SIZE + 4]) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _.:/=+-@";
    spelled[0] = '\0';
    if (actor[0] == '\0')
        return;
    memcpy(spelled, " by ", 4);
    text_clip(spelled + 4, ACTOR_SIZE, actor);
    for (char *c = spelled; *c != '\0'; c++)
        if (strchr(allowed, *c) == NULL)
            *c = '_';
}

void tags_intent(const struct intent *intent, struct secret_tag *tag) {
    fill(tag, TAG_INTENT, intent->id, "create %" PRId64, intent->at);
}

void tags_promoted(const struct note *note, struct secret_tag *tag) {
    fill(tag, TAG_PROMOTED, "", "%s %" PRId64, note->key, note->at);
}

/* " for <why>", or nothing. */
static const char *for_or_nothing(const char *why) {
    return why[0] != '\0' ? " for " : "";
}

void tags_inactive(const struct note *note, struct secret_tag *tag) {
    fill(tag, TAG_INACTIVE, "", "%s %" PRId64 "%s%s", note->key, note->at, for_or_nothing(note->why), note->why);
}

void tags_inactive_two(const struct note *note, const char *too, struct secret_tag *tag) {
    if (too[0] == '\0')
        tags_inactive(note, tag);
    else
        fill(tag, TAG_INACTIVE, "", "%s %s %" PRId64 "%s%s", note->key, too, note->at, for_or_nothing(note->why),
             note->why);
}

void tags_deleting(const char *key_id, bool discarding, int64_t at, const char *why, struct secret_tag *tag) {
    fill(tag, TAG_DELETING, key_id, "%s %" PRId64 "%s%s", discarding ? "discard" : "delete", at, for_or_nothing(why),
         why);
}

void tags_discards(int64_t in_a_row, int64_t last, struct secret_tag *tag) {
    fill(tag, TAG_DISCARDS, "", "%" PRId64 " %" PRId64, in_a_row, last);
}

static const char *kind_of(const struct request *request) {
    return request->kind == REQUEST_ROLLBACK ? "rollback" : "rotate";
}

void tags_asked(const struct request *request, struct secret_tag *tag) {
    char actor[ACTOR_SIZE + 4];
    spell_actor(request->actor, actor);
    fill(tag, TAG_ASKED, "", "%s:%s %" PRId64 "%s", kind_of(request), request->key, request->at, actor);
}

void tags_answered(const struct request *request, struct secret_tag *tag) {
    fill(tag, TAG_ANSWERED, "", "%s:%s %" PRId64, kind_of(request), request->key, request->at);
}

void tags_leaked(const char *key_id, int64_t at, const char *actor, struct secret_tag *tag) {
    char spelled[ACTOR_SIZE + 4];
    spell_actor(actor, spelled);
    fill(tag, TAG_LEAKED, key_id, "emergency %" PRId64 "%s", at, spelled);
}

void tags_paused(int64_t at, bool for_rollback, const char *actor, struct secret_tag *tag) {
    char spelled[ACTOR_SIZE + 4];
    spell_actor(actor, spelled);
    fill(tag, TAG_PAUSED, "", "%s %" PRId64 "%s", for_rollback ? "rollback" : "paused", at, spelled);
}

void tags_resumed(int64_t at, const char *actor, struct secret_tag *tag) {
    char spelled[ACTOR_SIZE + 4];
    spell_actor(actor, spelled);
    fill(tag, TAG_PAUSED, "", "resumed %" PRId64 "%s", at, spelled);
}

void tags_braked(const char *what, int64_t count, int64_t at, struct secret_tag *tag) {
    fill(tag, TAG_BRAKED, "", "%s %" PRId64 " %" PRId64, what, count, at);
}
