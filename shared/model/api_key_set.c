/* The keys as they are kept:
 *
 *     {"version": 1, "keys": [{"id", "name", "sha256", "scopes": [...], "accounts": [...], "users": [...], "created", "expires"}]}
 */
#include "api_key.h"

#include "fields.h"
#include "steering.h"

#include <string.h>

enum { VERSION = 1 };

/* The members that are single values, as they are written. */
struct kept {
    char id[API_KEY_ID_SIZE];
    char name[API_KEY_NAME_SIZE];
    char sha256[SHA256_HEX_SIZE];
    int64_t created;
    int64_t expires;
};

static const struct field kept_fields[] = {
    FIELD_TEXT(struct kept, id, FIELD_REQUIRED),         FIELD_TEXT(struct kept, name, FIELD_REQUIRED),
    FIELD_TEXT(struct kept, sha256, FIELD_OPTIONAL),     FIELD_INSTANT(struct kept, created, FIELD_REQUIRED),
    FIELD_INSTANT(struct kept, expires, FIELD_OPTIONAL),
};

static const char hexadecimal[] = "0123456789abcdef";

/* --- the set ----------------------------------------------------------------------------------------------------------- */

const struct api_key *api_key_by_id(const struct api_key_set *set, const char *id) {
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->keys[i].id, id) == 0)
            return &set->keys[i];
    return NULL;
}

bool api_key_remove(struct api_key_set *set, const char *id) {
    const struct api_key *key = api_key_by_id(set, id);
    if (key == NULL)
        return false;
    size_t at = (size_t)(key - set->keys);
    memmove(&set->keys[at], &set->keys[at + 1], (--set->count - at) * sizeof set->keys[0]);
    return true;
}

bool api_key_add(struct api_key_set *set, const struct api_key *key, struct fault *fault) {
    if (set->count == API_KEYS_MOST)
        return fault_set(fault, FAULT_CONFIG, "API keys", "there are %d already; revoke one first", (int)API_KEYS_MOST);
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->keys[i].name, key->name) == 0)
            return fault_set(fault, FAULT_CONFIG, "API keys", "the key %s is called \"%s\" already", set->keys[i].id,
                             key->name);
        if (strcmp(set->keys[i].id, key->id) == 0)
            return fault_set(fault, FAULT_CONFIG, "API keys", "two keys have the id %s", key->id);
    }
    set->keys[set->count++] = *key;
    return true;
}

/* --- writing ----------------------------------------------------------------------------------------------------------- */

static struct doc *pattern_list(const struct api_patterns *patterns) {
    struct doc *list = doc_array();
    for (size_t i = 0; i < patterns->count; i++)
        doc_add_text(list, patterns->items[i]);
    return list;
}

static struct doc *scope_list(const struct api_key *key) {
    struct doc *list = doc_array();
    for (int scope = 0; scope < SCOPE_COUNT; scope++)
        if (api_key_has(key, (enum api_scope)scope))
            doc_add_text(list, api_scope_name((enum api_scope)scope));
    return list;
}

static void write_key(const struct api_key *key, bool with_hash, struct doc *object) {
    struct kept kept = {.created = key->created, .expires = key->expires};
    memcpy(kept.id, key->id, sizeof kept.id);
    memcpy(kept.name, key->name, sizeof kept.name);
    if (with_hash)
        digest_hex(key->sha256, SHA256_BYTES, kept.sha256);
    fields_write(kept_fields, COUNT_OF(kept_fields), &kept, object);
    doc_set(object, "scopes", scope_list(key));
    doc_set(object, "accounts", pattern_list(&key->accounts));
    doc_set(object, "users", pattern_list(&key->users));
}

void api_key_show(const struct api_key *key, struct doc *object) {
    write_key(key, false, object);
}

bool api_key_print_set(const struct api_key_set *set, struct text *out) {
    struct doc *doc = doc_object();
    struct doc *list = doc_array();
    for (size_t i = 0; i < set->count; i++) {
        struct doc *object = doc_object();
        write_key(&set->keys[i], true, object);
        doc_add(list, object);
    }
    doc_set_int(doc, "version", VERSION);
    doc_set(doc, "keys", list);
    bool printed = doc_print_pretty(doc, out) && text_add(out, "\n");
    doc_close(doc);
    return printed;
}

/* --- reading ----------------------------------------------------------------------------------------------------------- */

struct reading {
    const char *where;
    struct fault *fault;
};

static bool refuse(const struct reading *reading, const struct kept *kept, const char *what) {
    return fault_set(reading->fault, FAULT_CONFIG, reading->where, "the key \"%s\" %s", kept->id, what);
}

