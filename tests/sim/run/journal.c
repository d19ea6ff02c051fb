#include "journal_rows.h"

#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOBODY = 0 };

struct journal *journal_open(int64_t began_ms) {
    struct journal *journal = mem_zero(1, sizeof *journal);
    journal->began_ms = began_ms;
    journal_user(journal, "-", "");
    return journal;
}

void journal_close(struct journal *journal) {
    if (journal == NULL)
        return;
    mem_free(journal->persons);
    mem_free(journal->keys);
    mem_free(journal->entries);
    mem_free(journal);
}

/* --- who, and which key */

static size_t latest(const struct journal *journal, const char *name) {
    size_t found = NOBODY;
    for (size_t i = 0; i < journal->person_count; i++)
        if (text_equal(journal->persons[i].name, name))
            found = i;
    return found;
}

static size_t person_of_id(const struct journal *journal, const char *user_id) {
    size_t found = NOBODY;
    for (size_t i = 1; i < journal->person_count; i++)
        if (strcmp(journal->persons[i].id, user_id) == 0)
            found = i;
    return found;
}

void journal_user(struct journal *journal, const char *name, const char *user_id) {
    size_t before = journal->person_count == 0 ? NOBODY : latest(journal, name);
    unsigned number = before == NOBODY ? 1 : journal->persons[before].number + 1;
    journal->persons = mem_grow(journal->persons, (journal->person_count + 1) * sizeof *journal->persons);
    struct person *person = &journal->persons[journal->person_count++];
    *person = (struct person){.number = number};
    text_clip(person->name, sizeof person->name, name);
    text_clip(person->id, sizeof person->id, user_id);
}

void journal_key(struct journal *journal, const char *user, const char *key_id) {
    size_t owner = latest(journal, user);
    journal->keys = mem_grow(journal->keys, (journal->key_count + 1) * sizeof *journal->keys);
    struct named_key *key = &journal->keys[journal->key_count++];
    *key = (struct named_key){.person = owner, .number = ++journal->persons[owner].keys};
    text_clip(key->id, sizeof key->id, key_id);
}

static size_t key_of(const struct journal *journal, const char *key_id) {
    for (size_t i = 0; key_id != NULL && i < journal->key_count; i++)
        if (strcmp(journal->keys[i].id, key_id) == 0)
            return i + 1;
    return 0;
}

const char *journal_key_called(const struct journal *journal, const char *user, const char *label) {
    unsigned number = label == NULL || label[0] != 'k' ? 0 : (unsigned)strtoul(label + 1, NULL, 10);
    for (size_t i = 0; i < journal->key_count; i++)
        if (journal->keys[i].person == latest(journal, user) && journal->keys[i].number == number)
            return journal->keys[i].id;
    return NULL;
}

/* --- writing it down */

static void add(struct journal *journal, int64_t now_ms, size_t person, size_t key, const char *what) {
    if (journal->count == JOURNAL_MOST)
        return;
    if (journal->count == journal->capacity) {
        journal->capacity = journal->capacity == 0 ? 256 : journal->capacity * 2;
        journal->entries = mem_grow(journal->entries, journal->capacity * sizeof *journal->entries);
    }
    struct entry *entry = &journal->entries[journal->count++];
    *entry = (struct entry){.at_ms = now_ms, .person = key != 0 ? journal->keys[key - 1].person : person, .key = key};
    text_clip(entry->what, sizeof entry->what, what);
}

void journal_word(struct journal *journal, int64_t now_ms, const char *user, const char *key_id, const char *what) {
    add(journal, now_ms, latest(journal, user), key_of(journal, key_id), what);
}

void journal_event(struct journal *journal, int64_t now_ms, const struct event *event) {
    char what[JOURNAL_WHAT];
    bool reason = event->reason[0] != '\0' && strcmp(event->reason, "none") != 0;
    bool asked = event->actor[0] != '\0';
    snprintf(what, sizeof what, "event %s%s%s%s%s%s", event_type_name(event->type), reason ? " (" : "",
             reason ? event->reason : "", reason ? ")" : "", asked ? " by " : "", asked ? event->actor : "");
    add(journal, now_ms, person_of_id(journal, event->user_id), key_of(journal, event->key_id), what);
}

