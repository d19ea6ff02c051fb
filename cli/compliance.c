#include "compliance.h"

#include "instant.h"
#include "spell.h"

#include <stdio.h>

static const char *const names[COMPLIANCE_COUNT] = {"yes", "no", "unknown"};

const char *compliance_name(enum compliance compliance) {
    return names[compliance];
}

static bool is_too_old(const struct doc *key, int64_t most, int64_t *age) {
    bool active = false;
    return doc_bool(doc_at(key, "active"), &active) && active && doc_int(doc_at(key, "age_seconds"), age) &&
           *age > most;
}

static void say_too_old(const struct doc *key, int64_t age, int64_t most, char why[COMPLIANCE_WHY_SIZE]) {
    const char *id = doc_text(doc_at(key, "id"));
    char is[SPELL_SIZE];
    char may_be[DURATION_SIZE];
    spell_span(age, is);
    duration_text(most, may_be);
    snprintf(why, COMPLIANCE_WHY_SIZE, "%s is active and %s old, the policy allows %s", id != NULL ? id : "a key", is,
             may_be);
}

enum compliance compliance_of(const struct doc *user, char why[COMPLIANCE_WHY_SIZE]) {
    const struct doc *keys = doc_at(user, "keys");
    int64_t most = 0;
    int64_t age = 0;
    why[0] = '\0';
    if (!doc_int(doc_at(user, "max_age_seconds"), &most)) {
        snprintf(why, COMPLIANCE_WHY_SIZE, "no policy says how old a key may be");
        return COMPLIANCE_UNKNOWN;
    }
    if (doc_at(user, "seen") == NULL) {
        snprintf(why, COMPLIANCE_WHY_SIZE, "nobody has looked yet");
        return COMPLIANCE_UNKNOWN;
    }
    for (size_t i = 0; i < doc_count(keys); i++)
        if (is_too_old(doc_item(keys, i), most, &age)) {
            say_too_old(doc_item(keys, i), age, most, why);
            return COMPLIANCE_NO;
        }
    return COMPLIANCE_YES;
}