static bool is_known(const char *name, const struct doc *value, void *context) {
    static const char *const known[] = {"id", "name", "sha256", "scopes", "accounts", "users", "created", "expires"};
    (void)value;
    (void)context;
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (strcmp(name, known[i]) == 0)
            return true;
    return false;
}

static bool is_hexadecimal(const char *text, size_t length) {
    return strlen(text) == length && strspn(text, hexadecimal) == length;
}

static void read_hash(const char *text, unsigned char digest[SHA256_BYTES]) {
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        size_t high = (size_t)(strchr(hexadecimal, text[2 * i]) - hexadecimal);
        size_t low = (size_t)(strchr(hexadecimal, text[2 * i + 1]) - hexadecimal);
        digest[i] = (unsigned char)(high << 4 | low);
    }
}

static bool read_patterns(const struct doc *list, struct api_patterns *patterns) {
    if (!doc_is_array(list) || doc_count(list) > API_KEY_PATTERNS)
        return false;
    for (; patterns->count < doc_count(list); patterns->count++) {
        const char *pattern = doc_text(doc_item(list, patterns->count));
        if (pattern == NULL || !api_pattern_fits(pattern) ||
            !text_copy(patterns->items[patterns->count], API_KEY_PATTERN_SIZE, pattern))
            return false;
    }
    return true;
}

static bool read_scopes(const struct doc *list, unsigned *scopes) {
    if (!doc_is_array(list) || doc_count(list) > SCOPE_COUNT)
        return false;
    for (size_t i = 0; i < doc_count(list); i++) {
        enum api_scope scope;
        if (!api_scope_parse(doc_text(doc_item(list, i)), &scope))
            return false;
        *scopes |= 1U << scope;
    }
    return true;
}

static bool read_key(const struct doc *object, const struct reading *reading, struct api_key *key) {
    struct kept kept = {0};
    *key = (struct api_key){0};
    if (!fields_read(kept_fields, COUNT_OF(kept_fields), object, &kept, reading->where, reading->fault)) {
        if (reading->fault != NULL)
            reading->fault->kind = FAULT_CONFIG;
        return false;
    }
    if (!is_hexadecimal(kept.id, API_KEY_ID_SIZE - 1))
        return refuse(reading, &kept, "has an id that is not 12 hexadecimal digits");
    if (kept.name[0] == '\0' || steering_in(kept.name)) /* it stands in logs, records, events and mails */
        return refuse(reading, &kept, "has no name, or one with characters that are not shown");
    if (!is_hexadecimal(kept.sha256, SHA256_HEX_SIZE - 1))
        return refuse(reading, &kept, "has no SHA-256 of 64 lower-case hexadecimal digits");
    if (!doc_each(object, is_known, NULL))
        return refuse(reading, &kept, "has a member that is not known here");
    if (!read_scopes(doc_member(object, "scopes"), &key->scopes))
        return refuse(reading, &kept, "has scopes that are no list of those known here");
    if (!read_patterns(doc_member(object, "accounts"), &key->accounts) ||
        !read_patterns(doc_member(object, "users"), &key->users))
        return refuse(reading, &kept, "has accounts or users that are no list of patterns");
    memcpy(key->id, kept.id, sizeof key->id);
    memcpy(key->name, kept.name, sizeof key->name);
    read_hash(kept.sha256, key->sha256);
    key->created = kept.created;
    key->expires = kept.expires;
    return true;
}

static bool read_keys(const struct doc *doc, const struct reading *reading, struct api_key_set *set) {
    const struct doc *list = doc_member(doc, "keys");
    int64_t version;
    struct api_key key;
    if (!doc_int(doc_member(doc, "version"), &version) || version != VERSION || !doc_is_array(list))
        return fault_set(reading->fault, FAULT_CONFIG, reading->where, "it is no list of API keys of version %d",
                         (int)VERSION);
    for (size_t i = 0; i < doc_count(list); i++)
        if (!read_key(doc_item(list, i), reading, &key) || !api_key_add(set, &key, reading->fault))
            return false;
    return true;
}

bool api_key_read_set(const char *json, size_t length, const char *where, struct api_key_set *set,
                      struct fault *fault) {
    struct reading reading = {where, fault};
    set->count = 0;
    struct doc *doc = length <= API_KEYS_JSON_MOST ? doc_parse(json, length, where, fault) : NULL;
    if (doc == NULL && fault != NULL && length > API_KEYS_JSON_MOST)
        fault_set(fault, FAULT_CONFIG, where, "longer than %d bytes", (int)API_KEYS_JSON_MOST);
    if (doc == NULL && fault != NULL)
        fault->kind = FAULT_CONFIG;
    bool read = doc != NULL && read_keys(doc, &reading, set);
    doc_close(doc);
    if (!read)
        set->count = 0;
    return read;
}