static void note_iam(struct journal *journal, int64_t now_ms, const struct world_change *change) {
    const char *what = text_equal(change->action, "CreateAccessKey")   ? "create"
                       : text_equal(change->action, "DeleteAccessKey") ? "delete"
                       : text_equal(change->value, "Active")           ? "activate"
                                                                       : "deactivate";
    if (text_equal(what, "create"))
        journal_key(journal, change->user, change->what);
    if (text_equal(what, "delete") && text_equal(change->value, "Active"))
        what = "delete ACTIVE";
    journal_word(journal, now_ms, change->user, change->what, what);
}

/* keyturn:<what>[:<key or random>] with <key> first in the value, or no key at all. */
static void note_tag(struct journal *journal, int64_t now_ms, size_t person, const struct world_change *change) {
    char name[WORLD_TEXT];
    char word[WORLD_TEXT] = "";
    char what[JOURNAL_WHAT];
    text_clip(name, sizeof name,
              text_starts(change->what, "keyturn:") ? change->what + strlen("keyturn:") : change->what);
    char *last = strchr(name, ':');
    if (last != NULL)
        *last++ = '\0';
    if (change->value != NULL)
        text_clip(word, sizeof word, change->value);
    word[strcspn(word, " ")] = '\0';
    size_t key = last != NULL ? key_of(journal, last) : key_of(journal, word);
    snprintf(what, sizeof what, "%s%s", name, change->value == NULL ? " off" : "");
    add(journal, now_ms, person, key, what);
}

static void note_secret(struct journal *journal, int64_t now_ms, const struct world_change *change) {
    const char *slash = strrchr(change->secret, '/');
    size_t person = person_of_id(journal, slash == NULL ? change->secret : slash + 1);
    size_t key = text_starts(change->what, "keyturn-key-") ? key_of(journal, change->what + strlen("keyturn-key-")) : 0;
    char what[JOURNAL_WHAT];
    if (text_equal(change->action, "TagResource") || text_equal(change->action, "UntagResource")) {
        note_tag(journal, now_ms, person, change);
        return;
    }
    snprintf(what, sizeof what, "%s",
             text_equal(change->action, "CreateSecret")     ? "secret"
             : text_equal(change->action, "PutSecretValue") ? "store"
                                                            : "stage");
    if (!text_equal(what, "secret"))
        snprintf(what + strlen(what), sizeof what - strlen(what), " %s", change->value);
    add(journal, now_ms, person, key, what);
}

static const char *const letters[][2] = {
    {"Rotation of * waits for a person", "blocked"},        {"New access key for *", "created"},
    {"Old access key of * is switched off", "deactivated"}, {"Old access key of * is deleted", "deleted"},
    {"Somebody made an access key for *", "foreign"},       {"Events that were not mailed*", "digest"},
    {"No new access keys in account *", "braked"},          {"Rotation in account * is paused", "paused"},
    {"Rotation in account * goes on", "resumed"},
};

static void note_mail(struct journal *journal, int64_t now_ms, const struct world_change *change,
                      const struct event *about) {
    char what[JOURNAL_WHAT];
    const char *letter = change->what;
    for (size_t i = 0; i < COUNT_OF(letters); i++)
        if (text_matches(change->what, letters[i][0]))
            letter = letters[i][1];
    snprintf(what, sizeof what, "mail %s to %s", letter, change->mail);
    add(journal, now_ms, about == NULL ? NOBODY : person_of_id(journal, about->user_id),
        about == NULL ? 0 : key_of(journal, about->key_id), what);
}

void journal_change(struct journal *journal, int64_t now_ms, const struct world_change *change,
                    const struct event *about) {
    if (change->mail != NULL)
        note_mail(journal, now_ms, change, about);
    else if (change->secret != NULL)
        note_secret(journal, now_ms, change);
    else
        note_iam(journal, now_ms, change);
}
